"""Talk to TikTok: the table of endpoints, requests and responses, retries, paging."""

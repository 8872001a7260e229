"""Build typed tables from TikTok's records."""

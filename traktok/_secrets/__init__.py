"""Keep secrets: the encrypted vault, cookies, and strings that hide themselves."""

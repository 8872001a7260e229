"""The worked guides: scripts in percent format, and the pages rendered from them."""

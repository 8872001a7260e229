"""Run a TikTok on your own machine: its Research API and web pages over an invented world."""

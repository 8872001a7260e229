"""Tests without a server, a room each."""

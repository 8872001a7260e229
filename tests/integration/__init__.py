"""Tests against the sandbox on the loopback interface."""

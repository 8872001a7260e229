"""Render Python source."""

"""Translate the tree into Python expressions and statements."""

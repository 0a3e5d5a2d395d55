"""Feeds for reading applications."""

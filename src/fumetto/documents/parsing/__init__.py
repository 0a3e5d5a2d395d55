"""Markdown, text and PDF, read to chunks of text with page and section."""

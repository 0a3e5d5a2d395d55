"""Shelves that are shared: series put together by somebody, for collectives."""

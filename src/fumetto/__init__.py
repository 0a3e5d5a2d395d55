"""Fumetto: a comics server with a reading companion that never spoils the story."""

__version__ = "0.1.0"

"""Queries of a story's world: what a reader may know of it, and all of it for who edits it."""

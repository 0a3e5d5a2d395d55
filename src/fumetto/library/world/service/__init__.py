"""Use cases of a story's world."""

"""Use cases of the helper: its conversations, what is kept of them, and whom somebody can turn to."""

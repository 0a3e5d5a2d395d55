"""Decisions about flags that need nothing but the flags and what is known of who asks."""

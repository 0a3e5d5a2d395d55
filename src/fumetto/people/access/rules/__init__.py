"""Decisions of access that need nothing but what they are given."""

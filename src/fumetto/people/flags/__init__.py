"""Switches: what is on, for whom, and how to turn it off without a restart."""

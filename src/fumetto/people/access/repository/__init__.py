"""Queries on who comes in, and how."""

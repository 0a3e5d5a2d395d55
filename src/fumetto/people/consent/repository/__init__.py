"""Queries on consent."""

"""Queries of the catalogue. Each answers for a whole list at once, so no list costs a query per row."""

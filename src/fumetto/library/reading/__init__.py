"""Positions, the ledger of pages really seen, and progress."""

"""Fetching comics that their makers publish."""

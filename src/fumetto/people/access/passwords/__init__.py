"""Passwords: setting, checking and forgetting them."""

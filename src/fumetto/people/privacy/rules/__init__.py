"""Decisions about exports, erasure and terms that need nothing but what is declared."""

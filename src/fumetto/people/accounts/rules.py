"""Decisions about accounts that need nothing but the words themselves."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 100


def clean_name(text: str) -> str | None:
    """The name as it is kept: composed (NFC), single spaces; None for one that is empty, too long or not printable."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    return name if 0 < len(name) <= LONGEST_NAME and name.isprintable() else None

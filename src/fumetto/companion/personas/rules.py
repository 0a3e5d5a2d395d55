"""What may be in a persona, decided without looking anything up."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 128


def cleaned(text: str) -> str:
    """Without control characters, and without space around it; lines stay lines."""
    kept = (letter for letter in text if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def handle_of(name: str) -> str:
    """A name as it is put behind a series in a model's: "Saffron the Witch" is saffron-the-witch."""
    letters = (letter if letter.isalnum() else " " for letter in unicodedata.normalize("NFC", name).casefold())
    return "-".join("".join(letters).split())

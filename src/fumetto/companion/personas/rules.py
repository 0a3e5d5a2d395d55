"""What may be in a persona, decided without looking anything up."""

from __future__ import annotations

import unicodedata
import uuid

LONGEST_NAME = 128


def portrait_path(persona_id: uuid.UUID, key: str | None) -> str | None:
    """Below the API's address; `v` changes with the picture, so it may be kept for good."""
    return None if key is None else f"companion/personas/{persona_id}/portrait?v={version_of(key)}"


def version_of(key: str) -> str:
    return key.rpartition("/")[2].partition(".")[0]


def cleaned(text: str) -> str:
    """Without control characters, and without space around it; lines stay lines."""
    kept = (letter for letter in text if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def handle_of(name: str) -> str:
    """A name as it is put behind a series in a model's: "Saffron the Witch" is saffron-the-witch."""
    letters = (letter if letter.isalnum() else " " for letter in unicodedata.normalize("NFC", name).casefold())
    return "-".join("".join(letters).split())

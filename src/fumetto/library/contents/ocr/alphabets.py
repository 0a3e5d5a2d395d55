"""Which languages the recognition model can read: those whose letters are in its alphabet. Pure.

The alphabet of PP-OCRv6 small, as its file lists it: Latin with its European accents, kana, and 15,900 Han characters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

UNKNOWN: Final = "und"

_OTHER_SCRIPTS: Final = {
    "Arab": "ar fa ur ps ckb sd ug ks", "Hebr": "he yi",
    "Cyrl": "ru uk be bg sr mk kk ky mn tg tt ba ce cv os kv ab av",
    "Grek": "el", "Armn": "hy", "Geor": "ka", "Deva": "hi mr ne sa bho mai", "Beng": "bn as", "Guru": "pa",
    "Gujr": "gu", "Orya": "or", "Taml": "ta", "Telu": "te", "Knda": "kn", "Mlym": "ml", "Sinh": "si", "Thai": "th",
    "Laoo": "lo", "Mymr": "my", "Khmr": "km", "Kore": "ko", "Ethi": "am ti", "Thaa": "dv", "Tibt": "bo dz",
    "Viet": "vi",
}  # fmt: skip
SCRIPT_OF: Final = {language: script for script, languages in _OTHER_SCRIPTS.items() for language in languages.split()}
READ: Final = frozenset({"Latn", "Jpan", "Hans", "Hant", "Hani", "Hira", "Kana", "Zyyy"})
_WRITTEN_IN: Final = {"ja": "Jpan", "zh": "Hani", "yue": "Hani"}
_SCRIPT_TAG: Final = re.compile(r"^[A-Z][a-z]{3}$")

_LETTERS: Final = {"HIRAGANA": "kana", "KATAKANA": "kana", "CJK": "han", "LATIN": "latin", "FULLWIDTH": "latin"}


def script_of(language: str) -> str:
    """The ISO 15924 script that a BCP 47 tag says or implies; `Zyyy` where the language is not known.

    Vietnamese is given as `Viet`: its letters are Latin, but most of them are missing from the alphabet.
    """
    first, *rest = language.split("-")
    if said := next((part for part in rest if _SCRIPT_TAG.match(part)), None):
        return said
    if first in (UNKNOWN, "mul", "zxx"):
        return "Zyyy"
    return SCRIPT_OF.get(first) or _WRITTEN_IN.get(first) or "Latn"


def can_read(language: str) -> bool:
    return script_of(language) in READ


def is_wide_script(language: str) -> bool:
    """Whether the language is written with Han characters or kana, without spaces."""
    return script_of(language) in {"Jpan", "Hans", "Hant", "Hani", "Hira", "Kana"}


def letters_of(text: str) -> dict[str, int]:
    """How many letters of a text are Latin, kana or Han."""
    found: dict[str, int] = {}
    for letter in text:
        name = unicodedata.name(letter, "").split(" ", 1)[0]
        if kind := _LETTERS.get(name):
            found[kind] = found.get(kind, 0) + 1
    return found


def told_language(text: str) -> str:
    """The language that a text's letters give away: Japanese by its kana, Chinese by Han alone; else unknown."""
    letters = letters_of(text)
    wide = letters.get("kana", 0) + letters.get("han", 0)
    if wide < 4 or wide < letters.get("latin", 0):
        return UNKNOWN
    return "ja" if letters.get("kana", 0) >= 0.1 * wide else "zh"

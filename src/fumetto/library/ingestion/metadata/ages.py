"""Age ratings, in ComicInfo's own words (ComicInfo.xsd 2.0, type AgeRating)."""

from __future__ import annotations

import re
from typing import Final

AGE_RATINGS: Final = (
    "Unknown", "Adults Only 18+", "Early Childhood", "Everyone", "Everyone 10+", "G", "Kids to Adults", "M", "MA15+",
    "Mature 17+", "PG", "R18+", "Rating Pending", "Teen", "X18+",
)  # fmt: skip

_OTHER_NAMES: Final = {
    "Adults Only 18+": ("ao", "adult", "adults", "adults only", "18", "18+", "explicit", "explicit content",
                        "parental advisory", "max", "erotica", "pornographic"),
    "Early Childhood": ("ec", "3+", "4+"),
    "Everyone": ("e", "all", "all ages", "a", "family", "6+", "7+", "safe", "tous publics", "per tutti"),
    "Everyone 10+": ("e10+", "e10", "8+", "9+", "10+", "kids", "y7"),
    "G": ("general", "general audiences"),
    "Kids to Adults": ("ka", "k-a"),
    "M": ("mature",),
    "MA15+": ("15+", "15", "16+", "ma", "t+", "teen+", "teen plus", "teens+", "older teen", "ot"),
    "Mature 17+": ("17+", "17", "m17+", "mature readers", "suggested for mature readers", "nc-17"),
    "PG": ("parental guidance", "psr", "suggestive"),
    "R18+": ("r18", "r-18", "restricted", "r"),
    "Rating Pending": ("rp", "pending"),
    "Teen": ("t", "teens", "ya", "young adult", "12+", "13+", "14+", "pg-13", "pg13", "parental guidance 13"),
    "X18+": ("x", "x18", "xxx"),
}  # fmt: skip


def _plain(text: str) -> str:
    return re.sub(r"[\s_]+", " ", text).strip(" .()").casefold()


_BY_NAME: Final = {_plain(other): name for name, others in _OTHER_NAMES.items() for other in (name, *others)}


def age_rating_of(text: str | None) -> str | None:
    """ComicInfo's rating that a text means (`"Teen (13+)"` → `"Teen"`), or None where it means none or says unknown."""
    if not text or len(text) > 100:
        return None
    plain = _plain(text)
    for candidate in (plain, plain.split(" (")[0], re.sub(r"^(?:rated|rating|ages?)\b[ :]*", "", plain)):
        if candidate.strip() in _BY_NAME:
            return _BY_NAME[candidate.strip()]
    return None

"""What is decided of a file without looking anything up."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from fumetto.kernel.index.analysis import words_of
from fumetto.kernel.index.stopwords import stop_words

LANGUAGES: Final = ("en", "fr", "it", "de", "es", "pt")
LOOKED_AT: Final = 20_000  # characters that a language is told from
ENOUGH: Final = 0.15  # share of function words, below which a text is in none of these


def named(filename: str) -> str:
    """A file's own name as it is shown: without folders and what does not print."""
    last = PurePosixPath(filename.replace("\\", "/")).name
    kept = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip()
    return kept[:200] or "document"


def title_of(filename: str) -> str:
    stem = PurePosixPath(filename).stem
    return " ".join(stem.replace("_", " ").split()) or filename


def language_told(texts: Iterable[str]) -> str | None:
    """The language whose function words a text has most of; None where that is none clearly."""
    words: list[str] = []
    size = 0
    for text in texts:
        words += words_of(text)
        size += len(text)
        if size > LOOKED_AT:
            break
    if len(words) < 5:
        return None
    shares = {one: sum(word in stop_words(one) for word in words) / len(words) for one in LANGUAGES}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= ENOUGH else None

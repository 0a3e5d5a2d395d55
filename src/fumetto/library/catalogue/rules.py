"""Pure decisions of the catalogue: how titles sort, fold and become addresses, and which language a reader gets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from slugify import slugify

ARTICLES = re.compile(
    r"^(?:the|an?|les?|la|l['’]|une?|das|der|die|il|lo|gli|i|el|los|las)(?:\s+|(?<=['’]))(?=\S)", re.IGNORECASE
)
NUMBERS = re.compile(r"\d+")
LONGEST_NUMBER = 12
LONGEST_TITLE = 512


def folded(text: str) -> str:
    """Without case and accents, as the `search_title` columns are."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not "\u0300" <= letter <= "\u036f").lower()


def sort_title_of(title: str) -> str:
    """What a title sorts by: folded, without a leading article, and with its numbers in order ("2" before "10")."""
    text = " ".join(folded(title).split())
    text = ARTICLES.sub("", text, count=1)
    return NUMBERS.sub(lambda found: found[0].lstrip("0").rjust(LONGEST_NUMBER, "0"), text)[:LONGEST_TITLE]


def slug_of(title: str, taken: Collection[str] = (), fallback: str = "series") -> str:
    """A short address for a title that is none of `taken`: `pepper-carrot`, then `pepper-carrot-2`."""
    base = slugify(title, max_length=100, word_boundary=True) or fallback
    slug, count = base, 1
    while slug in taken:
        count += 1
        slug = f"{base}-{count}"
    return slug


def spoken_number(number: Decimal | None) -> str | None:
    """An episode's number as people write it: `12`, `12.5`."""
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def best_language(wanted: Sequence[str | None], available: Collection[str]) -> str | None:
    """The first of `wanted` that is available, exactly or by its first subtag (`pt-BR` for `pt`), else None."""
    by_root: dict[str, str] = {}
    for there in sorted(available):
        by_root.setdefault(there.split("-")[0].lower(), there)
    for language in wanted:
        if language is None:
            continue
        if language in available:
            return language
        if (root := language.split("-")[0].lower()) in by_root:
            return by_root[root]
    return None


def title_for(reader_language: str | None, title: str, titles: Mapping[str, str]) -> str:
    """The title in the reader's language where there is one, else the episode's own."""
    language = best_language([reader_language], titles)
    return titles[language] if language else title

"""What names say about series and episodes, on top of what `metadata.naming` takes them apart into. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from fumetto.library.ingestion.books.names import IMAGE_TYPES
from fumetto.library.ingestion.metadata import naming

BOOK_SUFFIXES = frozenset({".cbz", ".zip", ".cbr", ".rar", ".cb7", ".7z", ".cbt", ".tar", ".pdf", ".epub"})
IMAGE_SUFFIXES = frozenset(f".{suffix}" for suffix in IMAGE_TYPES)

_PLACES = (
    r"volumes?|vols?|tom[eoi]|tomes|band|books?|livre|libro|seasons?|saisons?|staffel|stagion[ei]|episodes?|épisodes?|"
    r"episodi|episodio|puntat[ae]|folgen?|kapitel|chapters?|chapitres?|capitol[oi]|issues?|num[ée]ro|numero|parts?|"
    r"partie|parte|teil|eps?|chap|chp|ch|iss|no|nr|nº|n°|№|[cetvs]|pages?|images?|scans?|comics?|one-?shots?|specials?|"
    r"extras?|annuals?"
)
_GENERIC = re.compile(rf"(?:{_PLACES})?[\s._#-]*\d*(?:[.,]\d+)?", re.IGNORECASE)
_ARTICLES = frozenset(["the", "a", "an", "le", "la", "les", "l", "il", "lo", "gli", "i", "der", "die", "das"])
LARGEST_NUMBER = Decimal(899_999)  # numbers from here on belong to episodes that have none
YEARS_FROM = 1900  # a "volume" from here on is the year in which a series started
_TITLE_LIMIT = 512


@dataclass(frozen=True, slots=True)
class ParsedName:
    """What one name says; None where it says nothing."""

    series: str | None = None
    number: Decimal | None = None
    volume: int | None = None
    year: int | None = None
    title: str | None = None


def tidy(text: str) -> str:
    """One line of printable text without the underscores and repeated blanks of file names, at most 512 characters."""
    text = "".join(character if character.isprintable() else " " for character in text)
    if " " not in text.strip():
        text = text.replace("_", " ")
        if text.count(".") > 1:
            text = text.replace(".", " ")
    return re.sub(r"\s+", " ", text.replace("_", " ")).strip(" -–—_,;:.#").strip()[:_TITLE_LIMIT].strip()


def series_key(title: str) -> str:
    """Names of one series have one key: case, accents, punctuation, `&` for `and`, a leading article make no other."""
    folded = unicodedata.normalize("NFKD", title.casefold().replace("&", " and "))
    bare = (character for character in folded if not unicodedata.combining(character))
    words = "".join(character if character.isalnum() else " " for character in bare).split()
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    return " ".join(words)[:_TITLE_LIMIT] or title.casefold().strip()


def parse_name(name: str) -> ParsedName:
    """What the name of a book's file or folder says of its place. A volume is the number of a book that has no other.

    Never raises.
    """
    said = naming.parse_name(name)
    series = tidy(said.series or "")
    number = said.number
    if number is None and said.volume is not None and said.volume < YEARS_FROM:
        number = Decimal(said.volume)
    title = tidy(said.title or "") or (series if number is None else "")
    return ParsedName(None if is_generic(series) else series, number, said.volume, said.year, title or None)


def is_generic(name: str) -> bool:
    """`Volume 2`, `Season 1`, `03` or nothing at all: a name that needs the name above it."""
    return _GENERIC.fullmatch(name.strip()) is not None


def episode_title_in(text: str, number: Decimal | None) -> str | None:
    """The title in a title strip's text, such as `Episode 4 : Stroke of Genius` or `エピソード 4 : 天才のひらめき`.

    A short single line without that prefix is the title itself; anything longer is not one.
    """
    line = re.sub(r"\s+", " ", text).strip()
    head, colon, tail = re.sub("\uff1a", ":", line).partition(":")
    if colon and tail.strip():
        digits = "".join(str(unicodedata.decimal(character)) for character in head if character.isdecimal())
        if digits and (number is None or Decimal(digits) == number) and len(head.strip()) <= 40:
            return tidy(tail) or None
    return tidy(line) or None if 0 < len(line) <= 80 and not any(character.isdecimal() for character in line) else None


def usable_number(number: Decimal | None) -> Decimal | None:
    """The number to three decimals, or None when there is none or it is out of what a reading order can hold."""
    if number is None or not number.is_finite() or abs(number) > LARGEST_NUMBER:
        return None
    return number.quantize(Decimal("0.001"))

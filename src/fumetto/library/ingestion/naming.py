"""What the names of files and folders say: series, number, volume, year, title. Pure, and the last resort."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from fumetto.library.ingestion.books.names import IMAGE_TYPES

BOOK_SUFFIXES = frozenset({".cbz", ".zip", ".cbr", ".rar", ".cb7", ".7z", ".cbt", ".tar", ".pdf", ".epub"})
IMAGE_SUFFIXES = frozenset(f".{suffix}" for suffix in IMAGE_TYPES)

_EPISODE_WORDS = (
    r"episodes?|épisodes?|episodi|episodio|puntat[ae]|folgen?|kapitel|chapters?|chapitres?|capitol[oi]|issues?|num[ée]ro|numero|parts?|"
    r"partie|parte|teil|eps?|chap|chp|ch|iss|no|nr|nº|n°|№"
)
_VOLUME_WORDS = r"volumes?|vols?|tom[eoi]|tomes|band|books?|livre|libro|seasons?|saisons?|staffel|stagion[ei]"
_DIGITS = r"(-?\d{1,9}(?:[.,]\d{1,3})?)(?!\d)"

_MARKED = re.compile(rf"(?<![^\W\d_])(?:(?:{_EPISODE_WORDS})[\s._-]{{0,2}}#?|[cet](?=\d)){_DIGITS}", re.IGNORECASE)
_HASH = re.compile(rf"#\s?{_DIGITS}")
_CJK = re.compile(r"第\s?(\d{1,9}(?:\.\d{1,3})?)\s?[話话章回集卷巻]|(\d{1,9}(?:\.\d{1,3})?)\s?[화권話话]")
_VOLUME = re.compile(
    rf"(?<![^\W\d_])(?:(?:{_VOLUME_WORDS})[\s._-]{{0,2}}|[vs](?=\d))(\d{{1,4}})(?![\d.])", re.IGNORECASE
)
_YEAR = re.compile(r"[(\[]\s?((?:18|19|20)\d\d)(?:[-–/]\d{2,4}){0,2}\s?[)\]]")
_COUNT_OF = re.compile(r"\(?\bof\s+\d{1,4}\)?", re.IGNORECASE)
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_BARE = re.compile(r"(?<![\w.,])(-?\d{1,9}(?:[.,]\d{1,3})?)(?![\w.])")
_PLACES = (
    rf"{_VOLUME_WORDS}|{_EPISODE_WORDS}|[cetvs]|pages?|images?|scans?|comics?|one-?shots?|specials?|extras?|annuals?"
)
_GENERIC = re.compile(rf"(?:{_PLACES})?[\s._#-]*\d*(?:[.,]\d+)?", re.IGNORECASE)
_ARTICLES = frozenset(["the", "a", "an", "le", "la", "les", "l", "il", "lo", "gli", "i", "der", "die", "das"])
LARGEST_NUMBER = Decimal(899_999)  # numbers from here on belong to episodes that have none
_TITLE_LIMIT = 512


@dataclass(frozen=True, slots=True)
class ParsedName:
    """What one name says; None where it says nothing. `generic`: it names a place in a series, and no series."""

    series: str | None = None
    number: Decimal | None = None
    volume: int | None = None
    year: int | None = None
    title: str | None = None

    @property
    def generic(self) -> bool:
        return self.series is None


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts as people do: `2` before `10`, and neither case nor the composition of accents counts."""
    key: list[tuple[int, int, str]] = []
    text = name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()
    for part in re.split(r"(\d+)", text):
        if part.isdecimal():
            digits = part.lstrip("0")
            key.append((0, len(digits), digits))
        elif part:
            key.append((1, 0, part))
    return tuple(key)


def stem_of(name: str) -> str:
    """A book's name without its suffix; a folder's name as it is, however many full stops it has."""
    head, dot, suffix = name.rpartition(".")
    return head if dot and head and f".{suffix.lower()}" in BOOK_SUFFIXES else name


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
    """`Pepper and Carrot 01 - Potion of Flight (2014).cbz` is series, number, title, year. Never raises."""
    text = _spaced(unicodedata.normalize("NFC", stem_of(name)))
    year = int(found[1]) if (found := _YEAR.search(text)) else None
    text = _BRACKETED.sub(" ", _COUNT_OF.sub(" ", text))
    number, volume, cut = _number_in(text)
    if cut is None or number is None:
        whole = tidy(text) or None
        return ParsedName(series=whole, volume=volume, year=year, title=whole)
    series, title = tidy(text[: cut[0]]), tidy(text[cut[1] :])
    return ParsedName(None if is_generic(series) else series, number, volume, year, title or None)


def _spaced(text: str) -> str:
    """With blanks for what stands for blanks: `_`, and in a name without any blank `-` too, where it comes often."""
    text = "".join(character if character.isprintable() else " " for character in text)
    if " " not in text.strip():
        parts = text.split("_")
        text = " ".join(re.sub(r"(?<=\D)-(?=\D)", " ", part) if part.count("-") > 1 else part for part in parts)
    return text.replace("_", " ")


def _number_in(text: str) -> tuple[Decimal | None, int | None, tuple[int, int] | None]:
    """Number, volume, and the stretch of text that says them: what is before is the series, what is after the title."""
    number: Decimal | None = None
    cut: tuple[int, int] | None = None
    for pattern in (_HASH, _MARKED, _CJK):
        if found := pattern.search(text):
            number, cut = _number(next(group for group in found.groups() if group)), found.span()
            break
    if said := _VOLUME.search(text):
        volume = int(said[1])
        if cut is not None:
            return number, volume, (min(cut[0], said.start()), max(cut[1], said.end()))
        after = _BARE.search(text, said.end())
        if after and not text[said.end() : after.start()].strip(" -–—_,"):
            return _number(after[1]), volume, (said.start(), after.end())
        return Decimal(volume), volume, said.span()
    if cut is None and (bare := _bare_number(text)):
        return _number(bare[1]), None, bare.span()
    return number, None, cut


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


def number_text(number: Decimal) -> str:
    """`12.5`, `1`: as people write it, without the zeros that a column adds."""
    return f"{number.normalize():f}"


def usable_number(number: Decimal | None) -> Decimal | None:
    """The number to three decimals, or None when there is none or it is out of what a reading order can hold."""
    if number is None or not number.is_finite() or abs(number) > LARGEST_NUMBER:
        return None
    return number.quantize(Decimal("0.001"))


def _number(digits: str) -> Decimal | None:
    try:
        return Decimal(digits.replace(",", "."))
    except InvalidOperation:
        return None


def _bare_number(text: str) -> re.Match[str] | None:
    """Of several plain numbers, the one that counts: zero-padded, before a dash, in front of a title, else the last."""
    found = list(_BARE.finditer(text))
    if not found:
        return None
    for match in found:
        if re.match(r"-?0\d", match[1]):
            return match
    for match in found:
        if re.match(r"\s+[-–—]\s", text[match.end() :]):
            return match
    leads = not text[: found[0].start()].strip(" -–—_,")
    ends = not text[found[-1].end() :].strip(" -–—_,.")
    return found[0] if leads and not ends else found[-1]

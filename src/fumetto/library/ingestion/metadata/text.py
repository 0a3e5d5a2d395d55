"""Words and numbers out of metadata, made harmless: bounded, without markup and control characters."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

TITLE_CHARACTERS: Final = 500
TEXT_CHARACTERS: Final = 20_000
LIST_ENTRIES: Final = 200
_URL_CHARACTERS: Final = 2000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\r\n]+")
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z!?][^<>]{0,2000}>")
_NUMBER = re.compile(r"^#?\s*([+-]?)(\d{0,9})(?:[.,](\d{1,6}))?\s*([½¼¾⅓⅔]?)")
_WHOLE = re.compile(r"^\s*([+-]?\d{1,9})(?:\.0*)?\s*$")


def title_of(value: str | None) -> str | None:
    """One line of at most 500 characters, or None if nothing is left."""
    if not value:
        return None
    if len(value) <= TITLE_CHARACTERS and value.isprintable() and "  " not in value:
        return value.strip() or None
    text = _SPACES.sub(" ", _CONTROL.sub("", value[: TITLE_CHARACTERS * 4])).strip()
    return text[:TITLE_CHARACTERS] or None


def prose_of(value: str | None) -> str | None:
    """Plain text of a summary that may hold HTML: paragraphs kept as lines, everything else of markup gone."""
    if not value:
        return None
    text = _CONTROL.sub("", value[: TEXT_CHARACTERS * 4])
    if "<" in text or "&" in text:
        text = _BREAK.sub("\n", _HIDDEN.sub("", text))
        text = _CONTROL.sub("", html.unescape(_TAG.sub("", text)))
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    kept = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return kept[:TEXT_CHARACTERS] or None


def list_of(value: str | None) -> tuple[str, ...]:
    """The entries of a list separated by commas or semicolons, each once, in their order."""
    return unique(value[: TEXT_CHARACTERS * 4].replace(";", ",").split(",")) if value else ()


def unique(values: Iterable[str | None]) -> tuple[str, ...]:
    """Cleaned entries, each once whatever its case, in their order; at most 200."""
    found: dict[str, str] = {}
    for value in values:
        if (text := title_of(value)) and len(found) < LIST_ENTRIES:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())


def whole_of(value: str | None, least: int = 0, most: int = 2**31 - 1) -> int | None:
    """A whole number within bounds, or None: `""`, `-1` for unknown, and words are all None."""
    if value and (found := _WHOLE.match(value)):
        number = int(found.group(1))
        if least <= number <= most:
            return number
    return None


def number_of(value: str | None) -> Decimal | None:
    """The number that an issue number begins with (`12.5`, `#7`, `½`, `1A` → 1), to three places, or None."""
    if not value or not (found := _NUMBER.match(unicodedata.normalize("NFC", value.strip()))):
        return None
    sign, whole, decimals, fraction = found.groups()
    if not (whole or decimals or fraction):
        return None
    number = Decimal(whole or "0")
    if decimals:
        number += Decimal(f"0.{decimals}")
    if fraction:
        number += Decimal(repr(round(unicodedata.numeric(fraction), 3)))
    number = number.quantize(Decimal("0.001"))
    if number >= 100_000_000:
        return None
    number = -number if sign == "-" else number
    return number.to_integral_value() if number == number.to_integral_value() else number.normalize()


def number_text_of(value: str | None, number: Decimal | None) -> str | None:
    """The number as it is written, if that says more than the number does."""
    text = title_of(value)
    if text is None:
        return None
    text = text.lstrip("#").strip()[:32]
    plain = text.lstrip("0") or "0"
    return None if number is not None and plain in (format(number, "f"), f"0{number:f}") else text or None


def date_of(year: int | None, month: int | None, day: int | None) -> date | None:
    """A day, the first of the month if only that is known; None without a month or for a day that never was."""
    if not year or not month:
        return None
    try:
        return date(year, month, day or 1)
    except ValueError:
        return None


def iso_date_of(value: object) -> date | None:
    """The day that an ISO 8601 date or time names, or None."""
    text = value.isoformat() if isinstance(value, date) else str(value)
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def web_of(value: str | None) -> str | None:
    """The first address that is http or https, or None: nothing else becomes a link."""
    for word in (value or "")[: _URL_CHARACTERS * 4].split():
        if len(word) <= _URL_CHARACTERS and word.isprintable():
            try:
                parts = urlsplit(word)
            except ValueError:
                continue
            if parts.scheme in ("http", "https") and parts.netloc:
                return word
    return None

"""What the name of a file or folder says: series, number, volume, year, title, as people write them in many places.

`Saga of X v2 #012.5 (2014) (digital).cbz`, `Les Passagers T03 - La porte.cbr`, `第3話.zip`, `Vol. 2 Ch. 12`,
`Pepper and Carrot 01 - Potion of Flight`, `ep01_Potion-of-Flight`, `Corto Maltese n. 4 (1998) [ITA]`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from fumetto.kernel.text.languages import language_of
from fumetto.library.ingestion.metadata.model import BookMetadata
from fumetto.library.ingestion.metadata.text import number_of, number_text_of, title_of

_SUFFIX: Final = re.compile(r"\.(?:cb[z7rt]|zip|rar|7z|tar(?:\.\w{2,4})?|pdf|epub)$", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\(([^()]{0,200})\)|\[([^\[\]]{0,200})\]|\{([^{}]{0,200})\}|【([^【】]{0,200})】")
_YEAR: Final = re.compile(r"^(?:\w{3,9}\.? )?((?:18|19|20)\d\d)(?:[-–/](?:(?:18|19|20)?\d\d)?)?$")
_OF: Final = re.compile(r"^(?:of|de|di|von)\s+(\d{1,4})$", re.IGNORECASE)
_NUMBER: Final = r"(\d{1,5}(?:[.,]\d{1,3})?[a-z]?(?![\w.]*\d))"
_VOLUME: Final = re.compile(
    r"(?:^|[\s_.,-])(?:v|vol|vol\.|volume|tome|tomo|band|bd|bd\.|t|livre|book|s|season|saison|stagione)[ ._]?"
    r"(\d{1,4})(?=$|[\s_.,:#-])",
    re.IGNORECASE,
)
_WORDS: Final = (
    "chapter", "chapitre", "capitolo", "episode", "épisode", "episodio", "issue", "part", "partie", "parte", "heft",
    "folge", "hors série", "hors-série",
)  # fmt: skip
_ISSUE: Final = re.compile(
    r"(?:^|[\s_.,-])(?:#|c(?=\d)|n[°º.] ?|(?:no|nr|num|ch|chap|cap|ep)\.? ?|(?:"
    + "|".join(_WORDS)
    + r")[ _])"
    + _NUMBER,
    re.IGNORECASE,
)
_EASTERN_ISSUE: Final = re.compile(r"第?\s*(\d{1,5}(?:\.\d+)?)\s*(?:話|话|回|章|화|集)")
_EASTERN_VOLUME: Final = re.compile(r"第?\s*(\d{1,4})\s*(?:巻|卷|권|冊)")
_HASH: Final = re.compile(r"#\s*" + _NUMBER, re.IGNORECASE)
_LAST_NUMBER: Final = re.compile(r"(?:^|[\s_-])(\d{1,5}(?:\.\d{1,3})?[a-z]?)$", re.IGNORECASE)
_FIRST_NUMBER: Final = re.compile(r"^(\d{1,5}(?:\.\d{1,3})?)(?:\s*[-–—_.:]\s*|\s+|$)")
_MIDDLE_NUMBER: Final = re.compile(r"^(.*?\D)[\s_](\d{1,4}(?:\.\d{1,3})?)\s*[-–—:]\s+(.+)$")
_FRACTIONS: Final = {"½": "5", "¼": "25", "¾": "75", "⅓": "333", "⅔": "667"}
_FRACTION: Final = re.compile(r"(\d*)([½¼¾⅓⅔])")
_SEASON: Final = re.compile(r"(?:^|[\s_.-])s(\d{1,3})[ ._]?e(\d{1,4})(?=$|[\s_.,:-])", re.IGNORECASE)
_KANJI: Final = str.maketrans("〇一二三四五六七八九", "0123456789")
_KANJI_NUMBER: Final = re.compile(r"(?<=第)([一二三四五六七八九十百〇]+)(?=[話话回章巻卷集])")
_CHARACTERS: Final = 400


def parse_name(name: str) -> BookMetadata:
    """What a file's or folder's name (its last part, with or without suffix) says; `source` is "name"."""
    text = _FRACTION.sub(lambda found: f"{found.group(1) or 0}.{_FRACTIONS[found.group(2)]}", name[-_CHARACTERS:])
    text = unicodedata.normalize("NFKC", _SUFFIX.sub("", text))
    text = _KANJI_NUMBER.sub(lambda found: _kanji_number(found.group(1)), text)
    text, year, count, language = _without_brackets(text)
    if " " not in text.strip():
        text = text.replace("_", " ")
        text = re.sub(r"(?<=\D)-(?=\D)|(?<=\d)-(?=[A-Za-z]{3})", " ", text) if text.count("-") > 1 else text
    text = text.replace("_", " ")
    text = re.sub(r"\s+", " ", text).strip(" -–—,.")
    volume, number, before, after = _numbers(text)
    series, title = _names(before, after, found=number is not None or volume is not None)
    value = number_of(number)
    return BookMetadata(
        source="name",
        series=series,
        number=value,
        number_text=number_text_of(number, value),
        count=count,
        volume=volume,
        title=title,
        year=year,
        language=language,
    )


def _without_brackets(text: str) -> tuple[str, int | None, int | None, str | None]:
    """The name without what stands in brackets, and the year, count and language found there."""
    year = count = language = None
    for found in _BRACKETS.finditer(text):
        inside = next(part for part in found.groups() if part is not None).strip()
        if year is None and (match := _YEAR.match(inside)):
            year = int(match.group(1))
        elif count is None and (match := _OF.match(inside)):
            count = int(match.group(1))
        elif language is None and (2 <= len(inside) <= 3 or len(inside) > 4) and inside[:1].isalpha():
            language = language_of(inside) if inside.lower() not in ("f", "c2c", "hd", "sd") else None
    return _BRACKETS.sub(" ", text), year, count, language


def _numbers(text: str) -> tuple[int | None, str | None, str, str]:
    """Volume and number, what stands before the first of them, and what stands after the last."""
    spans: list[tuple[int, int]] = []
    volume = number = None
    if found := _SEASON.search(text):
        return int(found.group(1)), found.group(2), text[: found.start()], text[found.end() :]
    if found := _EASTERN_VOLUME.search(text) or _VOLUME.search(text):
        volume = int(found.group(1))
        spans.append(found.span())
    if found := _EASTERN_ISSUE.search(text) or _HASH.search(text) or _ISSUE.search(text):
        number = found.group(1)
        spans.append(found.span())
    if spans:
        first, last = min(spans)[0], max(end for _, end in spans)
        if number is None and (found := _FIRST_NUMBER.match(text[last:].lstrip(" -–—,."))) and volume is not None:
            rest = text[last:].lstrip(" -–—,.")
            return volume, found.group(1), text[:first], rest[found.end() :]
        if number is None and (found := _LAST_NUMBER.search(text[:first].rstrip(" -–—,."))) and volume is not None:
            return volume, found.group(1), text[: found.start()], text[last:]
        return volume, number, text[:first], text[last:]
    if found := _LAST_NUMBER.search(text):
        return None, found.group(1), text[: found.start()], ""
    if found := _MIDDLE_NUMBER.match(text):
        return None, found.group(2), found.group(1), found.group(3)
    if found := _FIRST_NUMBER.match(text):
        return None, found.group(1), "", text[found.end() :]
    return None, None, text, ""


def _names(before: str, after: str, *, found: bool) -> tuple[str | None, str | None]:
    series, title = _clean(before), _clean(after)
    if not found and series and " - " in series:
        first, _, rest = series.partition(" - ")
        return title_of(first.strip()), title_of(rest.strip())
    return title_of(series), title_of(title)


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" -–—,.:;_#")


def _kanji_number(text: str) -> str:
    """Japanese numerals up to 999 in digits: 十二 → 12, 二十 → 20, 一〇 → 10."""
    if "十" not in text and "百" not in text:
        return text.translate(_KANJI)
    total = 0
    hundreds, found, rest = text.partition("百")
    if found:
        total += 100 * int((hundreds or "一").translate(_KANJI))
    else:
        rest = text
    tens, found, ones = rest.partition("十")
    if found:
        total += 10 * int((tens or "一").translate(_KANJI))
    else:
        ones = rest
    return str(total + (int(ones.translate(_KANJI)) if ones else 0))

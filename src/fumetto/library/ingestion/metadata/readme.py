"""The README.md of a translation project of Pepper & Carrot: number, title, licence, and who did what."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from fumetto.kernel.text.languages import language_of
from fumetto.library.ingestion.metadata.model import BookMetadata, Credit
from fumetto.library.ingestion.metadata.text import number_of, title_of

_EPISODE: Final = re.compile(r"^#+\s*Episode\s+(\d{1,4}(?:\.\d+)?)\s*[:–-]\s*(.{1,300})$", re.MULTILINE | re.IGNORECASE)
_PROJECT: Final = re.compile(r"^#\s*(.{1,200}?)\s+translation project\s*$", re.MULTILINE | re.IGNORECASE)
_LICENSE: Final = re.compile(r"^\[(Creative Commons[^\]\n]{1,100})\]\((https?://[^)\s]{1,300})\)", re.MULTILINE)
_TRANSLATORS: Final = re.compile(r"^\*\s*([^:\n]{1,60}):\s*(.{1,500})$", re.MULTILINE)
_LINK: Final = re.compile(r"\[([^\]\n]{1,200})\]\([^)\n]{0,300}\)")
_BY: Final = re.compile(r"_by-([A-Za-z][\w-]{1,80}?)_E\d", re.IGNORECASE)


def parse_readme(data: bytes, languages: Collection[str], art: str) -> BookMetadata:
    """What the README beside the art says; `languages` are those whose translators are wanted, `art` a picture's name,
    which names the artist (`…_by-David-Revoy_E01.png`). Empty where it is another kind of README."""
    text = data[:65536].decode("utf-8", "replace")
    episode = _EPISODE.search(text)
    if episode is None:
        return BookMetadata()
    project, license_ = _PROJECT.search(text), _LICENSE.search(text)
    series = title_of(project.group(1)) if project else None
    by = _BY.search(art)
    author = by.group(1).replace("-", " ") if by else None
    credits = [Credit("artist", author)] if author else []
    for name, people in _TRANSLATORS.findall(text):
        language = language_of(name)
        if language in languages:
            who = title_of(_LINK.sub(r"\1", people))
            if who and who != author:
                credits.append(Credit("translator", who, language=language))
    return BookMetadata(
        source="readme",
        series=series,
        number=number_of(episode.group(1)),
        title=title_of(episode.group(2)),
        license=title_of(license_.group(1)) if license_ else None,
        attribution=f"{series} by {author}" if series and author else None,
        credits=tuple(credits),
    )

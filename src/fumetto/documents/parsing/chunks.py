"""Paragraphs joined to chunks of a few sentences: what is found, quoted and cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from fumetto.documents.parsing.model import Chunk, Paragraph

AIM: Final = 700  # characters of a chunk
MOST: Final = 1200
SECTION: Final = 500
SENTENCE: Final = re.compile(r"(?<=[.!?…»”])\s+(?=[^\s\d\W]|[\"“«¿¡(\d-])")


def chunked(paragraphs: Iterable[Paragraph]) -> Iterator[Chunk]:
    """A chunk never goes over the end of a section or a page."""
    gathered: list[str] = []
    at: tuple[int | None, tuple[str, ...]] = (None, ())
    for paragraph in paragraphs:
        here = (paragraph.page, paragraph.section)
        for text in pieces(" ".join(paragraph.text.split())):
            size = sum(map(len, gathered)) + len(gathered)
            if gathered and (here != at or size + len(text) > AIM):
                yield chunk(gathered, at)
                gathered = []
            at = here
            gathered.append(text)
    if gathered:
        yield chunk(gathered, at)


def chunk(gathered: list[str], at: tuple[int | None, tuple[str, ...]]) -> Chunk:
    return Chunk("\n".join(gathered), at[0], " › ".join(at[1])[:SECTION])


def pieces(text: str) -> Iterator[str]:
    """A paragraph as it is, or cut between sentences where it is too long; a sentence too long is cut between words."""
    if len(text) <= MOST:
        if text:
            yield text
        return
    gathered = ""
    for sentence in SENTENCE.split(text):
        rest = sentence
        while len(rest) > MOST:
            cut = rest.rfind(" ", MOST // 2, MOST)
            cut = MOST if cut < 0 else cut
            if gathered:
                yield gathered
                gathered = ""
            yield rest[:cut]
            rest = rest[cut:].strip()
        if gathered and len(gathered) + len(rest) > AIM:
            yield gathered
            gathered = rest
        else:
            gathered = f"{gathered} {rest}".strip()
    if gathered:
        yield gathered

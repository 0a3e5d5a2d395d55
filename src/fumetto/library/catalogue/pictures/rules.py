"""Pure decisions: which bytes stand for a page in a variant and a language."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fumetto.library.catalogue.addresses import version_of
from fumetto.library.catalogue.rules import best_language

SHOWN_BY_BROWSERS = frozenset({"image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"})


CHEAP_TO_REACH = frozenset({"folder", "cbz"})
"""Kinds of files in which every page is reached directly, and whose lists our own parser reads in this process."""


class Variant(StrEnum):
    DISPLAY = "display"  # as it is read: lettered in the language asked for, in a format browsers show
    ORIGINAL = "original"  # the bytes in the reader's file
    THUMBNAIL = "thumbnail"
    ART = "art"  # as it is read, without lettering


class From(StrEnum):
    FILE = "file"  # the bytes in the reader's file
    STORAGE = "storage"
    MAKING = "making"  # they have to be made now


@dataclass(frozen=True, slots=True)
class Lettering:
    """One language of a page that has art and lettering apart. `member` is the lettering's name in the book."""

    language: str
    member: str | None
    fingerprint: str
    image_key: str | None
    thumbnail_key: str | None
    usable: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page's bytes are: a file or folder, the name inside it, and the root it may not lead out of."""

    path: Path
    root: Path
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is known of one page, as far as its picture goes. `place` is None when its file is nowhere to be found.

    `following` names the next pages, where reading one page of the file means unpacking those before it.
    """

    page_id: uuid.UUID
    order_index: int
    member: str
    media_type: str
    fingerprint: str
    image_key: str | None
    thumbnail_key: str | None
    language: str | None
    letterings: tuple[Lettering, ...]
    place: Place | None
    following: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        return version_of(self.fingerprint, [one.fingerprint for one in self.letterings])


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a picture comes from. `key` names the stored object; `lettering` is what is laid over the art."""

    source: From
    variant: Variant
    key: str | None = None
    lettering: Lettering | None = None


def choose(facts: PageFacts, variant: Variant, language: str | None) -> Choice:
    """What to send for a page. Without a language, or with one there is no lettering in, the original's is taken.

    A lettering that could not be read costs itself only: the art is sent in its place.
    """
    if variant is Variant.ORIGINAL:
        return Choice(From.FILE, variant)
    lettering = None if variant is Variant.ART else spoken(facts, language)
    if variant is Variant.THUMBNAIL:
        key = lettering.thumbnail_key if lettering else facts.thumbnail_key
        return Choice(From.STORAGE if key else From.MAKING, variant, key, lettering)
    key = lettering.image_key if lettering else facts.image_key
    if key:
        return Choice(From.STORAGE, variant, key, lettering)
    if lettering is None and facts.media_type in SHOWN_BY_BROWSERS:
        return Choice(From.FILE, variant)
    return Choice(From.MAKING, variant, None, lettering)


def spoken(facts: PageFacts, language: str | None) -> Lettering | None:
    """The lettering in the language asked for, else in the original's, else in any."""
    usable = {one.language: one for one in facts.letterings if one.usable and (one.member or one.image_key)}
    chosen = best_language([language, facts.language, "en"], usable) or min(usable, default=None)
    return usable[chosen] if chosen else None

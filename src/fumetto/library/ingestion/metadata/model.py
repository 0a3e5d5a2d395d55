"""What a book says about itself, whichever scheme says it. Every field may be absent."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

DirectionName = Literal["ltr", "rtl", "vertical"]  # the values of catalogue.Direction, which would import the database


class Credit(NamedTuple):
    """Somebody's part in a book. Roles are lower-case English words (`writer`, `penciller`, `translator` ...)."""

    role: str
    name: str
    url: str | None = None
    language: str | None = None

    def as_dict(self) -> dict[str, str]:
        """For JSONB: `role` and `name`, and `url` and `language` where there is one."""
        return {key: value for key, value in self._asdict().items() if value is not None}


class PageMark(NamedTuple):
    """What the metadata says of one page; None where it says nothing."""

    kind: Literal["cover", "title", "story", "credits"] | None = None
    double: bool | None = None


@dataclass(frozen=True, slots=True)
class BookMetadata:
    """Everything that schemes agree on. `source` names the scheme of the most trusted part.

    `number` is the number to sort by (`Decimal("12.5")`), `number_text` what to show where it is more than a number
    (`"12A"`). `languages` are BCP 47 tags of all languages that the book can be read in, `language` the one it says it
    is in. `published` is a day; `year` may be known without it. Texts are plain, without markup.
    """

    source: str = ""
    series: str | None = None
    number: Decimal | None = None
    number_text: str | None = None
    count: int | None = None
    volume: int | None = None
    title: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    summary: str | None = None
    language: str | None = None
    languages: tuple[str, ...] = ()
    direction: DirectionName | None = None
    published: date | None = None
    year: int | None = None
    publisher: str | None = None
    imprint: str | None = None
    format: str | None = None
    credits: tuple[Credit, ...] = ()
    tags: tuple[str, ...] = ()
    characters: tuple[str, ...] = ()
    story_arc: str | None = None
    age_rating: str | None = None
    web: str | None = None
    gtin: str | None = None
    license: str | None = None
    attribution: str | None = None
    credits_url: str | None = None
    commentary_url: str | None = None
    slug: str | None = None
    black_and_white: bool | None = None
    page_count: int | None = None
    page_kinds: Mapping[int, PageMark] = field(default_factory=dict)

    def filled_from(self, other: BookMetadata) -> BookMetadata:
        """This, with what is absent taken from `other`. Numbers and dates are taken as pairs, never mixed."""
        if not self.source:
            return other
        taken: dict[str, object] = {}
        for name in FIELDS:
            if _absent(getattr(self, name)) and not _absent(value := getattr(other, name)):
                taken[name] = value
        if self.number is not None:
            taken.pop("number_text", None)
        if self.year is not None:
            taken.pop("published", None)
        return dataclasses.replace(self, **taken) if taken else self  # type: ignore[arg-type]  # fields by their names


FIELDS = tuple(f.name for f in dataclasses.fields(BookMetadata))


def _absent(value: object) -> bool:
    return value is None or value == "" or value == () or value == {}

"""`metadata.yaml` of the acquired layout (docs/reference/acquired-layout.md), read back however it was edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml

from fumetto.kernel.text.languages import language_of
from fumetto.library.ingestion.metadata.ages import age_rating_of
from fumetto.library.ingestion.metadata.model import BookMetadata, Credit, DirectionName
from fumetto.library.ingestion.metadata.text import (
    iso_date_of,
    number_of,
    number_text_of,
    prose_of,
    title_of,
    unique,
    web_of,
)
from fumetto.library.ingestion.metadata.xml import XmlUnreadable

_BYTES: Final = 256 * 1024
_DIRECTIONS: Final[dict[str, DirectionName]] = {"ltr": "ltr", "rtl": "rtl", "vertical": "vertical"}
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PARSER: Final = getattr(yaml, "CLoader", yaml.Loader)


def parse_acquired(data: bytes) -> BookMetadata:
    """What a `metadata.yaml` says; fields of the wrong kind are absent. Raises XmlUnreadable for what is no mapping."""
    found = _load(data)
    titles = {
        tag: title
        for code, value in _mapping(found.get("titles")).items()
        if (tag := language_of(str(code))) and (title := title_of(_text(value)))
    }
    number_text = _text(found.get("episode_number"))
    number = number_of(number_text)
    language = language_of(_text(found.get("language")) or "")
    published = iso_date_of(found.get("published_at"))
    languages = (language_of(str(code)) for code in _sequence(found.get("languages")))
    return BookMetadata(
        source="acquired",
        slug=title_of(_text(found.get("slug"))),
        series=title_of(_text(found.get("series"))),
        number=number,
        number_text=number_text_of(number_text, number),
        title=title_of(_text(found.get("title"))),
        titles=titles,
        summary=prose_of(_text(found.get("summary"))),
        language=language,
        languages=tuple(dict.fromkeys(tag for tag in languages if tag)),
        direction=_DIRECTIONS.get(str(found.get("direction"))),
        published=published,
        year=published.year if published else None,
        publisher=title_of(_text(found.get("publisher"))),
        credits=_credits(found.get("credits")),
        tags=unique(_text(tag) for tag in _sequence(found.get("tags"))),
        age_rating=age_rating_of(_text(found.get("age_rating"))),
        web=web_of(_text(found.get("source_url"))),
        license=title_of(_text(found.get("license"))),
        attribution=prose_of(_text(found.get("attribution"))),
        credits_url=web_of(_text(found.get("credits_url"))),
        commentary_url=web_of(_text(found.get("commentary_url"))),
    )


def _load(data: bytes) -> Mapping[Any, Any]:
    if len(data) > _BYTES:
        raise XmlUnreadable(reason="it is far too large")
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(data, Loader=_PARSER)):
            raise XmlUnreadable(reason="it refers to parts of itself")
        found = yaml.load(data, Loader=_LOADER)  # noqa: S506  # the safe loader, in C where there is one
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise XmlUnreadable(reason=str(error)[:200]) from error
    if not isinstance(found, Mapping):
        raise XmlUnreadable(reason="it holds no fields")
    return found


def _credits(value: object) -> tuple[Credit, ...]:
    """A list of `{role, name, url?, language?}`, or the publisher's own mapping of roles to names."""
    credits: list[Credit] = []
    if isinstance(value, Mapping):
        for role, names in value.items():
            credits += [Credit(str(role).lower(), name) for name in unique(_text(name) for name in _sequence(names))]
    for entry in _sequence(value):
        if isinstance(entry, Mapping) and (name := title_of(_text(entry.get("name")))):
            role = title_of(_text(entry.get("role"))) or "contributor"
            language = language_of(_text(entry.get("language")) or "")
            credits.append(Credit(role.lower(), name, web_of(_text(entry.get("url"))), language))
    return tuple(dict.fromkeys(credits))[:500]


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if isinstance(value, Mapping) or value is None else [value]


def _text(value: object) -> str | None:
    """A scalar as it is written; YAML makes `no` and `1.10` something else, so numbers go through their own words."""
    if value is None or isinstance(value, (Mapping, list, bool)):
        return None
    return str(value)

"""Schemes that few books use, read by comicbox: CoMet, MetronInfo, ComicBookInfo, and comicbox's own JSON and YAML.

comicbox takes more than a second to import: it is imported when the first such book is met, in a parser process.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from fumetto.kernel.text.languages import language_of
from fumetto.library.ingestion.metadata.ages import age_rating_of
from fumetto.library.ingestion.metadata.model import BookMetadata, Credit, DirectionName, PageMark
from fumetto.library.ingestion.metadata.text import (
    number_of,
    number_text_of,
    prose_of,
    title_of,
    unique,
    web_of,
    whole_of,
)
from fumetto.library.ingestion.metadata.xml import XmlUnreadable, parse_xml

# File names, in lower case, with comicbox's name for the scheme and ours
SCHEMES: Final = {
    "metroninfo.xml": ("METRON_INFO", "metroninfo"),
    "comet.xml": ("COMET", "comet"),
    "comic-book-info.json": ("COMIC_BOOK_INFO", "comicbookinfo"),
    "comicbox.json": ("COMICBOX_JSON", "comicbox"),
    "comicbox.yaml": ("COMICBOX_YAML", "comicbox"),
    "comicbox-cli.yaml": ("COMICBOX_CLI_YAML", "comicbox"),
}
_DIRECTIONS: Final[dict[str, DirectionName]] = {"ltr": "ltr", "rtl": "rtl", "ttb": "vertical"}
_MANY: Final = 200


def parse_foreign(name: str, data: bytes) -> BookMetadata:
    """What a sidecar of that name says. Raises XmlUnreadable where it says nothing that can be understood."""
    scheme, source = SCHEMES[name]
    if name.endswith(".xml"):
        parse_xml(data)  # refuses what declares entities, before another parser sees it
    found = _load(data, scheme)
    if not found:
        raise XmlUnreadable(reason="nothing in it is understood")
    return from_comicbox(found, source)


def parse_comment(comment: bytes) -> BookMetadata | None:
    """ComicBookInfo, which lies in the comment of an archive; None for any other comment."""
    if not comment.lstrip().startswith(b"{") or b"ComicBookInfo" not in comment:
        return None
    found = _load(comment, "COMIC_BOOK_INFO")
    return from_comicbox(found, "comicbookinfo") if found else None


def _load(data: bytes, scheme: str) -> Mapping[str, Any]:
    from comicbox.box import Comicbox
    from comicbox.formats import MetadataFormats

    try:
        with Comicbox(metadata=data, fmt=MetadataFormats[scheme], config=_config()) as box:
            inside = box.to_dict().get("comicbox")
    except MemoryError:
        raise
    except Exception as error:  # what its many schemas make of rubbish is not foreseeable
        raise XmlUnreadable(reason=type(error).__name__) from error
    return inside if isinstance(inside, Mapping) else {}


@cache
def _config() -> Any:
    from comicbox.config import get_config
    from loguru import logger

    logger.disable("comicbox")  # what it has to say about a file is in the book's warnings
    return get_config(None, box=True)


def from_comicbox(found: Mapping[str, Any], source: str) -> BookMetadata:
    """Our metadata from comicbox's own form (its schema, version 2)."""
    issue, series = _inside(found, "issue"), _inside(found, "series")
    volume, when = _inside(found, "volume"), _inside(found, "date")
    number = issue.get("number")
    number = number_of(str(number)) if isinstance(number, (int, float, Decimal)) else number_of(issue.get("name"))
    day = when.get("cover_date") or when.get("store_date")
    urls = found.get("urls")
    web = " ".join(map(str, urls)) if isinstance(urls, (list, tuple)) else " ".join(map(str, urls or ()))
    identifiers = _inside(found, "identifiers")
    isbn = _inside(identifiers, "isbn").get("key") or _inside(identifiers, "upc").get("key")
    return BookMetadata(
        source=source,
        series=title_of(_text(series.get("name"))),
        number=number,
        number_text=number_text_of(_text(issue.get("name")), number),
        count=whole_of(_text(volume.get("issue_count")), 1),
        volume=whole_of(_text(volume.get("number")), 0),
        title=title_of(_text(found.get("title"))),
        summary=prose_of(_text(found.get("summary"))),
        language=language_of(_text(found.get("language")) or ""),
        direction=_DIRECTIONS.get(str(found.get("reading_direction") or "")),
        published=day if isinstance(day, date) else None,
        year=whole_of(_text(when.get("year")), 1000, 9999),
        publisher=title_of(_text(_inside(found, "publisher").get("name"))),
        imprint=title_of(_text(_inside(found, "imprint").get("name"))),
        format=title_of(_text(found.get("original_format"))),
        credits=tuple(_credits(_inside(found, "credits")))[:_MANY],
        tags=unique([*map(str, _inside(found, "genres")), *map(str, _inside(found, "tags"))]),
        characters=unique(map(str, _inside(found, "characters"))),
        story_arc=title_of(", ".join(map(str, _inside(found, "arcs")))),
        age_rating=age_rating_of(_text(found.get("age_rating"))),
        web=web_of(web),
        gtin=title_of(_text(isbn)),
        license=title_of(_text(found.get("rights"))),
        black_and_white=found["monochrome"] if isinstance(found.get("monochrome"), bool) else None,
        page_count=whole_of(_text(found.get("page_count")), 1),
        page_kinds=_marks(_inside(found, "pages")),
    )


def _credits(people: Mapping[Any, Any]) -> list[Credit]:
    return [
        Credit(str(role).lower(), name)
        for person, about in people.items()
        if (name := title_of(str(person)))
        for role in (_inside(about, "roles") if isinstance(about, Mapping) else {}) or ("contributor",)
    ]


def _marks(pages: Mapping[Any, Any]) -> dict[int, PageMark]:
    marks: dict[int, PageMark] = {}
    for index, about in pages.items():
        if isinstance(index, int) and index >= 0 and isinstance(about, Mapping):
            kind = {"FrontCover": "cover", "Story": "story"}.get(str(about.get("page_type")))
            double = about.get("double_page")
            if kind or double is True:
                marks[index] = PageMark(kind, double if isinstance(double, bool) else None)  # type: ignore[arg-type]  # the two literals above
    return marks


def _inside(found: Mapping[Any, Any], key: str) -> Mapping[Any, Any]:
    value = found.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return None if value is None or isinstance(value, (Mapping, list, tuple, set)) else str(value)

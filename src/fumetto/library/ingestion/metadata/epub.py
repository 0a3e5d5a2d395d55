"""The metadata of an EPUB package document: Dublin Core, its refinements, and calibre's series."""

from __future__ import annotations

from typing import Final

from lxml import etree

from fumetto.kernel.text.languages import language_of_code
from fumetto.library.ingestion.metadata.model import BookMetadata, Credit, DirectionName
from fumetto.library.ingestion.metadata.text import iso_date_of, number_of, prose_of, title_of, unique, web_of, whole_of
from fumetto.library.ingestion.metadata.xml import local_name

ROLES: Final = {
    "aut": "writer", "art": "artist", "ill": "artist", "pen": "penciller", "ink": "inker", "clr": "colorist",
    "ltr": "letterer", "let": "letterer", "cov": "cover artist", "edt": "editor", "trl": "translator", "adp": "adapter",
}  # fmt: skip
_KEPT: Final = frozenset(
    {"title", "language", "publisher", "date", "description", "subject", "rights", "identifier", "source"}
)


def read_package(package: etree._Element) -> BookMetadata:
    """What a package document says about its book; never raises."""
    values: dict[str, list[str]] = {}
    people: list[tuple[etree._Element, str]] = []
    refined: dict[str, dict[str, str]] = {}
    named: dict[str, str] = {}
    series, position = None, None
    direction: DirectionName | None = None
    for element in package.iter():
        name, text = local_name(element), (element.text or "").strip()
        if name in ("creator", "contributor") and text:
            people.append((element, name))
        elif name == "meta":
            target, key = (element.get("refines") or "").lstrip("#"), element.get("property") or ""
            if target:
                refined.setdefault(target, {})[key] = text
            elif key == "belongs-to-collection" and text and series is None:
                series, position = text, element.get("id")
            elif key == "rendition:flow" and text == "scrolled-continuous":
                direction = "vertical"
            if element.get("name"):
                named.setdefault(str(element.get("name")), str(element.get("content") or ""))
        elif name == "spine" and element.get("page-progression-direction") == "rtl":
            direction = direction or "rtl"
        elif text and name in _KEPT:
            values.setdefault(name, []).append(text)
    number_text = refined.get(position or "", {}).get("group-position") or named.get("calibre:series_index")
    published = iso_date_of(values["date"][0]) if values.get("date") else None
    isbn = next((value for value in values.get("identifier", ()) if "isbn" in value.lower()), None)

    def first(key: str) -> str | None:
        return values.get(key, [None])[0]

    return BookMetadata(
        source="epub",
        series=title_of(series or named.get("calibre:series")),
        number=number_of(number_text),
        title=title_of(first("title")),
        summary=prose_of(first("description")),
        language=language_of_code((first("language") or "")[:35]),
        direction=direction,
        published=published,
        year=published.year if published else whole_of((first("date") or "")[:4], 1000, 9999),
        publisher=title_of(first("publisher")),
        credits=tuple(dict.fromkeys(_credit(element, kind, refined) for element, kind in people[:100])),
        tags=unique(values.get("subject", ())),
        web=web_of(first("source")),
        gtin=title_of(isbn),
        license=title_of(first("rights")),
    )


def _credit(element: etree._Element, kind: str, refined: dict[str, dict[str, str]]) -> Credit:
    code = (
        element.get("{http://www.idpf.org/2007/opf}role") or refined.get(element.get("id") or "", {}).get("role") or ""
    )
    role = ROLES.get(code.strip().lower(), "writer" if kind == "creator" else "contributor")
    return Credit(role, title_of(element.text) or "")

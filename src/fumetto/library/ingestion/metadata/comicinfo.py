"""ComicInfo.xml: read as tolerantly as people write it, written exactly as its schema has it (versions 1.0 to 2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from lxml import etree

from fumetto.kernel.text.languages import language_of
from fumetto.library.ingestion.metadata.ages import AGE_RATINGS, age_rating_of
from fumetto.library.ingestion.metadata.model import BookMetadata, Credit, DirectionName, PageMark
from fumetto.library.ingestion.metadata.text import (
    date_of,
    list_of,
    number_of,
    number_text_of,
    prose_of,
    title_of,
    unique,
    web_of,
    whole_of,
)
from fumetto.library.ingestion.metadata.xml import local_name, parse_xml

ROLES: Final = {
    "writer": "writer", "penciller": "penciller", "inker": "inker", "colorist": "colorist", "letterer": "letterer",
    "coverartist": "cover artist", "editor": "editor", "translator": "translator",
}  # fmt: skip
_PAGES: Final = 20_000
_BOOLEANS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def parse_comicinfo(data: bytes) -> BookMetadata:
    """What a ComicInfo.xml says. Raises XmlUnreadable only if there is no XML in it.

    Case of names, namespaces, order, unknown and repeated elements do not matter; empty or senseless values are absent.
    """
    root = parse_xml(data)
    values: dict[str, str] = {}
    marks: dict[int, PageMark] = {}
    credits: list[Credit] = []
    for element in root:
        name = local_name(element)
        if name == "pages":
            marks = _marks(element)
            continue
        text = element.text if not len(element) else "".join(str(part) for part in element.itertext())
        if text and (text := text.strip()):
            if name in ROLES:
                credits += [Credit(ROLES[name], person) for person in list_of(text)]
            values.setdefault(name, text)
    return _metadata(values, tuple(dict.fromkeys(credits)), marks)


def _metadata(values: dict[str, str], credits: tuple[Credit, ...], marks: dict[int, PageMark]) -> BookMetadata:
    get = values.get
    number = number_of(get("number"))
    year = whole_of(get("year"), 1000, 9999)
    tags = unique([*list_of(get("genre")), *list_of(get("tags"))])
    language = get("languageiso")
    black_and_white = get("blackandwhite", "").lower()
    return BookMetadata(
        source="comicinfo",
        series=title_of(get("series")),
        number=number,
        number_text=number_text_of(get("number"), number),
        count=whole_of(get("count"), 1),
        volume=whole_of(get("volume"), 0),
        title=title_of(get("title")),
        summary=prose_of(get("summary")),
        language=language_of(language) if language else None,
        direction=_direction(get("manga", ""), get("format", ""), tags),
        published=date_of(year, whole_of(get("month"), 1, 12), whole_of(get("day"), 1, 31)),
        year=year,
        publisher=title_of(get("publisher")),
        imprint=title_of(get("imprint")),
        format=title_of(get("format")),
        credits=credits,
        tags=tags,
        characters=list_of(get("characters")),
        story_arc=title_of(get("storyarc")),
        age_rating=age_rating_of(get("agerating")),
        web=web_of(get("web")),
        gtin=title_of(get("gtin")),
        black_and_white={"yes": True, "no": False}.get(black_and_white),
        page_count=whole_of(get("pagecount"), 1),
        page_kinds=marks,
    )


def _direction(manga: str, layout: str, tags: Sequence[str]) -> DirectionName | None:
    if manga.lower().replace(" ", "") == "yesandrighttoleft":
        return "rtl"
    words = {layout.casefold(), *(tag.casefold() for tag in tags)}
    return "vertical" if words & {"webtoon", "webtoons", "long strip"} else None


def _marks(pages: etree._Element) -> dict[int, PageMark]:
    marks: dict[int, PageMark] = {}
    for page in pages:
        if len(marks) >= _PAGES:
            break
        if "Image" in page.attrib:
            image, kind_text, double_text = page.get("Image"), page.get("Type"), page.get("DoublePage")
        else:
            lowered = {str(key).lower(): str(value) for key, value in page.attrib.items()}
            image, kind_text, double_text = lowered.get("image"), lowered.get("type"), lowered.get("doublepage")
        index = whole_of(image, 0, _PAGES)
        if index is None:
            continue
        kinds = (kind_text or "").lower().split()
        double = _BOOLEANS.get((double_text or "").strip().lower())
        kind = "cover" if "frontcover" in kinds else "story" if "story" in kinds else None
        if kind or double:
            marks[index] = PageMark(kind, double)  # type: ignore[arg-type]  # the two literals above
    return marks


def write_comicinfo(metadata: BookMetadata, page_sizes: Sequence[tuple[int, int, int]] = ()) -> bytes:
    """ComicInfo.xml of schema 2.0, UTF-8, for a download; `page_sizes` are (bytes, width, height) by page, 0: unknown.

    What 2.0 has no element for keeps a place: translators, licence, attribution and addresses go into Notes.
    """
    root = etree.Element("ComicInfo")

    def add(name: str, value: object) -> None:
        if value is not None and value != "":
            etree.SubElement(root, name).text = _writable(str(value))

    add("Title", metadata.title)
    add("Series", metadata.series)
    add("Number", metadata.number_text or (_plain_number(metadata.number) if metadata.number is not None else None))
    add("Count", metadata.count)
    add("Volume", metadata.volume)
    add("Summary", metadata.summary)
    add("Notes", _notes(metadata))
    published = metadata.published
    add("Year", published.year if published else metadata.year)
    add("Month", published.month if published else None)
    add("Day", published.day if published else None)
    for role, name in _WRITTEN_ROLES:
        add(
            name,
            ", ".join(
                dict.fromkeys(credit.name.replace(",", "") for credit in metadata.credits if credit.role == role)
            ),
        )
    add("Publisher", metadata.publisher)
    add("Imprint", metadata.imprint)
    add("Genre", ", ".join(tag.replace(",", "") for tag in metadata.tags))
    add("Web", metadata.web or metadata.credits_url)
    add("PageCount", metadata.page_count or len(page_sizes) or None)
    add("LanguageISO", metadata.language)
    add("Format", metadata.format)
    if metadata.black_and_white is not None:
        add("BlackAndWhite", "Yes" if metadata.black_and_white else "No")
    add("Manga", "YesAndRightToLeft" if metadata.direction == "rtl" else None)
    add("Characters", ", ".join(name.replace(",", "") for name in metadata.characters))
    add("StoryArc", metadata.story_arc)
    add("AgeRating", metadata.age_rating if metadata.age_rating in AGE_RATINGS else None)
    _write_pages(root, metadata, page_sizes)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


_WRITTEN_ROLES: Final = (
    ("writer", "Writer"), ("penciller", "Penciller"), ("inker", "Inker"), ("colorist", "Colorist"),
    ("letterer", "Letterer"), ("cover artist", "CoverArtist"), ("editor", "Editor"),
)  # fmt: skip


def _write_pages(root: etree._Element, metadata: BookMetadata, page_sizes: Sequence[tuple[int, int, int]]) -> None:
    count = max(len(page_sizes), max(metadata.page_kinds, default=-1) + 1)
    if not count:
        return
    pages = etree.SubElement(root, "Pages")
    for index in range(count):
        mark = metadata.page_kinds.get(index, PageMark())
        page = etree.SubElement(pages, "Page", Image=str(index))
        if mark.kind is not None:
            page.set("Type", {"cover": "FrontCover", "story": "Story", "title": "Other", "credits": "Other"}[mark.kind])
        if mark.double:
            page.set("DoublePage", "true")
        if index < len(page_sizes):
            size, width, height = page_sizes[index]
            for name, value in (("ImageSize", size), ("ImageWidth", width), ("ImageHeight", height)):
                if value > 0:
                    page.set(name, str(value))


def _notes(metadata: BookMetadata) -> str:
    others = {role for role, _ in _WRITTEN_ROLES}
    parts = [f"{credit.role.capitalize()}: {credit.name}" for credit in metadata.credits if credit.role not in others]
    parts += [
        part for part in (metadata.attribution, metadata.license, metadata.credits_url, metadata.commentary_url) if part
    ]
    return "\n".join(parts)


def _plain_number(number: Decimal) -> str:
    return format(number, "f")


def _writable(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
    )

"""What a PDF says about itself: an attached ComicInfo.xml, one among its keywords, and its information dictionary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fumetto.library.ingestion.metadata.comicinfo import parse_comicinfo
from fumetto.library.ingestion.metadata.model import BookMetadata, Credit
from fumetto.library.ingestion.metadata.text import date_of, list_of, prose_of, title_of
from fumetto.library.ingestion.metadata.xml import XmlUnreadable

if TYPE_CHECKING:
    from fumetto.library.ingestion.books.pdf import PdfContainer

_DATE = re.compile(r"^D:(\d{4})(\d{2})?(\d{2})?")
_MACHINES = re.compile(r"^\(?(?:https?://|anonymous|unknown|untitled|unspecified)\)?$|^https?://", re.IGNORECASE)


def describe_pdf(container: PdfContainer) -> BookMetadata:
    """Never raises. Dates of making are not dates of publishing: only the year is taken, and none of the epoch."""
    information = container.information()
    keywords = information.get("Keywords", "")
    found = BookMetadata()
    for data in (container.attachment("comicinfo.xml"), keywords.encode() if "<ComicInfo" in keywords else None):
        if data is not None:
            try:
                found = found.filled_from(parse_comicinfo(data))
            except XmlUnreadable:
                continue
    return found.filled_from(read_information(information))


def read_information(information: dict[str, str]) -> BookMetadata:
    keywords = information.get("Keywords", "")
    made = _DATE.match(information.get("CreationDate", ""))
    year = int(made.group(1)) if made and 1970 < int(made.group(1)) < 2100 else None
    return BookMetadata(
        source="pdf",
        title=_said(information.get("Title")),
        summary=prose_of(_said(information.get("Subject"))),
        year=year if date_of(year, 1, 1) else None,
        credits=tuple(Credit("writer", name) for name in list_of(_said(information.get("Author")))),
        tags=list_of(keywords) if "<" not in keywords else (),
    )


def _said(value: str | None) -> str | None:
    """What a person is likely to have written, not the program that made the file."""
    text = title_of(value)
    return None if text is None or _MACHINES.match(text) else text

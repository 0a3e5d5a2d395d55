"""CoMet, MetronInfo, ComicBookInfo and comicbox's own files, where there is no ComicInfo."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fumetto.library.ingestion.books import BookMetadata, open_book
from fumetto.library.ingestion.metadata.foreign import parse_comment, parse_foreign
from fumetto.library.ingestion.metadata.xml import XmlUnreadable
from tests.builders.archives import picture, zip_of
from tests.shared_data import shared_data

SIDECARS = {"metroninfo.xml": "MetronInfo", "comet.xml": "CoMet", "comic-book-info.json": "", "comicbox.json": ""}
COMMENT = (
    b'{"appID": "x", "ComicBookInfo/1.0": {"series": "Captain Science", "title": "The Beginning", '
    b'"issue": 1, "volume": 1950,'
    b'"publicationMonth": 11, "publicationYear": 1950, "credits": [{"person": "Joe Orlando", "role": "Writer"}]}}'
)


@pytest.mark.shared_data
@pytest.mark.parametrize("name", sorted(SIDECARS))
def test_each_scheme_tells_series_number_and_people(name: str) -> None:
    found = parse_foreign(name, shared_data("archives/comicbox/metadata", name).read_bytes())
    assert (found.series, found.number) == ("Captain Science", Decimal(1))
    assert ("writer", "Joe Orlando") in [(credit.role, credit.name) for credit in found.credits]
    assert "Science Fiction" in found.tags
    assert found.year == 1950


@pytest.mark.shared_data
def test_metroninfo_in_an_archive_is_read_where_no_comicinfo_is(tmp_path: Path) -> None:
    metron = shared_data("archives/comicbox/metadata/metroninfo.xml").read_bytes()
    with open_book(zip_of(tmp_path / "a.cbz", {"1.png": picture(), "MetronInfo.xml": metron})) as book:
        assert (book.metadata.source, book.metadata.age_rating) == ("metroninfo", "MA15+")
        assert book.metadata.published == date(1950, 11, 1)
    both = {
        "1.png": picture(),
        "MetronInfo.xml": metron,
        "ComicInfo.xml": b"<ComicInfo><Series>Other</Series></ComicInfo>",
    }
    with open_book(zip_of(tmp_path / "b.cbz", both)) as book:
        assert (book.metadata.source, book.metadata.series, book.metadata.year) == ("comicinfo", "Other", None)


def test_comment_of_an_archive_is_read_if_it_is_metadata(tmp_path: Path) -> None:
    with open_book(zip_of(tmp_path / "a.cbz", {"1.png": picture()}, comment=COMMENT)) as book:
        assert (book.metadata.source, book.metadata.series, book.metadata.volume) == (
            "comicbookinfo",
            "Captain Science",
            1950,
        )
    with open_book(zip_of(tmp_path / "b.cbz", {"1.png": picture()}, comment=b"scanned by me")) as book:
        assert book.metadata == BookMetadata()
    assert parse_comment(b"{not json ComicBookInfo") is None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("metroninfo.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><MetronInfo>&b;</MetronInfo>"),
        ("comet.xml", b"not xml"),
        ("comicbox.json", b"[1, 2"),
        ("comicbox.yaml", b"{{{{"),
    ],
)
def test_what_is_not_understood_is_unreadable(name: str, data: bytes) -> None:
    with pytest.raises(XmlUnreadable):
        parse_foreign(name, data)

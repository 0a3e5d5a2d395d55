"""ComicInfo.xml as people write it, and as its schema wants it."""

import contextlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fumetto.library.ingestion.books import open_book
from fumetto.library.ingestion.metadata.ages import AGE_RATINGS, age_rating_of
from fumetto.library.ingestion.metadata.comicinfo import parse_comicinfo, write_comicinfo
from fumetto.library.ingestion.metadata.model import BookMetadata, Credit, PageMark
from fumetto.library.ingestion.metadata.xml import XmlUnreadable
from tests.builders.archives import picture, zip_of
from tests.shared_data import shared_data


def parsed(inside: str) -> BookMetadata:
    return parse_comicinfo(f"<ComicInfo>{inside}</ComicInfo>".encode())


def test_fields_of_all_versions_are_read() -> None:
    found = parsed(
        "<Title>The Beginning</Title><Series>Captain Science</Series><Number>1.5</Number>"
        "<Count>7</Count><Volume>1950</Volume>"
        "<Summary>A start.</Summary><Year>1950</Year><Month>11</Month><Day>3</Day><Writer>Joe "
        "Orlando, Wally Wood</Writer>"
        "<Translator>Ana</Translator><Publisher>Youthful</Publisher><Imprint>Y</Imprint>"
        "<Genre>Science Fiction, Space</Genre>"
        "<Tags>space,rockets</Tags><Web>https://example.org/a https://example.org/b</Web><LanguageISO>fr</LanguageISO>"
        "<Manga>YesAndRightToLeft</Manga><BlackAndWhite>Yes</BlackAndWhite><AgeRating>Teen</AgeRating><GTIN>978</GTIN>"
        "<Pages><Page Image='0' Type='FrontCover'/><Page Image='3' DoublePage='true'/></Pages>"
    )
    assert (found.title, found.series, found.number, found.count, found.volume) == (
        "The Beginning",
        "Captain Science",
        Decimal("1.5"),
        7,
        1950,
    )
    assert (found.published, found.year) == (date(1950, 11, 3), 1950)
    assert found.credits == (
        Credit("writer", "Joe Orlando"),
        Credit("writer", "Wally Wood"),
        Credit("translator", "Ana"),
    )
    assert found.tags == ("Science Fiction", "Space", "rockets")
    assert (found.web, found.language, found.direction, found.age_rating) == (
        "https://example.org/a",
        "fr",
        "rtl",
        "Teen",
    )
    assert found.black_and_white is True
    assert found.page_kinds == {0: PageMark("cover"), 3: PageMark(None, True)}


def test_empty_and_nonsensical_values_are_absent() -> None:
    found = parsed(
        "<Count/><Number></Number><Volume>-1</Volume><Year>soon</Year><Month>13</Month>"
        "<AgeRating>Unknown</AgeRating><Day/>"
        "<LanguageISO>klingon??</LanguageISO><Web>javascript:alert(1)</Web><Pages><Page/><Page "
        "Image='x'/><Page Image='-4'/></Pages>"
        "<Summary>   </Summary><BlackAndWhite>Maybe</BlackAndWhite><Manga>Perhaps</Manga>"
    )
    assert found == BookMetadata(source="comicinfo")


def test_year_without_month_is_no_day_and_a_day_that_never_was_is_none() -> None:
    assert (parsed("<Year>2014</Year>").published, parsed("<Year>2014</Year>").year) == (None, 2014)
    assert parsed("<Year>2014</Year><Month>5</Month>").published == date(2014, 5, 1)
    assert parsed("<Year>2014</Year><Month>2</Month><Day>30</Day>").published is None


def test_case_namespaces_order_and_unknown_elements_do_not_matter() -> None:
    text = (
        '<x:comicinfo xmlns:x="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><x:NUMBER>#007</x:NUMBER>'
        "<x:Unknown><x:Deep>1</x:Deep></x:Unknown><x:series>Bond</x:series><x:series>Later</x:series></x:comicinfo>"
    )
    found = parse_comicinfo(text.encode())
    assert (found.series, found.number, found.number_text) == ("Bond", Decimal(7), None)


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("utf-8", "utf-16").encode("utf-16-le"),
        lambda text: text.encode("cp1252"),
        lambda text: text.replace("utf-8", "iso-8859-1").encode("latin-1"),
        lambda text: text.replace("utf-8", "utf-16").encode(),
        lambda text: b"\r\n  " + text.encode(),
    ],
)
def test_whatever_encoding_it_is_really_in_it_is_read(encode: object) -> None:
    text = '<?xml version="1.0" encoding="utf-8"?><ComicInfo><Title>Été à Zoé</Title></ComicInfo>'
    assert parse_comicinfo(encode(text)).title == "Été à Zoé"  # type: ignore[operator]  # each is a function of a text


def test_summary_with_markup_becomes_plain_text() -> None:
    found = parsed(
        "<Summary>&lt;p&gt;One &amp;amp; "
        "two.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;Three&lt;/b&gt; 1 &lt; 2</Summary>"
    )
    assert found.summary == "One & two.\nThree 1 < 2"
    inline = parsed("<Summary>One <b>bold</b> word</Summary>")
    assert inline.summary == "One bold word"


def test_pages_are_marked_whatever_the_case_of_their_attributes() -> None:
    pages = "<page image='0' type='frontcover'/><PAGE IMAGE='2' DOUBLEPAGE='TRUE'/><Page Image='3' Type='Other Story'/>"
    assert parsed(f"<Pages>{pages}</Pages>").page_kinds == {
        0: PageMark("cover"),
        2: PageMark(None, True),
        3: PageMark("story"),
    }


def test_broken_document_gives_what_can_be_saved() -> None:
    assert parse_comicinfo(b"<ComicInfo><Title>T</Title><Series>S & Co</Series><Number>3").title == "T"
    for nothing in (b"", b"   ", b"no xml"):
        with pytest.raises(XmlUnreadable):
            parse_comicinfo(nothing)


def test_entities_are_refused_and_no_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2")
    billion = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{'&' + chr(97 + n) + ';'}{'&' + chr(97 + n) + ';'}'>" for n in range(20)
    )
    for text in (
        billion + "]><ComicInfo><Title>&u;</Title></ComicInfo>",
        f"<!DOCTYPE x [<!ENTITY s SYSTEM 'file://{tmp_path}/secret'>]><ComicInfo><Title>&s;</Title></ComicInfo>",
    ):
        with pytest.raises(XmlUnreadable, match="entities"):
            parse_comicinfo(text.encode())
        path = zip_of(tmp_path / "a.cbz", {"1.png": picture(), "ComicInfo.xml": text.encode()})
        with open_book(path) as book:
            assert len(book.pages) == 1
            assert [warning.code for warning in book.warnings] == ["metadata_unreadable"]


def test_deep_nesting_is_survived() -> None:
    deep = parse_comicinfo(b"<ComicInfo>" + b"<a>" * 100_000 + b"<Title>x</Title>")
    assert deep.title is None, "what lies in another element is none of the book's"


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [("12", 12, None), ("012.50", Decimal("12.5"), "012.50"), ("½", Decimal("0.5"), "½"), ("1½", Decimal("1.5"), "1½"),
     ("1A", 1, "1A"), ("-1", -1, None), ("1,5", Decimal("1.5"), "1,5"), ("Annual", None, "Annual"),
     ("nan", None, "nan"),
         ("1e99", 1, "1e99"), ("99999999999999", None, "99999999999999"), ("0", 0, None), ("#3", 3, None)],
)  # fmt: skip
def test_numbers_are_numbers_where_they_can_be(text: str, number: Decimal | int | None, shown: str | None) -> None:
    found = parsed(f"<Number>{text}</Number>")
    assert (found.number, found.number_text) == (number, shown)


@pytest.mark.parametrize(
    ("text", "rating"),
    [("teen", "Teen"), ("T+", "MA15+"), ("Rated T", "Teen"), ("Teen (13+)", "Teen"), ("MATURE 17+", "Mature 17+"),
     ("Kids to Adults", "Kids to Adults"), ("18+", "Adults Only 18+"), ("Ages 12+", "Teen"), ("All Ages", "Everyone"),
     ("gibberish", None), ("", None), ("x" * 5000, None)],
)  # fmt: skip
def test_age_ratings_become_those_of_comicinfo(text: str, rating: str | None) -> None:
    assert age_rating_of(text) == rating
    assert rating is None or rating in AGE_RATINGS


FULL = BookMetadata(
    source="catalogue", series="Pepper & Carrot", number=Decimal("12.5"), count=39, volume=2, title="A <title> & more",
    summary="Line one.\nLine two \x0b with a control.", language="fr", direction="rtl", published=date(2014, 5, 31),
    publisher="Éditions", black_and_white=False,
    credits=(Credit("writer", "David, Revoy"), Credit("translator", "Ana"), Credit("penciller", "Bo")),
    tags=("fantasy", "cats, and dogs"), characters=("Pepper",), age_rating="Everyone 10+", web="https://example.org",
    license="CC BY 4.0", attribution="Pepper & Carrot by David Revoy",
    page_kinds={0: PageMark("cover"), 1: PageMark("title"), 2: PageMark("story", True), 3: PageMark("credits")},
)  # fmt: skip


@pytest.mark.shared_data
@pytest.mark.parametrize("metadata", [BookMetadata(), FULL, BookMetadata(age_rating="Whatever", number_text="12A")])
def test_what_is_written_is_valid_by_the_schema(metadata: BookMetadata) -> None:
    schema = etree.XMLSchema(etree.parse(shared_data("specs/comicinfo/schema/v2.0/ComicInfo.xsd")))
    written = write_comicinfo(metadata, [(1000, 800, 1200), (0, 0, 0), (5, 1600, 1200), (5, 800, 1200)])
    schema.assertValid(etree.fromstring(written))


def test_what_is_written_is_read_back() -> None:
    found = parse_comicinfo(write_comicinfo(FULL))
    for name in ("series", "number", "count", "volume", "title", "language", "direction", "published", "publisher",
                 "age_rating",                  "web", "black_and_white", "characters"):  # fmt: skip
        assert getattr(found, name) == getattr(FULL, name)
    assert found.tags == ("fantasy", "cats and dogs")
    assert found.credits == (Credit("writer", "David Revoy"), Credit("penciller", "Bo"))
    assert found.page_kinds == {0: PageMark("cover"), 2: PageMark("story", True)}
    notes = etree.fromstring(write_comicinfo(FULL)).findtext("Notes")
    assert notes == "Translator: Ana\nPepper & Carrot by David Revoy\nCC BY 4.0"


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    for document in (b"<ComicInfo><Number>" + data, data):
        with contextlib.suppress(XmlUnreadable):
            assert parse_comicinfo(document).source == "comicinfo"


@pytest.mark.shared_data
def test_comicinfo_of_other_programs_is_read() -> None:
    folder = shared_data("archives", "comicbox", "metadata")
    found = {path.name: parse_comicinfo(path.read_bytes()) for path in sorted(folder.glob("comicinfo*.xml"))}
    assert len(found) >= 7
    assert {metadata.series for metadata in found.values()} >= {"Captain Science"}

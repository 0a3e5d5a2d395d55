"""EPUBs whose pages are pictures, and those that are something else."""

import zipfile
from pathlib import Path

import pytest

from fumetto.library.ingestion.books import BookKind, Limits, open_book
from fumetto.library.ingestion.books.errors import BookDamaged, BookHasNoPages, BookIsProtected, BookIsText
from tests.builders.archives import CONTAINER_XML, epub_of, picture, zip_of

FIXED = '<meta property="rendition:layout">pre-paginated</meta>'
PROSE = "<p>" + "It was a dark and stormy night. " * 30 + "</p>"


def test_pages_follow_the_spine_and_not_the_names(tmp_path: Path) -> None:
    chapters = {"z.xhtml": '<img src="img/b.png" alt="first"/>', "a.xhtml": '<div><img src="img/a.png"/></div>'}
    path = epub_of(tmp_path / "book.epub", chapters, {"img/a.png": picture(1), "img/b.png": picture(2)})
    with open_book(path) as book:
        assert book.kind is BookKind.EPUB
        assert [page.member for page in book.pages] == ["OEBPS/img/b.png", "OEBPS/img/a.png"]
        assert book.read(book.pages[0].member) == picture(2)
        assert not book.random_access


def test_fixed_page_is_its_largest_picture_and_svg_images_count(tmp_path: Path) -> None:
    large = picture(1, 64, 64) + bytes(500)
    svg = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"><image x:href="2.png"/></svg>'
    chapters = {
        "1.xhtml": '<img src="logo.png"/><img src="p1.png"/><p>BANG!</p>',
        "2.xhtml": svg,
        "3.xhtml": "<p>no picture</p>",
    }
    path = epub_of(
        tmp_path / "book.epub",
        chapters,
        {"logo.png": picture(3), "p1.png": large, "2.png": picture(2)},
        metadata=FIXED,
    )
    with open_book(path) as book:
        assert [page.member for page in book.pages] == ["OEBPS/p1.png", "OEBPS/2.png"]
        assert [tuple(warning) for warning in book.warnings] == [("page_without_picture", "OEBPS/3.xhtml")]


def test_cover_that_no_page_shows_comes_first(tmp_path: Path) -> None:
    chapters = {"1.xhtml": '<img src="p1.png"/>', "2.xhtml": '<img src="p2.png"/>'}
    pictures = {"p1.png": picture(1), "p2.png": picture(2), "front.png": picture(3)}
    with open_book(epub_of(tmp_path / "book.epub", chapters, pictures, cover="front.png")) as book:
        assert [(page.member, page.kind, page.page_number) for page in book.pages] == [
            ("OEBPS/front.png", "cover", None),
            ("OEBPS/p1.png", "story", 1),
            ("OEBPS/p2.png", "story", 2),
        ]


def test_drawing_that_could_hold_a_script_is_no_page(tmp_path: Path) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    chapters = {"1.xhtml": '<img src="p1.png"/><img src="drawing.svg"/>', "2.xhtml": '<img src="p2.png"/>'}
    path = epub_of(tmp_path / "book.epub", chapters, {"p1.png": picture(1), "p2.png": picture(2), "drawing.svg": svg})
    members = {name: data for name, data in unzipped(path).items() if name != "OEBPS/content.opf"}
    package = unzipped(path)["OEBPS/content.opf"].replace(
        b'href="drawing.svg" media-type="image/png"',
        b'href="drawing.svg" media-type="image/svg+xml" properties="cover-image"',
    )
    with open_book(zip_of(tmp_path / "evil.epub", members | {"OEBPS/content.opf": package})) as book:
        assert [page.member for page in book.pages] == ["OEBPS/p1.png", "OEBPS/p2.png"]
        assert {page.media_type for page in book.pages} == {"image/png"}


def unzipped(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_metadata_and_direction_come_from_the_package(tmp_path: Path) -> None:
    metadata = (
        "<dc:title>The Third Door</dc:title><dc:language>ja-JP</dc:language><dc:publisher>Kodo</dc:publisher>"
        '<dc:creator id="a">Aoi Mori</dc:creator><meta refines="#a" property="role">ill</meta>'
        '<meta property="belongs-to-collection" id="s">Doors</meta><meta refines="#s" '
        'property="group-position">3.5</meta>'
        "<dc:date>2019-04-01</dc:date><dc:description>&lt;p&gt;Three&lt;/p&gt; doors.</dc:description>"
        "<dc:rights>CC BY 4.0</dc:rights>"
    )
    path = epub_of(
        tmp_path / "book.epub",
        {"1.xhtml": '<img src="1.png"/>'},
        {"1.png": picture()},
        metadata=metadata,
        spine=' page-progression-direction="rtl"',
    )
    with open_book(path) as book:
        found = book.metadata
    assert (found.title, found.series, str(found.number)) == ("The Third Door", "Doors", "3.5")
    assert (found.language, found.direction, found.publisher, found.license) == ("ja-JP", "rtl", "Kodo", "CC BY 4.0")
    assert [(credit.role, credit.name) for credit in found.credits] == [("artist", "Aoi Mori")]
    assert str(found.published) == "2019-04-01"
    assert found.summary == "Three\ndoors."


def test_novel_is_told_apart_even_when_it_is_illustrated(tmp_path: Path) -> None:
    chapters = {f"{n}.xhtml": PROSE for n in range(9)} | {"plate.xhtml": '<img src="plate.png"/>'}
    with pytest.raises(BookIsText, match=r"novel\.epub"):
        open_book(epub_of(tmp_path / "novel.epub", chapters, {"plate.png": picture()}))
    only_words = {"1.xhtml": "<p>words</p>"}
    with pytest.raises(BookIsText):
        open_book(epub_of(tmp_path / "words.epub", only_words, {}, metadata=FIXED))


def test_references_that_leave_the_book_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(picture(9))
    sources = [
        "../../secret.png",
        "/etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1/x.png",
        "//host/x.png",
        "1.png",
    ]
    chapters = {"1.xhtml": "".join(f'<img src="{source}"/>' for source in sources)}
    with open_book(epub_of(tmp_path / "book.epub", chapters, {"1.png": picture()})) as book:
        assert [page.member for page in book.pages] == ["OEBPS/1.png"]


def test_entities_are_refused_in_the_package_and_in_pages(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><package>&b;</package>'
    members = {"mimetype": b"application/epub+zip", "META-INF/container.xml": CONTAINER_XML, "OEBPS/content.opf": bomb}
    with pytest.raises(BookDamaged, match="entities"):
        open_book(zip_of(tmp_path / "bomb.epub", members))
    outside = b'<!DOCTYPE container [<!ENTITY x SYSTEM "file:///etc/passwd">]><container>&x;</container>'
    with pytest.raises(BookDamaged, match="entities"):
        open_book(zip_of(tmp_path / "xxe.epub", members | {"META-INF/container.xml": outside}))


def test_locked_pages_are_said_to_be_locked_and_obfuscated_fonts_are_no_lock(tmp_path: Path) -> None:
    def encryption(algorithm: str, target: str) -> bytes:
        return (
            '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
            'xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
            f'<e:EncryptedData><e:EncryptionMethod Algorithm="{algorithm}"/><e:CipherData>'
            f'<e:CipherReference URI="{target}"/>'
            "</e:CipherData></e:EncryptedData></encryption>"
        ).encode()

    chapters, pictures = {"1.xhtml": '<img src="1.png"/>'}, {"1.png": picture()}
    locked = encryption("http://www.w3.org/2001/04/xmlenc#aes256-cbc", "OEBPS/1.png")
    with pytest.raises(BookIsProtected, match=r"locked\.epub"):
        open_book(epub_of(tmp_path / "locked.epub", chapters, pictures, extra={"META-INF/encryption.xml": locked}))
    fonts = encryption("http://www.idpf.org/2008/embedding", "OEBPS/1.png")
    with open_book(
        epub_of(tmp_path / "free.epub", chapters, pictures, extra={"META-INF/encryption.xml": fonts})
    ) as book:
        assert len(book.pages) == 1


def test_package_that_is_missing_huge_or_empty_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BookDamaged):
        open_book(zip_of(tmp_path / "a.epub", {"META-INF/container.xml": CONTAINER_XML}))
    with pytest.raises(BookDamaged):
        open_book(zip_of(tmp_path / "b.epub", {"META-INF/container.xml": b"not xml at all"}))
    path = epub_of(tmp_path / "c.epub", {"1.xhtml": '<img src="1.png"/>'}, {"1.png": picture()})
    with pytest.raises(BookDamaged, match="too large"):
        open_book(path, Limits(metadata_bytes=100))
    with pytest.raises(BookHasNoPages):
        open_book(epub_of(tmp_path / "d.epub", {}, {"1.png": picture()}))

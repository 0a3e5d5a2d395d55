"""Names and links in books lead nowhere else: what climbs out is left out, what is linked is read within the root."""

import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumetto.library.ingestion.books import open_book
from fumetto.library.ingestion.books.errors import BookNamesUnsafe, BookNotAccessible, PageError
from fumetto.library.ingestion.books.names import safe_name
from tests.builders.archives import RawEntry, folder_of, picture, raw_zip, tar_of, zip_of, zip_with_symlink


def warnings_of(path: Path) -> list[str]:
    with open_book(path) as book:
        return [warning.code for warning in book.warnings]


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("../../etc/cron.d/x.png", None),
        ("a/../../x.png", None),
        ("a\\..\\..\\x.png", None),
        ("..", None),
        ("a/..", None),
        ("x\x00.png", None),
        ("x\n.png", None),
        ("", None),
        ("/", None),
        ("x" * 2000, None),
        ("/home/me/1.png", "home/me/1.png"),
        ("C:\\Comics\\1.png", "Comics/1.png"),
        ("c:/1.png", "1.png"),
        ("//server/share/1.png", "server/share/1.png"),
        ("./a//1.png", "a/1.png"),
        ("a..b/1...png", "a..b/1...png"),
        ("第3話/001.png", "第3話/001.png"),
    ],
)
def test_names_are_made_safe_or_refused(raw: str, safe: str | None) -> None:
    assert safe_name(raw) == safe


@given(st.text(max_size=60))
def test_no_safe_name_climbs_out_or_starts_at_the_root(raw: str) -> None:
    name = safe_name(raw)
    if name is not None:
        assert ".." not in name.split("/")
        assert not name.startswith("/")
        assert "\x00" not in name
        assert "\\" not in name


def test_pages_with_climbing_names_are_left_out_and_the_rest_is_read(tmp_path: Path) -> None:
    members = {"../../evil.png": picture(1), "1.png": picture(2)}
    assert warnings_of(zip_of(tmp_path / "a.cbz", members)) == ["unsafe_name"]
    assert warnings_of(tar_of(tmp_path / "a.cbt", members)) == ["unsafe_name"]
    only = {"../../evil.png": picture(1), "a\\..\\..\\b.png": picture(2)}
    for path in (zip_of(tmp_path / "b.cbz", only), tar_of(tmp_path / "b.cbt", only)):
        with pytest.raises(BookNamesUnsafe, match=path.name):
            open_book(path)


def test_entry_whose_name_has_a_nul_is_left_out(tmp_path: Path) -> None:
    path = raw_zip(tmp_path / "a.cbz", [RawEntry(b"1.png\x00.exe", picture()), RawEntry(b"2.png", picture(2))])
    assert warnings_of(path) == ["unsafe_name"]


def test_links_in_archives_are_never_followed(tmp_path: Path) -> None:
    with open_book(zip_with_symlink(tmp_path / "a.cbz")) as book:
        assert [page.member for page in book.pages] == ["001.png"]
        assert [warning.code for warning in book.warnings] == ["symlink"]
    with tarfile.open(tmp_path / "a.cbt", "w") as archive:
        for kind, name in ((tarfile.SYMTYPE, "0.png"), (tarfile.LNKTYPE, "00.png"), (tarfile.CHRTYPE, "000.png")):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
        entry = tarfile.TarInfo("1.png")
        entry.size = len(picture())
        archive.addfile(entry, io.BytesIO(picture()))
    with open_book(tmp_path / "a.cbt") as book:
        assert [page.member for page in book.pages] == ["1.png"]
        assert [warning.code for warning in book.warnings] == ["symlink", "symlink", "special_file"]


def test_links_in_folders_are_followed_within_the_root_only(tmp_path: Path) -> None:
    outside = folder_of(tmp_path / "outside", {"secret.png": picture(9)})
    root = folder_of(tmp_path / "root", {"book/1.png": picture(1), "shared/2.png": picture(2)})
    (root / "book/0 outside.png").symlink_to(outside / "secret.png")
    (root / "book/2 inside.png").symlink_to(root / "shared/2.png")
    (root / "book/folder").symlink_to(outside)
    (root / "book/loop").symlink_to(root / "book")
    with open_book(root / "book", root=root) as book:
        assert [page.member for page in book.pages] == ["1.png", "2 inside.png"]
    with open_book(root / "book") as book:
        assert [page.member for page in book.pages] == ["1.png"]
        assert {warning.code for warning in book.warnings} == {"symlink"}
    zip_of(outside / "book.cbz", {"1.png": picture()})
    (root / "link.cbz").symlink_to(outside / "book.cbz")
    with pytest.raises(BookNotAccessible, match=r"link\.cbz"):
        open_book(root / "link.cbz", root=root)


def test_file_swapped_for_a_link_after_the_listing_is_not_followed(tmp_path: Path) -> None:
    outside = folder_of(tmp_path / "outside", {"secret.png": picture(9)})
    folder = folder_of(tmp_path / "book", {"1.png": picture(1)})
    with open_book(folder) as book:
        (folder / "1.png").unlink()
        (folder / "1.png").symlink_to(outside / "secret.png")
        with pytest.raises(PageError):
            book.read("1.png")

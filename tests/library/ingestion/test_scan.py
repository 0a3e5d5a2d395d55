"""From files on a disk to rows, and what becomes of them when the files change, move, go and come back."""

from __future__ import annotations

import os
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.roles import Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.jobs.context import JobActivity
from fumetto.library.catalogue.kinds import PageKind
from fumetto.library.ingestion.errors import RootUnavailable
from fumetto.library.ingestion.roots import remove_root, root_for
from fumetto.library.reading.rules import position_of
from tests.builders.people import a_user
from tests.library.ingestion.conftest import Library, Shelf, a_picture


async def test_a_shelf_of_books_becomes_a_series_of_episodes(library: Library, shelf: Shelf) -> None:
    for number in (1, 2, 10):
        shelf.book(f"Saga/Saga {number:03}.cbz", number)
    result = await library.scan(shelf.path)
    assert (result.found, result.added) == (3, 3)
    assert await library.episodes() == [("Saga", "1", "#1"), ("Saga", "2", "#2"), ("Saga", "10", "#10")]
    assert await library.one("SELECT count(*) FROM library.series") == 1


async def test_pages_lie_at_their_positions_with_sizes_and_kinds(library: Library, shelf: Shelf) -> None:
    shelf.archive(
        "Saga/1.cbz", {"cover.png": a_picture(1, 20, 30), "p1.png": a_picture(2), "p2.png": a_picture(3, 90, 12)}
    )
    await library.scan(shelf.path)
    rows = await library.rows(
        "SELECT order_index, kind, page_number, position, image_metadata, state, double FROM library.pages ORDER BY 1"
    )
    number = Decimal(1)
    assert rows == [
        (0, "cover", None, position_of(number, PageKind.COVER), {"width": 20, "height": 30}, "pending", False),
        (1, "story", 1, position_of(number, PageKind.STORY, 1), {"width": 8, "height": 12}, "pending", False),
        (2, "story", 2, position_of(number, PageKind.STORY, 2), {"width": 90, "height": 12}, "pending", True),
    ]


async def test_metadata_outweighs_names(library: Library, shelf: Shelf) -> None:
    shelf.book(
        "x/y.cbz",
        1,
        Series="Real",
        Number="12.5",
        Title="Told",
        Writer="Ann",
        LanguageISO="fr",
        Manga="YesAndRightToLeft",
    )
    await library.scan(shelf.path)
    assert await library.episodes() == [("Real", "12.5", "Told")]
    assert await library.rows("SELECT direction, language FROM library.series") == [("rtl", "fr")]
    assert await library.one("SELECT credits FROM library.episodes") == [{"role": "writer", "name": "Ann"}]


async def test_one_series_name_puts_everything_into_one_series(library: Library, shelf: Shelf) -> None:
    shelf.book("a/1.cbz", 1, Series="Other")
    shelf.book("b/2.cbz", 2)
    await library.scan(shelf.path, "Mine")
    assert {series for series, *_ in await library.episodes()} == {"Mine"}


async def test_a_second_scan_changes_nothing_and_enqueues_nothing(library: Library, shelf: Shelf) -> None:
    shelf.book("Saga/1.cbz")
    await library.scan(shelf.path)
    before = await library.rows("SELECT * FROM library.sources"), await library.rows("SELECT * FROM library.episodes")
    library.waiting.clear()
    result = await library.scan(shelf.path)
    assert (result.unchanged, result.added, result.changed) == (1, 0, 0)
    assert library.waiting == []
    after = await library.rows("SELECT * FROM library.sources"), await library.rows("SELECT * FROM library.episodes")
    assert before == after


async def test_a_moved_book_stays_the_episode_it_was(library: Library, shelf: Shelf) -> None:
    shelf.book("Saga/1.cbz", 1)
    shelf.book("Saga/2.cbz", 2)
    await library.scan(shelf.path)
    ids = await library.rows("SELECT id FROM library.episodes ORDER BY id")
    (shelf.path / "Elsewhere").mkdir()
    (shelf.path / "Saga/1.cbz").rename(shelf.path / "Elsewhere/renamed.cbz")
    result = await library.scan(shelf.path)
    assert (result.moved, result.added, result.missing) == (1, 0, 0)
    assert await library.rows("SELECT id FROM library.episodes ORDER BY id") == ids
    assert await library.states() == {"Elsewhere/renamed.cbz": "present", "Saga/2.cbz": "present"}


async def test_two_copies_that_move_together_stay_two(library: Library, shelf: Shelf) -> None:
    one = shelf.book("Saga/1.cbz", 1)
    shutil.copy2(one, shelf.path / "Saga/2.cbz")
    await library.scan(shelf.path)
    ids = dict(await library.rows("SELECT path, episode_id FROM library.sources"))
    (shelf.path / "Saga").rename(shelf.path / "Moved")
    result = await library.scan(shelf.path)
    assert result.moved == 2
    now = dict(await library.rows("SELECT path, episode_id FROM library.sources"))
    assert now == {"Moved/1.cbz": ids["Saga/1.cbz"], "Moved/2.cbz": ids["Saga/2.cbz"]}


async def test_books_that_swap_names_keep_their_identity(library: Library, shelf: Shelf) -> None:
    a, b = shelf.book("S/1.cbz", 1), shelf.book("S/2.cbz", 2, 3)
    await library.scan(shelf.path)
    ids = dict(await library.rows("SELECT path, episode_id FROM library.sources"))
    a.rename(shelf.path / "t"), b.rename(a), (shelf.path / "t").rename(b)
    assert (await library.scan(shelf.path)).moved == 2
    now = dict(await library.rows("SELECT path, episode_id FROM library.sources"))
    assert now == {"S/1.cbz": ids["S/2.cbz"], "S/2.cbz": ids["S/1.cbz"]}


async def test_a_book_moved_over_another_leaves_that_one_missing(library: Library, shelf: Shelf) -> None:
    a, b = shelf.book("S/1.cbz", 1), shelf.book("S/2.cbz", 2, 3)
    await library.scan(shelf.path)
    ids = dict(await library.rows("SELECT path, episode_id FROM library.sources"))
    a.replace(b)
    await library.scan(shelf.path)
    now = {
        episode: (path, state)
        for path, state, episode in await library.rows("SELECT path, state, episode_id FROM library.sources")
    }
    assert now[ids["S/1.cbz"]] == ("S/2.cbz", "present")
    assert now[ids["S/2.cbz"]][1] == "missing"
    result = await library.scan(shelf.path)
    assert (result.unchanged, result.missing, result.added) == (1, 0, 0)


async def test_a_deleted_book_is_missing_and_comes_back_as_itself(library: Library, shelf: Shelf) -> None:
    place = shelf.book("S/1.cbz", 1)
    shelf.book("S/2.cbz", 2)
    await library.scan(shelf.path)
    data, times = place.read_bytes(), place.stat()
    place.unlink()
    assert (await library.scan(shelf.path)).missing == 1
    assert await library.one("SELECT count(*) FROM library.episodes WHERE missing_since IS NOT NULL") == 1
    place.write_bytes(data)
    os.utime(place, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert (await library.scan(shelf.path)).returned == 1
    assert await library.one("SELECT count(*) FROM library.episodes WHERE missing_since IS NOT NULL") == 0
    assert await library.one("SELECT count(*) FROM library.episodes") == 2


@pytest.mark.parametrize("back_as", ["S/1.cbz", "S/elsewhere.cbz"])
async def test_a_forgotten_book_that_comes_back_is_a_new_episode(
    library: Library, shelf: Shelf, tmp_path: Path, back_as: str
) -> None:
    place = shelf.book("S/1.cbz", 1)
    shelf.book("S/2.cbz", 2)
    await library.scan(shelf.path)
    place.rename(tmp_path / "kept.cbz")
    await library.scan(shelf.path)
    await library.rows("DELETE FROM library.episodes WHERE missing_since IS NOT NULL")
    (tmp_path / "kept.cbz").rename(shelf.path / back_as)
    assert (await library.scan(shelf.path)).added == 1
    assert await library.one("SELECT count(*) FROM library.episodes WHERE missing_since IS NULL") == 2
    assert (await library.scan(shelf.path)).unchanged == 2


async def test_a_missing_book_that_turns_up_elsewhere_is_itself(library: Library, shelf: Shelf, tmp_path: Path) -> None:
    place = shelf.book("S/1.cbz", 1)
    shelf.book("S/2.cbz", 2)
    await library.scan(shelf.path)
    ids = await library.rows("SELECT id FROM library.episodes ORDER BY id")
    place.rename(tmp_path / "kept.cbz")
    await library.scan(shelf.path)
    (tmp_path / "kept.cbz").rename(shelf.path / "S" / "again.cbz")
    assert (await library.scan(shelf.path)).moved == 1
    assert await library.rows("SELECT id FROM library.episodes WHERE missing_since IS NULL ORDER BY id") == ids


async def test_a_book_that_moves_to_another_root_is_itself(library: Library, shelf: Shelf, tmp_path: Path) -> None:
    place = shelf.book("S/1.cbz", 1)
    shelf.book("S/2.cbz", 2)
    other = tmp_path / "other"
    other.mkdir()
    await library.scan(shelf.path)
    ids = await library.rows("SELECT id FROM library.episodes ORDER BY id")
    place.rename(other / "1.cbz")
    result = await library.scan(other)
    assert (result.moved, result.added) == (1, 0)
    assert await library.rows("SELECT id FROM library.episodes ORDER BY id") == ids
    assert (await library.scan(shelf.path)).missing == 0


async def test_a_copy_in_another_root_is_an_edition_and_takes_nothing_away(
    library: Library, shelf: Shelf, tmp_path: Path
) -> None:
    place = shelf.book("Saga/Saga 001.cbz", 1)
    (tmp_path / "other/Saga").mkdir(parents=True)
    await library.scan(shelf.path)
    shutil.copy2(place, tmp_path / "other/Saga/Saga 001.cbz")
    await library.scan(tmp_path / "other")
    rows = await library.rows("SELECT edition_of_id IS NULL FROM library.episodes ORDER BY id")
    assert rows == [(True,), (False,)]
    assert await library.one("SELECT count(*) FROM library.series") == 1


@pytest.mark.parametrize("away", ["gone", "empty"])
async def test_an_unmounted_root_is_left_as_it_was(library: Library, shelf: Shelf, tmp_path: Path, away: str) -> None:
    shelf.book("S/1.cbz", 1)
    await library.scan(shelf.path)
    before = await library.rows("SELECT * FROM library.sources"), await library.rows("SELECT * FROM library.episodes")
    shelf.path.rename(tmp_path / "unplugged")
    if away == "empty":
        shelf.path.mkdir()
    with pytest.raises(RootUnavailable):
        await library.scan(shelf.path)
    after = await library.rows("SELECT * FROM library.sources"), await library.rows("SELECT * FROM library.episodes")
    assert before == after
    assert await library.one("SELECT state FROM library.library_roots") == "unmounted"
    if away == "empty":
        shelf.path.rmdir()
    (tmp_path / "unplugged").rename(shelf.path)
    assert (await library.scan(shelf.path)).unchanged == 1
    assert await library.one("SELECT state FROM library.library_roots") == "available"


async def test_bad_books_fail_alone_and_are_not_tried_again_until_they_change(library: Library, shelf: Shelf) -> None:
    library.activity = JobActivity(uuid7(), 0)
    shelf.book("S/1.cbz", 1)
    bad = shelf.file("S/2.cbz", b"not a book at all")
    shelf.file("S/3.cbz", b"")
    result = await library.scan(shelf.path)
    assert (result.added, result.failed) == (1, 2)
    rows = await library.rows("SELECT path, error_code FROM library.sources WHERE state = 'failed' ORDER BY path")
    assert rows == [("S/2.cbz", "book_not_recognised"), ("S/3.cbz", "book_empty_file")]
    assert (library.activity.units, library.activity.done, library.activity.failed) == (3, 1, 2)
    assert (await library.scan(shelf.path)).unchanged == 3
    assert (await library.scan(shelf.path, retry_failed=True)).failed == 2
    bad.unlink()
    shelf.book("S/2.cbz", 5)
    assert (await library.scan(shelf.path)).added == 1
    assert (await library.states())["S/2.cbz"] == "present"
    assert await library.one("SELECT count(*) FROM library.sources WHERE path = 'S/2.cbz'") == 1


async def test_a_book_that_becomes_unreadable_keeps_its_episode_and_heals(library: Library, shelf: Shelf) -> None:
    place = shelf.book("S/1.cbz", 1, 2)
    good = place.read_bytes()
    await library.scan(shelf.path)
    pages = await library.rows("SELECT id FROM library.pages ORDER BY id")
    shelf.file("S/1.cbz", good[: len(good) // 2])
    assert (await library.scan(shelf.path)).failed == 1
    assert await library.rows("SELECT id FROM library.pages ORDER BY id") == pages
    assert await library.one("SELECT state FROM library.episodes") == "failed"
    shelf.file("S/1.cbz", good)
    assert (await library.scan(shelf.path)).changed == 1
    assert await library.rows("SELECT id FROM library.pages ORDER BY id") == pages
    assert await library.one("SELECT state FROM library.episodes") == "indexed"


async def test_a_changed_book_keeps_its_episode_its_pages_and_what_readers_saw(library: Library, shelf: Shelf) -> None:
    shelf.archive("S/1.cbz", {f"{n}.png": a_picture(n) for n in (1, 2, 4)})
    await library.scan(shelf.path)
    episode, series = (await library.rows("SELECT id, series_id FROM library.episodes"))[0]
    ids = [page for (page,) in await library.rows("SELECT id FROM library.pages ORDER BY order_index")]
    async with library.database.write("*") as session:
        reader = (await a_user(session)).id
    second = position_of(Decimal(1), PageKind.STORY, 2)
    third = position_of(Decimal(1), PageKind.STORY, 3)
    await library.rows(
        "INSERT INTO library.reading_ledgers (reader_id, series_id, seen)"
        " VALUES (%s, %s, int8multirange(int8range(%s, %s)))",
        reader,
        series,
        third,
        third + 10,
    )
    await library.rows(
        "INSERT INTO library.reading_progress (reader_id, episode_id, device, position, order_index, updated_at)"
        " VALUES (%s, %s, 'd', %s, 2, now())",
        reader,
        episode,
        third,
    )
    shelf.archive("S/1.cbz", {f"{n}.png": a_picture(n) for n in (1, 2, 3, 4)})
    assert (await library.scan(shelf.path)).changed == 1
    now = [page for (page,) in await library.rows("SELECT id FROM library.pages ORDER BY order_index")]
    assert [now[0], now[1], now[3]] == ids
    fourth = position_of(Decimal(1), PageKind.STORY, 4)
    seen = await library.one(
        "SELECT array_agg(n) FROM library.reading_ledgers, unnest(%s::bigint[]) n WHERE seen @> n",
        [second, third, fourth],
    )
    assert seen == [fourth]
    assert await library.rows("SELECT order_index, position FROM library.reading_progress") == [(3, fourth)]
    assert await library.rows("SELECT id, page_count FROM library.episodes") == [(episode, 4)]


TOLD = "SELECT e.title, s.text FROM library.episodes e JOIN library.episode_summaries s ON s.episode_id = e.id"


async def test_what_a_person_locked_survives_a_changed_file(library: Library, shelf: Shelf) -> None:
    shelf.book("S/1.cbz", 1, Title="Told", Summary="Old")
    await library.scan(shelf.path)
    await library.rows("UPDATE library.episodes SET title = 'Mine', locked_fields = '{title}'")
    shelf.book("S/1.cbz", 1, Title="Told anew", Summary="New")
    await library.scan(shelf.path)
    assert await library.rows(TOLD) == [("Mine", "New")]
    await library.rows("UPDATE library.episodes SET locked_fields = '{plot_summary}'")
    await library.rows("UPDATE library.episode_summaries SET text = 'My words', source = 'person'")
    shelf.book("S/1.cbz", 1, Title="Told again", Summary="Newer")
    await library.scan(shelf.path)
    assert await library.rows(TOLD) == [("Told again", "My words")]


async def test_a_late_neighbour_joins_the_series_that_people_renamed_or_merged(library: Library, shelf: Shelf) -> None:
    shelf.book("Saga/Saga 001.cbz", 1)
    shelf.book("Saga/Saga 002.cbz", 2)
    await library.scan(shelf.path)
    await library.rows("UPDATE library.series SET title = 'The Great Saga', slug = 'great'")
    shelf.book("Saga/Saga 003.cbz", 3)
    await library.scan(shelf.path)
    assert await library.episodes() == [("The Great Saga", str(n), f"#{n}") for n in (1, 2, 3)]


async def test_a_series_learns_from_later_books_what_nobody_said_or_locked(library: Library, shelf: Shelf) -> None:
    shelf.book("S/1.cbz", 1)
    await library.scan(shelf.path)
    await library.rows("UPDATE library.series SET locked_fields = '{publisher}'")
    shelf.book("S/2.cbz", 2, Series="S", Number="2", Publisher="Ink", Year="2014", LanguageISO="it")
    shelf.book("S/3.cbz", 3, Series="S", Number="3", Publisher="Other", Year="2020", LanguageISO="fr")
    await library.scan(shelf.path)
    assert await library.rows("SELECT publisher, year, language FROM library.series") == [(None, 2014, "it")]


async def test_twelve_and_a_half_comes_between_and_a_second_twelve_is_an_edition(
    library: Library, shelf: Shelf
) -> None:
    for number in ("12", "13", "12.5"):
        shelf.book(f"S/{number}.cbz", int(float(number) * 10), Series="S", Number=number)
    shelf.book("S/12 again.cbz", 99, Series="S", Number="12")
    await library.scan(shelf.path)
    rows = await library.rows(
        "SELECT trim_scale(sort_key)::text, edition_of_id IS NOT NULL FROM library.episodes ORDER BY sort_key, 2"
    )
    assert rows == [("12", False), ("12", True), ("12.5", False), ("13", False)]


async def test_a_book_the_database_refuses_fails_alone(
    library: Library, shelf: Shelf, database_server: DatabaseServer
) -> None:
    async with database_server.connect(Role.ADMIN) as connection:
        await connection.execute("ALTER TABLE library.episodes ADD CHECK (episode_number IS DISTINCT FROM 3)")
    for number in range(1, 6):
        shelf.book(f"S/{number}.cbz", number)
    result = await library.scan(shelf.path)
    assert (result.added, result.failed) == (4, 1)
    assert await library.rows("SELECT path, error_code FROM library.sources WHERE state = 'failed'") == [
        ("S/3.cbz", "book_unreadable")
    ]


async def test_a_root_that_is_taken_out_and_put_back_is_as_it_was(library: Library, shelf: Shelf) -> None:
    shelf.book("S/1.cbz", 1)
    await library.scan(shelf.path)
    ids = await library.rows("SELECT id FROM library.episodes")
    async with library.database.write() as session:
        await remove_root(session, (await root_for(session, library.settings, shelf.path, None)).id)
    assert await library.one("SELECT count(*) FROM library.episodes WHERE missing_since IS NOT NULL") == 1
    assert (await library.scan(shelf.path)).returned == 1
    assert await library.rows("SELECT id FROM library.episodes WHERE missing_since IS NULL") == ids


async def test_a_root_inside_a_root_takes_its_books_along(library: Library, shelf: Shelf) -> None:
    shelf.book("A/1.cbz", 1)
    shelf.book("B/1.cbz", 2)
    await library.scan(shelf.path)
    result = await library.scan(shelf.path / "A", "Mine")
    assert (result.unchanged, result.added) == (1, 0)
    assert (await library.scan(shelf.path)).found == 1
    assert await library.one("SELECT count(*) FROM library.episodes WHERE missing_since IS NULL") == 2


async def test_lettered_books_keep_which_lettering_belongs_to_which_page(library: Library, shelf: Shelf) -> None:
    for page in ("E01", "E01P00", "E01P01", "E01P02"):
        shelf.file(f"P/ep01/gfx_{page}.png", a_picture(len(page)))
        for language in ("en", "cn"):
            shelf.file(f"P/ep01/{language}/{page}.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    await library.scan(shelf.path)
    rows = await library.rows(
        "SELECT p.kind, t.language FROM library.page_texts t JOIN library.pages p ON p.id = t.page_id"
        " ORDER BY p.order_index, 2"
    )
    assert rows == [(kind, code) for kind in ("cover", "title", "story", "credits") for code in ("en", "zh-Hans")]
    assert await library.one("SELECT languages FROM library.episodes") == ["en", "zh-Hans"]

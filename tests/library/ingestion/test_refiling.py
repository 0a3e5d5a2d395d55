"""Changed files that name another series or number: where their episodes go, with what, and what people decide."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from fumetto.library.catalogue.editing import arranging, service
from fumetto.library.catalogue.editing.schemas import MergeSeries, RenumberEpisodes
from fumetto.library.catalogue.kinds import PageKind
from fumetto.library.ingestion import scan as scanning
from fumetto.library.reading.rules import position_of
from tests.builders.people import a_user
from tests.library.ingestion.conftest import Library, Shelf

SEEN = (
    "SELECT s.title, trim_scale(e.episode_number)::text, p.page_number FROM library.pages p"
    " JOIN library.episodes e ON e.id = p.episode_id JOIN library.series s ON s.id = e.series_id"
    " JOIN library.reading_ledgers l ON l.series_id = e.series_id AND l.seen @> p.position"
    " WHERE l.reader_id = %s ORDER BY 1, e.sort_key, e.id, p.order_index"
)


async def a_reader_of(library: Library, *numbers: int, series: str = "S") -> uuid.UUID:
    """Somebody who has seen the first page of those episodes of a series, and is there."""
    async with library.database.write("*") as session:
        reader = (await a_user(session)).id
    for number in numbers:
        position = position_of(Decimal(number), PageKind.STORY, 1)
        await library.rows(
            "INSERT INTO library.reading_ledgers (reader_id, series_id, seen) SELECT %s, id,"
            " int8multirange(int8range(%s, %s)) FROM library.series WHERE title = %s ON CONFLICT (reader_id, series_id)"
            " DO UPDATE SET seen = reading_ledgers.seen + excluded.seen",
            reader,
            position,
            position + 10,
            series,
        )
        await library.rows(
            "WITH given (reader, series, number) AS (VALUES (%s::uuid, %s, %s::numeric)),"
            " here AS (SELECT reader, e.id FROM given JOIN library.episodes e ON e.episode_number = number"
            " JOIN library.series s ON s.id = e.series_id AND s.title = series WHERE e.edition_of_id IS NULL),"
            " progress AS (INSERT INTO library.reading_progress"
            " (reader_id, episode_id, device, position, order_index, updated_at)"
            " SELECT reader, here.id, 'd', p.position, p.order_index, now() FROM here"
            " JOIN library.pages p ON p.episode_id = here.id AND p.page_number = 1)"
            " INSERT INTO library.episode_readings (reader_id, episode_id, state, last_read_at)"
            " SELECT reader, id, 'reading', now() FROM here",
            reader,
            series,
            number,
        )
    return reader


async def check_positions(library: Library) -> None:
    """Every page, and everybody's progress, is where its episode's number says."""
    rows = await library.rows(
        "SELECT e.sort_key, p.kind, p.page_number, p.position, r.position FROM library.pages p"
        " JOIN library.episodes e ON e.id = p.episode_id LEFT JOIN library.reading_progress r"
        " ON r.episode_id = p.episode_id AND r.order_index = p.order_index"
    )
    assert rows
    for sort_key, kind, page_number, position, progress in rows:
        assert position == position_of(sort_key, PageKind(kind), page_number)
        assert progress in {None, position}


async def scan_changed(library: Library, shelf: Shelf, count: int) -> None:
    result = await library.scan(shelf.path)
    assert (result.changed, result.added, result.failed) == (count, 0, 0)
    await check_positions(library)


async def test_another_number_moves_the_episode_with_what_was_seen_of_it(library: Library, shelf: Shelf) -> None:
    for number in (1, 2):
        shelf.book(f"S/{number}.cbz", number, number + 10, Series="S", Number=str(number), Title=f"No {number}")
    await library.scan(shelf.path)
    reader = await a_reader_of(library, 2)
    ids = await library.rows("SELECT id FROM library.episodes ORDER BY id")
    shelf.book("S/2.cbz", 2, 12, Series="S", Number="7", Title="No 2")
    await scan_changed(library, shelf, 1)
    assert await library.episodes() == [("S", "1", "No 1"), ("S", "7", "No 2")]
    assert await library.rows(SEEN, reader) == [("S", "7", 1)]
    assert await library.rows("SELECT id FROM library.episodes ORDER BY id") == ids
    await scan_nothing(library, shelf)


async def scan_nothing(library: Library, shelf: Shelf) -> None:
    result = await library.scan(shelf.path)
    assert (result.changed, result.added, result.unchanged) == (0, 0, result.found)


async def test_numbers_that_files_swap_are_swapped_and_nobody_has_seen_more_or_less(
    library: Library, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "BATCH", 1)  # each in a transaction of its own, as in a long series
    for number in (1, 2, 3):
        shelf.book(f"S/{number}.cbz", number, number + 10, Series="S", Number=str(number), Title=f"Was {number}")
    await library.scan(shelf.path)
    reader = await a_reader_of(library, 1)
    for number, now in ((1, 2), (2, 3), (3, 1)):
        shelf.book(f"S/{number}.cbz", number, number + 10, Series="S", Number=str(now), Title=f"Was {number}")
    await scan_changed(library, shelf, 3)
    assert await library.episodes() == [("S", "1", "Was 3"), ("S", "2", "Was 1"), ("S", "3", "Was 2")]
    assert await library.one("SELECT count(*) FROM library.episodes WHERE edition_of_id IS NOT NULL") == 0
    assert await library.rows(SEEN, reader) == [("S", "2", 1)]


async def test_another_series_is_made_or_joined_and_an_emptied_one_is_gone(library: Library, shelf: Shelf) -> None:
    shelf.book("A/1.cbz", 1, Series="S", Number="1", Title="One")
    shelf.book("A/2.cbz", 2, Series="S", Number="2", Title="Two")
    shelf.book("A/3.cbz", 3, Series="Old", Number="3", Title="Three")
    await library.scan(shelf.path)
    reader = await a_reader_of(library, 2)
    async with library.database.write() as session:
        owner = (await a_user(session)).id
    await library.rows(
        "WITH made AS (INSERT INTO library.collections (id, owner_id, name) VALUES (gen_random_uuid(), %s, 'C')"
        " RETURNING id) INSERT INTO library.collection_series (collection_id, series_id, order_index)"
        " SELECT made.id, series.id, 0 FROM made, library.series WHERE title = 'Old'",
        owner,
    )
    shelf.book("A/2.cbz", 2, Series="New", Number="2", Title="Two", Publisher="Ink", Manga="YesAndRightToLeft")
    shelf.book("A/3.cbz", 3, Series="S", Number="3", Title="Three")
    await scan_changed(library, shelf, 2)
    assert await library.episodes() == [("New", "2", "Two"), ("S", "1", "One"), ("S", "3", "Three")]
    assert await library.rows(SEEN, reader) == [("New", "2", 1)]
    assert await library.rows("SELECT publisher, direction FROM library.series WHERE title = 'New'") == [("Ink", "rtl")]
    collected = "SELECT title FROM library.collection_series JOIN library.series ON id = series_id"
    assert await library.rows(collected) == [("S",)]
    shelf.book("A/4.cbz", 4, Series="New", Number="4")
    assert (await library.scan(shelf.path)).added == 1
    assert await library.one("SELECT count(*) FROM library.series") == 2


async def test_series_that_all_its_books_call_otherwise_is_renamed_and_keeps_everything(
    library: Library, shelf: Shelf
) -> None:
    for number in (1, 2):
        shelf.book(f"S/{number}.cbz", number, Series="S", Number=str(number))
    await library.scan(shelf.path)
    reader = await a_reader_of(library, 1)
    series = await library.rows("SELECT id, slug FROM library.series")
    for number in (1, 2):
        shelf.book(f"S/{number}.cbz", number, Series="The Saga", Number=str(number))
    await scan_changed(library, shelf, 2)
    assert await library.rows("SELECT id, slug FROM library.series") == series
    assert await library.rows("SELECT title, sort_title FROM library.series") == [("The Saga", "saga")]
    assert await library.rows(SEEN, reader) == [("The Saga", "1", 1)]
    await library.rows("UPDATE library.series SET title = 'Mine', locked_fields = '{title}'")
    for number in (1, 2):
        shelf.book(f"S/{number}.cbz", number, Series="Third", Number=str(number))
    await scan_changed(library, shelf, 2)
    assert await library.rows("SELECT id, title FROM library.series") == [(series[0][0], "Mine")]


async def test_number_and_series_that_a_person_locked_stay(library: Library, shelf: Shelf) -> None:
    for number in (1, 2):
        shelf.book(f"S/{number}.cbz", number, Series="S", Number=str(number))
    shelf.book("T/9.cbz", 9, Series="T", Number="9")
    await library.scan(shelf.path)
    async with library.database.write("*") as session:
        editor = (await a_user(session)).id
        first = (await session.execute(text("SELECT id FROM library.episodes WHERE episode_number = 1"))).scalar_one()
        await arranging.renumber(session, editor, RenumberEpisodes(numbers={first: Decimal(5)}))
        series = dict((row[0], row[1]) for row in await session.execute(text("SELECT title, id FROM library.series")))
        merge = MergeSeries.model_validate({"into": series["S"], "from": [series["T"]]})
        await arranging.merge(session, editor, merge)
    shelf.book("S/1.cbz", 1, Series="U", Number="6")
    shelf.book("T/9.cbz", 9, Series="V", Number="10")
    await scan_changed(library, shelf, 2)
    assert [row[:2] for row in await library.episodes()] == [("S", "2"), ("S", "10"), ("U", "5")]


async def test_files_that_name_nothing_move_nothing(library: Library, shelf: Shelf) -> None:
    shelf.book("S/1.cbz", 1, Series="Told", Number="5")
    shelf.book("S/2.cbz", 2)
    await library.scan(shelf.path)
    before = await library.episodes()
    shelf.book("S/1.cbz", 1, 3)
    shelf.book("S/2.cbz", 2, 4)
    await scan_changed(library, shelf, 2)
    assert [row[:2] for row in await library.episodes()] == [row[:2] for row in before]


async def test_number_that_is_taken_makes_an_edition_and_an_edition_that_leaves_takes_its_readings(
    library: Library, shelf: Shelf
) -> None:
    for number in (1, 2):
        shelf.book(f"S/{number}.cbz", number, number + 10, Series="S", Number=str(number), Title=f"Was {number}")
    await library.scan(shelf.path)
    reader = await a_reader_of(library, 1)
    shelf.book("S/2.cbz", 2, 12, Series="S", Number="1", Title="Was 2")
    await scan_changed(library, shelf, 1)
    editions = "SELECT e.title, m.title FROM library.episodes e LEFT JOIN library.episodes m ON m.id = e.edition_of_id"
    assert set(await library.rows(editions)) == {("Was 1", None), ("Was 2", "Was 1")}
    shelf.book("S/1.cbz", 1, 11, Series="S", Number="4", Title="Was 1")
    await scan_changed(library, shelf, 1)
    assert await library.episodes() == [("S", "1", "Was 2"), ("S", "4", "Was 1")]
    assert set(await library.rows(editions)) == {("Was 1", None), ("Was 2", None)}
    assert await library.rows(SEEN, reader) == [("S", "1", 1), ("S", "4", 1)]
    states = "SELECT e.title, r.state FROM library.episode_readings r JOIN library.episodes e ON e.id = r.episode_id"
    assert set(await library.rows(states)) == {("Was 1", "reading"), ("Was 2", "reading")}


async def test_new_file_gets_the_number_that_a_changed_one_gives_up(library: Library, shelf: Shelf) -> None:
    shelf.book("S/b.cbz", 1, Series="S", Number="3", Title="Was there")
    await library.scan(shelf.path)
    reader = await a_reader_of(library, 3)
    shelf.book("S/a.cbz", 2, Series="S", Number="3", Title="Came")
    shelf.book("S/b.cbz", 1, Series="S", Number="4", Title="Was there")
    result = await library.scan(shelf.path)
    assert (result.added, result.changed) == (1, 1)
    assert await library.episodes() == [("S", "3", "Came"), ("S", "4", "Was there")]
    assert await library.one("SELECT count(*) FROM library.episodes WHERE edition_of_id IS NOT NULL") == 0
    assert await library.rows(SEEN, reader) == [("S", "4", 1)]


async def test_a_persons_undo_puts_the_episode_back_for_good(library: Library, shelf: Shelf) -> None:
    shelf.book("S/1.cbz", 1, Series="S", Number="1", Title="One")
    shelf.book("S/2.cbz", 2, Series="S", Number="2", Title="Two")
    await library.scan(shelf.path)
    reader = await a_reader_of(library, 2)
    before = await everything(library)
    shelf.book("S/2.cbz", 2, Series="Else", Number="8", Title="Two")
    await scan_changed(library, shelf, 1)
    assert [row[:2] for row in await library.episodes()] == [("Else", "8"), ("S", "1")]
    edit, action, actor = (await library.rows("SELECT id, action, actor_id FROM library.edits"))[0]
    assert (action, actor) == ("episode.refile", None)
    async with library.database.write() as session:
        editor = (await a_user(session)).id
        await service.undo(session, editor, edit)
    assert await everything(library) == before
    assert await library.rows(SEEN, reader) == [("S", "2", 1)]
    shelf.book("S/2.cbz", 2, 3, Series="Else", Number="8", Title="Two")
    await scan_changed(library, shelf, 1)
    assert [row[:2] for row in await library.episodes()] == [("S", "1"), ("S", "2")]


async def everything(library: Library) -> list[Any]:
    return [
        await library.rows("SELECT id, title, slug FROM library.series ORDER BY id"),
        await library.rows(
            "SELECT id, series_id, episode_number, slug, edition_of_id FROM library.episodes ORDER BY id"
        ),
        await library.rows("SELECT id, position FROM library.pages ORDER BY id"),
        await library.rows("SELECT reader_id, series_id, seen FROM library.reading_ledgers WHERE NOT isempty(seen)"),
    ]


async def test_a_scan_that_is_killed_between_moving_and_writing_is_finished_by_the_next(
    library: Library, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.book("S/1.cbz", 1, Series="S", Number="1", Title="One")
    await library.scan(shelf.path)

    async def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    shelf.book("S/1.cbz", 1, 2, Series="S", Number="3", Title="Three")
    with monkeypatch.context() as patched:
        patched.setattr(scanning, "update_book", killed)
        with pytest.raises(KeyboardInterrupt):
            await library.scan(shelf.path)
    assert await library.episodes() == [("S", "3", "One")]
    await scan_changed(library, shelf, 1)
    assert await library.rows("SELECT title, page_count FROM library.episodes") == [("Three", 2)]
    assert await library.one("SELECT count(*) FROM library.edits") == 1

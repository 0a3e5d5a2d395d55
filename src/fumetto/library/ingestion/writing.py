"""Books that a scan found, as rows: placed among what is there, and copied into the tables a few hundred at a time."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.catalogue.kinds import Direction, PageKind
from fumetto.library.catalogue.rules import folded, slug_of, sort_title_of
from fumetto.library.ingestion import repository
from fumetto.library.ingestion.assembly import Place, Proposal, Shelves, slug_candidates
from fumetto.library.ingestion.books import BookMetadata
from fumetto.library.ingestion.parsing import BookRead
from fumetto.library.ingestion.rules import Found, Known, spread_flags
from fumetto.library.ingestion.summaries import write_summaries
from fumetto.library.reading.rules import UNNUMBERED_FROM, positions_of

PLACING_LOCK = 0x46756D65  # "Fume": one transaction at a time decides where books go

FILLED = ("language", "age_rating", "publisher", "year", "license", "attribution")
SERIES_COLUMNS = f"id, slug, title, sort_title, direction, tags, credits, {', '.join(FILLED)}"
EPISODE_COLUMNS = (
    "id, series_id, edition_of_id, slug, episode_number, sort_key, title, language, languages, published_at,"
    " credits, credits_url, commentary_url, license, age_rating, direction, page_count, state"
)
PAGE_COLUMNS = (
    "id, episode_id, order_index, position, page_number, kind, member, media_type, byte_size, fingerprint, double,"
    " state, image_metadata"
)
TEXT_COLUMNS = "id, page_id, language, source, locator, fingerprint, state"
JSON_COLUMNS = frozenset({"credits", "image_metadata"})
SOURCE_COLUMNS = "id, root_id, episode_id, path, kind, byte_size, modified_ns, fingerprint, series_key, state, warnings"

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class NewBook:
    """A book that is to become an episode. `known` is the source that failed at its path before, if any."""

    found: Found
    known: Known | None
    read: BookRead
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Placed:
    """An episode that was made: `leads` when it is the first of a new series, whose cover a shelf waits for."""

    episode_id: uuid.UUID
    series_id: uuid.UUID
    page_count: int
    leads: bool


@dataclass(slots=True)
class _Rows:
    series: list[Row] = field(default_factory=list)
    episodes: list[Row] = field(default_factory=list)
    titles: list[Row] = field(default_factory=list)
    summaries: list[tuple[uuid.UUID, str]] = field(default_factory=list)
    pages: list[Row] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    sources: list[Row] = field(default_factory=list)


async def placing(session: WriteSession) -> None:
    """Wait for the turn to decide where books go; held until the transaction ends."""
    await session.raw().execute("SELECT pg_advisory_xact_lock(%s)", (PLACING_LOCK,))


async def add_books(session: WriteSession, root_id: uuid.UUID, books: Sequence[NewBook]) -> list[Placed]:
    """Make episodes of the books, and series where there is none for them yet. Call `placing` before.

    Books whose path has become a source with an episode since they were looked at are left out: another scan was first.
    """
    there = await repository.known_at(session, root_id, [book.found.path for book in books])
    books = [book for book in books if _still_new(book, there.get(book.found.path))]
    if not books:
        return []
    twins = await repository.episodes_of_content(session, [book.read.fingerprint for book in books])
    shelves = await _shelves(session, [book.proposal for book in books], list(twins.values()))
    rows = _Rows()
    made: list[Placed] = []
    joined: set[uuid.UUID] = set()
    known_sources: list[tuple[NewBook, Known, uuid.UUID]] = []
    for book in books:
        place = shelves.place(book.proposal, twins.get(book.read.fingerprint))
        if place.new_series:
            rows.series.append(_series_row(book, place, shelves.slug_for_series(book.proposal.series)))
        else:
            joined.add(place.series_id)
        rows.episodes.append(_episode_row(book, place))
        titles = book.read.metadata.titles.items()
        rows.titles += [(str(place.episode_id), code[:35], title[:512]) for code, title in titles if title]
        if book.read.metadata.summary:
            rows.summaries.append((place.episode_id, book.read.metadata.summary))
        _page_rows(rows, book.read, place)
        if book.known is None:
            rows.sources.append(_source_row(root_id, book, place.episode_id))
        else:
            known_sources.append((book, book.known, place.episode_id))
        made.append(Placed(place.episode_id, place.series_id, len(book.read.pages), place.new_series))
        twins.setdefault(book.read.fingerprint, place.edition_of_id or place.episode_id)
    await _add(session, "series", SERIES_COLUMNS, rows.series)
    await _add(session, "episodes", EPISODE_COLUMNS, rows.episodes)
    await _add(session, "episode_titles", "episode_id, language, title", rows.titles)
    await write_summaries(session, rows.summaries)
    await _add(session, "pages", PAGE_COLUMNS, rows.pages)
    await _add(session, "page_texts", TEXT_COLUMNS, rows.texts)
    await _copy(session, "sources", SOURCE_COLUMNS, rows.sources)
    for book, known, episode_id in known_sources:
        await link_source(session, book, known, episode_id)
    await session.raw().execute("UPDATE library.series SET updated_at = now() WHERE id = ANY(%s)", (list(joined),))
    await _fill_series(session, [(placed.series_id, book.read) for placed, book in zip(made, books, strict=True)])
    return made


async def _fill_series(session: WriteSession, books: Iterable[tuple[uuid.UUID, BookRead]]) -> None:
    """Set what nothing has said of a series yet, and no person has locked, by what its books say."""
    told: dict[uuid.UUID, dict[str, Any]] = {}
    for series_id, read in books:
        about = told.setdefault(series_id, dict.fromkeys(FILLED))
        for name, value in series_fields(read).items():
            about[name] = about[name] if about[name] is not None else value
    filled = ", ".join(
        f"{name} = CASE WHEN {name} IS NOT NULL OR '{name}' = ANY(locked_fields) THEN {name} ELSE %({name})s END"
        for name in FILLED
    )
    async with session.raw().cursor() as cursor:
        await cursor.executemany(
            f"UPDATE library.series SET {filled} WHERE id = %(id)s AND num_nulls({', '.join(FILLED)}) > 0".encode(),  # noqa: S608 - names of ours
            [about | {"id": series_id} for series_id, about in told.items() if any(about.values())],
        )


def series_fields(read: BookRead) -> dict[str, Any]:
    """What a book says of its series."""
    about = read.metadata
    return {
        "language": language_of(read),
        "age_rating": short(about.age_rating, 32),
        "publisher": short(about.publisher, 512),
        "year": about.year or (about.published.year if about.published else None),
        "license": short(about.license, 512),
        "attribution": about.attribution,
    }


async def link_source(session: WriteSession, book: NewBook, known: Known, episode_id: uuid.UUID) -> None:
    """A source that could not be read, or whose content changed, is what was read now."""
    await session.raw().execute(
        "UPDATE library.sources SET episode_id = %s, kind = %s, byte_size = %s, modified_ns = %s, fingerprint = %s,"
        " series_key = %s, state = 'present', error_code = NULL, error_detail = NULL, warnings = %s, seen_at = now()"
        " WHERE id = %s",
        (
            episode_id, book.read.kind, book.found.byte_size, book.found.modified_ns, book.read.fingerprint,
            book.proposal.key, json.dumps(warnings_of(book.read)), known.id,
        ),
    )  # fmt: skip


def _still_new(book: NewBook, now: Known | None) -> bool:
    if book.known is None:
        return now is None
    return now is not None and now.id == book.known.id and now.episode_id is None


async def _shelves(session: WriteSession, proposals: Sequence[Proposal], twins: Sequence[uuid.UUID]) -> Shelves:
    """What is there already of the series that these books belong to, as far as placing them needs it."""
    raw = session.raw()
    keys = {proposal.key: proposal.series for proposal in proposals}
    series_of_key = await series_of_keys(session, keys)
    bases = {slug_of(series) for key, series in keys.items() if key not in series_of_key}
    taken = await raw.execute(
        "SELECT slug FROM library.series WHERE slug LIKE ANY(%s)", ([f"{base}%" for base in bases],)
    )
    shelves = Shelves(series_of_key, [slug for (slug,) in await taken.fetchall()])
    if series_ids := list(set(series_of_key.values())):
        numbers = list({proposal.number for proposal in proposals if proposal.number is not None})
        primaries = await raw.execute(
            "SELECT series_id, sort_key, id FROM library.episodes WHERE series_id = ANY(%s)"
            " AND edition_of_id IS NULL AND (sort_key = ANY(%s::numeric[]) OR id = ANY(%s))",
            (series_ids, numbers, twins),
        )
        for series_id, sort_key, episode_id in await primaries.fetchall():
            shelves.know_episode(series_id, sort_key, episode_id)
        slugs = await raw.execute(
            "SELECT series_id, slug FROM library.episodes WHERE series_id = ANY(%s) AND slug = ANY(%s)",
            (series_ids, list(slug_candidates(proposals))),
        )
        for series_id, slug in await slugs.fetchall():
            shelves.know_slug(series_id, slug)
        last = await raw.execute(
            "SELECT series_id, max(sort_key) FROM library.episodes WHERE series_id = ANY(%s) AND sort_key >= %s"
            " GROUP BY 1",
            (series_ids, UNNUMBERED_FROM),
        )
        for series_id, sort_key in await last.fetchall():
            shelves.know_last_unnumbered(series_id, sort_key)
    return shelves


async def series_of_keys(session: WriteSession, keys: Mapping[str, str]) -> dict[str, uuid.UUID]:
    """The series, kept till the end, of those keys that have one: where most books of the key are by now, else the
    oldest of the title that `keys` maps the key to."""
    raw = session.raw()
    neighbours = await raw.execute(
        "SELECT DISTINCT ON (series_key) series_key, series_id FROM (SELECT s.series_key, e.series_id,"
        " count(*) AS books, min(s.id::text) AS first"
        " FROM library.sources s JOIN library.episodes e ON e.id = s.episode_id"
        " WHERE s.series_key = ANY(%s) GROUP BY 1, 2) counted ORDER BY series_key, books DESC, first",
        (list(keys),),
    )
    series_of_key: dict[str, uuid.UUID] = dict(await neighbours.fetchall())
    titles = {folded(series)[:512]: key for key, series in keys.items() if key not in series_of_key}
    same_title = await raw.execute(
        "SELECT DISTINCT ON (search_title) search_title, id FROM library.series WHERE search_title = ANY(%s)"
        " ORDER BY search_title, created_at, id",
        (list(titles),),
    )
    for title, series_id in await same_title.fetchall():
        series_of_key[titles[title]] = series_id
    held = await raw.execute(
        "SELECT id FROM library.series WHERE id = ANY(%s) FOR KEY SHARE", (list(set(series_of_key.values())),)
    )
    still_there = {series_id for (series_id,) in await held.fetchall()}
    return {key: series_id for key, series_id in series_of_key.items() if series_id in still_there}


def _series_row(book: NewBook, place: Place, slug: str) -> Row:
    about, told = book.read.metadata, series_fields(book.read)
    title = book.proposal.series
    return (
        str(place.series_id), slug, title, sort_title_of(title), about.direction or Direction.LEFT_TO_RIGHT.value,
        list(about.tags), credits_json(about), *(told[name] for name in FILLED),
    )  # fmt: skip


def _episode_row(book: NewBook, place: Place) -> Row:
    about = book.read.metadata
    return (
        str(place.episode_id), str(place.series_id), str(place.edition_of_id) if place.edition_of_id else None,
        place.slug, place.number, place.sort_key, book.proposal.title, language_of(book.read), languages_of(book.read),
        about.published, credits_json(about), about.credits_url, about.commentary_url,
        short(about.license, 512), short(about.age_rating, 32), about.direction, len(book.read.pages), "indexed",
    )  # fmt: skip


def _page_rows(rows: _Rows, read: BookRead, place: Place) -> None:
    episode_id = str(place.episode_id)
    positions = positions_of(place.sort_key, [(PageKind(page.kind), page.page_number) for page in read.pages])
    spreads = spread_flags(read.sizes)
    for index, (page, position) in enumerate(zip(read.pages, positions, strict=True)):
        page_id = str(uuid7())
        rows.pages.append((
            page_id, episode_id, index, position, page.page_number, page.kind, page.member, page.media_type,
            page.byte_size, page.fingerprint, page.double or spreads[index], "pending", size_json(read, index),
        ))  # fmt: skip
        for language, member in read.letterings.get(index, {}).items():
            fingerprint = read.lettering_fingerprints[member]
            rows.texts.append((str(uuid7()), page_id, language, "lettering", member, fingerprint, "pending"))


def _source_row(root_id: uuid.UUID, book: NewBook, episode_id: uuid.UUID) -> Row:
    return (
        str(uuid7()), str(root_id), str(episode_id), book.found.path, book.read.kind, book.found.byte_size,
        book.found.modified_ns, book.read.fingerprint, book.proposal.key, "present", json.dumps(warnings_of(book.read)),
    )  # fmt: skip


async def _add(session: WriteSession, table: str, columns: str, rows: Sequence[Row]) -> None:
    """Insert rows into a table under row-level security, which PostgreSQL will not COPY into."""
    if not rows:
        return
    names = columns.split(", ")
    whole = [i for i, name in enumerate(names) if name in JSON_COLUMNS]
    made = [dict(zip(names, row, strict=True)) | {names[i]: json.loads(row[i]) for i in whole} for row in rows]
    together = json.dumps(made, default=str, ensure_ascii=False)
    await session.raw().execute(
        f"INSERT INTO library.{table} ({columns}) SELECT {columns}"  # noqa: S608 - names of ours
        f" FROM json_populate_recordset(NULL::library.{table}, %s::json)".encode(),
        (together,),
    )


async def _copy(session: WriteSession, table: str, columns: str, rows: Iterable[Row]) -> None:
    rows = list(rows)
    if not rows:
        return
    statement = f"COPY library.{table} ({columns}) FROM STDIN".encode()
    async with session.raw().cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row(row)


def language_of(read: BookRead) -> str | None:
    """The book's own language: as it says, else English where it is lettered in it among others, else the only one."""
    if read.metadata.language:
        return short(read.metadata.language, 35)
    languages = languages_of(read)
    return "en" if "en" in languages else languages[0] if len(languages) == 1 else None


def languages_of(read: BookRead) -> list[str]:
    """Every language that the book can be read in, sorted."""
    lettered = {language for by_language in read.letterings.values() for language in by_language}
    said = {*read.metadata.languages, *([read.metadata.language] if read.metadata.language else [])}
    return sorted(language[:35] for language in lettered | (said if not lettered else set()))


def size_json(read: BookRead, index: int) -> str:
    size = read.sizes[index]
    return json.dumps({"width": size[0], "height": size[1]}) if size else "{}"


def credits_json(about: BookMetadata) -> str:
    return json.dumps([credit.as_dict() for credit in about.credits])


def warnings_of(read: BookRead) -> list[Mapping[str, str]]:
    """At most a hundred: a book of twenty thousand strange names says enough with those."""
    return list(read.warnings[:100])


def short(text: str | None, limit: int) -> str | None:
    return text[:limit] if text else None

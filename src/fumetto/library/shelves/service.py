"""Use cases of shared shelves. One that is neither one's own nor shared with one's collectives is not there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from fumetto.kernel.audit import audit
from fumetto.kernel.db.narrowing import narrowed_to
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.library.catalogue.errors import SeriesNotFound
from fumetto.library.catalogue.repository.series import series_by_ids
from fumetto.library.catalogue.service.cards import series_cards
from fumetto.library.catalogue.service.viewer import Viewer
from fumetto.library.shelves import repository
from fumetto.library.shelves.effects import told
from fumetto.library.shelves.errors import ShelfNotFound, ShelfNotYours
from fumetto.library.shelves.models import Shelf
from fumetto.library.shelves.progress import progress_of
from fumetto.library.shelves.schemas import (
    ClassProgress,
    ProgressOfMember,
    ProgressOfSeries,
    RuleEffects,
    RulePreview,
    SeriesOfClass,
    ShelfCard,
    ShelfDetail,
)
from fumetto.people.public import (
    Reader,
    ReadingRuleIn,
    collectives_around,
    effect_on_user,
    effects_in_collective,
    looking_after,
    reading_fits_of,
    shown_readers,
    tell_what_fits_changed,
)

MOST_EXAMPLES = 20


async def shelves(session: ReadSession, reader: Reader) -> list[ShelfCard]:
    """One's own, and those shared with collectives that one is in."""
    around = await collectives_around(session, reader.id)
    return await cards(session, reader, await repository.shelves_for(session, reader.id, around), around)


async def cards(
    session: ReadSession, reader: Reader, rows: Sequence[Shelf], around: Sequence[uuid.UUID]
) -> list[ShelfCard]:
    ids = [row.id for row in rows]
    counts, shared = await repository.counts(session, ids), await repository.collectives_of(session, ids)
    return [
        ShelfCard(
            id=row.id,
            name=row.name,
            description=row.description,
            series_count=counts.get(row.id, 0),
            collective_ids=[one for one in shared[row.id] if row.owner_id == reader.id or one in around],
            mine=row.owner_id == reader.id,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


async def shelf(session: ReadSession, reader: Reader, viewer: Viewer, shelf_id: uuid.UUID) -> ShelfDetail:
    """A shelf with its series in their order. Raises ShelfNotFound."""
    row, around = await seen(session, reader, shelf_id)
    (card,) = await cards(session, reader, [row], around)
    series = await series_cards(session, await repository.series_on(session, row.id), viewer)
    return ShelfDetail(**card.model_dump(), series=series)


async def seen(session: ReadSession, reader: Reader, shelf_id: uuid.UUID) -> tuple[Shelf, list[uuid.UUID]]:
    """Raises ShelfNotFound."""
    row, around = await repository.shelf(session, shelf_id), await collectives_around(session, reader.id)
    if row is None:
        raise ShelfNotFound
    shared = (await repository.collectives_of(session, [row.id]))[row.id]
    if row.owner_id != reader.id and not set(shared) & set(around):
        raise ShelfNotFound
    return row, around


async def create(session: WriteSession, reader: Reader, name: str, description: str) -> ShelfCard:
    """A new, empty shelf, shared with nobody yet. Raises ShelfNotYours for a minor."""
    if reader.is_minor:
        raise ShelfNotYours
    row = Shelf(owner_id=reader.id, name=name, description=description)
    session.add(row)
    await session.flush()
    await session.refresh(row)
    (card,) = await cards(session, reader, [row], [])
    return card


async def own(session: ReadSession, reader: Reader, shelf_id: uuid.UUID) -> Shelf:
    """Raises ShelfNotFound, or ShelfNotYours for one that is shared with them."""
    row, _ = await seen(session, reader, shelf_id)
    if row.owner_id != reader.id:
        raise ShelfNotYours
    return row


async def change(
    session: WriteSession, reader: Reader, shelf_id: uuid.UUID, name: str | None, description: str | None
) -> ShelfCard:
    """Raises as `own`."""
    row = await own(session, reader, shelf_id)
    row.name, row.description = name or row.name, row.description if description is None else description
    row.updated_at = datetime.now(UTC)
    await session.flush()
    (card,) = await cards(session, reader, [row], [])
    return card


async def remove(session: WriteSession, reader: Reader, shelf_id: uuid.UUID) -> None:
    """The series stay in the library. Raises as `own`."""
    row = await own(session, reader, shelf_id)
    await audit(session, reader.id, "shelf.delete", "shelf", row.id, old={"name": row.name})
    await session.delete(row)
    await tell_what_fits_changed(session)


async def put_series(session: WriteSession, reader: Reader, shelf_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> None:
    """Make these, in this order, what stands on a shelf. Raises as `own`, and SeriesNotFound."""
    row = await own(session, reader, shelf_id)
    wanted = list(dict.fromkeys(ids))
    if len(await series_by_ids(session, wanted)) != len(wanted):
        raise SeriesNotFound
    row.updated_at = datetime.now(UTC)
    await repository.put_series(session, row.id, wanted)
    await audit(session, reader.id, "shelf.series", "shelf", row.id, new={"series": len(wanted)})
    await tell_what_fits_changed(session)


async def share(session: WriteSession, reader: Reader, shelf_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> None:
    """Share a shelf with these collectives and no others. New ones must be the reader's to look after.

    Raises as `own`, and CollectiveNotFound or RoleNotAllowed.
    """
    row = await own(session, reader, shelf_id)
    wanted, now = list(dict.fromkeys(ids)), (await repository.collectives_of(session, [row.id]))[row.id]
    for one in wanted:
        if one not in now:
            await looking_after(session, reader, one, change=True)
    await repository.put_collectives(session, row.id, wanted)
    old, new = [str(one) for one in now], [str(one) for one in wanted]
    await audit(session, reader.id, "shelf.share", "shelf", row.id, old={"with": old}, new={"with": new})
    await tell_what_fits_changed(session)


async def preview(database: Database, reader: Reader, user_id: uuid.UUID) -> RulePreview:
    """What the rules for somebody leave of what the reader sees themselves. Raises ReaderNotFound."""
    async with database.read(reader.id) as session:
        fits = await reading_fits_of(session, reader, user_id)
        every = await repository.titles(session)
    with narrowed_to(fits):
        async with database.read(reader.id) as session:
            shown = await repository.titles(session)
    hidden = [(title, rated) for key, (title, rated) in every.items() if key not in shown]
    return RulePreview(
        shown=len(every) - len(hidden),
        hidden=len(hidden),
        unrated=sum(1 for _, rated in hidden if not rated),
        examples=[title for title, _ in hidden[:MOST_EXAMPLES]],
    )


async def effects_on_user(database: Database, reader: Reader, user_id: uuid.UUID, body: ReadingRuleIn) -> RuleEffects:
    """Of a rule that somebody does not have yet. Raises ReaderNotFound, RuleNotYours."""
    async with database.read(reader.id) as session:
        effect = await effect_on_user(session, reader, user_id, body)
    return await told(database, reader.id, [effect])


async def effects_in(database: Database, reader: Reader, collective_id: uuid.UUID, body: ReadingRuleIn) -> RuleEffects:
    """Of a rule that a collective does not have yet. Raises CollectiveNotFound, RoleNotAllowed."""
    async with database.read(reader.id) as session:
        effects = await effects_in_collective(session, reader, collective_id, body)
    return await told(database, reader.id, effects)


async def class_progress(database: Database, reader: Reader, collective_id: uuid.UUID) -> ClassProgress:
    """How far the members of a collective have read what is on its shelves, for who looks after it.

    Raises CollectiveNotFound.
    """
    async with database.read(reader.id) as session:
        await looking_after(session, reader, collective_id, change=False)
        readers, not_shown = await shown_readers(session, collective_id)
        series = await repository.series_shared_with(session, collective_id)
    found = await progress_of(database, [one.id for one in readers], [one.id for one, _ in series])
    members = []
    for one in readers:
        begun = [(book, found[one.id, book.id]) for book, _ in series if (one.id, book.id) in found]
        rows = [ProgressOfSeries(series_id=book.id, read=r[0], begun=r[1], last_read_at=r[2]) for book, r in begun]
        members.append(ProgressOfMember(user_id=one.id, name=one.name, series=rows))
    return ClassProgress(
        collective_id=collective_id,
        series=[SeriesOfClass(id=one.id, slug=one.slug, title=one.title, episode_count=count) for one, count in series],
        members=members,
        not_shown=not_shown,
    )

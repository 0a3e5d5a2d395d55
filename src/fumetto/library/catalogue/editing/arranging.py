"""Use cases of episodes, and of what puts them elsewhere: renumber, move, split, merge."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.editing import repository
from fumetto.library.catalogue.editing.errors import (
    MergeIntoItself,
    NothingToChange,
    NumberTaken,
    RenumberUnclear,
)
from fumetto.library.catalogue.editing.placing import everybody, place_of
from fumetto.library.catalogue.editing.rules import Change, locked_with, to_json
from fumetto.library.catalogue.editing.schemas import (
    BulkEpisodePatch,
    EpisodePatch,
    MergeSeries,
    MoveEpisodes,
    RenumberEpisodes,
    SameNumber,
    SplitSeries,
)
from fumetto.library.catalogue.editing.service import (
    Done,
    episode_changes,
    labelled,
    record,
    require_episodes,
    require_series,
    set_change,
)
from fumetto.library.catalogue.models import Episode, Series
from fumetto.library.catalogue.rules import slug_of, sort_title_of, spoken_number
from fumetto.library.reading.rules import UNNUMBERED_FROM


async def edit_episode(session: WriteSession, actor: uuid.UUID, episode_id: uuid.UUID, patch: EpisodePatch) -> Done:
    """Set fields of one episode and lock them; a number moves it, with what was seen of it.

    Raises EpisodeNotFound, NothingToChange, FieldNotClearable, CoverElsewhere, NumberTaken.
    """
    return await edit_many_episodes(session, actor, BulkEpisodePatch(ids=[episode_id], set=patch))


async def edit_many_episodes(session: WriteSession, actor: uuid.UUID, body: BulkEpisodePatch) -> Done:
    """The same fields of many episodes at once."""
    found = await require_episodes(session, body.ids)
    changes: list[Change] = []
    for episode in found:
        patch = labelled(body.set, episode, body.add_labels, body.remove_labels)
        changes += await episode_changes(session, episode, patch)
    if "number" in body.set.model_fields_set:
        changes += await number_changes(session, {episode.id: body.set.number for episode in found}, lock=None)
    return await record(session, actor, "episode.edit", changes)


async def renumber(session: WriteSession, actor: uuid.UUID, body: RenumberEpisodes) -> Done:
    """Give episodes of one series other numbers, at once: they may be swapped.

    Raises EpisodeNotFound, RenumberUnclear, NumberTaken, NothingToChange.
    """
    if (body.numbers is None) == (body.episode_ids is None):
        raise RenumberUnclear
    numbers: dict[uuid.UUID, Decimal | None] = dict(body.numbers or {})
    for index, episode_id in enumerate(dict.fromkeys(body.episode_ids or [])):
        numbers[episode_id] = body.start + index * body.step
    await require_episodes(session, list(numbers))
    return await record(session, actor, "episode.renumber", await number_changes(session, numbers))


async def number_changes(
    session: WriteSession, numbers: Mapping[uuid.UUID, Decimal | None], lock: str | None = "episode_number"
) -> list[Change]:
    """The changes that give each episode its number; None takes it away."""
    found = await require_episodes(session, list(numbers))
    if len({episode.series_id for episode in found}) > 1:
        raise RenumberUnclear
    wanted = {episode.id: numbers[episode.id] for episode in found}
    if all(episode.episode_number == wanted[episode.id] for episode in found):
        return []
    return await placed(session, found, found[0].series_id, wanted, SameNumber.REFUSE, lock)


async def move(session: WriteSession, actor: uuid.UUID, body: MoveEpisodes) -> Done:
    """Move episodes to another series, each keeping its number; a series that is left without any goes with the last.

    Raises EpisodeNotFound, SeriesNotFound, NumberTaken, NothingToChange.
    """
    await require_series(session, [body.to_series_id])
    found = [one for one in await require_episodes(session, body.episode_ids) if one.series_id != body.to_series_id]
    if not found:
        raise NothingToChange
    changes = await into_series(session, found, body.to_series_id, body.same_number)
    going = (await repository.lock_episodes(session, [one.id for one in found])).values()
    changes += await emptied(session, going, dict.fromkeys((one.id for one in going), body.to_series_id))
    return await record(session, actor, "episode.move", changes)


async def split(
    session: WriteSession, actor: uuid.UUID, series_id: uuid.UUID, body: SplitSeries
) -> tuple[Done, uuid.UUID, str]:
    """Make a new series of some episodes of one: the edit, and the new series' id and slug.

    Raises SeriesNotFound, EpisodeNotFound, NothingToChange when it would take every episode.
    """
    old = (await require_series(session, [series_id]))[series_id]
    found = await require_episodes(session, body.episode_ids)
    if any(episode.series_id != series_id for episode in found):
        raise RenumberUnclear
    staying = {one.id for one in await repository.episodes_of(session, [series_id]) if one.edition_of_id is None}
    if not staying - {episode.id for episode in found}:
        raise NothingToChange
    slug = slug_of(body.title, await repository.series_slugs(session, slug_of(body.title)))
    new = Series(
        id=uuid7(),
        slug=slug,
        title=body.title,
        sort_title=sort_title_of(body.title),
        direction=old.direction,
        language=old.language,
        age_rating=old.age_rating,
        publisher=old.publisher,
        tags=list(old.tags),
        labels=list(old.labels),
        credits=list(old.credits),
        license=old.license,
        attribution=old.attribution,
        locked_fields=["title"],
    )
    changes = [insertion(new), *await into_series(session, found, new.id, SameNumber.REFUSE)]
    return await record(session, actor, "series.split", changes), new.id, slug


async def merge(session: WriteSession, actor: uuid.UUID, body: MergeSeries) -> Done:
    """Move all episodes of some series into one, and delete those series, as `emptied` does.

    Collections that held one of them hold the merged one. Raises SeriesNotFound, MergeIntoItself, NumberTaken.
    """
    if body.into in body.from_:
        raise MergeIntoItself
    sources = list(dict.fromkeys(body.from_))
    found = await require_series(session, [body.into, *sources])
    episodes = await repository.episodes_of(session, sources)
    episodes = list((await repository.lock_episodes(session, [one.id for one in episodes])).values())
    changes: list[Change] = []
    if episodes:
        changes += await into_series(session, episodes, body.into, body.same_number)
    return await record(
        session,
        actor,
        "series.merge",
        [*changes, *await removals(session, {source: body.into for source in sources}, found)],
    )


def insertion(series: Series) -> Change:
    """The change that makes a new series; what it does not say is as the table has it by default."""
    said = set(series.__dict__)
    row = {
        column.name: to_json(getattr(series, column.name))
        for column in repository.table_of(Series).c
        if column.name in said
    }
    return {"op": "insert", "id": str(series.id), "row": row, "collections": [], "preferences": []}


async def emptied(session: WriteSession, going: Iterable[Episode], into: Mapping[uuid.UUID, uuid.UUID]) -> list[Change]:
    """The changes that delete the series in which no episode is left once those that go are where `into` says.

    The series to which the first that left went takes its place in collections.
    """
    going = list(going)
    inhabited = set(into.values())
    left = {one.series_id: into[one.id] for one in reversed(going) if one.series_id not in inhabited}
    leaving = {one.id for one in going}
    staying = {one.series_id for one in await repository.episodes_of(session, left) if one.id not in leaving}
    left = {series_id: heir for series_id, heir in left.items() if series_id not in staying}
    return await removals(session, left, await repository.lock_series(session, left))


async def removals(
    session: WriteSession, left: Mapping[uuid.UUID, uuid.UUID], found: Mapping[uuid.UUID, Series]
) -> list[Change]:
    """The changes that delete emptied series, whose places in collections those take that `left` names.

    A series of whose world something is told stays, empty: it would go with it, and undoing would not bring it back.
    """
    async with everybody(session):
        told = await repository.series_with_a_world(session, left)
    changes: list[Change] = []
    holding: dict[uuid.UUID, set[uuid.UUID]] = {}
    for series_id, heir in sorted(left.items()):
        if series_id in told:
            continue
        if heir not in holding:
            holding[heir] = {collection_id for collection_id, _ in await repository.collections_with(session, heir)}
        changes += await removal(session, found[series_id], heir, holding[heir])
    return changes


async def removal(session: ReadSession, series: Series, into: uuid.UUID, holding: set[uuid.UUID]) -> list[Change]:
    """The changes that delete an emptied series, whose place in collections `into` takes.

    `holding` are the collections that have `into` already; those that get it are added.
    """
    changes: list[Change] = []
    for collection_id, order_index in await repository.collections_with(session, series.id):
        if collection_id not in holding:
            holding.add(collection_id)
            changes.append(
                {
                    "op": "collect",
                    "collection_id": str(collection_id),
                    "series_id": str(into),
                    "order_index": order_index,
                }
            )
    row = {"slug": series.slug, "title": series.title}
    return [*changes, {"op": "delete", "id": str(series.id), "title": series.title, "row": row}]


async def into_series(
    session: WriteSession, episodes: Sequence[Episode], series_id: uuid.UUID, same_number: SameNumber
) -> list[Change]:
    numbers = {episode.id: episode.episode_number for episode in episodes}
    changes = await placed(session, episodes, series_id, numbers, same_number, lock="series_id")
    return [*await covers_left_behind(session, episodes, series_id), *changes]


async def covers_left_behind(session: WriteSession, episodes: Sequence[Episode], series_id: uuid.UUID) -> list[Change]:
    """A series does not keep for a cover a page that moves away with its episode."""
    leaving = {episode.id for episode in episodes}
    changes: list[Change] = []
    sources = {episode.series_id for episode in episodes} - {series_id}
    for series in (await repository.lock_series(session, sources)).values():
        if series.cover_page_id is not None and await repository.page_is_in(session, series.cover_page_id, leaving):
            changes += set_change("series", series, {"cover_page_id": None}, list(series.locked_fields))
    return changes


async def placed(
    session: WriteSession,
    episodes: Sequence[Episode],
    series_id: uuid.UUID,
    numbers: Mapping[uuid.UUID, Decimal | None],
    same_number: SameNumber,
    lock: str | None,
) -> list[Change]:
    """The changes that put episodes, and the editions of each, at their numbers in a series.

    Raises NumberTaken when a number is taken, or given twice, and `same_number` refuses that.
    """
    family = await repository.lock_episodes(session, [episode.id for episode in episodes])
    going = sorted(family.values(), key=lambda one: (one.edition_of_id is not None, one.sort_key, one.id))
    taken = {
        key: owner for key, owner in (await repository.numbers_in(session, series_id)).items() if owner not in family
    }
    staying = {one.slug for one in going if one.series_id == series_id}
    slugs = await repository.slugs_in(session, series_id) - staying
    places: dict[uuid.UUID, tuple[Decimal, uuid.UUID | None]] = {}
    clashes: list[Decimal] = []
    moves = []
    for episode in going:
        main = episode.edition_of_id
        edition_of: uuid.UUID | None
        if main is not None and main in places:
            sort_key, above = places[main]
            edition_of = above or main
            number = numbers.get(main, family[main].episode_number)
        else:
            number = numbers.get(episode.id, episode.episode_number)
            sort_key = number if number is not None else next_unnumbered(taken)
            edition_of = taken.get(sort_key)
            if edition_of is not None and same_number is SameNumber.REFUSE:
                clashes.append(sort_key)
            taken.setdefault(sort_key, episode.id)
        places[episode.id] = (sort_key, edition_of)
        slug = slug_of(episode.slug, slugs, "episode")
        slugs.add(slug)
        before = place_of(episode)
        after = {
            "series_id": str(series_id),
            "episode_number": to_json(number),
            "sort_key": str(sort_key),
            "slug": slug,
            "edition_of_id": to_json(edition_of),
        }
        moves.append({"id": str(episode.id), "from": before, "to": after})
    if clashes:
        shelf = await require_series_title(session, series_id)
        raise NumberTaken(numbers=", ".join(spoken_number(one) or "" for one in sorted(set(clashes))), series=shelf)
    changes: list[Change] = [{"op": "place", "moves": moves}]
    for episode in episodes if lock else ():
        changes += set_change("episodes", episode, {}, locked_with(episode.locked_fields, [lock] if lock else [], []))
    return changes


async def require_series_title(session: ReadSession, series_id: uuid.UUID) -> str:
    series = await session.get(Series, series_id)
    return series.title if series is not None else ""


def next_unnumbered(taken: Mapping[Decimal, uuid.UUID]) -> Decimal:
    return max([UNNUMBERED_FROM - 1, *(key for key in taken if key >= UNNUMBERED_FROM)]) + 1

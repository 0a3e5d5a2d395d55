"""Putting episodes where their changed files say that they belong, with what was seen of them: an edit of a scan's."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.catalogue.editing import repository
from fumetto.library.catalogue.editing.arranging import covers_left_behind, emptied, insertion, next_unnumbered
from fumetto.library.catalogue.editing.placing import place_of
from fumetto.library.catalogue.editing.rules import Change, to_json
from fumetto.library.catalogue.editing.service import REFILED, record, set_change
from fumetto.library.catalogue.models import Episode, Series
from fumetto.library.catalogue.rules import slug_of, sort_title_of


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where an episode belongs: the series, and the number in it, None for none."""

    series_id: uuid.UUID
    number: Decimal | None


async def refile(
    session: WriteSession,
    belonging: Mapping[uuid.UUID, Belonging],
    new_series: Sequence[Series] = (),
    renamed: Mapping[uuid.UUID, str] | None = None,
) -> int:
    """Move episodes, all at once, so that numbers may be swapped; returns how many moved.

    Each moves alone: its other editions stay, the oldest in its place. One that comes to a number that is taken becomes
    an edition of the episode there. `new_series`, not in the database yet, are made first; a series that is left
    without episodes is deleted, and the series of the first that left takes its place in collections. `renamed` gives
    series other titles, where no person has locked theirs. Everything is one edit, which a person can undo; undoing
    locks the episodes where they were.
    """
    family = await repository.lock_episodes(session, list(belonging))
    going = sorted(
        (one for one in family.values() if one.id in belonging and not is_at(one, belonging[one.id])),
        key=lambda one: (one.edition_of_id is not None, one.sort_key, one.id),
    )
    changes: list[Change] = [insertion(series) for series in new_series]
    for series in (await repository.lock_series(session, renamed or {})).values():
        changes += retitled(series, (renamed or {})[series.id])
    if going:
        changes += await placements(session, family, going, belonging)
    if changes:
        await record(session, None, REFILED, changes)
    return len(going)


def retitled(series: Series, title: str) -> list[Change]:
    given = {"title": title, "sort_title": sort_title_of(title)}
    given = {name: value for name, value in given.items() if name not in series.locked_fields}
    return set_change("series", series, given if "title" in given else {}, list(series.locked_fields))


async def placements(
    session: WriteSession,
    family: Mapping[uuid.UUID, Episode],
    going: Sequence[Episode],
    belonging: Mapping[uuid.UUID, Belonging],
) -> list[Change]:
    """The changes that put those that go in their places, and clear up behind them."""
    changes: list[Change] = []
    for target in {belonging[one.id].series_id: None for one in going}:
        leaving = [one for one in going if one.series_id != target and belonging[one.id].series_id == target]
        changes += await covers_left_behind(session, leaving, target) if leaving else []
    moves = [*staying(family.values(), going), *await arriving(session, family, going, belonging)]
    changes.append({"op": "place", "moves": moves})
    return [*changes, *await emptied(session, going, {key: place.series_id for key, place in belonging.items()})]


def is_at(episode: Episode, place: Belonging) -> bool:
    return (episode.series_id, episode.episode_number) == (place.series_id, place.number)


def heirs(family: Collection[Episode], going: Collection[Episode]) -> dict[uuid.UUID, Episode]:
    """Of each episode that goes, the oldest other edition that stays, which takes its place."""
    leaving = {one.id for one in going}
    oldest: dict[uuid.UUID, Episode] = {}
    for one in sorted(family, key=lambda one: (one.ingested_at, one.id)):
        if one.edition_of_id in leaving and one.id not in leaving:
            oldest.setdefault(one.edition_of_id, one)
    return oldest


def staying(family: Collection[Episode], going: Collection[Episode]) -> list[dict[str, object]]:
    """The moves, on the spot, of editions whose episode goes: one takes its place, the others become editions of it."""
    oldest = heirs(family, going)
    moves: list[dict[str, object]] = []
    leaving = {one.id for one in going}
    for one in family:
        if one.id in leaving or one.edition_of_id not in oldest:
            continue
        heir = oldest[one.edition_of_id]
        before = place_of(one)
        after = before | {"edition_of_id": None if one.id == heir.id else str(heir.id)}
        moves.append({"id": str(one.id), "from": before, "to": after})
    return moves


async def arriving(
    session: WriteSession,
    family: Mapping[uuid.UUID, Episode],
    going: Sequence[Episode],
    belonging: Mapping[uuid.UUID, Belonging],
) -> list[dict[str, object]]:
    leaving = {one.id for one in going}
    taken: dict[uuid.UUID, dict[Decimal, uuid.UUID]] = {}
    slugs: dict[uuid.UUID, set[str]] = {}
    for series_id in {belonging[one.id].series_id: None for one in going}:
        numbers = await repository.numbers_in(session, series_id)
        taken[series_id] = {key: owner for key, owner in numbers.items() if owner not in leaving}
        taken[series_id] |= {
            heir.sort_key: heir.id for heir in heirs(family.values(), going).values() if heir.series_id == series_id
        }
        slugs[series_id] = await repository.slugs_in(session, series_id)
        slugs[series_id] -= {one.slug for one in going if one.series_id == series_id}
    moves: list[dict[str, object]] = []
    for one in going:
        place = belonging[one.id]
        here = taken[place.series_id]
        sort_key = place.number if place.number is not None else next_unnumbered(here)
        edition_of = here.setdefault(sort_key, one.id)
        slug = slug_of(one.slug, slugs[place.series_id], "episode")
        slugs[place.series_id].add(slug)
        after = {
            "series_id": str(place.series_id),
            "episode_number": to_json(place.number),
            "sort_key": str(sort_key),
            "slug": slug,
            "edition_of_id": None if edition_of == one.id else str(edition_of),
        }
        moves.append({"id": str(one.id), "from": place_of(one), "to": after})
    return moves

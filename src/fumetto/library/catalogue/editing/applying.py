"""Making changes: every edit and every undoing goes through `apply`, which checks that nothing came between."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.catalogue.editing import repository
from fumetto.library.catalogue.editing.errors import EditSuperseded
from fumetto.library.catalogue.editing.placing import everybody, place_episodes
from fumetto.library.catalogue.editing.rules import Change, from_json, same, to_json
from fumetto.library.catalogue.editing.summaries import put_summary, summary_of
from fumetto.library.catalogue.models import Series
from fumetto.people.public import tell_what_fits_changed

WHO_MAY_READ: Final = frozenset({"age_rating", "labels"})
"""Fields by which a series or an episode fits somebody, or not."""


async def apply(session: WriteSession, changes: Sequence[Change]) -> list[Change]:
    """Make the changes in order; returns them with what undoing them needs. Raises EditSuperseded."""
    made = []
    for change in changes:
        match change["op"]:
            case "set":
                made.append(await set_fields(session, change))
            case "titles":
                made.append(await set_titles(session, change))
            case "summary":
                made.append(await set_summary(session, change))
            case "place":
                made.append(await place_episodes(session, change))
            case "insert":
                made.append(await insert_series(session, change))
            case "delete":
                made.append(await delete_series(session, change))
            case "collect":
                await repository.collect(session, *members(change), change["order_index"])
                made.append(change)
            case "release":
                await repository.release(session, *members(change))
                made.append(change)
            case unknown:
                raise ValueError(unknown)
    if any(change["op"] == "place" or WHO_MAY_READ & (change.get("after") or {}).keys() for change in made):
        await tell_what_fits_changed(session)
    return made


async def set_fields(session: WriteSession, change: Change) -> Change:
    model, row_id = repository.MODELS[change["table"]], uuid.UUID(change["id"])
    row = await repository.row_of(session, model, row_id)
    now = {name: to_json(row[name]) for name in change["before"]} if row else {}
    if row is None or not same(now, change["before"]):
        raise EditSuperseded(thing=row["title"] if row else change.get("title", ""))
    values = {name: from_json(name, value) for name, value in change["after"].items()}
    await repository.set_fields(session, model, row_id, values)
    return change


async def set_titles(session: WriteSession, change: Change) -> Change:
    episode_id = uuid.UUID(change["id"])
    if await repository.titles_of(session, episode_id) != change["before"]:
        raise EditSuperseded(thing=change.get("title", ""))
    await repository.put_titles(session, episode_id, change["after"])
    return change


async def set_summary(session: WriteSession, change: Change) -> Change:
    episode_id = uuid.UUID(change["id"])
    async with everybody(session):
        if await summary_of(session, episode_id) != change["before"]:
            raise EditSuperseded(thing=change.get("title", ""))
        await put_summary(session, episode_id, change["after"])
    return change


async def insert_series(session: WriteSession, change: Change) -> Change:
    row = {name: from_json(name, value) for name, value in change["row"].items()}
    if row["slug"] in await repository.series_slugs(session, row["slug"]):
        raise EditSuperseded(thing=row["title"])
    cover = row.get("cover_page_id")
    if cover is not None and not await repository.page_belongs(session, cover, row["id"], None):
        row["cover_page_id"] = None
    await repository.insert_series(session, row)
    for collection_id, order_index in change.get("collections", []):
        await repository.collect(session, uuid.UUID(collection_id), row["id"], order_index)
    async with everybody(session):
        kept = [(uuid.UUID(reader_id), values) for reader_id, values in change.get("preferences", [])]
        await repository.restore_preferences(session, row["id"], kept)
    return change


async def delete_series(session: WriteSession, change: Change) -> Change:
    """Delete an emptied series; what hung on it goes into the change, so that undoing brings it back."""
    series_id = uuid.UUID(change["id"])
    row = await repository.row_of(session, Series, series_id)
    if row is None:
        raise EditSuperseded(thing=change.get("title", ""))
    collections = await repository.collections_with(session, series_id)
    async with everybody(session):
        preferences = await repository.preferences_of(session, series_id)
    if not await repository.delete_series(session, series_id):
        raise EditSuperseded(thing=row["title"])
    return {
        **change,
        "row": {name: to_json(value) for name, value in row.items() if name != "updated_at"},
        "collections": [[str(collection_id), order_index] for collection_id, order_index in collections],
        "preferences": [[str(reader_id), values] for reader_id, values in preferences],
    }


def members(change: dict[str, Any]) -> tuple[uuid.UUID, uuid.UUID]:
    return uuid.UUID(change["collection_id"]), uuid.UUID(change["series_id"])

"""Use cases of editing. Each makes a list of changes, applies it, and keeps it as an edit that can be undone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from fumetto.kernel.audit import audit
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.events import emit
from fumetto.kernel.web.pagination import decode_cursor, encode_cursor
from fumetto.library.catalogue.editing import repository
from fumetto.library.catalogue.editing.applying import apply
from fumetto.library.catalogue.editing.errors import (
    CoverElsewhere,
    EditNotFound,
    EditUndone,
    FieldNotClearable,
    NothingToChange,
)
from fumetto.library.catalogue.editing.events import EpisodesForgotten
from fumetto.library.catalogue.editing.models import Edit
from fumetto.library.catalogue.editing.placing import everybody
from fumetto.library.catalogue.editing.rules import Change, inverse, locked_with, to_json
from fumetto.library.catalogue.editing.schemas import BulkSeriesPatch, EpisodePatch, SeriesPatch
from fumetto.library.catalogue.editing.summaries import summary_of
from fumetto.library.catalogue.errors import EpisodeNotFound, SeriesNotFound
from fumetto.library.catalogue.models import Episode, Series
from fumetto.library.catalogue.rules import sort_title_of
from fumetto.library.contents.kinds import SummarySource

CLEARABLE = {
    "series": {"summary", "publisher", "year", "language", "age_rating", "license", "attribution", "cover_page_id"},
    "episodes": {
        "language",
        "published_at",
        "plot_summary",
        "credits_url",
        "commentary_url",
        "license",
        "age_rating",
        "direction",
        "cover_page_id",
    },
}


MISSING = object()
REFILED = "episode.refile"
"""The action of edits that a scan made: episodes moved to where their files say they belong."""


@dataclass(frozen=True, slots=True)
class Done:
    """An edit that was made, and how many series or episodes it changed."""

    edit_id: uuid.UUID
    changed: int


async def edit_series(session: WriteSession, actor: uuid.UUID, series_id: uuid.UUID, patch: SeriesPatch) -> Done:
    """Set fields of one series and lock them.

    Raises SeriesNotFound, NothingToChange, FieldNotClearable, CoverElsewhere.
    """
    series = await require_series(session, [series_id])
    return await record(session, actor, "series.edit", await series_changes(session, series[series_id], patch))


async def edit_many_series(session: WriteSession, actor: uuid.UUID, body: BulkSeriesPatch) -> Done:
    """The same fields of many series at once; tags can be added and removed beside."""
    found = await require_series(session, body.ids)
    changes: list[Change] = []
    for series in found.values():
        tags = None
        if body.add_tags or body.remove_tags:
            kept = body.set.tags if "tags" in body.set.model_fields_set else list(series.tags)
            tags = [tag for tag in dict.fromkeys([*kept, *body.add_tags]) if tag not in set(body.remove_tags)]
        more = [*body.add_labels, *(tag.lower() for tag in series.tags if body.labels_from_tags)]
        changes += await series_changes(session, series, labelled(body.set, series, more, body.remove_labels), tags)
    return await record(session, actor, "series.edit", changes)


P = TypeVar("P", SeriesPatch, EpisodePatch)


def labelled(patch: P, row: Series | Episode, more: Sequence[str], fewer: Sequence[str]) -> P:
    """The patch with labels that come to those there are, and without those that go."""
    if not more and not fewer:
        return patch
    kept: Sequence[str] = patch.labels if "labels" in patch.model_fields_set else row.labels
    labels = [label for label in dict.fromkeys([*kept, *more]) if label not in set(fewer)]
    return patch.model_copy(update={"labels": labels})


async def series_changes(
    session: ReadSession, series: Series, patch: SeriesPatch, tags: list[str] | None = None
) -> list[Change]:
    given = sent(patch, "series")
    if tags is not None:
        given["tags"] = tags
    if "title" in given and "sort_title" not in given and "sort_title" not in series.locked_fields:
        given["sort_title"] = sort_title_of(given["title"])
        fields = [name for name in given if name != "sort_title"]
    else:
        fields = list(given)
    cover = given.get("cover_page_id")
    if cover is not None and not await repository.page_belongs(session, uuid.UUID(cover), series.id, None):
        raise CoverElsewhere
    return set_change("series", series, given, locked_with(series.locked_fields, fields, patch.unlock))


async def plot_summary(session: ReadSession, episode_id: uuid.UUID) -> str | None:
    """What an episode is about, to the end; from a session that sees every reader's rows. Raises EpisodeNotFound."""
    if await repository.row_of(session, Episode, episode_id) is None:
        raise EpisodeNotFound
    told: str | None = (await summary_of(session, episode_id))["plot_summary"]
    return told


async def episode_changes(session: ReadSession, episode: Episode, patch: EpisodePatch) -> list[Change]:
    given = sent(patch, "episodes")
    titles = given.pop("titles", None)
    told = given.pop("plot_summary", MISSING)
    numbered = given.pop("number", MISSING) is not MISSING
    cover = given.get("cover_page_id")
    if cover is not None and not await repository.page_belongs(
        session, uuid.UUID(cover), episode.series_id, episode.id
    ):
        raise CoverElsewhere
    beside = {"titles": titles is not None, "plot_summary": told is not MISSING, "episode_number": numbered}
    fields = [*given, *(name for name, sent_too in beside.items() if sent_too)]
    changes = set_change("episodes", episode, given, locked_with(episode.locked_fields, fields, patch.unlock))
    if titles is not None:
        before = await repository.titles_of(session, episode.id)
        if before != titles:
            changes.append(
                {"op": "titles", "id": str(episode.id), "title": episode.title, "before": before, "after": titles}
            )
    if told is not MISSING:
        async with everybody(session):
            now = await summary_of(session, episode.id)
        if now["plot_summary"] != told:
            after = {"plot_summary": told, "source": SummarySource.PERSON.value if told is not None else None}
            changes.append(
                {"op": "summary", "id": str(episode.id), "title": episode.title, "before": now, "after": after}
            )
    return changes


def sent(patch: SeriesPatch | EpisodePatch, table: str) -> dict[str, Any]:
    """The fields that a patch gives, as JSON. Raises FieldNotClearable for null where there must be a value."""
    given = patch.model_dump(mode="json", include=patch.model_fields_set - {"unlock"})
    for name, value in given.items():
        if value is None and name not in CLEARABLE[table] and name != "number":
            raise FieldNotClearable(field=name)
        if value == "" and name in {"title", "sort_title"}:
            raise FieldNotClearable(field=name)
    return given


def set_change(table: str, row: Series | Episode, given: Mapping[str, Any], locked: list[str]) -> list[Change]:
    """The change that makes a row's fields those given; none when they are already."""
    wanted = {**given, "locked_fields": locked}
    now = {name: to_json(getattr(row, name)) for name in wanted}
    after = {name: value for name, value in wanted.items() if value != now[name]}
    if not after:
        return []
    before = {name: now[name] for name in after}
    return [{"op": "set", "table": table, "id": str(row.id), "title": row.title, "before": before, "after": after}]


async def record(
    session: WriteSession,
    actor: uuid.UUID | None,
    action: str,
    changes: Sequence[Change],
    undoes: uuid.UUID | None = None,
) -> Done:
    """Apply the changes, keep them as an edit and audit each; `actor` is None for a scan.

    Raises NothingToChange, EditSuperseded.
    """
    if not changes:
        raise NothingToChange
    made = await apply(session, changes)
    edit_id = uuid7()
    edit = Edit(id=edit_id, actor_id=actor, action=action, changes=made, undoes_id=undoes)
    session.add(edit)
    things: set[str] = set()
    for change in made:
        things |= await audited(session, actor, action, change, edit_id)
    await session.flush()
    return Done(edit_id, len(things))


async def audited(
    session: WriteSession, actor: uuid.UUID | None, action: str, change: Change, edit_id: uuid.UUID
) -> set[str]:
    """Note a change in the audit log; returns the things it is about."""
    details = {"edit_id": str(edit_id)}
    match change["op"]:
        case "set" | "titles" | "summary":
            kind = "series" if change.get("table") == "series" else "episode"
            await audit(session, actor, action, kind, change["id"], change["before"], change["after"], details)
            return {change["id"]}
        case "place":
            for move in change["moves"]:
                await audit(session, actor, action, "episode", move["id"], move["from"], move["to"], details)
            return {move["id"] for move in change["moves"]}
        case "insert" | "delete":
            row = {"slug": change["row"]["slug"], "title": change["row"]["title"]}
            gone = change["op"] == "delete"
            await audit(
                session, actor, action, "series", change["id"], row if gone else None, None if gone else row, details
            )
            return {change["id"]}
    return set()


async def undo(session: WriteSession, actor: uuid.UUID, edit_id: uuid.UUID) -> Done:
    """Undo an edit, or the undoing of one. Raises EditNotFound, EditUndone, and EditSuperseded when something later
    changed the same thing."""
    edit = await repository.find_edit(session, edit_id)
    if edit is None:
        raise EditNotFound
    if await repository.undone_by(session, [edit_id]):
        raise EditUndone
    action = edit.action.removesuffix(".undone") if edit.action.endswith(".undone") else f"{edit.action}.undone"
    changes = inverse(edit.changes)
    if edit.action == REFILED:
        changes += await kept_from_files(session, changes)
    return await record(session, actor, action, changes, undoes=edit_id)


async def kept_from_files(session: WriteSession, changes: Sequence[Change]) -> list[Change]:
    """The locks of episodes that a person puts back from where their files had moved them: the file is not believed
    again."""
    moves = [move for change in changes if change["op"] == "place" for move in change["moves"]]
    found = await repository.lock_episodes(session, [uuid.UUID(move["id"]) for move in moves])
    locks: list[Change] = []
    for move in moves:
        fields = [name for name in ("series_id", "episode_number") if move["from"][name] != move["to"][name]]
        if (episode := found.get(uuid.UUID(move["id"]))) is not None:
            locks += set_change("episodes", episode, {}, locked_with(episode.locked_fields, fields, []))
    return locks


async def list_edits(
    session: ReadSession, cursor: str | None, limit: int
) -> tuple[list[Edit], set[uuid.UUID], str | None]:
    """Edits, the newest first, which of them are undone, and where the list goes on."""
    order = "edits"
    rows = await repository.list_edits(session, decode_cursor(cursor, order, [datetime, uuid.UUID]), limit + 1)
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = encode_cursor(order, [rows[-1].created_at, rows[-1].id])
    return rows, await repository.undone_by(session, [row.id for row in rows]), following


def things_of(edit: Edit) -> list[str]:
    """Titles, or slugs, of what an edit changed; the first twenty."""
    names: list[str] = []
    for change in edit.changes:
        if change["op"] == "place":
            names += [move["to"]["slug"] for move in change["moves"]]
        elif change["op"] in {"insert", "delete"}:
            names.append(change["row"]["title"])
        elif change.get("title"):
            names.append(change["title"])
    return list(dict.fromkeys(names))[:20]


async def require_series(session: WriteSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Series]:
    """Locked. Raises SeriesNotFound."""
    found = await repository.lock_series(session, set(ids))
    if len(found) != len(set(ids)):
        raise SeriesNotFound
    return found


async def require_episodes(session: WriteSession, ids: Sequence[uuid.UUID]) -> list[Episode]:
    """Locked, in the order asked for. Raises EpisodeNotFound."""
    found = await repository.lock_episodes(session, set(ids))
    if not set(ids) <= found.keys():
        raise EpisodeNotFound
    return [found[one] for one in dict.fromkeys(ids)]


async def forget_missing(session: WriteSession, actor: uuid.UUID, series_id: uuid.UUID) -> tuple[int, int]:
    """Delete the episodes of a series whose files are gone, with everybody's progress in them: episodes, series.

    This is final: there is nothing to bring back. Raises SeriesNotFound.
    """
    series = (await require_series(session, [series_id]))[series_id]
    title = series.title
    async with everybody(session):
        forgotten, gone = await repository.forget_missing(session, series_id)
    count = len(forgotten)
    await audit(session, actor, "series.forget_missing", "series", series_id, {"title": title}, {"episodes": count})
    await emit(session, EpisodesForgotten(tuple(forgotten)))
    return count, int(gone)

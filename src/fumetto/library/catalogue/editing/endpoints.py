"""Routes for editors. Everything they change is locked against rescans, audited, and can be undone."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Query

from fumetto.kernel.web.pagination import CursorText
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction
from fumetto.library.catalogue.editing import arranging, service
from fumetto.library.catalogue.editing.schemas import (
    BulkEpisodePatch,
    BulkSeriesPatch,
    Edited,
    EditItem,
    EditList,
    EpisodePatch,
    Forgotten,
    MergeSeries,
    MoveEpisodes,
    PlotSummary,
    RenumberEpisodes,
    SeriesPatch,
    SplitDone,
    SplitSeries,
)
from fumetto.library.catalogue.editing.service import Done
from fumetto.library.reading.editing_view import EditingRead, Editor

router = Routes(tags=["editing"])


def edited(done: Done) -> Edited:
    return Edited(edit_id=done.edit_id, changed=done.changed)


@router.patch("/series")
async def edit_many_series(session: WriteTransaction, editor: Editor, body: BulkSeriesPatch) -> Edited:
    """Set the same fields of many series."""
    return edited(await service.edit_many_series(session, editor.id, body))


@router.patch("/series/{series_id}")
async def edit_series(session: WriteTransaction, editor: Editor, series_id: uuid.UUID, body: SeriesPatch) -> Edited:
    """Set fields of a series. A field that is left out stays as it is; null clears it."""
    return edited(await service.edit_series(session, editor.id, series_id, body))


@router.post("/series/merge")
async def merge_series(session: WriteTransaction, editor: Editor, body: MergeSeries) -> Edited:
    """Move all episodes of some series into another and delete those series."""
    return edited(await arranging.merge(session, editor.id, body))


@router.post("/series/{series_id}/split")
async def split_series(session: WriteTransaction, editor: Editor, series_id: uuid.UUID, body: SplitSeries) -> SplitDone:
    """Make a new series of some of its episodes."""
    done, new_id, slug = await arranging.split(session, editor.id, series_id, body)
    return SplitDone(edit_id=done.edit_id, changed=done.changed, series_id=new_id, slug=slug)


@router.delete("/series/{series_id}/missing")
async def forget_missing(session: WriteTransaction, editor: Editor, series_id: uuid.UUID) -> Forgotten:
    """Forget the episodes whose files are gone, and everybody's progress in them. This cannot be undone."""
    episodes, series = await service.forget_missing(session, editor.id, series_id)
    return Forgotten(episodes=episodes, series=series)


@router.patch("/episodes")
async def edit_many_episodes(session: WriteTransaction, editor: Editor, body: BulkEpisodePatch) -> Edited:
    """Set the same fields of many episodes."""
    return edited(await arranging.edit_many_episodes(session, editor.id, body))


@router.patch("/episodes/{episode_id}")
async def edit_episode(session: WriteTransaction, editor: Editor, episode_id: uuid.UUID, body: EpisodePatch) -> Edited:
    """Set fields of an episode. A number moves it, and what everybody has seen of it, to that place."""
    return edited(await arranging.edit_episode(session, editor.id, episode_id, body))


@router.get("/editing/episodes/{episode_id}/plot-summary")
async def get_plot_summary(session: EditingRead, episode_id: uuid.UUID) -> PlotSummary:
    """An episode's summary for who is about to edit it, read or not: it may tell the end."""
    return PlotSummary(plot_summary=await service.plot_summary(session, episode_id))


@router.post("/episodes/move")
async def move_episodes(session: WriteTransaction, editor: Editor, body: MoveEpisodes) -> Edited:
    """Move episodes to another series."""
    return edited(await arranging.move(session, editor.id, body))


@router.post("/episodes/renumber")
async def renumber_episodes(session: WriteTransaction, editor: Editor, body: RenumberEpisodes) -> Edited:
    """Give episodes other numbers, all at once: two may be swapped."""
    return edited(await arranging.renumber(session, editor.id, body))


@router.get("/edits")
async def list_edits(
    session: ReadTransaction,
    _: Editor,
    cursor: CursorText = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EditList:
    """What was edited, newest first."""
    rows, undone, following = await service.list_edits(session, cursor, limit)
    items = [
        EditItem(
            id=row.id,
            action=row.action,
            at=row.created_at,
            actor_id=row.actor_id,
            undoes_id=row.undoes_id,
            undone=row.id in undone,
            things=service.things_of(row),
        )
        for row in rows
    ]
    return EditList(items=items, next_cursor=following)


@router.post("/edits/{edit_id}/undo")
async def undo_edit(session: WriteTransaction, editor: Editor, edit_id: uuid.UUID) -> Edited:
    """Undo an edit. The answer's edit is the undoing, which can be undone in its turn."""
    return edited(await service.undo(session, editor.id, edit_id))

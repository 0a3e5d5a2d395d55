"""Edits on a real database: what changes, what is locked, and what undoing brings back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import Database
from fumetto.library.catalogue.editing import arranging, service
from fumetto.library.catalogue.editing.errors import (
    CoverElsewhere,
    EditSuperseded,
    EditUndone,
    FieldNotClearable,
    NothingToChange,
)
from fumetto.library.catalogue.editing.schemas import BulkEpisodePatch, BulkSeriesPatch, EpisodePatch, SeriesPatch
from fumetto.library.catalogue.models import EpisodeTitle, Page, Series
from tests.library.catalogue.house import House


@pytest.fixture
async def house(database: Database) -> House:
    return await House(database).build()


async def test_edit_sets_fields_locks_them_and_is_audited(house: House) -> None:
    async with house.database.write() as session:
        patch = SeriesPatch(title="L'Élan", tags=["moose"], unlock=["summary"])
        done = await service.edit_series(session, house.editor, house.long, patch)
    async with house.database.read() as session:
        series = await session.get_one(Series, house.long)
        assert (series.title, series.sort_title, series.search_title) == ("L'Élan", "elan", "l'elan")
        assert series.locked_fields == ["tags", "title"]
        log = (await session.scalars(select(AuditLog).where(AuditLog.action == "series.edit"))).one()
        assert log.actor_id == house.editor
        assert log.old_value is not None
        assert log.old_value["title"] == "The Long One"
    assert done.changed == 1


async def test_undo_brings_back_what_was_and_undoing_that_sets_it_again(house: House) -> None:
    before = await house.snapshot()
    async with house.database.write() as session:
        patch = EpisodePatch(title="Prologue", titles={"fr": "Prologue", "it": "Prologo"}, number=Decimal("0.5"))
        done = await arranging.edit_episode(session, house.editor, house.episodes[0], patch)
    after = await house.snapshot()
    async with house.database.write() as session:
        undone = await service.undo(session, house.editor, done.edit_id)
    assert await house.snapshot() == before
    async with house.database.write() as session:
        await service.undo(session, house.editor, undone.edit_id)
    assert await house.snapshot() == after
    async with house.database.write() as session:
        with pytest.raises(EditUndone):
            await service.undo(session, house.editor, done.edit_id)
    async with house.database.read() as session:
        titles = await session.scalars(select(EpisodeTitle.title).where(EpisodeTitle.episode_id == house.episodes[0]))
        assert set(titles) == {"Prologue", "Prologo"}


async def test_undo_of_what_was_changed_again_says_so_and_changes_nothing(house: House) -> None:
    async with house.database.write() as session:
        first = await service.edit_series(session, house.editor, house.long, SeriesPatch(title="One"))
    async with house.database.write() as session:
        await service.edit_series(session, house.editor, house.long, SeriesPatch(title="Two"))
    with pytest.raises(EditSuperseded) as refused:
        async with house.database.write() as session:
            await service.undo(session, house.editor, first.edit_id)
    assert refused.value.detail == {"thing": "Two"}
    async with house.database.read() as session:
        assert (await session.get_one(Series, house.long)).title == "Two"


async def test_edit_that_changes_nothing_or_clears_a_title_is_refused(house: House) -> None:
    async with house.database.write() as session:
        with pytest.raises(NothingToChange):
            await service.edit_series(session, house.editor, house.long, SeriesPatch())
        with pytest.raises(FieldNotClearable):
            await service.edit_series(
                session, house.editor, house.long, SeriesPatch.model_construct({"title"}, title=None, unlock=[])
            )


async def test_cover_must_be_a_page_of_the_series(house: House) -> None:
    async with house.database.write() as session:
        inside = await session.scalar(select(Page.id).where(Page.episode_id == house.episodes[1]).limit(1))
        outside = await session.scalar(select(Page.id).where(Page.episode_id == house.episodes[5]).limit(1))
        await service.edit_series(session, house.editor, house.long, SeriesPatch(cover_page_id=inside))
        with pytest.raises(CoverElsewhere):
            await service.edit_series(session, house.editor, house.long, SeriesPatch(cover_page_id=outside))


async def test_many_series_get_tags_added_and_removed_in_one_edit(house: House) -> None:
    async with house.database.write() as session:
        body = BulkSeriesPatch(ids=[house.long, house.short], set=SeriesPatch(tags=["a", "b"]), add_tags=["c"])
        await service.edit_many_series(session, house.editor, body)
        done = await service.edit_many_series(
            session,
            house.editor,
            BulkSeriesPatch(ids=[house.long, house.short], set=SeriesPatch(), add_tags=["d"], remove_tags=["a"]),
        )
    assert done.changed == 2
    async with house.database.read() as session:
        assert list(await session.scalars(select(Series.tags))) == [["b", "c", "d"]] * 2


async def test_many_episodes_get_one_language_in_one_edit(house: House) -> None:
    async with house.database.write() as session:
        body = BulkEpisodePatch(ids=house.episodes, set=EpisodePatch(language="fr"))
        assert (await arranging.edit_many_episodes(session, house.editor, body)).changed == 6

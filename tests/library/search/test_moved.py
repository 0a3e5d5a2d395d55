"""Moving an episode: nothing stays in the index at positions that mean other pages now."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select, text

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.library.catalogue.editing import arranging
from fumetto.library.catalogue.editing.schemas import RenumberEpisodes
from fumetto.library.catalogue.models import Page
from fumetto.library.contents.models import PageDescription
from fumetto.library.search.indexing import index_series
from fumetto.library.search.models import IndexedPassage
from tests.builders import a_series, a_user, an_episode

HELD = select(func.count()).select_from(IndexedPassage)
QUEUED = text("SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'library.index_series'")


async def test_what_was_indexed_of_a_series_is_let_go_of_as_its_episodes_change_places(database: Database) -> None:
    async with database.write(EVERY_READER) as session:
        series, editor = await a_series(session), await a_user(session)
        first, second = [await an_episode(session, series, pages=2) for _ in range(2)]
        for page_id in list(await session.scalars(select(Page.id))):
            session.add(
                PageDescription(page_id=page_id, language="en", source="sidecar", visual_description="A cat in a tree")
            )
        await session.flush()
        await index_series(session, series.id)
        assert await session.scalar(HELD) == 6
    async with database.write(editor.id) as session:
        swapped = RenumberEpisodes(numbers={first.id: Decimal(2), second.id: Decimal(1)})
        await arranging.renumber(session, editor.id, swapped)
    async with database.read(EVERY_READER) as session:
        assert (await session.scalar(HELD), await session.scalar(QUEUED)) == (0, 1)

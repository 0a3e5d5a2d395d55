"""A made-up story of two pages that were read and one that was not, and its reader."""

from __future__ import annotations

import pytest

from fumetto.entry.wiring import bind_rooms
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.events import emit
from fumetto.library.contents.events import PageTextChanged
from fumetto.library.contents.kinds import DescriptionSource
from fumetto.library.contents.models import PageDescription
from fumetto.library.world.kinds import Origin, Presence, ReviewState
from fumetto.library.world.models import Character, PageCharacter
from tests.builders.telling import Told
from tests.builders.world import Story, said_on


@pytest.fixture
async def told(database: Database) -> Told:
    bind_rooms()
    story = await Story(database).build(3)
    reader = await story.a_reader((1, 1), (1, 2))
    async with database.write(EVERY_READER) as session:
        await said_on(session, story.page(1, 1), ("Ada", "The owl guards a golden egg."), "Come in!")
        await said_on(session, story.page(1, 2), ("Ben", "It is far too dangerous."), ("Ada", "Then run, Ben!"))
        await said_on(session, story.page(1, 2), ("Ben", "C’est bien trop dangereux."), language="fr")
        await said_on(session, story.page(1, 3), ("Ada", "The owl was my brother, and the egg is poison."))
        words = ("Ada, a tall smith, opens her door. Ada waves.", "Ada runs from a wolf.", "Ada dies of the poison.")
        for number, text in enumerate(words, 1):
            session.add(
                PageDescription(
                    id=uuid7(),
                    page_id=story.page(1, number),
                    language="en",
                    source=DescriptionSource.PERSON,
                    visual_description=text,
                )
            )
        ada = Character(
            id=uuid7(),
            series_id=story.series.id,
            name="Ada",
            folded_name="ada",
            origin=Origin.PERSON,
            state=ReviewState.ACCEPTED,
        )
        session.add(ada)
        await session.flush()
        await session.raw().execute("UPDATE library.page_texts SET state = 'ready'")
        for number in (1, 2, 3):
            session.add(
                PageCharacter(
                    page_id=story.page(1, number), character_id=ada.id, presence=Presence.SHOWN, origin=Origin.PERSON
                )
            )
            await session.flush()
            await emit(session, PageTextChanged(story.page(1, number)))
    return Told(story, reader)

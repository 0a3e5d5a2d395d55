"""A library that is written over again for every example, and the answers that one reader gets of it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import httpx
from fastapi import FastAPI
from sqlalchemy import delete

from fumetto.kernel import index
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.library.catalogue.models import Series
from fumetto.library.search.indexing import index_series
from tests.acceptance.noninterference.asking import (
    Answer,
    Asked,
    Question,
    answers,
    on_the_page,
    questions,
    reading_routes,
)
from tests.acceptance.noninterference.beyond import absent, replaced, reworded, without_unseen_episodes
from tests.acceptance.noninterference.exemptions import NAVIGATION
from tests.builders.api import a_client_as
from tests.builders.story import Story, a_gappy_choice, a_story, write_ledger, write_story


@dataclass(frozen=True)
class Difference:
    """That an answer depends on what the reader may not know: the question and both answers."""

    beyond: str
    question: Question
    before: Answer
    after: Answer


AFTER_THE_PAGE = " after the page"
EPISODES_GONE = "episodes gone"
Another = Callable[[Story, set[uuid.UUID], Random], Story]
CHANGES: dict[str, Another] = {
    "absent": lambda story, seen, random: absent(story, story.visible_rows(seen), seen),
    "reworded": lambda story, seen, random: reworded(story, story.visible_rows(seen), random),
    "replaced": lambda story, seen, random: replaced(story, story.visible_rows(seen), seen, random),
}
BEYOND: dict[str, Another] = {
    **CHANGES,
    **{name + AFTER_THE_PAGE: change for name, change in CHANGES.items()},
    EPISODES_GONE: lambda story, seen, random: without_unseen_episodes(story, seen),
}
"""What can lie beyond instead. All but the last leave navigation as it is; those after the page are of questions that
belong to a page, and count as beyond what was seen after it too."""


@dataclass
class TestLibrary:
    """One reader's view of whatever story is written."""

    __test__ = False

    app: FastAPI
    database: Database
    client: httpx.AsyncClient
    reader: uuid.UUID
    routes: list[Asked]

    async def tell(self, story: Story, seen: Iterable[uuid.UUID], before: Story | None = None) -> None:
        """Make the library this story, seen by the reader so far, in place of any other."""
        async with self.database.write(EVERY_READER) as session:
            for series in (before or story).rows["series"]:
                await index.remove_key(session, series["id"])
            await session.execute(delete(Series))
            await write_story(session, story)
            await write_ledger(session, story, self.reader, seen)
        async with self.database.write(EVERY_READER) as session:
            for series in story.rows["series"]:
                await index_series(session, series["id"])

    async def differences(self, seed: int, beyond: str) -> list[Difference]:
        """What the reader of a made-up story learns of what lies beyond, asked on every route: see `BEYOND`."""
        random = Random(seed)  # noqa: S311 - the same story for the same seed, no secret
        story = a_story(random, series=2, episodes=3)
        ledger = a_gappy_choice(random, [row["id"] for row in story.rows["pages"]])
        seen = story.seen_at(ledger)
        present = random.choice(sorted(seen)) if seen else None
        asked = questions(self.routes, story, seen, present, random)
        if beyond.endswith(AFTER_THE_PAGE):
            asked = [one for one in asked if present is not None and one.page == present]
            seen = story.seen_at(ledger, present)
        elif beyond == EPISODES_GONE:
            asked = [one for one in asked if one.route not in NAVIGATION]
        if not asked:
            return []
        await self.tell(story, ledger)
        before = await answers(self.client, asked)
        await self.tell(BEYOND[beyond](story, seen, random), ledger, story)
        after = await answers(self.client, asked)
        if beyond.endswith(AFTER_THE_PAGE):
            before = [on_the_page(one, answer) for one, answer in zip(asked, before, strict=True)]
            after = [on_the_page(one, answer) for one, answer in zip(asked, after, strict=True)]
        return [
            Difference(beyond, one, was, now) for one, was, now in zip(asked, before, after, strict=True) if was != now
        ]


@asynccontextmanager
async def a_library(app: FastAPI, database: Database) -> AsyncIterator[TestLibrary]:
    async with a_client_as(app) as client:
        reader = client.account.id  # type: ignore[attr-defined]
        yield TestLibrary(app, database, client, reader, reading_routes(app))

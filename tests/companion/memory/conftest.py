"""A story of ten pages, readers of it, and their talks with the companion, as rows."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

import fumetto.entry.models  # noqa: F401 - rows refer to tables of other rooms
from fumetto.companion.answering.model import Sentence
from fumetto.companion.answering.ports import Answered, Look, Recollection, Trace, Turn
from fumetto.companion.conversations.models import ChatMessage, ChatSession, Conversation
from fumetto.companion.kinds import Author, Mode, TurnState
from fumetto.companion.memory import lake, taking_in
from fumetto.companion.memory.recalling import Recalling
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import Database
from fumetto.library.reading.horizon import horizon_of, stand_at
from tests.builders.world import Story

PAGES = 10
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Standing:
    """A reader at a page, or with all they have read."""

    database: Database
    reader_id: uuid.UUID | None
    series_id: uuid.UUID
    present: uuid.UUID | None = None

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        async with self.database.read(self.reader_id) as session:
            horizon = await horizon_of(session, self.reader_id, self.series_id, present=self.present)
            await stand_at(session, horizon)
            yield Look(session, horizon, None)


@dataclass
class Talk:
    """One reader's conversation about a story, of which they have read everything unless told otherwise."""

    story: Story
    reader: uuid.UUID
    conversation: uuid.UUID = field(default_factory=uuid7)
    session: uuid.UUID = field(default_factory=uuid7)
    said: int = 0

    @property
    def database(self) -> Database:
        return self.story.database

    async def begin(self) -> Talk:
        async with self.database.write(self.reader) as session:
            series_id = self.story.series.id
            session.add(Conversation(id=self.conversation, user_id=self.reader, series_id=series_id))
            await session.flush()
            session.add(ChatSession(id=self.session, user_id=self.reader, conversation_id=self.conversation))
        return self

    def turn(self, text: str = "?", at: int | None = None, mode: Mode = Mode.PAGE) -> Turn:
        present = None if at is None else self.story.page(1, at)
        standing = Standing(self.database, self.reader, self.story.series.id, present)
        return Turn(uuid7(), uuid7(), standing, text, mode, "en", self.session, self.conversation)

    async def asked(
        self,
        question: str,
        *answer: str,
        pages: Sequence[int] = (1,),
        language: str = "en",
        state: TurnState = TurnState.DONE,
        remember: bool = True,
    ) -> uuid.UUID:
        """A question with its answer and the note of it, taken in unless told otherwise. Returns the answer's id."""
        turn = replace(self.turn(question), language=language)
        needed = [self.story.page(1, number) for number in pages]
        self.said += 1
        at = LONG_AGO + timedelta(minutes=self.said)
        about = {
            "user_id": self.reader,
            "conversation_id": self.conversation,
            "session_id": self.session,
            "series_id": self.story.series.id,
            "mode": Mode.PAGE,
            "language": language,
            "pages": needed,
            "created_at": at,
        }
        sentences = [{"text": sentence, "citations": [1]} for sentence in answer]
        async with self.database.write(self.reader) as session:
            asked = ChatMessage(
                id=turn.question_id, author=Author.USER, content=question, answer_id=turn.answer_id, **about
            )
            session.add(asked)
            await session.flush()
            session.add(
                ChatMessage(
                    id=turn.answer_id,
                    author=Author.ASSISTANT,
                    content=" ".join(answer),
                    answers_id=turn.question_id,
                    state=state,
                    sentences=sentences,
                    found=bool(answer),
                    **about,
                )
            )
            told = tuple(Sentence(sentence) for sentence in answer)
            answered = Answered(
                turn, state, told, (), (), bool(answer), frozenset(needed), None, "builtin", Trace(), withheld=0
            )
            await lake.note(session, answered, self.reader, self.conversation)
        if remember:
            await taking_in.take_in(self.database, turn.answer_id, self.reader)
        return turn.answer_id

    async def recalled(self, at: int | None = None) -> Recollection:
        turn = self.turn(at=at)
        async with turn.standpoint.look() as look:
            return await Recalling().recall(look, turn)


@pytest.fixture
async def story(database: Database) -> Story:
    return await Story(database).build(PAGES)


@pytest.fixture
async def talk(story: Story) -> Talk:
    reader = await story.a_reader(*[(1, page) for page in range(1, PAGES + 1)])
    return await Talk(story, reader).begin()

"""A library with a part that does not fit a reader, another person's things, and what goes into any route's address.

`PARAMETERS` names every parameter of every route; `BODIES` what is sent where something has to be. A route with a
parameter that they do not know fails `test_access_matrix.py`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import update

from fumetto.companion.conversations.models import ChatMessage, ChatSession, Conversation
from fumetto.companion.kinds import Author, Mode
from fumetto.companion.personas.models import Persona
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.library.catalogue.lists import Collection, CollectionSeries, ReadingList, ReadingListEpisode
from fumetto.library.catalogue.models import Series
from fumetto.library.reading.models import EpisodeReading, ReadState
from fumetto.library.shelves.models import Shelf, ShelfCollective, ShelfSeries
from fumetto.people.ages.models import ReadingRule
from fumetto.people.collectives.kinds import CollectiveKind, MemberRole
from fumetto.people.collectives.models import Collective, CollectiveMembership
from fumetto.people.public import Account, refit
from tests.builders.story import Story, a_story, write_ledger, write_story

MARK = "zyxforbidden"
"""In every text of what does not fit, and in the names of what is somebody else's."""
Route = tuple[str, str]


def routes(app: FastAPI) -> Iterator[Route]:
    for context in iter_route_contexts(app.routes):
        for method in sorted((context.methods or set()) - {"HEAD"}):
            yield method, str(context.path)


@dataclass
class World:
    """Whom there is, and the ids of what one of them may not see."""

    restricted: Account
    other: Account
    forbidden: Mapping[str, str]  # by name of a parameter: of the series that does not fit
    foreign: Mapping[str, str]  # of what is somebody else's

    def nothing(self) -> dict[str, str]:
        """An address of nothing, for each parameter."""
        return {name: make() for name, make in PARAMETERS.items()}


def an_id() -> str:
    return str(uuid7())


PARAMETERS = {
    "activity_id": an_id,
    "adult_id": an_id,
    "alias_id": an_id,
    "answer_id": an_id,
    "article_id": an_id,
    "character_id": an_id,
    "child_id": an_id,
    "collection_id": an_id,
    "collective_id": an_id,
    "conversation_id": an_id,
    "country": lambda: "ZZ",
    "device_id": an_id,
    "document_id": an_id,
    "edit_id": an_id,
    "entity_id": an_id,
    "episode_id": an_id,
    "export_id": an_id,
    "fact_id": an_id,
    "invitation_id": an_id,
    "item_id": an_id,
    "key": lambda: f"key-{uuid7().hex}",
    "key_id": an_id,
    "kind": lambda: "audit",
    "language": lambda: "en",
    "list_id": an_id,
    "login_id": lambda: uuid7().hex,
    "model": lambda: f"fumetto/{uuid7().hex}",
    "name": lambda: f"flag-{uuid7().hex}",
    "note_id": an_id,
    "page_id": an_id,
    "page_number": lambda: "1",
    "persona_id": an_id,
    "provider": lambda: f"provider-{uuid7().hex[-8:]}",
    "purpose": lambda: "sharing",
    "question_id": an_id,
    "relationship_id": an_id,
    "root_id": an_id,
    "secret": lambda: f"fum_c_{uuid7().hex}",
    "series_id": an_id,
    "session_id": an_id,
    "shelf_id": an_id,
    "signal_id": an_id,
    "slug": lambda: f"nothing-{uuid7().hex}",
    "token": lambda: f"fum_i_{uuid7().hex}",
    "user_code": lambda: "BCDF-GHJK",
    "user_id": an_id,
    "variant": lambda: "display",
    "version": lambda: "v2",
}
"""What there is nothing behind, for each parameter of an address."""

BODIES: Mapping[Route, Any] = {
    ("PATCH", "/api/v1/companion/sessions/{session_id}"): {"everything": True},
    ("POST", "/api/v1/companion/sessions/{session_id}/messages"): {
        "text": "Who is that?",
        "mode": "page",
        "request_id": "0190a1d2-0000-7000-8000-000000000001",
    },
    ("PATCH", "/api/v1/companion/conversations/{conversation_id}"): {"title": "Mine now"},
    ("PUT", "/api/v1/companion/answers/{answer_id}/feedback"): {"is_positive": True},
    ("PATCH", "/api/v1/companion/memory/{item_id}"): {"text": "I like cats"},
    ("PATCH", "/api/v1/companion/personas/{persona_id}"): {"name": "Mine now"},
    ("PATCH", "/api/v1/collections/{collection_id}"): {"name": "Mine now"},
    ("PUT", "/api/v1/collections/{collection_id}/series"): [],
    ("PATCH", "/api/v1/reading-lists/{list_id}"): {"name": "Mine now"},
    ("PUT", "/api/v1/reading-lists/{list_id}/episodes"): [],
    ("PATCH", "/api/v1/shelves/{shelf_id}"): {"name": "Mine now"},
    ("PUT", "/api/v1/shelves/{shelf_id}/series"): [],
    ("PUT", "/api/v1/shelves/{shelf_id}/collectives"): [],
    ("PUT", "/api/v1/reading/preferences/{series_id}"): {"layout": "single"},
    ("PUT", "/api/v1/users/{user_id}/reading-rule"): {},
    ("PUT", "/api/v1/collectives/{collective_id}/reading-rule"): {},
    ("POST", "/api/v1/users/{user_id}/reading-rule/preview"): {},
    ("POST", "/api/v1/collectives/{collective_id}/reading-rule/preview"): {},
    ("PATCH", "/api/v1/collectives/{collective_id}"): {"name": "Mine now"},
    ("PATCH", "/opds/episodes/{episode_id}/progression"): {},
    ("PUT", "/opds/episodes/{episode_id}/progression"): {
        "modified": "2026-11-22T10:00:00Z",
        "device": {"id": "urn:uuid:0190a1d2-0000-7000-8000-000000000001", "name": "Phone"},
        "locator": {"href": "", "type": "image/jpeg", "locations": {"position": 1, "totalProgression": 0.1}},
    },
}
"""What is sent to routes that do something for whoever may; to all others an empty object, which tells as much."""


def address(path: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda name: values[name[1]], path)


def parameters(path: str) -> list[str]:
    return re.findall(r"\{(\w+)(?::\w+)?\}", path)


async def a_world(database: Database, restricted: Account, other: Account) -> World:
    """A series of adults, which the restricted reader read and talked about before they had a rule, and another
    person's things."""
    adult = a_full_story(MARK)
    async with database.write(EVERY_READER) as session:
        await write_story(session, adult)
        await write_ledger(session, adult, restricted.id, (row["id"] for row in adult.rows["pages"]))
        forbidden = names_of(adult) | await talked_about(session, restricted.id, adult)
        await things_of(session, restricted.id, adult, "mine", shared=False)
        foreign = await things_of(session, other.id, adult, f"{MARK} of another", shared=True)
        foreign |= await talked_about(session, other.id, adult)
        session.add(ReadingRule(user_id=restricted.id, max_age=9, unrated=False))
        rated = update(Series).where(Series.id == adult.rows["series"][0]["id"]).values(age_rating="X18+")
        await session.execute(rated)
        await refit(session, [restricted.id])
    return World(restricted, other, forbidden, {**foreign, "user_id": str(other.id), "child_id": str(other.id)})


def a_full_story(mark: str) -> Story:
    """One series that has something of everything."""
    for seed in range(200):
        story = a_story(Random(seed), series=1, mark=mark)  # noqa: S311 - a made-up story
        if all(story.rows[table] for table in story.rows):
            story.rows["series"][0] |= {"title": f"Series {mark}", "slug": f"series-{mark}"}
            return story
    raise AssertionError("no such story")


def names_of(story: Story) -> dict[str, str]:
    """By parameter, an id of each kind of thing in a story."""
    first = {table: rows[0] for table, rows in story.rows.items() if rows}
    named = {
        "series_id": "series",
        "episode_id": "episodes",
        "page_id": "pages",
        "character_id": "characters",
        "alias_id": "character_aliases",
        "entity_id": "world_entities",
        "fact_id": "entity_facts",
        "relationship_id": "world_relationships",
        "article_id": "wiki_articles",
        "note_id": "commentary_notes",
    }
    found = {parameter: str(first[table]["id"]) for parameter, table in named.items()}
    return found | {"slug": first["series"]["slug"], "model": f"fumetto/{first['series']['slug']}"}


async def talked_about(session: WriteSession, user_id: uuid.UUID, story: Story) -> dict[str, str]:
    """A conversation of somebody about a series, with a question and its answer."""
    series, episode = story.rows["series"][0]["id"], story.rows["episodes"][0]["id"]
    page = next(row["id"] for row in story.rows["pages"] if row["episode_id"] == episode)
    conversation = Conversation(id=uuid7(), user_id=user_id, series_id=series, title=MARK)
    talk = ChatSession(
        id=uuid7(), user_id=user_id, conversation_id=conversation.id, episode_id=episode, page_id=page, everything=True
    )
    said = {"user_id": user_id, "conversation_id": conversation.id, "session_id": talk.id, "series_id": series}
    answer_id = uuid7()
    asked = ChatMessage(
        id=uuid7(), author=Author.USER, mode=Mode.PAGE, language="en", content=MARK, answer_id=answer_id, **said
    )
    told = ChatMessage(
        id=answer_id, author=Author.ASSISTANT, mode=Mode.PAGE, language="en", content=MARK, answers_id=asked.id, **said
    )
    for row in (conversation, talk, asked, told):
        session.add(row)
        await session.flush()
    return {
        "conversation_id": str(conversation.id),
        "session_id": str(talk.id),
        "question_id": str(asked.id),
        "answer_id": str(told.id),
    }


async def things_of(
    session: WriteSession, user_id: uuid.UUID, story: Story, name: str, *, shared: bool
) -> dict[str, str]:
    """Lists, a shelf, a collective and a persona of somebody, with what is in a story on them."""
    series, episode = story.rows["series"][0]["id"], story.rows["episodes"][0]["id"]
    collection, reading = Collection(owner_id=user_id, name=name), ReadingList(owner_id=user_id, name=name)
    shelf, collective = Shelf(owner_id=user_id, name=name), Collective(kind=CollectiveKind.FAMILY, name=name)
    persona = Persona(user_id=user_id, name=name)
    session.add_all([collection, reading, shelf, collective, persona])
    await session.flush()
    session.add(CollectionSeries(collection_id=collection.id, series_id=series, order_index=0))
    session.add(ReadingListEpisode(reading_list_id=reading.id, episode_id=episode, order_index=0))
    session.add(ShelfSeries(shelf_id=shelf.id, series_id=series, order_index=0))
    session.add(CollectiveMembership(collective_id=collective.id, user_id=user_id, role=MemberRole.OWNER))
    now = story.rows["episodes"][0]["ingested_at"]
    session.add(EpisodeReading(reader_id=user_id, episode_id=episode, state=ReadState.READING, last_read_at=now))
    if shared:
        session.add(ShelfCollective(shelf_id=shelf.id, collective_id=collective.id))
    await session.flush()
    return {
        "collection_id": str(collection.id),
        "list_id": str(reading.id),
        "shelf_id": str(shelf.id),
        "collective_id": str(collective.id),
        "persona_id": str(persona.id),
    }

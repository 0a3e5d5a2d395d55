"""Texts with metadata that no other room keeps, in collections of their owner's, found by the same index.

What a LangChain vector store holds; row-level security shows an owner their own. A collection's key in the index is
made of its owner and its name, so that nobody can ask for another's.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.kernel.index.embedding import think_ahead
from fumetto.kernel.index.passages import Passage
from fumetto.kernel.index.scope import EVERYTHING, register_scope_factory
from fumetto.kernel.index.searching import search
from fumetto.kernel.index.writing import put, remove, remove_key

KIND: Final = "document"
LONGEST_TAG: Final = 35  # of a language
AT_A_TIME: Final = 100  # hits that are looked through for those with the wanted metadata

_make_scope = register_scope_factory("documents")

KEEP = """
INSERT INTO app.index_documents (id, key, owner_id, name, content, about)
SELECT id, %s, %s, name, content, about
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::jsonb[]) AS given (id, name, content, about) ORDER BY id
ON CONFLICT (id) DO UPDATE SET content = excluded.content, about = excluded.about
"""
BY_NAMES = "SELECT id, name, content, about FROM app.index_documents WHERE key = %s AND name = ANY (%s)"
BY_IDS = "SELECT id, name, content, about FROM app.index_documents WHERE id = ANY (%s) AND about @> %s::jsonb"
FORGET = "DELETE FROM app.index_documents WHERE key = %s AND owner_id = %s AND (%s::text[] IS NULL OR name = ANY (%s))"


@dataclass(frozen=True, slots=True)
class Text:
    """A text, under a name that is its own in its collection. about: JSON; its `language` is that of the text."""

    name: str
    content: str
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Collection:
    """An owner's texts under one name."""

    owner_id: uuid.UUID
    name: str

    @property
    def key(self) -> uuid.UUID:
        return uuid.uuid5(self.owner_id, self.name)

    def id_of(self, name: str) -> uuid.UUID:
        return uuid.uuid5(self.key, name)


async def keep(database: Database, collection: Collection, texts: Sequence[Text]) -> None:
    """Keep and index texts; one with the name of another replaces it. In one transaction."""
    given = {collection.id_of(text.name): text for text in texts}
    columns = [
        list(given),
        [text.name for text in given.values()],
        [text.content for text in given.values()],
        [json.dumps(dict(text.about)) for text in given.values()],
    ]
    passages = [
        Passage(one, collection.key, KIND, language_of(text.about), text.content, ((),)) for one, text in given.items()
    ]
    async with database.write(EVERY_READER) as session:
        await session.raw().execute(KEEP, [collection.key, collection.owner_id, *columns])
        await put(session, passages)


async def forget(database: Database, collection: Collection, names: Sequence[str] | None = None) -> None:
    """Forget texts, all of them without names; those that are not there are no matter."""
    listed = None if names is None else list(names)
    async with database.write(EVERY_READER) as session:
        await session.raw().execute(FORGET, [collection.key, collection.owner_id, listed, listed])
        if names is None:
            await remove_key(session, collection.key)
        else:
            await remove(session, [collection.id_of(name) for name in names])


async def named(database: Database, collection: Collection, names: Sequence[str]) -> list[Text]:
    """The texts of those names that are there, in that order."""
    async with database.read(collection.owner_id) as session:
        rows = await (await session.raw().execute(BY_NAMES, [collection.key, list(names)])).fetchall()
    found = {name: Text(name, content, about) for _, name, content, about in rows}
    return [found[name] for name in dict.fromkeys(names) if name in found]


async def found(
    database: Database, collection: Collection, question: str, k: int, about: Mapping[str, Any] | None = None
) -> list[tuple[Text, float]]:
    """The k best texts with their scores, best first, all there are if they are fewer; of those only whose metadata
    contain `about`."""
    await think_ahead(database, question)
    scope = _make_scope({collection.key: EVERYTHING})
    taken: list[tuple[Text, float]] = []
    async with database.read(collection.owner_id) as session:
        offset = 0
        while len(taken) < k:
            wanted = k if not about else AT_A_TIME
            hits = await search(session, scope, question, k=wanted, offset=offset)
            rows = await by_id(session, [hit.id for hit in hits.hits], about or {})
            taken += [(rows[hit.id], hit.score) for hit in hits.hits if hit.id in rows]
            offset += len(hits.hits)
            if not hits.more:
                break
    return taken[:k]


async def by_id(session: ReadSession, ids: Sequence[uuid.UUID], about: Mapping[str, Any]) -> dict[uuid.UUID, Text]:
    rows = await session.raw().execute(BY_IDS, [list(ids), json.dumps(dict(about))])
    return {one: Text(name, content, metadata) for one, name, content, metadata in await rows.fetchall()}


async def texts_of(session: ReadSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """For the index, as `register_texts` has it."""
    return {one: text.content for one, text in (await by_id(session, ids, {})).items()}


def language_of(about: Mapping[str, Any]) -> str | None:
    tag = about.get("language")
    return tag if isinstance(tag, str) and 0 < len(tag) <= LONGEST_TAG else None

"""What a statement or a note belongs to. For sessions that see everything."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.world.events import Thing
from fumetto.library.world.models import CommentaryNote, EntityFact, WikiFact

OWNED = {Thing.WIKI_FACT: Thing.WIKI_ARTICLE, Thing.ENTITY_FACT: Thing.ENTITY, Thing.NOTE: Thing.EPISODE}
BATCH = 10_000


async def owners_of(session: ReadSession, thing: Thing, ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """The articles, entities or episodes that some facts or notes are of; of those that are gone, none."""
    found: dict[uuid.UUID, None] = {}
    wanted = list(ids)
    for at in range(0, len(wanted), BATCH):
        part = wanted[at : at + BATCH]
        if thing is Thing.WIKI_FACT:
            rows = await session.scalars(select(WikiFact.article_id).where(WikiFact.id.in_(part)).distinct())
        elif thing is Thing.ENTITY_FACT:
            rows = await session.scalars(select(EntityFact.entity_id).where(EntityFact.id.in_(part)).distinct())
        else:
            rows = await session.scalars(
                select(CommentaryNote.episode_id).where(CommentaryNote.id.in_(part)).distinct()
            )
        found.update(dict.fromkeys(rows))
    return sorted(found)

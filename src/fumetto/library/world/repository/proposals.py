"""What waits for a person's word: statements without a decision, and whom they may name. For sessions that see all."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, literal, select, union_all, update

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.models import Page
from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import Origin, ReviewState
from fumetto.library.world.models import (
    Character,
    CharacterAlias,
    EntityFact,
    Evidence,
    EvidencePage,
    WikiArticle,
    WikiFact,
    WorldEntity,
)
from fumetto.library.world.rules.placing import Proposal

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A statement whose evidence is only proposed; `about` is whom or what it stands under."""

    evidence_id: uuid.UUID
    thing: Thing
    subject_id: uuid.UUID
    text: str
    about: str


async def undecided(session: ReadSession, series_id: uuid.UUID) -> list[Unplaced]:
    """Statements of wiki and blurbs whose evidence is only proposed."""
    wiki = (
        select(
            Evidence.id, literal(Thing.WIKI_FACT.value), WikiFact.id, WikiFact.text, func.coalesce(WikiFact.heading, "")
        )
        .join(WikiFact, WikiFact.id == Evidence.wiki_fact_id)
        .where(*proposed(series_id), WikiFact.safe_lore.is_(False))
    )
    facts = (
        select(Evidence.id, literal(Thing.ENTITY_FACT.value), EntityFact.id, EntityFact.text, WorldEntity.name)
        .join(EntityFact, EntityFact.id == Evidence.entity_fact_id)
        .join(WorldEntity, WorldEntity.id == EntityFact.entity_id)
        .where(*proposed(series_id), EntityFact.origin == Origin.IMPORT)
    )
    rows = await session.execute(union_all(wiki, facts))
    return [Unplaced(row[0], Thing(row[1]), row[2], row[3], row[4]) for row in rows]


def proposed(series_id: uuid.UUID) -> tuple[Any, ...]:
    return (
        Evidence.series_id == series_id,
        Evidence.state == ReviewState.PROPOSED,
        Evidence.reviewed_at.is_(None),
    )


async def put_places(
    session: WriteSession, found: Iterable[tuple[Unplaced, Proposal[uuid.UUID] | None, Decimal | None]]
) -> None:
    """Give each proposed evidence the pages that were found for it, in place of those of an earlier search."""
    values: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []
    for each, proposal, awaits in found:
        kind, source = proposal.source if proposal and isinstance(proposal.source, tuple) else ("", None)
        places = proposal.places if proposal else ()
        values.append(
            {
                "key": each.evidence_id,
                "page_count": len(places),
                "quote": proposal.quote if proposal else None,
                "confidence": proposal.confidence if proposal else None,
                "balloon_id": source if kind == "balloon" else None,
                "panel_id": source if kind == "panel" else None,
                "awaits_episode": awaits,
            }
        )
        pages += [{"evidence_id": each.evidence_id, "page_id": page_id} for page_id in places]
    table = Evidence.__table__
    change = (
        update(table)  # type: ignore[arg-type]  # a Table, which the declarative base calls a FromClause
        .where(table.c.id == bindparam("key"))
        .values({name: bindparam(name) for name in values[0] if name != "key"} if values else {})
    )
    for at in range(0, len(values), BATCH):
        part = values[at : at + BATCH]
        await session.execute(delete(EvidencePage).where(EvidencePage.evidence_id.in_([one["key"] for one in part])))
        connection = await session.connection()
        await connection.execute(change, part)
    for at in range(0, len(pages), BATCH):
        await session.execute(insert(EvidencePage), pages[at : at + BATCH])


async def debuts(
    session: ReadSession, series_id: uuid.UUID
) -> list[tuple[str, uuid.UUID, int | None, uuid.UUID | None]]:
    """`(name, owner, position, page)` of everybody and everything with a name, and the first page each is known from.

    Somebody in the roster and their entity are one owner.
    """
    owner = func.coalesce(WorldEntity.character_id, WorldEntity.id)
    entities = (
        select(WorldEntity.name, owner, Page.position, Page.id)
        .outerjoin(Evidence, and_(Evidence.entity_id == WorldEntity.id, Evidence.state == ReviewState.ACCEPTED))
        .outerjoin(EvidencePage, EvidencePage.evidence_id == Evidence.id)
        .outerjoin(Page, Page.id == EvidencePage.page_id)
        .where(WorldEntity.series_id == series_id)
    )
    others = (
        select(CharacterAlias.alias, Character.id)
        .join(Character, Character.id == CharacterAlias.character_id)
        .where(Character.series_id == series_id, Character.state == ReviewState.ACCEPTED)
    )
    people = select(Character.name, Character.id).where(
        Character.series_id == series_id, Character.state == ReviewState.ACCEPTED
    )
    found: list[tuple[str, uuid.UUID, int | None, uuid.UUID | None]] = []
    found += [(row[0], row[1], row[2], row[3]) for row in await session.execute(entities)]
    found += [(row[0], row[1], None, None) for row in await session.execute(others)]
    found += [(row[0], row[1], None, None) for row in await session.execute(people)]
    return found


async def wiki_articles(session: ReadSession, series_id: uuid.UUID) -> Sequence[WikiArticle]:
    return list(
        await session.scalars(select(WikiArticle).where(WikiArticle.series_id == series_id).order_by(WikiArticle.slug))
    )

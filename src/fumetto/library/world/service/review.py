"""Deciding about proposals: from which pages on something may be known, and whether it is so at all."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.world.errors import PagesElsewhere, ReviewNeedsPages, ReviewNotSafe, ReviewUnknown
from fumetto.library.world.events import Thing, Touched
from fumetto.library.world.kinds import ReviewState
from fumetto.library.world.models import Character, Evidence
from fumetto.library.world.repository import evidence, pages, review
from fumetto.library.world.service import wiki
from fumetto.library.world.service.telling import tell


class Decision(StrEnum):
    ACCEPT = "accept"  # it may be known from the pages that are proposed
    CORRECT = "correct"  # it may be known from other pages, given with it
    REJECT = "reject"  # it is not so, or nothing for readers
    SAFE = "safe"  # its whole article may be known at once
    REOPEN = "reopen"  # undo a decision: it waits again


@dataclass(frozen=True, slots=True)
class Decided:
    """How many proposals were decided, and those that were left since they have no page yet."""

    changed: int
    left: tuple[uuid.UUID, ...]


async def decide(
    session: WriteSession,
    actor: uuid.UUID | None,
    decision: Decision,
    ids: Sequence[uuid.UUID],
    page_ids: Collection[uuid.UUID] = (),
    quote: str | None = None,
) -> Decided:
    """Decide about evidences and proposed characters, by id, one or many; all of one series or of several.

    Accepting many leaves those that have no page; accepting one such alone is refused. In a session that was begun for
    EVERY_READER. Raises ReviewUnknown, ReviewNeedsPages, PagesElsewhere, ReviewNotSafe.
    """
    evidences = await review.hold_evidences(session, ids)
    characters = await review.hold_characters(session, ids)
    if not evidences and not characters:
        raise ReviewUnknown
    if decision is Decision.SAFE:
        return await declare(session, actor, evidences, characters)
    if decision is Decision.CORRECT and not page_ids:
        raise ReviewNeedsPages
    touched = {series_id: Touched(series_id) for series_id in series_of(evidences, characters)}
    if decision is Decision.CORRECT:
        for series_id in touched:
            if len(await pages.pages_of_series(session, series_id, page_ids)) != len(set(page_ids)):
                raise PagesElsewhere
    left: list[uuid.UUID] = []
    changed = 0
    for one in evidences:
        if decision is Decision.ACCEPT and one.page_count < 1:
            left.append(one.id)
            continue
        before = {"state": one.state, "page_count": one.page_count}
        await change(session, one, decision, page_ids, quote, actor)
        thing, subject_id = evidence.subject_of(one)
        touched[one.series_id].note(thing, [subject_id])
        after = {"state": one.state, "page_ids": sorted(str(page_id) for page_id in page_ids)}
        await audit(session, actor, f"review.{decision}", thing.value, subject_id, before, after, {"evidence": one.id})
        changed += 1
    if left and not changed and not characters:
        raise ReviewNeedsPages
    for character in characters:
        await change_character(session, actor, decision, character)
        touched[character.series_id].note(Thing.CHARACTER, [character.id])
        changed += 1
    await session.flush()
    for each in touched.values():
        await tell(session, each)
    return Decided(changed, tuple(left))


async def change(
    session: WriteSession,
    one: Evidence,
    decision: Decision,
    page_ids: Collection[uuid.UUID],
    quote: str | None,
    actor: uuid.UUID | None,
) -> None:
    if decision is Decision.CORRECT:
        await evidence.set_pages(session, one.id, page_ids)
        one.page_count = len(set(page_ids))
        one.awaits_episode = one.awaits_page = None
        one.balloon_id = one.panel_id = None
        one.quote = quote
    one.state = {
        Decision.ACCEPT: ReviewState.ACCEPTED,
        Decision.CORRECT: ReviewState.ACCEPTED,
        Decision.REJECT: ReviewState.REJECTED,
    }.get(decision, ReviewState.PROPOSED)
    decided = decision is not Decision.REOPEN
    one.reviewed_at = datetime.now(UTC) if decided else None
    one.reviewed_by = actor if decided else None
    await session.flush()


async def change_character(
    session: WriteSession, actor: uuid.UUID | None, decision: Decision, character: Character
) -> None:
    before = {"state": character.state}
    character.state = {
        Decision.ACCEPT: ReviewState.ACCEPTED,
        Decision.CORRECT: ReviewState.ACCEPTED,
        Decision.REJECT: ReviewState.REJECTED,
    }.get(decision, ReviewState.PROPOSED)
    await audit(
        session, actor, f"review.{decision}", Thing.CHARACTER.value, character.id, before, {"state": character.state}
    )


async def declare(
    session: WriteSession, actor: uuid.UUID | None, evidences: Sequence[Evidence], characters: Sequence[Character]
) -> Decided:
    facts = [one.wiki_fact_id for one in evidences if one.wiki_fact_id is not None]
    if characters or len(facts) != len(evidences):
        raise ReviewNotSafe
    articles = await review.articles_of_facts(session, facts)
    for article_id in articles:
        await wiki.declare_safe(session, article_id, True, actor)
    return Decided(len(facts), ())


def series_of(evidences: Sequence[Evidence], characters: Sequence[Character]) -> set[uuid.UUID]:
    return {one.series_id for one in evidences} | {one.series_id for one in characters}

"""Proposing places for what has none, and giving their places to what was waiting for an episode to come."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.catalogue.kinds import PageKind
from fumetto.library.world.events import Touched
from fumetto.library.world.repository import evidence, pages, proposals, roster
from fumetto.library.world.repository.proposals import Unplaced
from fumetto.library.world.rules.names import NameFinder
from fumetto.library.world.rules.placing import Book, Line, Matcher, Proposal, first_met, propose
from fumetto.library.world.service.telling import tell

Source = tuple[str, uuid.UUID]
"""Where a quote is from: `("balloon", id)` or `("panel", id)`."""


@dataclass(slots=True)
class Ground:
    """What a series' statements are placed by."""

    lines: list[Line[uuid.UUID]] = field(default_factory=list)
    books: dict[Decimal, Book[uuid.UUID]] = field(default_factory=dict)
    debuts: dict[uuid.UUID, tuple[int, uuid.UUID]] = field(default_factory=dict)
    names: list[tuple[str, uuid.UUID]] = field(default_factory=list)


async def place_awaited(session: WriteSession, series_id: uuid.UUID) -> int:
    """Place what awaited an episode that has come. A file's own debut is accepted with it, a guess is only proposed."""
    waiting = await evidence.awaiting(session, series_id)
    if not waiting:
        return 0
    known: dict[tuple[Decimal, int | None], uuid.UUID] = {}
    for place in await pages.places(session, series_id):
        if place.episode_number is not None and place.kind is PageKind.STORY:
            known.setdefault((place.episode_number, place.page_number), place.id)
            known[place.episode_number, None] = place.id  # the last of them stays
    touched = Touched(series_id)
    accepted = []
    placed = 0
    for evidence_id, thing, subject_id, said, episode, page in waiting:
        page_id = known.get((episode, page))
        if page_id is None:
            continue
        await evidence.set_pages(session, evidence_id, [page_id])
        placed += 1
        if said:
            accepted.append(evidence_id)
            touched.note(thing, [subject_id])
    await evidence.accept_all(session, accepted)
    await tell(session, touched)
    return placed


async def propose_places(session: WriteSession, series_id: uuid.UUID) -> int:
    """Look for the places of all statements that nobody has decided about; returns how many have one now.

    Nothing becomes visible by it. In a session that was begun for EVERY_READER.
    """
    await pages.hold_series(session, series_id)
    unplaced = await proposals.undecided(session, series_id)
    if not unplaced:
        return 0
    ground = await gather(session, series_id)
    found = await asyncio.to_thread(place_all, unplaced, ground)
    await proposals.put_places(session, found)
    return sum(1 for _, proposal, _ in found if proposal)


async def gather(session: WriteSession, series_id: uuid.UUID) -> Ground:
    ground = Ground()
    for said in await pages.said(session, series_id):
        ground.lines.append(Line(said.page_id, said.position, said.text, ("balloon", said.balloon_id)))
    for page_id, position, text, panel_id in await pages.shown(session, series_id):
        ground.lines.append(Line(page_id, position, text, ("panel", panel_id) if panel_id else None))
    by_number: dict[Decimal, list[uuid.UUID]] = {}
    for place in await pages.places(session, series_id):
        if place.episode_number is not None and place.kind is PageKind.STORY:
            by_number.setdefault(place.episode_number, []).append(place.id)
    ground.books = {number: Book(number, tuple(ids)) for number, ids in by_number.items()}
    for name, owner, at, debut in await proposals.debuts(session, series_id):
        ground.names.append((name, owner))
        if at is not None and debut is not None:
            ground.debuts[owner] = min(ground.debuts.get(owner, (at, debut)), (at, debut))
    line_positions = {line.place: line.position for line in ground.lines}
    for character_id, page_id in (await roster.first_pages(session, series_id)).items():
        if character_id not in ground.debuts and page_id in line_positions:
            ground.debuts[character_id] = (line_positions[page_id], page_id)
    return ground


Found = tuple[Unplaced, Proposal[uuid.UUID] | None, Decimal | None]


def place_all(unplaced: Sequence[Unplaced], ground: Ground) -> list[Found]:
    """A proposal for each statement, where there is one. Pure, and long: run it in a thread."""
    matcher = Matcher.of(ground.lines)
    finder = NameFinder(ground.names)
    debuts = with_mentions(ground, finder)
    met_in = first_episodes(unplaced)
    found: list[Found] = []
    for each in unplaced:
        owners = {one.owner for one in finder.find(f"{each.about}. {each.text}")}
        if any(owner not in debuts for owner in owners):
            # It names somebody who is nowhere yet: whatever page is like it, it is too early
            number = met_in.get(each.about)
            found.append((each, None, None if number in ground.books else number))
            continue
        needed = [page_id for _, page_id in sorted(debuts[owner] for owner in owners)]
        proposal, awaits = propose(each.text, matcher, ground.books, needed, met_in.get(each.about))
        found.append((each, proposal, awaits))
    return found


def with_mentions(ground: Ground, finder: NameFinder[uuid.UUID]) -> dict[uuid.UUID, tuple[int, uuid.UUID]]:
    """Where everybody is first there; for those of whom nobody says it, where their name is first said or told."""
    debuts = dict(ground.debuts)
    for line in ground.lines:
        for name in finder.find(line.text):
            if name.owner not in ground.debuts:
                here = (line.position, line.place)
                debuts[name.owner] = min(debuts.get(name.owner, here), here)
    return debuts


def first_episodes(unplaced: Sequence[Unplaced]) -> dict[str, Decimal]:
    """By what statements stand under, the episode in which that is first met, as one of them tells."""
    found: dict[str, Decimal] = {}
    for each in unplaced:
        number = first_met(each.text)
        if each.about and number is not None:
            found[each.about] = min(number, found.get(each.about, number))
    return found

"""Looking things up for an answer, at one horizon, with a note of everything that was asked and what came back."""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.public import Horizon, PassageKind, Quotable, Spot, Subject, evidence, spoken_number

MOST_HITS: Final = 40  # of one query, that are written down


@dataclass(slots=True)
class Notebook:
    """What a trace has of the looking up. `pages`: every page that something came from."""

    queries: list[dict[str, Any]] = field(default_factory=list)
    hits: list[dict[str, Any]] = field(default_factory=list)
    pages: set[uuid.UUID] = field(default_factory=set)

    def write(self, query: dict[str, Any], found: Sequence[Quotable], began: float) -> None:
        number = len(self.queries)
        took = round(1000 * (time.perf_counter() - began), 1)
        self.queries.append({**query, "found": len(found), "ms": took})
        self.pages |= {one.spot.page_id for one in found if one.spot}
        self.hits += [
            {
                "query": number,
                "id": str(one.id),
                "kind": one.kind.value,
                "score": round(one.score, 4),
                "page_id": str(one.spot.page_id) if one.spot else None,
                **numbers_of(one.spot),
            }
            for one in found[:MOST_HITS]
        ]


def numbers_of(spot: Spot | None) -> dict[str, Any]:
    """A place as people write it."""
    return {
        "episode_number": spoken_number(spot.episode_number) if spot else None,
        "page_number": spot.page_number if spot else None,
    }


class Finder:
    """The library's evidence at one horizon."""

    def __init__(self, session: ReadSession, horizon: Horizon, notebook: Notebook | None = None) -> None:
        self.session = session
        self.horizon = horizon
        self.notebook = notebook or Notebook()

    async def look_up(
        self, text: str, *, kinds: Collection[PassageKind], language: str | None = None, limit: int
    ) -> list[Quotable]:
        """What the index finds, best first."""
        began = time.perf_counter()
        found = await evidence.look_up(self.session, self.horizon, text, kinds=kinds, language=language, limit=limit)
        query = {"asked": "index", "text": text, "kinds": [kind.value for kind in kinds], "language": language}
        self.notebook.write({**query, "limit": limit}, found, began)
        return found

    async def these(self, ids: Sequence[uuid.UUID]) -> list[Quotable]:
        """Passages by their ids, those of them that may be known, in that order."""
        began = time.perf_counter()
        found = await evidence.these(self.session, self.horizon, ids)
        self.notebook.write({"asked": "passages", "ids": [str(one) for one in ids]}, found, began)
        return found

    async def subjects(self) -> list[Subject]:
        return await evidence.subjects(self.session, self.horizon)

    async def last_pages(self, most: int, episode: Decimal | None = None) -> list[Spot]:
        return await evidence.last_pages(self.session, self.horizon, most, episode)

    async def ends_of_episodes(self, most: int) -> list[Spot]:
        return await evidence.ends_of_episodes(self.session, self.horizon, most)

    async def on_page(self, spot: Spot, languages: Sequence[str | None]) -> list[Quotable]:
        began = time.perf_counter()
        found = await evidence.on_page(self.session, self.horizon, spot, languages)
        self.notebook.write({"asked": "page", "page_id": str(spot.page_id), **numbers_of(spot)}, found, began)
        return found

    async def told_of(self, subject: Subject) -> list[Quotable]:
        """The facts about a subject, then how it is tied to others."""
        began = time.perf_counter()
        facts = await evidence.facts_about(self.session, self.horizon, subject)
        found = facts + await evidence.ties_of(self.session, self.horizon, subject)
        self.notebook.write({"asked": "world", "text": subject.name}, found, began)
        return found

    async def met_among(self, subjects: Sequence[Subject]) -> frozenset[uuid.UUID]:
        """Those of some subjects, by their ids, that some page shows."""
        return await evidence.met_among(self.session, self.horizon, subjects)

    async def met_at(self, subject: Subject) -> tuple[Spot, Spot] | None:
        """The first and the last page that a subject is on."""
        began = time.perf_counter()
        found = await evidence.met_at(self.session, self.horizon, subject)
        self.notebook.write({"asked": "met", "text": subject.name}, (), began)
        self.notebook.pages |= {spot.page_id for spot in found or ()}
        return found

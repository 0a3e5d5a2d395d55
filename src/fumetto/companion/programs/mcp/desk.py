"""What an assistant is told, as the reader whose key it has, from the page that they were on last."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from fumetto.companion.answering.ports import Look, Rooms
from fumetto.companion.kinds import Mode
from fumetto.companion.programs.errors import NotThere
from fumetto.companion.programs.model import number_of, told
from fumetto.companion.programs.service import LastPlace, answered, asked
from fumetto.companion.programs.stopping import Stops
from fumetto.kernel.db.sessions import Database
from fumetto.library.public import PassageKind, Quotable, SeriesName, Spot, evidence, horizons_of
from fumetto.people.public import Reader, flags

MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one reader's assistant asks. `stops` ends what is being answered when it may not go on; None at the
    command line, which is the operator's."""

    database: Database
    rooms: Rooms
    reader_id: uuid.UUID
    language: str
    reader: Reader | None = None
    stops: Stops | None = None

    async def begun(self) -> list[dict[str, Any]]:
        """The series that the reader has begun."""
        async with self.database.read(self.reader_id) as session:
            ids = [one.series_id for one in await horizons_of(session, self.reader_id)]
            names = await evidence.series_names(session, ids)
        return [listed(one) for one in sorted(names.values(), key=lambda one: one.slug)]

    async def series(self, slug: str) -> dict[str, Any]:
        """A series: where the reader is in it, and whom they have met. Raises NotThere."""
        async with self.looking(slug) as (name, look):
            known = await evidence.subjects(look.session, look.horizon)
        met = [{"name": one.name, "kind": one.kind.value, "also": list(one.names[1:])} for one in known]
        return listed(name) | {"here": placed(look.here), "known": met}

    async def page(self, slug: str, episode: str, page: int) -> dict[str, Any]:
        """What a page shows and says, of those that may be known. Raises NotThere."""
        async with self.looking(slug) as (name, look):
            spot = await evidence.spot_at(look.session, look.horizon, number(episode), page)
            if spot is None:
                raise NotThere(what=f"{slug} {episode}:{page}")
            seen = await evidence.on_page(look.session, look.horizon, spot, [self.language, name.language])
        return placed(spot) | {"series": slug, "passages": [passage(one) for one in seen]}

    async def character(self, slug: str, name: str) -> dict[str, Any]:
        """What is known of somebody or something. Raises NotThere, also for who was not met yet."""
        async with self.looking(slug) as (_, look):
            found = evidence.named_in(name, await evidence.subjects(look.session, look.horizon))
            if not found:
                raise NotThere(what=name)
            facts = await evidence.facts_about(look.session, look.horizon, found[0])
            ties = await evidence.ties_of(look.session, look.horizon, found[0])
            met = await evidence.met_at(look.session, look.horizon, found[0])
        return {
            "name": found[0].name,
            "also": list(found[0].names[1:]),
            "kind": found[0].kind.value,
            "first_met": placed(met[0]) if met else None,
            "last_met": placed(met[1]) if met else None,
            "facts": [passage(one) for one in [*facts, *ties]],
        }

    async def search(self, slug: str, text: str, limit: int, kinds: Sequence[PassageKind]) -> list[dict[str, Any]]:
        """The passages that answer best, of those that may be known. Raises NotThere."""
        async with self.looking(slug) as (_, look):
            most = max(1, min(limit, MOST_FOUND))
            found = await evidence.look_up(look.session, look.horizon, text[:2000], kinds=kinds, limit=most)
        return [passage(one) | {"score": round(one.score, 4)} for one in found]

    async def ask(self, slug: str, question: str, mode: Mode) -> dict[str, Any]:
        """An answer with what it rests on. Raises NotThere, QuestionEmpty, QuestionTooLong."""
        async with self.looking(slug) as (name, _):
            pass
        happenings = asked(
            self.database,
            self.rooms,
            self.reader_id,
            name.id,
            question,
            mode=mode,
            language=self.language,
            source="mcp",
        )
        if self.stops is not None and self.reader is not None:
            happenings = self.stops.unless_stopped(self.reader, flags.while_on(self.reader, "ai", happenings))
        end = await answered(happenings)
        return {
            "answer": end.text,
            "found": end.found,
            "model": end.model,
            "citations": [dict(told(one)) for one in end.citations],
        }

    @asynccontextmanager
    async def looking(self, slug: str) -> AsyncIterator[tuple[SeriesName, Look]]:
        async with self.database.read(self.reader_id) as session:
            series = await evidence.series_called(session, slug)
        if series is None:
            raise NotThere(what=slug)
        async with LastPlace(self.database, self.reader_id, series.id).look() as look:
            yield series, look


def listed(series: SeriesName) -> dict[str, Any]:
    return {"slug": series.slug, "title": series.title, "uri": f"fumetto://series/{series.slug}"}


def placed(spot: Spot | None) -> dict[str, Any]:
    if spot is None:
        return {"episode_number": None, "page_number": None}
    return {"episode_number": number_of(spot), "page_number": spot.page_number}


def passage(one: Quotable) -> dict[str, Any]:
    where = placed(one.spot)
    return where | {"kind": one.kind.value, "text": one.text, "speaker": one.speaker, "language": one.language}


def number(text: str) -> Decimal:
    """An episode's number. Raises NotThere."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise NotThere(what=text) from None
    if not found.is_finite():
        raise NotThere(what=text)
    return found

"""Queries of what is on a page, for readers: all of it through a horizon."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Balloon, PageState, PageText
from fumetto.library.contents.models import PageDescription, Panel
from fumetto.library.reading.horizon import Horizon
from fumetto.library.reading.revealing import revealed
from fumetto.library.world.models import BalloonSpeaker, Character


@dataclass(frozen=True, slots=True)
class Spoken:
    """A balloon, and the character of the roster who speaks it, as far as either may be known."""

    balloon: Balloon
    character_id: uuid.UUID | None
    character: str | None

    @property
    def speaker(self) -> str | None:
        return self.character or self.balloon.speaker_name


async def texts_of(session: ReadSession, page_id: uuid.UUID) -> list[PageText]:
    """Every text of a page that could be read, or may be yet: which languages there are, and from where."""
    return list(
        await session.scalars(select(PageText).where(PageText.page_id == page_id, PageText.state != PageState.FAILED))
    )


async def balloons_of(session: ReadSession, horizon: Horizon, text_id: uuid.UUID) -> list[Spoken]:
    rows = await revealed(session, horizon).execute(
        select(Balloon, Character.id, Character.name)
        .outerjoin(BalloonSpeaker, BalloonSpeaker.balloon_id == Balloon.id)
        .outerjoin(Character, Character.id == BalloonSpeaker.character_id)
        .where(Balloon.page_text_id == text_id)
        .order_by(Balloon.order_index)
    )
    return [Spoken(balloon, character_id, name) for balloon, character_id, name in rows]


async def panels_of(session: ReadSession, horizon: Horizon, page_id: uuid.UUID) -> list[Panel]:
    found = await revealed(session, horizon).scalars(
        select(Panel).where(Panel.page_id == page_id).order_by(Panel.order_index)
    )
    return list(found)


async def descriptions_of(session: ReadSession, horizon: Horizon, page_id: uuid.UUID) -> list[PageDescription]:
    found = await revealed(session, horizon).scalars(select(PageDescription).where(PageDescription.page_id == page_id))
    return list(found)

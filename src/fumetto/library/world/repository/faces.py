"""What faces are chosen from, and those that were chosen. For sessions that see everything."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.models import Balloon, Episode, Page, PageText
from fumetto.library.contents.models import Panel
from fumetto.library.world.kinds import Presence
from fumetto.library.world.models import BalloonSpeaker, Character, PageCharacter
from fumetto.library.world.rules.faces import Box, Face

BATCH = 2_000


async def people_on(
    session: ReadSession, series_id: uuid.UUID, page_ids: Collection[uuid.UUID] | None
) -> dict[uuid.UUID, dict[uuid.UUID, Presence]]:
    """Who is on each page of a series, or on some of them, and how."""
    query = (
        select(PageCharacter.page_id, PageCharacter.character_id, PageCharacter.presence)
        .join(Page, Page.id == PageCharacter.page_id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(Episode.series_id == series_id)
    )
    if page_ids is not None:
        query = query.where(PageCharacter.page_id.in_(list(page_ids)))
    found: dict[uuid.UUID, dict[uuid.UUID, Presence]] = {}
    for page_id, character_id, presence in await session.execute(query):
        found.setdefault(page_id, {})[character_id] = presence
    return found


async def panels_on(
    session: ReadSession, page_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[Box, str | None]]]:
    """The panels of pages in reading order, and what is said of them."""
    rows = await session.execute(
        select(Panel.page_id, Panel.x, Panel.y, Panel.width, Panel.height, Panel.description)
        .where(Panel.page_id.in_(list(page_ids)))
        .order_by(Panel.page_id, Panel.order_index)
    )
    found: dict[uuid.UUID, list[tuple[Box, str | None]]] = {}
    for page_id, x, y, width, height, description in rows:
        found.setdefault(page_id, []).append((Box(x, y, width, height), description))
    return found


async def spoken_on(
    session: ReadSession, page_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[uuid.UUID, Box]]]:
    """The balloons of pages whose speaker is known."""
    rows = await session.execute(
        select(PageText.page_id, BalloonSpeaker.character_id, Balloon.x, Balloon.y, Balloon.width, Balloon.height)
        .join(Balloon, Balloon.id == BalloonSpeaker.balloon_id)
        .join(PageText, PageText.id == Balloon.page_text_id)
        .where(PageText.page_id.in_(list(page_ids)))
        .order_by(Balloon.id)
    )
    found: dict[uuid.UUID, list[tuple[uuid.UUID, Box]]] = {}
    for page_id, character_id, x, y, width, height in rows:
        found.setdefault(page_id, []).append((character_id, Box(x, y, width, height)))
    return found


async def best_faces(session: ReadSession, series_id: uuid.UUID) -> dict[uuid.UUID, tuple[uuid.UUID, Box]]:
    """Of each character of a series the page, and the panel there, that stand for them unless somebody chose others."""
    rows = await session.execute(
        select(
            PageCharacter.character_id,
            PageCharacter.page_id,
            PageCharacter.face_x,
            PageCharacter.face_y,
            PageCharacter.face_width,
            PageCharacter.face_height,
        )
        .join(Character, Character.id == PageCharacter.character_id)
        .where(Character.series_id == series_id, PageCharacter.face_rank.is_not(None))
        .ext(distinct_on(PageCharacter.character_id))
        .order_by(PageCharacter.character_id, PageCharacter.face_rank, PageCharacter.page_id)
    )
    return {one: (page_id, Box(*(side or 0.0 for side in box))) for one, page_id, *box in rows}


async def put_faces(session: WriteSession, chosen: Mapping[uuid.UUID, Sequence[Face[uuid.UUID]]]) -> None:
    """Have pages hold these faces and no other."""
    pages = list(chosen)
    nothing = {"face_rank": None, "face_x": None, "face_y": None, "face_width": None, "face_height": None}
    values: list[dict[str, Any]] = [
        {
            "on_page": page_id,
            "of": face.who,
            "face_rank": face.rank,
            "face_x": face.box.x,
            "face_y": face.box.y,
            "face_width": face.box.width,
            "face_height": face.box.height,
        }
        for page_id, faces in chosen.items()
        for face in faces
    ]
    table = PageCharacter.__table__
    for at in range(0, len(pages), BATCH):
        await session.execute(
            update(PageCharacter)
            .where(PageCharacter.page_id.in_(pages[at : at + BATCH]), PageCharacter.face_rank.is_not(None))
            .values(**nothing)
        )
    change = (
        update(table)  # type: ignore[arg-type]  # a Table, which the declarative base calls a FromClause
        .where(table.c.page_id == bindparam("on_page"), table.c.character_id == bindparam("of"))
        .values({name: bindparam(name) for name in nothing})
    )
    connection = await session.connection()
    for at in range(0, len(values), BATCH):
        await connection.execute(change, values[at : at + BATCH])

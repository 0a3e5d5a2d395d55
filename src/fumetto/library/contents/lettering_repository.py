"""What a sidecar and the letterings beside a picture tell of balloons that are there: who speaks, and where they are.

Sessions are begun for every reader.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.kinds import BalloonKind
from fumetto.library.contents.attribution import Lettered, Told, attributed
from fumetto.library.contents.boxes import Box
from fumetto.library.ingestion.lettering.model import LetteredBalloon

OUT_OF_THE_WAY = 1_000_000  # no page has so many balloons: an order that is free while others change


@dataclass(frozen=True, slots=True)
class LetteringText:
    """A page's text from a lettering, and the file that it is read from."""

    id: uuid.UUID
    language: str
    member: str
    fingerprint: str | None


async def letterings_of(session: ReadSession, page_id: uuid.UUID) -> list[LetteringText]:
    """The letterings of a page that could be read."""
    found = await session.raw().execute(
        "SELECT id, language, locator, fingerprint FROM library.page_texts WHERE page_id = %s AND source = 'lettering'"
        " AND state = 'ready' AND locator IS NOT NULL ORDER BY language",
        (page_id,),
    )
    return [LetteringText(*row) for row in await found.fetchall()]


async def place_balloons(session: WriteSession, text: LetteringText, balloons: Sequence[LetteredBalloon]) -> bool:
    """Put a lettering's balloons where its letters are; they stay the same balloons, with who speaks them.

    False when they are there already, or are not the balloons of what the lettering is now.
    """
    raw = session.raw()
    found = await raw.execute(
        "SELECT b.id, b.text, b.order_index, b.x, b.y, b.width, b.height FROM library.balloons b"
        " JOIN library.page_texts t ON t.id = b.page_text_id"
        " WHERE t.id = %s AND t.fingerprint IS NOT DISTINCT FROM %s AND t.state = 'ready' ORDER BY b.order_index",
        (text.id, text.fingerprint),
    )
    there = await found.fetchall()
    if Counter(row[1] for row in there) != Counter(each.text for each in balloons):
        return False
    waiting: dict[str, list[uuid.UUID]] = {}
    for row in there:
        waiting.setdefault(row[1], []).append(row[0])
    new = [(waiting[each.text].pop(0), each.order, each.x, each.y, each.width, each.height) for each in balloons]
    if {(row[0], *row[2:]) for row in there} == set(new):
        return False
    await raw.execute(
        "UPDATE library.balloons SET order_index = order_index + %s WHERE page_text_id = %s", (OUT_OF_THE_WAY, text.id)
    )
    async with raw.cursor() as cursor:
        await cursor.executemany(
            "UPDATE library.balloons SET order_index = %s, x = %s, y = %s, width = %s, height = %s WHERE id = %s",
            [(*place, balloon_id) for balloon_id, *place in new],
        )
    return True


async def carry_over(session: WriteSession, page_id: uuid.UUID) -> bool:
    """Give balloons of letterings and OCR the speaker, kind and panel that the page's sidecar tells.

    What a person wrote is left alone. A balloon that the sidecar does not tell of has no speaker. Whether any changed.
    """
    raw = session.raw()
    rows = await raw.execute(
        "SELECT t.source, t.language, b.id, b.text, b.kind, b.x, b.y, b.width, b.height, b.speaker_name,"
        " b.panel_number FROM library.balloons b JOIN library.page_texts t ON t.id = b.page_text_id"
        " WHERE t.page_id = %s AND t.source IN ('sidecar', 'lettering', 'ocr') ORDER BY t.language, b.order_index",
        (page_id,),
    )
    told: list[Told] = []
    found: dict[str, list[Lettered]] = {}
    now: dict[uuid.UUID, tuple[str | None, str, int | None]] = {}
    spoken_in = ""
    for source, language, balloon_id, text, kind, x, y, width, height, speaker, panel in await rows.fetchall():
        if source == "sidecar":
            spoken_in = language
            told.append(Told(text, BalloonKind(kind), Box(x, y, width, height), speaker, panel))
        else:
            found.setdefault(language, []).append(Lettered(balloon_id, text, Box(x, y, width, height)))
            now[balloon_id] = (speaker, kind, panel)
    matched = attributed(told, spoken_in, found)
    changed = []
    for balloon_id, before in now.items():
        one = matched.get(balloon_id)
        after = (one.speaker, one.kind.value, one.panel) if one else (None, before[1], None)
        if after != before:
            changed.append((*after, balloon_id))
    async with raw.cursor() as cursor:
        await cursor.executemany(
            "UPDATE library.balloons SET speaker_name = %s, kind = %s, panel_number = %s WHERE id = %s", changed
        )
    return bool(changed)

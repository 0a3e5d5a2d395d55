"""OPDS Progression 1.0 (https://drafts.opds.io/opds-progression-1.0): where a reader is, for applications that keep it.

Read at commit 0725b759 of opds-community/drafts. `progression` is the fraction of the publication up to and with the
present page, `references` holds `#page=n` counted from 1; both are written, and `references` is believed before
`progression`.
"""

from __future__ import annotations

import re
import uuid
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.models import Episode
from fumetto.library.opds.errors import ProgressionOlder
from fumetto.library.reading import repository
from fumetto.library.reading import service as reading
from fumetto.library.reading.models import ReadingProgress
from fumetto.library.reading.rules import Standing, present
from fumetto.library.reading.schemas import Turn

PAGE = re.compile(r"#page=([0-9]{1,6})$")
NAMESPACE = uuid.UUID("5b0c4c5e-7f3a-4d0e-9a0b-0f5f1f0f7d11")
"""For devices that our own reader keeps under a name that is no URI."""


class Device(BaseModel):
    """Which device stands there. `id` is a URI."""

    id: str = Field(min_length=1, max_length=512, pattern=r"^[A-Za-z][A-Za-z0-9+.\-]*:\S+$")
    name: str = Field(min_length=1, max_length=512)


class Progression(BaseModel):
    """A Progression Document."""

    title: str | None = Field(None, max_length=2048)
    modified: AwareDatetime
    device: Device
    progression: float = Field(ge=0, le=1)
    references: list[Annotated[str, Field(max_length=2048)]] | None = Field(None, max_length=100)


async def last_known(session: ReadSession, reader_id: uuid.UUID, episode_id: uuid.UUID) -> Progression | None:
    """Where the reader's newest device is; None when none has opened the episode. Raises EpisodeNotFound."""
    episode = await reading.require_episode(session, episode_id)
    newest = newest_of(await repository.device_progress(session, reader_id, episode_id))
    return document(newest, episode) if newest is not None else None


def newest_of(rows: list[ReadingProgress]) -> ReadingProgress | None:
    chosen = present(Standing(row.device, row.order_index, row.finished, row.updated_at) for row in rows)
    return next((row for row in rows if chosen is not None and row.device == chosen.device), None)


def document(progress: ReadingProgress, episode: Episode) -> Progression:
    fraction = 1.0 if progress.finished else min(1.0, (progress.order_index + 1) / max(episode.page_count, 1))
    return Progression(
        title=None,
        modified=progress.updated_at,
        device=Device(id=device_uri(progress.device), name=progress.device_name or "Fumetto"),
        progression=round(fraction, 6),
        references=[f"#page={progress.order_index + 1}"],
    )


def device_uri(device: str) -> str:
    return device if ":" in device else f"urn:uuid:{uuid.uuid5(NAMESPACE, device)}"


async def update(
    session: WriteSession, reader_id: uuid.UUID, episode_id: uuid.UUID, sent: Progression
) -> tuple[Progression, bool]:
    """Keep what a client says, as the page it shows; the document as it is then, and whether there was none before.

    The page counts as seen: a client that tells its place is showing it. Raises EpisodeNotFound, and ProgressionOlder
    when a device has said something newer.
    """
    episode = await reading.held_episode(session, episode_id)
    before = newest_of(await repository.device_progress(session, reader_id, episode_id))
    if before is not None and before.updated_at > sent.modified:
        raise ProgressionOlder
    here = page_of(sent, episode.page_count)
    turn = Turn(
        episode_id=episode_id,
        shown=[here] if episode.page_count else [],
        device=sent.device.id[:128],
        device_name=sent.device.name[:128],
        at=sent.modified,
        finished=sent.progression >= 1 or here == episode.page_count - 1,
    )
    await reading.turn(session, reader_id, turn)
    known = await last_known(session, reader_id, episode_id)
    return known or sent, before is None


def page_of(sent: Progression, page_count: int) -> int:
    """The order index that a document stands for."""
    for reference in sent.references or ():
        found = PAGE.search(reference)
        if found and 1 <= int(found[1]) <= page_count:
            return int(found[1]) - 1
    return max(0, min(page_count, round(sent.progression * page_count)) - 1)

"""Use cases of signals that safety rules fired."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from fumetto.companion.support import repository
from fumetto.companion.support.errors import SignalNotFound
from fumetto.companion.support.kinds import Kept
from fumetto.companion.support.models import SafetySignal
from fumetto.companion.support.schemas import SignalChange, SignalItem
from fumetto.kernel.db.sessions import ReadSession, WriteSession

MOST_SIGNALS: Final = 200
HELD: Final = timedelta(minutes=10)
"""How long a signal waits before guardians see it, so that the child can say first whom it is about."""


def signal_item(row: SafetySignal, *, own: bool) -> SignalItem:
    return SignalItem(
        id=row.id,
        danger=row.danger,
        level=row.level,
        offered=row.offered,
        created_at=row.created_at,
        kept_from=row.kept_from if own else None,
        kept_from_ids=list(row.kept_from_ids) if own else [],
    )


async def own_signals(session: ReadSession, reader_id: uuid.UUID) -> list[SignalItem]:
    return [signal_item(row, own=True) for row in await repository.signals(session, reader_id, MOST_SIGNALS)]


async def childs_signals(session: ReadSession, guardian_id: uuid.UUID, child_id: uuid.UUID) -> list[SignalItem]:
    """In a session begun for the child, after whoever asks was found to be a guardian."""
    rows = await repository.signals_for_guardian(session, child_id, guardian_id, HELD, MOST_SIGNALS)
    return [signal_item(row, own=False) for row in rows]


async def change_signal(
    session: WriteSession, reader_id: uuid.UUID, one: uuid.UUID, wanted: SignalChange
) -> SignalItem:
    """Raises SignalNotFound."""
    row = await repository.signal(session, reader_id, one)
    if row is None:
        raise SignalNotFound
    row.kept_from = wanted.kept_from
    row.kept_from_ids = list(dict.fromkeys(wanted.kept_from_ids)) if wanted.kept_from is Kept.SOME else []
    await session.flush()
    return signal_item(row, own=True)

"""Stating what a deed has changed, once, at its end, in its transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.events import emit
from fumetto.library.world.events import Thing, Touched, WorldChanged
from fumetto.library.world.repository.owners import OWNED, owners_of


async def tell(session: WriteSession, touched: Touched) -> None:
    """Emit what was touched, with what it belongs to. Of deleted rows, whoever deletes them notes the owners first."""
    await session.flush()
    for thing, owner in OWNED.items():
        touched.note(owner, await owners_of(session, thing, touched.ids.get(thing, {})))
    for thing, ids in touched.ids.items():
        if ids:
            await emit(session, WorldChanged(touched.series_id, thing, tuple(ids)))
    touched.ids.clear()


async def told(
    session: WriteSession,
    series_id: uuid.UUID,
    actor: uuid.UUID | None,
    action: str,
    thing: Thing,
    thing_id: uuid.UUID,
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    also: Mapping[Thing, Iterable[uuid.UUID]] | None = None,
) -> None:
    """Audit a deed, and state it for others: what it was done to, and what else has changed by it."""
    await audit(session, actor, action, thing.value, thing_id, old, new)
    touched = Touched(series_id)
    touched.note(thing, [thing_id])
    for other, ids in (also or {}).items():
        touched.note(other, ids)
    await tell(session, touched)

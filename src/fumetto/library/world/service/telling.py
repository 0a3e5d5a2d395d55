"""Stating what a deed has changed, once, at its end, in its transaction."""

from __future__ import annotations

from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.events import emit
from fumetto.library.world.events import Touched, WorldChanged
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

"""What the first start does and later ones do not: an owner, a link that signs them in, something to read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from fumetto.entry.wiring import House
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.ingestion.intake import import_path
from fumetto.library.ingestion.repository import list_roots
from fumetto.people.public import LinkPurpose, create_sign_in_link, ensure_owner, sign_in_address

SAMPLE = Path(__file__).resolve().parents[1] / "sample"
# It comes with the program, and the program may be somewhere else after an update or a restore.
MOVE_SAMPLE = """
UPDATE library.library_roots SET path = %(now)s WHERE path LIKE '%%/src/fumetto/sample' AND path <> %(now)s
"""


@dataclass(frozen=True)
class First:
    """`link` signs the owner in on this machine, `phone_link` on another; both None once the owner has come in."""

    link: str | None
    phone_link: str | None


async def first_start(house: House, local: str, lan: str | None) -> First:
    """Make sure of an owner and, in a library that never held anything, of the sample series."""
    async with house.database.write() as session:
        owner = await ensure_owner(session)
        await session.raw().execute(MOVE_SAMPLE, {"now": str(SAMPLE)})
        if house.settings.sample_series and not await list_roots(session):
            await import_path(session, house.settings, SAMPLE)
        if owner.last_seen_at is not None:
            return First(None, None)
        return First(await link(session, owner.id, local), await link(session, owner.id, lan) if lan else None)


async def link(session: WriteSession, owner_id: UUID, base: str) -> str:
    made = await create_sign_in_link(session, owner_id, LinkPurpose.OWNER)
    return sign_in_address(base, made.token)

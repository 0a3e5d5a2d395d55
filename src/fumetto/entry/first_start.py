"""What the first start does and later ones do not: an owner, a link that signs them in, something to read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import exists, not_, select

from fumetto.entry.wiring import House
from fumetto.kernel.audit import AuditLog, audit
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.ingestion.intake import import_path
from fumetto.people.public import LinkPurpose, create_sign_in_link, ensure_owner, sign_in_address

SAMPLE = Path(__file__).resolve().parents[1] / "sample"
# It comes with the program, and the program may be somewhere else after an update or a restore.
MOVE_SAMPLE = """
UPDATE library.library_roots SET path = %(now)s WHERE path LIKE '%%/src/fumetto/sample' AND path <> %(now)s
"""


OFFERED = "sample.offer"
NEVER_OFFERED = select(not_(exists().where(AuditLog.action == OFFERED)))


@dataclass(frozen=True)
class First:
    """`link` signs the owner in on this machine, `phone_link` on another; both None once the owner has come in."""

    link: str | None
    phone_link: str | None


async def first_start(house: House, local: str, lan: str | None) -> First:
    """Make sure of an owner, and offer the sample series once: whoever removes it is not offered it again."""
    async with house.database.write() as session:
        owner = await ensure_owner(session)
        await session.raw().execute(MOVE_SAMPLE, {"now": str(SAMPLE)})
        if house.settings.sample_series and await session.scalar(NEVER_OFFERED):
            await audit(session, None, OFFERED, "library_root", None)
            await import_path(session, house.settings, SAMPLE)
        if owner.last_seen_at is not None:
            return First(None, None)
        return First(await link(session, owner.id, local), await link(session, owner.id, lan) if lan else None)


async def link(session: WriteSession, owner_id: UUID, base: str) -> str:
    made = await create_sign_in_link(session, owner_id, LinkPurpose.OWNER)
    return sign_in_address(base, made.token)

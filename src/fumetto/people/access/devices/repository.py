"""Queries on paired devices, their codes, and children's secrets. Times are the database's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.devices.models import ChildSecret, DeviceChild, DeviceCode, PairedDevice
from fumetto.people.access.devices.rules import LIFETIME, MOST_CLAIMS
from fumetto.people.access.models import AppSession
from fumetto.people.access.rules.clocks import CLOCKS_DIFFER
from fumetto.people.accounts.models import User
from fumetto.people.collectives.models import Guardianship

ALIVE = (DeviceCode.expires_at > func.now(), DeviceCode.created_at <= func.now() + CLOCKS_DIFFER)
"""The second: one made before the clock was set back is not good for longer."""


async def add_code(session: WriteSession, code: DeviceCode) -> datetime:
    """Store a code; returns when it ends. Those that ended an hour ago are dropped."""
    await session.execute(delete(DeviceCode).where(DeviceCode.expires_at < func.now() - timedelta(hours=1)))
    values = {
        name: getattr(code, name)
        for name in ("id", "user_code_hash", "device_code_hash", "number", "device_name", "place")
    }
    statement = insert(DeviceCode).values(**values, expires_at=func.now() + LIFETIME)
    return (await session.execute(statement.returning(DeviceCode.expires_at))).scalar_one()


async def open_codes(session: ReadSession, place: str) -> int:
    """How many codes a place has asked for that are good yet."""
    return (await session.scalar(select(func.count()).where(DeviceCode.place == place, *ALIVE))) or 0


async def code_by_hash(session: ReadSession, user_code_hash: bytes) -> tuple[DeviceCode, bool] | None:
    """A code, and whether it is good yet."""
    found = await session.execute(
        select(DeviceCode, *(part.label(None) for part in ALIVE)).where(DeviceCode.user_code_hash == user_code_hash)
    )
    row = found.one_or_none()
    return (row[0], row[1] and row[2]) if row else None


async def approve(session: WriteSession, code_id: UUID, by: UUID, device_id: UUID) -> bool:
    """Note who has allowed a code; False when somebody was faster. Of two at once, one does."""
    return await decide(session, code_id, {"approved_by": by, "device_id": device_id})


async def deny(session: WriteSession, code_id: UUID) -> bool:
    return await decide(session, code_id, {"denied_at": func.now()})


async def decide(session: WriteSession, code_id: UUID, values: dict[str, Any]) -> bool:
    statement = (
        update(DeviceCode)
        .where(DeviceCode.id == code_id, DeviceCode.approved_by.is_(None), DeviceCode.denied_at.is_(None), *ALIVE)
        .values(**values)
        .returning(DeviceCode.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def count_claim(session: WriteSession, device_code_hash: bytes) -> tuple[DeviceCode, bool] | None:
    """The code of a device that asks whether it was allowed, and whether it is good yet; asking too often ends it."""
    statement = (
        update(DeviceCode)
        .where(DeviceCode.device_code_hash == device_code_hash)
        .values(claims=DeviceCode.claims + 1)
        .returning(DeviceCode, *(part.label(None) for part in ALIVE))
    )
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1] and row[2] and row[0].claims <= MOST_CLAIMS) if row else None


async def mark_claimed(session: WriteSession, code_id: UUID) -> bool:
    """Note that the device has its token; False when it had it before."""
    statement = (
        update(DeviceCode)
        .where(DeviceCode.id == code_id, DeviceCode.claimed_at.is_(None))
        .values(claimed_at=func.now())
        .returning(DeviceCode.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def device_by_hash(session: ReadSession, token_hash: bytes) -> PairedDevice | None:
    """A device whose grown-up has an account yet."""
    found = select(PairedDevice).join(User, User.id == PairedDevice.paired_by)
    return (await session.scalars(found.where(PairedDevice.token_hash == token_hash, User.is_active))).one_or_none()


async def devices_of(session: ReadSession, user_id: UUID) -> Sequence[PairedDevice]:
    """The devices that somebody has paired, the newest first."""
    found = select(PairedDevice).where(PairedDevice.paired_by == user_id)
    return (await session.scalars(found.order_by(PairedDevice.created_at.desc(), PairedDevice.id))).all()


LOOKED_AFTER = (
    exists()
    .where(
        Guardianship.guardian_id == PairedDevice.paired_by,
        Guardianship.child_id == DeviceChild.user_id,
        Guardianship.ended_at.is_(None),
    )
    .correlate(PairedDevice, DeviceChild)
)
"""Whoever has paired a device lets children in there only as long as they look after them."""


async def children_on(session: ReadSession, device_ids: Collection[UUID]) -> list[tuple[UUID, UUID, str, bool]]:
    """(device, child, name, whether they have a picture and PIN) for every child who may sign in there, by name."""
    found = (
        select(DeviceChild.device_id, User.id, User.username, ChildSecret.user_id.is_not(None))
        .join(PairedDevice, PairedDevice.id == DeviceChild.device_id)
        .join(User, User.id == DeviceChild.user_id)
        .outerjoin(ChildSecret, ChildSecret.user_id == User.id)
        .where(DeviceChild.device_id.in_(device_ids), User.is_active, LOOKED_AFTER)
        .order_by(func.lower(User.username))
    )
    return [(row[0], row[1], row[2], row[3]) for row in await session.execute(found)]


async def set_children(session: WriteSession, device_id: UUID, children: Collection[UUID]) -> None:
    """Let these sign in there and no others; those who may not any more are signed out there."""
    gone = delete(DeviceChild).where(DeviceChild.device_id == device_id, DeviceChild.user_id.not_in(children))
    await session.execute(gone)
    await session.execute(
        delete(AppSession).where(AppSession.device_id == device_id, AppSession.user_id.not_in(children))
    )
    for child in children:
        added = insert(DeviceChild).values(device_id=device_id, user_id=child).on_conflict_do_nothing()
        await session.execute(added)


async def may_sign_in(session: ReadSession, device_id: UUID, user_id: UUID) -> bool:
    found = (
        select(DeviceChild.user_id)
        .join(PairedDevice, PairedDevice.id == DeviceChild.device_id)
        .where(DeviceChild.device_id == device_id, DeviceChild.user_id == user_id, LOOKED_AFTER)
    )
    return await session.scalar(found) is not None


async def remove_device(session: WriteSession, user_id: UUID, device_id: UUID) -> str | None:
    """Unpair a device of somebody's, which signs its children out; returns its name, None when they have none such."""
    statement = delete(PairedDevice).where(PairedDevice.id == device_id, PairedDevice.paired_by == user_id)
    return (await session.execute(statement.returning(PairedDevice.name))).scalar_one_or_none()


async def touch_device(session: WriteSession, device_id: UUID) -> None:
    await session.execute(update(PairedDevice).where(PairedDevice.id == device_id).values(last_used_at=func.now()))


async def set_secret(session: WriteSession, user_id: UUID, secret_hash: str, by: UUID) -> None:
    new = {"secret_hash": secret_hash, "set_by": by, "failures": 0, "locked_until": None, "set_at": func.now()}
    statement = insert(ChildSecret).values(user_id=user_id, **new)
    await session.execute(statement.on_conflict_do_update(index_elements=[ChildSecret.user_id], set_=new))


async def take_try(session: WriteSession, user_id: UUID, longest: timedelta) -> tuple[str, int, int] | None:
    """Count a try before it is looked at, so that many at once are counted too.

    Returns the hash, the failures with this one, and the seconds it is locked for yet (then it was not counted); None
    for a child without a secret.
    """
    row = (
        await session.execute(
            select(
                ChildSecret.secret_hash,
                ChildSecret.failures,
                func.extract("epoch", ChildSecret.locked_until - func.now()),
            )
            .where(ChildSecret.user_id == user_id)
            .with_for_update()
        )
    ).one_or_none()
    if row is None:
        return None
    if row[2] is not None and row[2] > 0:
        return row[0], row[1], min(int(row[2]) + 1, int(longest.total_seconds()))
    counted = update(ChildSecret).where(ChildSecret.user_id == user_id).values(failures=ChildSecret.failures + 1)
    await session.execute(counted)
    return row[0], row[1] + 1, 0


async def lock_secret(session: WriteSession, user_id: UUID, wait: timedelta) -> None:
    await session.execute(
        update(ChildSecret).where(ChildSecret.user_id == user_id).values(locked_until=func.now() + wait)
    )


async def forgive(session: WriteSession, user_id: UUID) -> None:
    await session.execute(
        update(ChildSecret).where(ChildSecret.user_id == user_id).values(failures=0, locked_until=None)
    )

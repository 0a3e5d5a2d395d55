"""Queries on flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.flags.models import FeatureFlag
from fumetto.people.flags.rules.flags import Flag

ENTITY = "feature_flag"
SETTABLE = (
    "description",
    "kind",
    "is_enabled",
    "environment",
    "visibility",
    "variant",
    "targeting_rules",
    "variants",
    "default_variant",
    "targeting",
)


async def all_flags(session: ReadSession) -> Sequence[FeatureFlag]:
    return (await session.scalars(select(FeatureFlag).order_by(FeatureFlag.name))).all()


async def flag_named(session: ReadSession, name: str) -> FeatureFlag | None:
    return (await session.scalars(select(FeatureFlag).where(FeatureFlag.name == name))).one_or_none()


async def lock_flag(session: WriteSession, name: str) -> FeatureFlag | None:
    """The flag, for this transaction alone until it ends."""
    found = select(FeatureFlag).where(FeatureFlag.name == name).with_for_update()
    return (await session.scalars(found)).one_or_none()


async def add_flag(session: WriteSession, name: str, values: dict[str, Any]) -> FeatureFlag | None:
    """A new row; None when somebody made it meanwhile."""
    statement = insert(FeatureFlag).values(name=name, **values).on_conflict_do_nothing().returning(FeatureFlag)
    return (await session.scalars(statement)).one_or_none()


async def delete_flag(session: WriteSession, name: str) -> None:
    await session.execute(delete(FeatureFlag).where(FeatureFlag.name == name))


async def history(session: ReadSession, name: str, most: int) -> Sequence[AuditLog]:
    """What was done to a flag, the latest first."""
    found = await session.scalars(
        select(AuditLog)
        .where(AuditLog.entity_type == ENTITY, AuditLog.entity_id == name)
        .order_by(AuditLog.created_at.desc(), AuditLog.id.desc())
        .limit(most)
    )
    return found.all()


def to_flag(row: FeatureFlag) -> Flag:
    return Flag(name=row.name, version=row.version, **{name: getattr(row, name) for name in SETTABLE})

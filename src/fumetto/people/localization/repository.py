"""Statements about what is said otherwise."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.notices import publish
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.text.audience import Variant
from fumetto.people.accounts.models import User
from fumetto.people.localization.models import LocalizedContent
from fumetto.people.localization.rules import Said, category_of, hash_of

ENTITY = "words"
CHANNEL = "fumetto_words"
"""Where processes are told that something is said otherwise now (kernel.db.notices)."""

MOST_HISTORY = 100


@dataclass(frozen=True, slots=True)
class Written:
    """A row with who wrote it last, and when. `by`: a name; None where the account is gone, or it was a command."""

    said: Said
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class Deed:
    """A change of a text. `old` and `new`: what was said otherwise before and after; None: nothing was."""

    at: datetime
    by: str | None
    old: str | None
    new: str | None


async def all_said(session: ReadSession) -> list[Said]:
    """Everything that is said otherwise."""
    columns = (
        LocalizedContent.language,
        LocalizedContent.variant,
        LocalizedContent.key,
        LocalizedContent.value,
        LocalizedContent.base,
        LocalizedContent.base_hash,
    )
    order = (LocalizedContent.language, LocalizedContent.variant, LocalizedContent.key)
    return [Said(*row) for row in await session.execute(select(*columns).order_by(*order))]


async def written(session: ReadSession, language: str, variant: Variant, key: str | None = None) -> dict[str, Written]:
    """What is said otherwise in a language to these readers, by key."""
    statement = (
        select(LocalizedContent, User.username)
        .outerjoin(User, User.id == LocalizedContent.updated_by)
        .where(LocalizedContent.language == language, LocalizedContent.variant == variant)
    )
    if key is not None:
        statement = statement.where(LocalizedContent.key == key)
    rows = await session.execute(statement)
    return {row.key: Written(said_of(row), row.updated_at, name) for row, name in rows}


async def languages(session: ReadSession) -> Sequence[str]:
    return (await session.scalars(select(LocalizedContent.language).distinct())).all()


async def put(
    session: WriteSession, language: str, variant: Variant, key: str, value: str, base: str, by: uuid.UUID | None
) -> None:
    """Say it so from now on, whether or not something is said otherwise already."""
    changed: dict[str, Any] = {"value": value, "base": base, "base_hash": hash_of(base), "updated_by": by}
    row = insert(LocalizedContent).values(
        id=uuid7(), category=category_of(key), language=language, variant=variant, key=key, **changed
    )
    unique = [LocalizedContent.language, LocalizedContent.variant, LocalizedContent.key]
    await session.execute(row.on_conflict_do_update(index_elements=unique, set_=changed | {"updated_at": func.now()}))
    await publish(session, CHANNEL, "changed")


async def drop(session: WriteSession, language: str, variant: Variant, key: str) -> None:
    await session.execute(
        delete(LocalizedContent).where(
            LocalizedContent.language == language, LocalizedContent.variant == variant, LocalizedContent.key == key
        )
    )
    await publish(session, CHANNEL, "changed")


async def history(session: ReadSession, language: str, variant: Variant, key: str) -> list[Deed]:
    """What became of a text, the latest first, as far as the audit log goes."""
    rows = await session.execute(
        select(AuditLog.created_at, User.username, AuditLog.old_value, AuditLog.new_value)
        .outerjoin(User, User.id == AuditLog.actor_id)
        .where(AuditLog.entity_type == ENTITY, AuditLog.entity_id == entity_of(language, variant, key))
        .order_by(AuditLog.created_at.desc(), AuditLog.id.desc())
        .limit(MOST_HISTORY)
    )
    return [Deed(at, by, (old or {}).get("value"), (new or {}).get("value")) for at, by, old, new in rows]


def entity_of(language: str, variant: Variant, key: str) -> str:
    return f"{language}/{variant.value}/{key}"[:128]


def said_of(row: LocalizedContent) -> Said:
    return Said(row.language, row.variant, row.key, row.value, row.base, row.base_hash)

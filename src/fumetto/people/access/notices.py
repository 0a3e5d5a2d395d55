"""What others have done about how somebody signs in, so that it is not done unseen: read from the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import ReadSession
from fumetto.people.access.kinds import LinkPurpose
from fumetto.people.accounts.models import User

KEPT: Final = timedelta(days=90)
MOST: Final = 20
LINK, PASSWORD, SECRET = "sign_in_link.create", "password.set", "child_secret.set"


class NoticeKind(StrEnum):
    SIGN_IN_LINK = "sign_in_link"  # a link was made that signs in as them
    LINK_FOR_PASSWORD = "link_for_password"  # noqa: S105 - no password, but that a link was made which sets one
    NEW_PASSWORD = "new_password"  # noqa: S105 - no password, but that one was set by such a link, or by the operator
    PICTURE_AND_PIN = "picture_and_pin"  # what they sign in with on a paired device was set


@dataclass(frozen=True, slots=True)
class Notice:
    """`by`: their name; None for the operator at the machine, and for somebody who is gone."""

    id: UUID
    kind: NoticeKind
    by: str | None
    at: datetime


async def notices(session: ReadSession, user_id: UUID) -> list[Notice]:
    """The latest first. What was done before somebody first came in is how they were let in, and no news."""
    first = aliased(AuditLog)
    came_in = select(func.min(first.created_at)).where(first.actor_id == user_id, first.action == "session.start")
    found = await session.execute(
        select(AuditLog, User.username)
        .outerjoin(User, User.id == AuditLog.actor_id)
        .where(
            AuditLog.entity_type == "user",
            AuditLog.entity_id == str(user_id),
            AuditLog.action.in_([LINK, PASSWORD, SECRET]),
            AuditLog.actor_id.is_distinct_from(user_id),
            AuditLog.created_at > func.now() - KEPT,
            AuditLog.created_at > came_in.scalar_subquery(),
        )
        .order_by(AuditLog.created_at.desc(), AuditLog.id.desc())
        .limit(MOST)
    )
    rows = [(row, name) for row, name in found if kind_of(row) is not None]
    makers = await names(session, {UUID(by) for row, _ in rows if (by := (row.details or {}).get("link_by"))})
    return [
        Notice(row.id, kind, name or makers.get((row.details or {}).get("link_by", "")), row.created_at)
        for row, name in rows
        if (kind := kind_of(row)) is not None
    ]


def kind_of(row: AuditLog) -> NoticeKind | None:
    """None for a link that they asked for themselves, by mail."""
    if row.action == PASSWORD:
        return NoticeKind.NEW_PASSWORD
    if row.action == SECRET:
        return NoticeKind.PICTURE_AND_PIN
    purpose = (row.new_value or {}).get("purpose")
    if purpose == LinkPurpose.PASSWORD.value:
        return NoticeKind.LINK_FOR_PASSWORD if row.actor_id else None
    return NoticeKind.SIGN_IN_LINK


async def names(session: ReadSession, ids: set[UUID]) -> dict[str, str]:
    found = await session.execute(select(User.id, User.username).where(User.id.in_(ids)))
    return {str(one): name for one, name in found}

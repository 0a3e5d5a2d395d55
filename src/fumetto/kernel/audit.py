"""Who did what to which thing: one table, written in the transaction of the deed itself."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import to_jsonable_python
from sqlalchemy import Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.context import origin, request_id
from fumetto.kernel.db.base import Base, created_now, primary_key
from fumetto.kernel.db.personal import Erase, Section, elsewhere, personal
from fumetto.kernel.db.schemas import Schema

if TYPE_CHECKING:
    from fumetto.kernel.db.sessions import WriteSession


class AuditLog(Base):
    """One consequential deed. No foreign keys, on purpose: the record outlives the person and the thing it names."""

    __tablename__ = "audit_logs"
    __table_args__ = (
        Index("ix_audit_logs_entity", "entity_type", "entity_id", "created_at"),
        Index("ix_audit_logs_actor_id", "actor_id", "created_at"),
        Index("ix_audit_logs_action", "action", "created_at"),
        Index("ix_audit_logs_created_at", "created_at", "id"),
        {
            "schema": Schema.APP.value,
            "info": personal(
                "actor_id",
                export=Section.DEEDS,
                erase=Erase.PSEUDONYMISE,
                clear=("ip_address", "user_agent"),
                term="audit",
            ),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    actor_id: Mapped[uuid.UUID | None]
    action: Mapped[str] = mapped_column(String(64))
    entity_type: Mapped[str] = mapped_column(String(64))
    entity_id: Mapped[str] = mapped_column(String(128))
    old_value: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    new_value: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    request_id: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[dict[str, Any] | None] = mapped_column("metadata", JSONB(none_as_null=True))
    ip_address: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = created_now()


elsewhere(
    "audit: deeds that name a person",
    erase=(
        """
        UPDATE app.audit_logs SET
            entity_id = CASE WHEN entity_id = %(user)s THEN %(pseudonym)s ELSE entity_id END,
            old_value = NULL, new_value = NULL, metadata = NULL
        WHERE entity_id = %(user)s
           OR strpos(concat(old_value, new_value, metadata), %(user)s) > 0
           OR strpos(concat(old_value, new_value, metadata), 'name": ' || to_jsonb(%(name)s::text)::text) > 0
           OR strpos(concat(old_value, new_value, metadata), 'mail": ' || to_jsonb(%(email)s::text)::text) > 0
        """,
    ),
)
"""A name is found as what something is called (`"name": ...`, `"old_name": ...`): it may be a word as well."""


NAMES: Final[dict[str, str]] = {}
"""The SQL that names things of a kind: (id as text, name) of those among the array `ids`."""


def named(kind: str, table: str, column: str = "name") -> None:
    """Say where things of a kind have their names, for who reads the log. Said beside the table that has them."""
    NAMES[kind] = f"SELECT id::text, {column} FROM {table} WHERE id = ANY(CAST(:ids AS uuid[]))"  # noqa: S608 (constants of ours)


async def audit(
    session: WriteSession,
    actor: uuid.UUID | None,
    action: str,
    entity_type: str,
    entity_id: object,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Note a deed in the transaction that does it: both are kept, or neither.

    `actor` is the user's id, None for the machine itself (a schedule, the command line). `action` is a verb with its
    room, such as "series.merge". `old` and `new` hold what changed, never a token, a book's text or a message.
    """
    source = origin()
    session.add(
        AuditLog(
            actor_id=actor,
            action=action,
            entity_type=entity_type,
            entity_id=str(entity_id)[:128],
            old_value=plain(old),
            new_value=plain(new),
            details=plain(details),
            request_id=request_id(),
            ip_address=source.address[:45] if source else None,
            user_agent=source.user_agent[:400] if source else None,
        )
    )


def plain(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Identifiers, times, decimals and enumerations as what JSON can hold."""
    return None if value is None else dict(to_jsonable_python(value, serialize_unknown=True))

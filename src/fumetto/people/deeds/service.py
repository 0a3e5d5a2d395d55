"""Use cases of the audit log: reading it. Nobody changes it but erasure, which takes names away and not deeds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.people.deeds import repository
from fumetto.people.deeds.repository import Wanted
from fumetto.people.deeds.rules import differences
from fumetto.people.deeds.schemas import Deed, Difference, Doer

COLUMNS = ("when", "who", "action", "thing", "id", "changes", "details", "address", "program", "request")
AT_A_TIME = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def list_deeds(
    session: ReadSession, wanted: Wanted, most: int, before: tuple[datetime, UUID] | None = None
) -> tuple[list[Deed], int]:
    """(the newest deeds before a place in the list, how many there are in all up to ten thousand)."""
    rows = await repository.page_of(session, wanted, most, before)
    return await told(session, rows), await repository.count_of(session, wanted)


async def told(session: ReadSession, rows: Sequence[AuditLog]) -> list[Deed]:
    people = {row.actor_id for row in rows if row.actor_id} | {known for row in rows if (known := person_of(row))}
    names = await repository.names_of(session, sorted(people))
    return [
        Deed(
            id=row.id,
            created_at=row.created_at,
            actor=Doer(id=row.actor_id, name=names.get(row.actor_id)) if row.actor_id else None,
            action=row.action,
            entity_type=row.entity_type,
            entity_id=row.entity_id,
            entity_name=names.get(known) if (known := person_of(row)) else None,
            changes=[
                Difference(field=field, old=old, new=new)
                for field, old, new in differences(row.old_value, row.new_value)
            ],
            details=row.details,
            request_id=row.request_id,
            ip_address=row.ip_address,
            user_agent=row.user_agent,
        )
        for row in rows
    ]


def person_of(row: AuditLog) -> UUID | None:
    """Whom a deed was done to, where the thing is a person."""
    if row.entity_type == "user":
        with suppress(ValueError):
            return UUID(row.entity_id)
    return None


async def as_table(database: Database, wanted: Wanted) -> AsyncIterator[str]:
    """All deeds as lines of CSV (RFC 4180), newest first, the first line naming the columns.

    Read in pieces: however slowly the lines are taken, no connection waits for it.
    """
    yield line(COLUMNS)
    before: tuple[datetime, UUID] | None = None
    while True:
        async with database.read() as session:
            rows = await repository.page_of(session, wanted, AT_A_TIME, before)
        for row in rows:
            yield line(columns_of(row))
        if len(rows) < AT_A_TIME:
            return
        before = (rows[-1].created_at, rows[-1].id)


def columns_of(row: AuditLog) -> tuple[str, ...]:
    changes = {field: [old, new] for field, old, new in differences(row.old_value, row.new_value)}
    return (
        row.created_at.isoformat(),
        str(row.actor_id or ""),
        row.action,
        row.entity_type,
        row.entity_id,
        json.dumps(changes, ensure_ascii=False) if changes else "",
        json.dumps(row.details, ensure_ascii=False) if row.details else "",
        row.ip_address or "",
        row.user_agent or "",
        row.request_id or "",
    )


def line(values: Sequence[str]) -> str:
    """One line; a value that a table program would take for a formula is made plain text."""
    written = io.StringIO()
    csv.writer(written).writerow([f"'{value}" if value.startswith(FORMULA) else value for value in values])
    return written.getvalue()

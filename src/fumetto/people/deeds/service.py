"""Use cases of the audit log: reading it. Nobody changes it but erasure, which takes names away and not deeds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.people.deeds import repository
from fumetto.people.deeds.naming import (
    PERSON,
    Names,
    doer_of,
    label_of_action,
    label_of_field,
    label_of_kind,
    sentence_of,
    subjects_of,
    thing_of,
)
from fumetto.people.deeds.repository import Wanted
from fumetto.people.deeds.rules import differences
from fumetto.people.deeds.schemas import Deed, DeedWords, Difference, Doer, Word

COLUMNS = (
    "when",
    "who",
    "who_id",
    "what",
    "action",
    "thing",
    "id",
    "changes",
    "details",
    "address",
    "program",
    "request",
)
AT_A_TIME = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def list_deeds(
    session: ReadSession, wanted: Wanted, most: int, before: tuple[datetime, UUID] | None, language: str
) -> tuple[list[Deed], int]:
    """(the newest deeds before a place in the list, how many there are in all up to ten thousand)."""
    rows = await repository.page_of(session, wanted, most, before)
    return await told(session, rows, language), await repository.count_of(session, wanted)


async def words_in_use(session: ReadSession, language: str) -> DeedWords:
    """What the log can be filtered by, each with what it is called; sorted by code."""
    actions, kinds = await repository.words_in_use(session)
    return DeedWords(
        actions=[Word(code=action, label=label_of_action(action, language)) for action in actions],
        rooms=sorted({f"{action.split('.', 1)[0]}." for action in actions if "." in action}),
        entity_types=[Word(code=kind, label=label_of_kind(kind, language)) for kind in kinds],
    )


async def told(session: ReadSession, rows: Sequence[AuditLog], language: str) -> list[Deed]:
    names = await names_for(session, rows)
    return [
        Deed(
            id=row.id,
            created_at=row.created_at,
            actor=Doer(id=row.actor_id, name=names.get((PERSON, str(row.actor_id)))) if row.actor_id else None,
            sentence=sentence_of(row, names, language),
            action=row.action,
            entity_type=row.entity_type,
            entity_id=row.entity_id,
            entity_name=thing_of(row, names, language),
            entity_label=label_of_kind(row.entity_type, language),
            names={key: names[kind, key] for kind, key in subjects_of(row) if kind == PERSON and (kind, key) in names},
            changes=[
                Difference(field=field, label=label_of_field(field, language), old=old, new=new)
                for field, old, new in differences(row.old_value, row.new_value)
            ],
            details=row.details,
            request_id=row.request_id,
            ip_address=row.ip_address,
            user_agent=row.user_agent,
        )
        for row in rows
    ]


async def names_for(session: ReadSession, rows: Sequence[AuditLog]) -> dict[tuple[str, str], str]:
    return await repository.names_of(session, {subject for row in rows for subject in subjects_of(row)})


async def as_table(database: Database, reader_id: UUID, wanted: Wanted, language: str) -> AsyncIterator[str]:
    """All deeds as lines of CSV (RFC 4180), newest first, the first line naming the columns.

    Read in pieces: however slowly the lines are taken, no connection waits for it.
    """
    yield line(COLUMNS)
    before: tuple[datetime, UUID] | None = None
    while True:
        async with database.read(reader=reader_id) as session:
            rows = await repository.page_of(session, wanted, AT_A_TIME, before)
            names = await names_for(session, rows)
        for row in rows:
            yield line(columns_of(row, names, language))
        if len(rows) < AT_A_TIME:
            return
        before = (rows[-1].created_at, rows[-1].id)


def columns_of(row: AuditLog, names: Names, language: str) -> tuple[str, ...]:
    changes = {field: [old, new] for field, old, new in differences(row.old_value, row.new_value)}
    return (
        row.created_at.isoformat(),
        doer_of(row, names, language),
        str(row.actor_id or ""),
        sentence_of(row, names, language),
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

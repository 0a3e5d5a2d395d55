"""Use cases of privacy: asking for an export, who may erase whom, and for how long things are kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.readers import Reader
from fumetto.people.accounts.errors import UserNotFound
from fumetto.people.accounts.kinds import Role
from fumetto.people.accounts.models import User
from fumetto.people.collectives.guardians import is_guardian
from fumetto.people.consent.rules import is_minor
from fumetto.people.privacy import repository
from fumetto.people.privacy.errors import (
    ErasureNeedsGuardian,
    ErasureNotAllowed,
    ExportNotFound,
    ExportsTooMany,
    TermUnknown,
)
from fumetto.people.privacy.kinds import ExportKind, ExportState, Term
from fumetto.people.privacy.models import DataExport
from fumetto.people.privacy.rules.terms import TERMS

MOST_EXPORTS: Final = 100  # that are listed
MOST_A_DAY: Final = 5  # by one about one


@dataclass(frozen=True, slots=True)
class TermKept:
    """A kind of data and for how many days it is kept: by the operator's word, or the program's own."""

    kind: Term
    days: int
    standard: int
    changeable: bool


async def ask_for_export(session: WriteSession, reader: Reader, user_id: uuid.UUID | None = None) -> DataExport:
    """An export of one's own, or a guardian's of a child. Raises UserNotFound for anybody else's."""
    about = user_id or reader.id
    kind = ExportKind.OWN
    if about != reader.id:
        if not await is_guardian(session, reader.id, about):
            raise UserNotFound
        kind = ExportKind.GUARDIAN
    return await add_export(session, reader, about, kind)


async def ask_formally(session: WriteSession, owner: Reader, user_id: uuid.UUID, reason: str) -> DataExport:
    """Everything about somebody, for a formal request. They see that it was made, when, by whom and why.

    Raises UserNotFound.
    """
    if await repository.user_called(session, user_id) is None:
        raise UserNotFound
    return await add_export(session, owner, user_id, ExportKind.FORMAL, reason)


async def add_export(
    session: WriteSession, reader: Reader, about: uuid.UUID, kind: ExportKind, reason: str = ""
) -> DataExport:
    before = await repository.exports_since(session, about, reader.id, timedelta(days=1))
    for one in before:
        if one.state is ExportState.QUEUED and one.kind is kind:
            return one
    if len(before) >= MOST_A_DAY:
        raise ExportsTooMany(most=MOST_A_DAY, retry_after=3600)
    made = DataExport(user_id=about, requested_by=reader.id, kind=kind, reason=reason)
    session.add(made)
    await session.flush()
    await session.refresh(made)
    await audit(session, reader.id, "privacy.export", "user", about, new={"kind": kind, "reason": reason})
    return made


async def exports_of(session: ReadSession, reader: Reader) -> Sequence[DataExport]:
    """About the reader, whoever asked, and those that they asked for."""
    return await repository.exports_for(session, reader.id, MOST_EXPORTS)


async def export_for(session: ReadSession, reader: Reader, export_id: uuid.UUID) -> DataExport:
    """An export that the reader may have now: of themselves, or asked for by them as who they still are.

    Raises ExportNotFound.
    """
    found = await repository.export_by_id(session, export_id)
    if found is None:
        raise ExportNotFound
    if found.user_id == reader.id:
        return found
    still = found.requested_by == reader.id and (
        await is_guardian(session, reader.id, found.user_id)
        if found.kind is ExportKind.GUARDIAN
        else reader.may_act_as(Role.OWNER)
    )
    if not still:
        raise ExportNotFound
    return found


async def who_may_erase(session: ReadSession, reader: Reader, user_id: uuid.UUID) -> User:
    """The account, if this reader may erase it.

    Raises UserNotFound, ErasureNeedsGuardian for a minor's own, and ErasureNotAllowed for somebody else's.
    """
    user = await repository.user_called(session, user_id)
    if user is None:
        raise UserNotFound
    if user.id == reader.id:
        if is_minor(user.user_type, user.age_class):
            raise ErasureNeedsGuardian
    elif not reader.may_act_as(Role.OWNER) and not (
        is_minor(user.user_type, user.age_class) and await is_guardian(session, reader.id, user.id)
    ):
        raise ErasureNotAllowed
    return user


async def list_terms(session: ReadSession) -> list[TermKept]:
    """For how long each kind of data is kept here."""
    decided = await repository.terms(session)
    return [
        TermKept(kind, kept.days if kept.fixed else decided.get(kind, kept.days), kept.days, not kept.fixed)
        for kind, kept in TERMS.items()
    ]


async def set_term(session: WriteSession, owner: Reader, kind: Term, days: int) -> None:
    """Raises TermUnknown for a kind whose term cannot be changed."""
    if TERMS[kind].fixed:
        raise TermUnknown(kind=kind.value)
    old = {one.kind: one.days for one in await list_terms(session)}[kind]
    await repository.set_term(session, kind, days, owner.id)
    await audit(session, owner.id, "privacy.term", "retention_term", kind.value, old={"days": old}, new={"days": days})


async def days_of(session: ReadSession, kind: Term) -> timedelta:
    return timedelta(days={one.kind: one.days for one in await list_terms(session)}[kind])


async def enforce_terms(session: WriteSession) -> dict[str, int]:
    """Let go what is older than its term; returns how many rows that were, by kind."""
    gone = {}
    for one in await list_terms(session):
        old = await repository.before(session, one.days)
        done = [await session.raw().execute(each, {"old": old}) for each in TERMS[one.kind].statements]
        gone[one.kind.value] = sum(each.rowcount for each in done)
    return gone

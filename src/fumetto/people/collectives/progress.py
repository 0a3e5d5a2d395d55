"""Whose reading a collective's grown-ups may see: its minors' and plain members', as far as these agree to be seen."""

from __future__ import annotations

from uuid import UUID

from fumetto.kernel.db.sessions import ReadSession
from fumetto.people.collectives import repository
from fumetto.people.collectives.kinds import MemberRole
from fumetto.people.collectives.repository import Person
from fumetto.people.consent.kinds import Seen, Viewer
from fumetto.people.consent.seeing import sees
from fumetto.people.consent.standing import purposes_of


async def shown_readers(session: ReadSession, collective_id: UUID) -> tuple[list[Person], int]:
    """Members of a collective whose progress its teachers see, by name, and how many others are not shown."""
    members = [
        one.person
        for one in await repository.members(session, collective_id)
        if one.role is MemberRole.MEMBER or one.person.is_minor
    ]
    held = await purposes_of(session, [one.id for one in members])
    shown = [one for one in members if sees(Viewer.TEACHER, Seen.PROGRESS, held.get(one.id, frozenset()))]
    return shown, len(members) - len(shown)

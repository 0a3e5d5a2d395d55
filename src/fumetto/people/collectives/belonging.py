"""What holds for somebody because of whom they belong to, for other contexts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, union

from fumetto.kernel.db.sessions import ReadSession
from fumetto.people.access.readers import Reader
from fumetto.people.accounts.kinds import Role
from fumetto.people.collectives import repository
from fumetto.people.collectives.errors import CollectiveNotFound, RoleNotAllowed
from fumetto.people.collectives.kinds import MemberRole
from fumetto.people.collectives.models import Collective, CollectiveMembership


async def collectives_around(session: ReadSession, user_id: UUID) -> list[UUID]:
    """The collectives that somebody is in, and the schools of their classes."""
    own = select(CollectiveMembership.collective_id).where(CollectiveMembership.user_id == user_id)
    schools = select(Collective.parent_id).where(Collective.id.in_(own), Collective.parent_id.is_not(None))
    return [one for one in await session.scalars(union(own, schools)) if one is not None]


async def looking_after(session: ReadSession, reader: Reader, collective_id: UUID, *, change: bool) -> None:
    """Passes for the grown-ups who look after a collective, or after the school of a class, and for the house's owner.

    Raises CollectiveNotFound for who is not in it; for its other members too, where they want to see (`change` False),
    else RoleNotAllowed.
    """
    found = await repository.collective(session, collective_id)
    if found is None:
        raise CollectiveNotFound
    roles = [
        await repository.role_in(session, one, reader.id) for one in (found.id, found.parent_id) if one is not None
    ]
    if reader.may_act_as(Role.OWNER) or (not reader.is_minor and {MemberRole.OWNER, MemberRole.ADMIN} & {*roles}):
        return
    if change and any(roles):
        raise RoleNotAllowed
    raise CollectiveNotFound

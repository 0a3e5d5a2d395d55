"""Families and classes to test with."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from uuid import UUID

from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.people.access.readers import Reader
from fumetto.people.access.service import onboard, reader_of
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.accounts.service import create_user
from fumetto.people.collectives import invitations, service
from fumetto.people.collectives.invitations import Wanted
from fumetto.people.collectives.kinds import CollectiveKind
from fumetto.people.consent.kinds import Purpose
from fumetto.people.consent.service import agree_for
from fumetto.people.consent.standing import standing_facts

numbers = count(1)
MINE = (Purpose.ACCOUNT, Purpose.AI_LOCAL, Purpose.SHARING)


async def an_adult(session: WriteSession, name: str = "", user_type: UserType = UserType.PARENT) -> Reader:
    made = await create_user(session, name=name or f"adult-{next(numbers)}", user_type=user_type)
    return await reader_of(session, made.id)


async def a_collective(
    session: WriteSession, owner: Reader, kind: CollectiveKind = CollectiveKind.FAMILY, name: str = "Us"
) -> UUID:
    return (await service.found(session, owner, kind, name)).id


async def a_newcomer(
    session: WriteSession,
    owner: Reader,
    collective_id: UUID,
    name: str = "",
    age_class: AgeClass = AgeClass.CHILD,
    country: str | None = None,
) -> Reader:
    """Somebody young who came in by an invitation and has said who they are. Nobody has agreed to anything yet."""
    made = await invitations.invite(session, owner, collective_id, Wanted(age_class=age_class))
    user_id = await invitations.join_as_new(session, made.token, name or f"young-{next(numbers)}", "en")
    user_type = UserType.TEENAGER if age_class is AgeClass.TEENAGER else UserType.CHILD
    await onboard(session, user_id, user_type, age_class, "en", country)
    return await reader_of(session, user_id)


async def a_child(session: WriteSession, guardian: Reader, family_id: UUID, name: str = "") -> Reader:
    """A child of a family that may read and ask."""
    child = await a_newcomer(session, guardian, family_id, name)
    await agree_for(session, guardian.id, child.id, MINE, language="en")
    return await reader_of(session, child.id)


async def a_family(database: Database) -> tuple[Reader, Reader, UUID]:
    """A parent, a child that may read and ask, and their family."""
    async with database.write() as session:
        parent = await an_adult(session)
        family = await a_collective(session, parent)
        return parent, await a_child(session, parent, family), family


async def held(session: ReadSession, user_id: UUID) -> frozenset[Purpose]:
    return (await standing_facts(session, user_id)).purposes


async def a_token(
    session: WriteSession, owner: Reader, collective_id: UUID, *, lifetime: timedelta | None = None, **wanted: object
) -> str:
    """An invitation's."""
    given = {"lifetime": lifetime} if lifetime is not None else {}
    return (await invitations.invite(session, owner, collective_id, Wanted(**wanted, **given))).token  # type: ignore[arg-type] # as Wanted has them

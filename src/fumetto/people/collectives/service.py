"""Use cases of collectives: founding, looking, naming, and who is in them as what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.readers import Reader
from fumetto.people.accounts.kinds import AgeClass, Role, UserType
from fumetto.people.accounts.rules import clean_name, skeleton
from fumetto.people.accounts.service import require_vouched, vouch_for
from fumetto.people.collectives import guardians, repository
from fumetto.people.collectives.errors import (
    CollectiveMisplaced,
    CollectiveNameTaken,
    CollectiveNameUnusable,
    CollectiveNotFound,
    GuardianMustAgree,
    LastCollectiveOwner,
    MemberNotFound,
    MinorNotAllowed,
    RoleNotAllowed,
    TooManyCollectives,
)
from fumetto.people.collectives.kinds import CollectiveKind, MemberRole
from fumetto.people.collectives.models import Collective
from fumetto.people.collectives.repository import Person
from fumetto.people.collectives.rules import (
    MOST_COLLECTIVES,
    looks_after,
    may_change_role,
    may_hold,
    may_remove,
    role_here,
)
from fumetto.people.consent import service as consent
from fumetto.people.consent.kinds import Purpose
from fumetto.people.consent.standing import purposes_of


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a collective, as those who look after it see them; others see the name and the role."""

    id: UUID
    name: str
    role: MemberRole
    joined_at: datetime
    minor: bool
    user_type: UserType
    age_class: AgeClass | None


@dataclass(frozen=True, slots=True)
class Belongs:
    """A collective as somebody sees it. `role` is theirs, None for the operator, who may look and dissolve."""

    id: UUID
    kind: CollectiveKind
    name: str
    parent_id: UUID | None
    role: MemberRole | None
    members: int
    created_at: datetime


async def found(
    session: WriteSession, founder: Reader, kind: CollectiveKind, name: str, parent_id: UUID | None = None
) -> Belongs:
    """A new collective, owned by whoever founds it. An adult by their own word only founds none: a family's owner is
    the guardian of whichever child they invite.

    Raises MinorNotAllowed, NotVouched, CollectiveNameUnusable, CollectiveMisplaced, CollectiveNameTaken,
    TooManyCollectives, and CollectiveNotFound for a school not theirs."""
    if founder.is_minor:
        raise MinorNotAllowed
    await require_vouched(session, founder.id)
    cleaned = usable(name)
    if parent_id is not None:
        await require_place(session, founder, kind, parent_id, cleaned)
    if await repository.count_owned(session, founder.id) >= MOST_COLLECTIVES:
        raise TooManyCollectives(most=MOST_COLLECTIVES)
    made = Collective(kind=kind, name=cleaned, parent_id=parent_id)
    session.add(made)
    await session.flush()
    await session.refresh(made)
    await repository.add_member(session, made.id, founder.id, MemberRole.OWNER)
    new = {"kind": kind, "name": cleaned, "parent": parent_id}
    await audit(session, founder.id, "collective.create", "collective", made.id, new=new)
    await consent.changed(session, [founder.id])
    return seen(made, MemberRole.OWNER, 1)


async def require_place(
    session: WriteSession, reader: Reader, kind: CollectiveKind, parent_id: UUID, name: str, but: UUID | None = None
) -> None:
    """Locks the school. Raises CollectiveNotFound, CollectiveMisplaced, CollectiveNameTaken."""
    parent = await repository.lock_collective(session, parent_id)
    if parent is None or not looks_after(await repository.role_in(session, parent_id, reader.id)):
        raise CollectiveNotFound
    if not may_hold(kind, parent.kind):
        raise CollectiveMisplaced(kind=kind.value, parent=parent.kind.value)
    for other in await repository.classes_of(session, parent_id):
        if other.id != but and skeleton(other.name) == skeleton(name):
            raise CollectiveNameTaken(name=name)


async def list_collectives(session: ReadSession, reader: Reader, *, every: bool = False) -> list[Belongs]:
    """One's own, with the classes of schools one looks after; with `every`, all there are, for the operator."""
    rows = list(await repository.collectives_of(session, reader.id))
    if every and reader.role is Role.OWNER:
        mine = dict.fromkeys(row[0].id for row in rows)
        rows += [(each, None) for each in await repository.all_collectives(session) if each.id not in mine]
    counts = await repository.count_members(session, [row[0].id for row in rows])
    return [seen(each, role, counts.get(each.id, 0)) for each, role in rows]


async def view(session: ReadSession, reader: Reader, collective_id: UUID) -> Belongs:
    """Raises CollectiveNotFound for one that is not theirs."""
    collective, role = await reached(session, reader, collective_id)
    counts = await repository.count_members(session, [collective_id])
    return seen(collective, role, counts.get(collective_id, 0))


async def list_members(session: ReadSession, reader: Reader, collective_id: UUID) -> list[Member]:
    """Who is in it, as this reader may see it: everybody to those who look after it and within a family; in a class,
    pupils see those who look after it, and of the others those who agreed to be seen. Raises CollectiveNotFound."""
    collective, role = await reached(session, reader, collective_id)
    rows = await repository.members(session, collective_id)
    everything = role is None or looks_after(role)
    if not everything and collective.kind is not CollectiveKind.FAMILY:
        held = await purposes_of(session, [one.person.id for one in rows])
        rows = [
            one
            for one in rows
            if one.person.id == reader.id
            or looks_after(one.role)
            or Purpose.SHARING in held.get(one.person.id, frozenset())
        ]
    return [
        Member(
            id=one.person.id,
            name=one.person.name,
            role=one.role,
            joined_at=one.joined_at,
            minor=one.person.is_minor,
            user_type=one.person.user_type,
            age_class=one.person.age_class,
        )
        for one in rows
    ]


async def change(
    session: WriteSession,
    reader: Reader,
    collective_id: UUID,
    *,
    name: str | None = None,
    parent_id: UUID | None = None,
) -> Belongs:
    """Name it anew, or put a class into a school that one looks after too. Raises CollectiveNotFound, RoleNotAllowed,
    and what founding raises."""
    collective, role = await locked(session, reader, collective_id)
    if not looks_after(role):
        raise RoleNotAllowed
    old, new = {"name": collective.name, "parent": collective.parent_id}, {}
    cleaned = usable(name) if name is not None else collective.name
    where = parent_id or collective.parent_id
    if where is not None and (parent_id is not None or name is not None):
        await require_place(session, reader, collective.kind, where, cleaned, but=collective_id)
    if cleaned != collective.name:
        new["name"] = collective.name = cleaned
    if parent_id is not None and parent_id != collective.parent_id:
        collective.parent_id = parent_id
        new["parent"] = str(parent_id)
    if new:
        await session.flush()
        await audit(session, reader.id, "collective.change", "collective", collective_id, old=old, new=new)
        members = [one.person.id for one in await repository.members(session, collective_id)]
        await consent.changed(session, members)
    counts = await repository.count_members(session, [collective_id])
    return seen(collective, role, counts.get(collective_id, 0))


async def dissolve(session: WriteSession, reader: Reader, collective_id: UUID) -> None:
    """Delete it: memberships, invitations and guardianships that came of it end; people stay. Classes of a school go on
    without it. For its owners, and the operator. Raises CollectiveNotFound, RoleNotAllowed."""
    collective, role = await locked(session, reader, collective_id)
    if role is not MemberRole.OWNER and reader.role is not Role.OWNER:
        raise RoleNotAllowed
    members = [one.person.id for one in await repository.members(session, collective_id)]
    await guardians.dissolved(session, collective_id, reader.id)
    old = {"name": collective.name, "kind": collective.kind}
    await session.delete(collective)
    await session.flush()
    await audit(session, reader.id, "collective.delete", "collective", collective_id, old=old)
    await consent.changed(session, members)


async def set_role(session: WriteSession, reader: Reader, collective_id: UUID, user_id: UUID, role: MemberRole) -> None:
    """Owners give roles. In a family that makes guardians, or ends their being so. Raises CollectiveNotFound,
    RoleNotAllowed, MemberNotFound, MinorNotAllowed, LastCollectiveOwner."""
    collective, own = await locked(session, reader, collective_id)
    person, was = await member(session, collective_id, user_id)
    if own is not MemberRole.OWNER:
        raise RoleNotAllowed
    if not may_change_role(own, person.is_minor, role):
        raise MinorNotAllowed
    if was is role:
        return
    if was is MemberRole.OWNER:
        await require_another_owner(session, collective)
    await repository.set_role(session, collective_id, user_id, role)
    await audit(
        session,
        reader.id,
        "collective.role",
        "collective",
        collective_id,
        old={"user": user_id, "role": was},
        new={"user": user_id, "role": role},
    )
    if role is MemberRole.MEMBER:
        await repository.revoke_invitations(session, collective_id, inviter_id=user_id)
        await guardians.left(session, collective_id, user_id, reader.id)
    else:
        await vouch_for(session, user_id, reader.id)
        await guardians.joined(session, collective, person, role, reader.id)
    await consent.changed(session, [user_id])


async def remove(session: WriteSession, reader: Reader, collective_id: UUID, user_id: UUID) -> None:
    """Somebody leaves, or is removed. A minor leaves their family by a guardian's hand only; the last owner cannot.

    Raises CollectiveNotFound, MemberNotFound, RoleNotAllowed, GuardianMustAgree, LastCollectiveOwner.
    """
    collective, own = await locked(session, reader, collective_id)
    person, role = await member(session, collective_id, user_id)
    if user_id == reader.id:
        if person.is_minor and collective.kind is CollectiveKind.FAMILY:
            raise GuardianMustAgree
    elif not may_remove(own, role):
        raise RoleNotAllowed
    if role is MemberRole.OWNER:
        await require_another_owner(session, collective)
    await repository.remove_member(session, collective_id, user_id)
    await repository.revoke_invitations(session, collective_id, inviter_id=user_id)
    old = {"user": user_id, "role": role}
    await audit(session, reader.id, "collective.leave", "collective", collective_id, old=old)
    await guardians.left(session, collective_id, user_id, reader.id)
    await consent.changed(session, [user_id])


async def require_another_owner(session: WriteSession, collective: Collective) -> None:
    if await repository.count_owners(session, collective.id) < 2:
        raise LastCollectiveOwner(name=collective.name)


async def member(session: ReadSession, collective_id: UUID, user_id: UUID) -> tuple[Person, MemberRole]:
    """Raises MemberNotFound."""
    role = await repository.role_in(session, collective_id, user_id)
    person = await repository.person(session, user_id)
    if role is None or person is None:
        raise MemberNotFound
    return person, role


async def reached(session: ReadSession, reader: Reader, collective_id: UUID) -> tuple[Collective, MemberRole | None]:
    """A collective and what the reader may do in it; None for the operator, who may look. Raises CollectiveNotFound."""
    collective = await repository.collective(session, collective_id)
    if collective is None:
        raise CollectiveNotFound
    role = await role_of(session, collective, reader.id)
    if role is None and reader.role is not Role.OWNER:
        raise CollectiveNotFound
    return collective, role


async def locked(session: WriteSession, reader: Reader, collective_id: UUID) -> tuple[Collective, MemberRole | None]:
    """The same, locked until the transaction ends."""
    await repository.lock_collective(session, collective_id)
    return await reached(session, reader, collective_id)


async def role_of(session: ReadSession, collective: Collective, user_id: UUID) -> MemberRole | None:
    """What somebody may do in it, by being in it or by looking after the school that it is in."""
    direct = await repository.role_in(session, collective.id, user_id)
    above = await repository.role_in(session, collective.parent_id, user_id) if collective.parent_id else None
    return role_here(direct, above)


def usable(name: str) -> str:
    """Raises CollectiveNameUnusable."""
    cleaned = clean_name(name)
    if cleaned is None:
        raise CollectiveNameUnusable
    return cleaned


def seen(collective: Collective, role: MemberRole | None, members: int) -> Belongs:
    return Belongs(
        id=collective.id,
        kind=collective.kind,
        name=collective.name,
        parent_id=collective.parent_id,
        role=role,
        members=members,
        created_at=collective.created_at,
    )

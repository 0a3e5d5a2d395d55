"""Queries on who belongs together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.rules.clocks import CLOCKS_DIFFER
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.accounts.models import User
from fumetto.people.collectives.kinds import GuardianshipOrigin, MemberRole
from fumetto.people.collectives.models import (
    Collective,
    CollectiveMembership,
    Guardianship,
    Invitation,
    InvitationUse,
)
from fumetto.people.consent.rules import is_minor


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a collective knows them."""

    id: UUID
    name: str
    user_type: UserType
    age_class: AgeClass | None
    country: str | None
    language: str
    is_active: bool
    onboarded: bool

    @property
    def is_minor(self) -> bool:
        return is_minor(self.user_type, self.age_class)


PERSON = (
    User.id,
    User.username,
    User.user_type,
    User.age_class,
    User.country,
    User.language,
    User.is_active,
    User.onboarded_at.is_not(None),
)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Somebody in a collective."""

    person: Person
    role: MemberRole
    joined_at: datetime


async def person(session: ReadSession, user_id: UUID) -> Person | None:
    """Somebody with an account that is open."""
    found = (await session.execute(select(*PERSON).where(User.id == user_id, User.is_active))).one_or_none()
    return Person(*found) if found else None


async def collective(session: ReadSession, collective_id: UUID) -> Collective | None:
    return await session.get(Collective, collective_id)


async def lock_collective(session: WriteSession, collective_id: UUID) -> Collective | None:
    """Locked until the transaction ends: who belongs to it is changed by one at a time."""
    wanted = select(Collective).where(Collective.id == collective_id).with_for_update()
    return (await session.scalars(wanted)).one_or_none()


async def collectives_of(session: ReadSession, user_id: UUID) -> Sequence[tuple[Collective, MemberRole | None]]:
    """Those that somebody is in, and the classes of the schools that they look after, by name."""
    own, above = aliased(CollectiveMembership), aliased(CollectiveMembership)
    found = await session.execute(
        select(Collective, own.role, above.role)
        .outerjoin(own, and_(own.collective_id == Collective.id, own.user_id == user_id))
        .outerjoin(
            above,
            and_(
                above.collective_id == Collective.parent_id,
                above.user_id == user_id,
                above.role.in_([MemberRole.OWNER, MemberRole.ADMIN]),
            ),
        )
        .where(or_(own.id.is_not(None), above.id.is_not(None)))
        .order_by(func.lower(Collective.name), Collective.id)
    )
    return [(row[0], row[1] or (MemberRole.ADMIN if row[2] else None)) for row in found]


async def all_collectives(session: ReadSession) -> Sequence[Collective]:
    return (await session.scalars(select(Collective).order_by(func.lower(Collective.name), Collective.id))).all()


async def classes_of(session: ReadSession, school_id: UUID) -> Sequence[Collective]:
    found = await session.scalars(
        select(Collective).where(Collective.parent_id == school_id).order_by(func.lower(Collective.name))
    )
    return found.all()


async def role_in(session: ReadSession, collective_id: UUID, user_id: UUID) -> MemberRole | None:
    return await session.scalar(
        select(CollectiveMembership.role).where(
            CollectiveMembership.collective_id == collective_id, CollectiveMembership.user_id == user_id
        )
    )


async def members(session: ReadSession, collective_id: UUID) -> list[Belonging]:
    """Everybody in it with an open account: who looks after it first, then by name."""
    found = await session.execute(
        select(CollectiveMembership.role, CollectiveMembership.joined_at, *PERSON)
        .join(User, User.id == CollectiveMembership.user_id)
        .where(CollectiveMembership.collective_id == collective_id, User.is_active)
        .order_by(func.lower(User.username), User.id)
    )
    order = [MemberRole.OWNER, MemberRole.ADMIN, MemberRole.MEMBER]
    rows = [Belonging(Person(*tuple(row)[2:]), row[0], row[1]) for row in found]
    return sorted(rows, key=lambda one: order.index(one.role))


async def count_members(session: ReadSession, collective_ids: Collection[UUID]) -> dict[UUID, int]:
    found = await session.execute(
        select(CollectiveMembership.collective_id, func.count())
        .where(CollectiveMembership.collective_id.in_(collective_ids))
        .group_by(CollectiveMembership.collective_id)
    )
    return {row[0]: row[1] for row in found}


async def count_owned(session: ReadSession, user_id: UUID) -> int:
    found = await session.scalar(
        select(func.count()).where(
            CollectiveMembership.user_id == user_id, CollectiveMembership.role == MemberRole.OWNER
        )
    )
    return found or 0


async def count_owners(session: ReadSession, collective_id: UUID) -> int:
    found = await session.scalar(
        select(func.count())
        .select_from(CollectiveMembership)
        .join(User, User.id == CollectiveMembership.user_id)
        .where(
            CollectiveMembership.collective_id == collective_id,
            CollectiveMembership.role == MemberRole.OWNER,
            User.is_active,
        )
    )
    return found or 0


async def add_member(session: WriteSession, collective_id: UUID, user_id: UUID, role: MemberRole) -> bool:
    """False where they are in it already."""
    statement = (
        insert(CollectiveMembership)
        .values(id=uuid7(), collective_id=collective_id, user_id=user_id, role=role)
        .on_conflict_do_nothing(index_elements=["collective_id", "user_id"])
        .returning(CollectiveMembership.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def set_role(session: WriteSession, collective_id: UUID, user_id: UUID, role: MemberRole) -> None:
    await session.execute(
        update(CollectiveMembership)
        .where(CollectiveMembership.collective_id == collective_id, CollectiveMembership.user_id == user_id)
        .values(role=role)
    )


async def remove_member(session: WriteSession, collective_id: UUID, user_id: UUID) -> None:
    await session.execute(
        delete(CollectiveMembership).where(
            CollectiveMembership.collective_id == collective_id, CollectiveMembership.user_id == user_id
        )
    )


async def guardianships(
    session: ReadSession, *, guardian_id: UUID | None = None, child_id: UUID | None = None
) -> Sequence[Guardianship]:
    """Those in force of a guardian, of a child, or of both, the oldest first. An account that is closed guards nobody.

    One that is as young as the child guards nobody either, whatever the rows say.
    """
    guardian = aliased(User)
    wanted = (
        select(Guardianship)
        .join(guardian, guardian.id == Guardianship.guardian_id)
        .where(
            Guardianship.ended_at.is_(None),
            guardian.is_active,
            guardian.user_type.not_in([UserType.CHILD, UserType.TEENAGER]),
            or_(guardian.age_class.is_(None), guardian.age_class == AgeClass.ADULT),
        )
        .order_by(Guardianship.created_at, Guardianship.id)
    )
    if guardian_id is not None:
        wanted = wanted.where(Guardianship.guardian_id == guardian_id)
    if child_id is not None:
        wanted = wanted.where(Guardianship.child_id == child_id)
    return (await session.scalars(wanted)).all()


async def people(session: ReadSession, ids: Collection[UUID]) -> dict[UUID, Person]:
    """Those of them whose account is open."""
    if not ids:
        return {}
    found = await session.execute(select(*PERSON).where(User.id.in_(ids), User.is_active))
    return {row[0]: Person(*row) for row in found}


async def begin_guardianship(
    session: WriteSession, guardian_id: UUID, child_id: UUID, origin: GuardianshipOrigin, collective_id: UUID | None
) -> UUID | None:
    """None where it is in force already."""
    statement = (
        insert(Guardianship)
        .values(id=uuid7(), guardian_id=guardian_id, child_id=child_id, origin=origin, collective_id=collective_id)
        .on_conflict_do_nothing(index_elements=["guardian_id", "child_id"], index_where=Guardianship.ended_at.is_(None))
        .returning(Guardianship.id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def end_guardianships(
    session: WriteSession,
    *,
    guardian_id: UUID | None = None,
    child_id: UUID | None = None,
    collective_id: UUID | None = None,
) -> list[tuple[UUID, UUID, UUID]]:
    """End those that fit all that is given; returns (id, guardian, child) of each."""
    statement = update(Guardianship).where(Guardianship.ended_at.is_(None)).values(ended_at=func.now())
    if guardian_id is not None:
        statement = statement.where(Guardianship.guardian_id == guardian_id)
    if child_id is not None:
        statement = statement.where(Guardianship.child_id == child_id)
    if collective_id is not None:
        statement = statement.where(Guardianship.collective_id == collective_id)
    ended = await session.execute(statement.returning(Guardianship.id, Guardianship.guardian_id, Guardianship.child_id))
    return [(row[0], row[1], row[2]) for row in ended]


async def add_invitation(session: WriteSession, new: Invitation, lifetime: timedelta) -> Invitation:
    """Store an invitation that expires after `lifetime` by the database's clock."""
    statement = (
        insert(Invitation)
        .values(
            id=new.id,
            collective_id=new.collective_id,
            inviter_id=new.inviter_id,
            token_hash=new.token_hash,
            role=new.role,
            age_class=new.age_class,
            guardian_of=new.guardian_of,
            language=new.language,
            label=new.label,
            usage_limit=new.usage_limit,
            expires_at=func.now() + lifetime,
        )
        .returning(Invitation)
    )
    return (await session.execute(statement)).scalar_one()


async def invitation_by_hash(session: ReadSession, token_hash: bytes) -> Invitation | None:
    return (await session.scalars(select(Invitation).where(Invitation.token_hash == token_hash))).one_or_none()


async def invitations_of(session: ReadSession, collective_id: UUID) -> Sequence[Invitation]:
    """The newest first."""
    found = await session.scalars(
        select(Invitation)
        .where(Invitation.collective_id == collective_id)
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(1000)
    )
    return found.all()


USABLE = (
    Invitation.revoked_at.is_(None),
    Invitation.expires_at > func.now(),
    Invitation.created_at <= func.now() + CLOCKS_DIFFER,
    or_(Invitation.usage_limit.is_(None), Invitation.current_uses < Invitation.usage_limit),
)


async def count_usable(session: ReadSession, collective_id: UUID) -> int:
    found = await session.scalar(select(func.count()).where(Invitation.collective_id == collective_id, *USABLE))
    return found or 0


async def use_invitation(session: WriteSession, token_hash: bytes) -> Invitation | None:
    """Count a use; None when it can be used no more. Of two who use the last one at once, one gets it."""
    statement = (
        update(Invitation)
        .where(Invitation.token_hash == token_hash, *USABLE)
        .values(current_uses=Invitation.current_uses + 1, accepted_at=func.now())
        .returning(Invitation)
        .execution_options(populate_existing=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def note_use(session: WriteSession, invitation_id: UUID, user_id: UUID) -> bool:
    """False where they have used it before."""
    await session.execute(update(Invitation).where(Invitation.id == invitation_id).values(accepted_by=user_id))
    statement = (
        insert(InvitationUse)
        .values(id=uuid7(), invitation_id=invitation_id, user_id=user_id)
        .on_conflict_do_nothing(index_elements=["invitation_id", "user_id"])
        .returning(InvitationUse.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def uses_of(session: ReadSession, invitation_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Names of those who accepted, by invitation."""
    found = await session.execute(
        select(InvitationUse.invitation_id, User.username)
        .join(User, User.id == InvitationUse.user_id)
        .where(InvitationUse.invitation_id.in_(invitation_ids))
        .order_by(InvitationUse.used_at)
    )
    names: dict[UUID, list[str]] = {}
    for invitation_id, name in found:
        names.setdefault(invitation_id, []).append(name)
    return names


async def revoke_invitations(
    session: WriteSession,
    collective_id: UUID,
    *,
    invitation_id: UUID | None = None,
    inviter_id: UUID | None = None,
) -> list[UUID]:
    """Revoke one, or all of an inviter's, of those that can still be used; returns their ids."""
    statement = update(Invitation).where(Invitation.collective_id == collective_id, *USABLE)
    if invitation_id is not None:
        statement = statement.where(Invitation.id == invitation_id)
    if inviter_id is not None:
        statement = statement.where(Invitation.inviter_id == inviter_id)
    revoked = await session.scalars(statement.values(revoked_at=func.now()).returning(Invitation.id))
    return list(revoked)


async def seal_invitations(session: WriteSession) -> int:
    """End those whose time is over for good, so that no clock that is set back revives them; returns how many."""
    over = (Invitation.revoked_at.is_(None), Invitation.expires_at <= func.now())
    sealed = update(Invitation).where(*over).values(revoked_at=Invitation.expires_at).returning(Invitation.id)
    return len(list(await session.scalars(sealed)))


async def database_time(session: ReadSession) -> datetime:
    return (await session.execute(select(func.now()))).scalar_one()

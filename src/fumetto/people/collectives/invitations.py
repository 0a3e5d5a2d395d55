"""Use cases of invitations: a link to a collective, who may make one, what it shows, and who comes in by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from fumetto.kernel.audit import audit
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.errors import FumettoError
from fumetto.people.access.readers import Reader
from fumetto.people.access.rules.tokens import hash_token
from fumetto.people.accounts.kinds import AgeClass
from fumetto.people.accounts.service import create_user, vouch_for
from fumetto.people.collectives import guardians, repository
from fumetto.people.collectives.errors import (
    AlreadyMember,
    ChildNotFound,
    CollectiveFull,
    GuardianMustAgree,
    InvitationExpired,
    InvitationRevoked,
    InvitationUnfitting,
    InvitationUnknown,
    InvitationUsed,
    MinorNotAllowed,
    RoleNotAllowed,
)
from fumetto.people.collectives.kinds import CollectiveKind, GuardianshipOrigin, InvitationState, MemberRole
from fumetto.people.collectives.models import Collective, Invitation
from fumetto.people.collectives.repository import Person
from fumetto.people.collectives.rules import (
    LIFETIME,
    MOST_INVITATIONS,
    MOST_MEMBERS,
    Uses,
    fits,
    is_invitation,
    looks_after,
    may_invite_as,
    new_token,
    state_of,
)
from fumetto.people.collectives.service import locked, reached
from fumetto.people.consent import service as consent

PATH = "/join"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an invitation is to be. `usage_limit` None: as often as wanted."""

    role: MemberRole = MemberRole.MEMBER
    age_class: AgeClass | None = None
    guardian_of: UUID | None = None
    language: str | None = None
    label: str = ""
    usage_limit: int | None = 1
    lifetime: timedelta = LIFETIME


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as those see it who look after the collective. `accepted` are the names of who came."""

    id: UUID
    state: InvitationState
    role: MemberRole
    age_class: AgeClass | None
    guardian_of: UUID | None
    language: str | None
    label: str
    usage_limit: int | None
    current_uses: int
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    accepted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewInvitation:
    token: str
    invitation: Invited


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody who holds the link is shown, without being signed in, and no more than they need to decide."""

    collective: str
    kind: CollectiveKind
    inviter: str
    role: MemberRole
    age_class: AgeClass | None
    for_guardian: bool
    language: str | None
    expires_at: datetime


def address(base: str, token: str) -> str:
    """The link to show or send. The token is in the fragment, which browsers keep to themselves: no log sees it."""
    return f"{base}{PATH}#token={token}"


async def invite(session: WriteSession, inviter: Reader, collective_id: UUID, wanted: Wanted) -> NewInvitation:
    """A new invitation; its token is returned once. One for an age class is for as many as `usage_limit` says.

    Raises CollectiveNotFound, RoleNotAllowed, MinorNotAllowed for one that would let minors look after others,
    ChildNotFound for a child whose guardian the inviter may not choose, CollectiveFull.
    """
    collective, role = await locked(session, inviter, collective_id)
    if inviter.is_minor or not may_invite_as(role, wanted.role):
        raise RoleNotAllowed
    if looks_after(wanted.role) and wanted.age_class not in {None, AgeClass.ADULT}:
        raise MinorNotAllowed
    if wanted.guardian_of is not None:
        await require_choice(session, inviter, collective, wanted.guardian_of)
    if await repository.count_usable(session, collective_id) >= MOST_INVITATIONS:
        raise CollectiveFull(most=MOST_INVITATIONS)
    token = new_token()
    new = Invitation(
        id=uuid7(),
        collective_id=collective_id,
        inviter_id=inviter.id,
        token_hash=hash_token(token),
        role=wanted.role,
        age_class=AgeClass.ADULT if answers_for(wanted.role, wanted.guardian_of) else wanted.age_class,
        guardian_of=wanted.guardian_of,
        language=wanted.language,
        label=" ".join(wanted.label.split())[:128],
        usage_limit=1 if wanted.guardian_of is not None else wanted.usage_limit,
    )
    kept = await repository.add_invitation(session, new, wanted.lifetime)
    told = {"collective": collective_id, "role": kept.role, "age_class": kept.age_class, "uses": kept.usage_limit}
    await audit(session, inviter.id, "invitation.create", "invitation", kept.id, new=told)
    return NewInvitation(token, shown(kept, await repository.database_time(session), ()))


async def require_choice(session: ReadSession, inviter: Reader, collective: Collective, child_id: UUID) -> None:
    """Whether the inviter may choose a guardian for this child: one of its guardians may, and whoever looks after a
    collective that it is in while it has nobody. Raises ChildNotFound."""
    child = await repository.person(session, child_id)
    inside = await repository.role_in(session, collective.id, child_id)
    if child is None or not child.is_minor or inside is None:
        raise ChildNotFound
    rows = await repository.guardianships(session, child_id=child_id)
    if rows and all(row.guardian_id != inviter.id for row in rows):
        raise ChildNotFound


async def list_invitations(session: ReadSession, reader: Reader, collective_id: UUID) -> list[Invited]:
    """For those who look after it, the newest first. Raises CollectiveNotFound, RoleNotAllowed."""
    _, role = await reached(session, reader, collective_id)
    if not looks_after(role):
        raise RoleNotAllowed
    rows = await repository.invitations_of(session, collective_id)
    names = await repository.uses_of(session, [row.id for row in rows])
    now = await repository.database_time(session)
    return [shown(row, now, names.get(row.id, ())) for row in rows]


async def revoke(session: WriteSession, reader: Reader, collective_id: UUID, invitation_id: UUID) -> None:
    """Make a link useless, at once. Raises CollectiveNotFound, RoleNotAllowed, InvitationUnknown."""
    _, role = await locked(session, reader, collective_id)
    if not looks_after(role):
        raise RoleNotAllowed
    if not await repository.revoke_invitations(session, collective_id, invitation_id=invitation_id):
        raise InvitationUnknown
    await audit(session, reader.id, "invitation.revoke", "invitation", invitation_id)


async def look(session: ReadSession, token: str) -> Offer:
    """What an invitation is. Raises InvitationUnknown, InvitationExpired, InvitationRevoked, InvitationUsed."""
    if not is_invitation(token):
        raise InvitationUnknown
    found = await repository.invitation_by_hash(session, hash_token(token))
    if found is None:
        raise InvitationUnknown
    refusal = why_not(found, await repository.database_time(session))
    if refusal is not None:
        raise refusal
    collective = await repository.collective(session, found.collective_id)
    inviter = await repository.person(session, found.inviter_id)
    if collective is None or inviter is None:
        raise InvitationRevoked
    return Offer(
        collective=collective.name,
        kind=collective.kind,
        inviter=inviter.name,
        role=found.role,
        age_class=found.age_class,
        for_guardian=found.guardian_of is not None,
        language=found.language,
        expires_at=found.expires_at,
    )


async def join(session: WriteSession, token: str, user_id: UUID) -> UUID:
    """Somebody with an account comes in by an invitation; returns the collective. Of two who use the last use of one at
    once, one does.

    Raises what `look` raises, AlreadyMember, InvitationUnfitting, GuardianMustAgree, CollectiveFull, ChildNotFound.
    """
    used = await used_up(session, token)
    person = await repository.person(session, user_id)
    if person is None:
        raise InvitationUnknown
    return await come_in(session, used, person)


async def join_as_new(session: WriteSession, token: str, name: str, language: str) -> UUID:
    """Somebody without an account comes in: they get one, which says no more of them than the invitation knows.

    Returns the user's id. Raises what `join` raises, and what making an account raises.
    """
    used = await used_up(session, token)
    account = await create_user(
        session,
        name=name,
        language=used.language or language,
        user_type=None,
        age_class=used.age_class,
        actor=used.inviter_id,
    )
    person = await repository.person(session, account.id)
    if person is None:
        raise InvitationUnknown
    await come_in(session, used, person)
    return account.id


async def used_up(session: WriteSession, token: str) -> Invitation:
    """Count a use of an invitation. Raises InvitationUnknown, InvitationExpired, InvitationRevoked, InvitationUsed."""
    if not is_invitation(token):
        raise InvitationUnknown
    hashed = hash_token(token)
    used = await repository.use_invitation(session, hashed)
    if used is not None:
        return used
    found = await repository.invitation_by_hash(session, hashed)
    if found is None:
        raise InvitationUnknown
    raise why_not(found, await repository.database_time(session)) or InvitationUsed()


async def come_in(session: WriteSession, used: Invitation, person: Person) -> UUID:
    collective = await repository.lock_collective(session, used.collective_id)
    if collective is None:
        raise InvitationRevoked
    if not fits(used.age_class, person.is_minor, used.guardian_of is not None):
        raise InvitationUnfitting(age_class=used.age_class.value if used.age_class else "")
    if person.is_minor and looks_after(used.role):
        raise MinorNotAllowed
    if not await repository.note_use(session, used.id, person.id):
        raise AlreadyMember
    if answers_for(used.role, used.guardian_of) or used.age_class is AgeClass.ADULT:
        await vouch_for(session, person.id, used.inviter_id)
    if used.guardian_of is not None:
        await become_guardian(session, used, used.guardian_of, collective, person)
    if used.guardian_of is None or collective.kind is CollectiveKind.FAMILY:
        await become_member(session, used, collective, person)
    told = {"user": person.id, "collective": collective.id}
    await audit(session, person.id, "invitation.accept", "invitation", used.id, new=told)
    await consent.changed(session, [person.id])
    return collective.id


async def become_member(session: WriteSession, used: Invitation, collective: Collective, person: Person) -> None:
    if person.is_minor and collective.kind is CollectiveKind.FAMILY:
        known = {row.guardian_id for row in await repository.guardianships(session, child_id=person.id)}
        if known and used.inviter_id not in known:
            raise GuardianMustAgree  # or any family that a child is lured into could decide about it
    counts = await repository.count_members(session, [collective.id])
    if counts.get(collective.id, 0) >= MOST_MEMBERS:
        raise CollectiveFull(most=MOST_MEMBERS)
    if not await repository.add_member(session, collective.id, person.id, used.role):
        raise AlreadyMember
    await guardians.joined(session, collective, person, used.role, person.id)


async def become_guardian(
    session: WriteSession, used: Invitation, child_id: UUID, collective: Collective, person: Person
) -> None:
    """Raises ChildNotFound where the child has got somebody else meanwhile who was not asked."""
    rows = await repository.guardianships(session, child_id=child_id)
    if person.id == child_id or (rows and all(row.guardian_id != used.inviter_id for row in rows)):
        raise ChildNotFound
    family = collective.id if collective.kind is CollectiveKind.FAMILY else None
    await guardians.begin(session, person.id, child_id, GuardianshipOrigin.INVITATION, family, used.inviter_id)
    await consent.changed(session, [child_id])


def answers_for(role: MemberRole, child_id: UUID | None) -> bool:
    """Whether somebody who is invited so is to look after others: they are an adult by the word of who invites them."""
    return looks_after(role) or child_id is not None


def why_not(found: Invitation, now: datetime) -> FumettoError | None:
    """Why it cannot be used; None where it can."""
    state = state_of(uses_of(found), now)
    refusals: dict[InvitationState, type[FumettoError]] = {
        InvitationState.ACCEPTED: InvitationUsed,
        InvitationState.REVOKED: InvitationRevoked,
        InvitationState.EXPIRED: InvitationExpired,
    }
    return refusals[state]() if state in refusals else None


def uses_of(found: Invitation) -> Uses:
    return Uses(found.current_uses, found.usage_limit, found.created_at, found.expires_at, found.revoked_at)


def shown(found: Invitation, now: datetime, names: Sequence[str]) -> Invited:
    return Invited(
        id=found.id,
        state=state_of(uses_of(found), now),
        role=found.role,
        age_class=found.age_class,
        guardian_of=found.guardian_of,
        language=found.language,
        label=found.label,
        usage_limit=found.usage_limit,
        current_uses=found.current_uses,
        created_at=found.created_at,
        expires_at=found.expires_at,
        accepted_at=found.accepted_at,
        accepted=tuple(names),
    )

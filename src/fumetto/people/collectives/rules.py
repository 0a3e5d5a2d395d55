"""Decisions about who belongs together that need nothing but the words themselves."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from fumetto.people.access.rules.clocks import CLOCKS_DIFFER
from fumetto.people.accounts.kinds import AgeClass
from fumetto.people.collectives.kinds import CollectiveKind, InvitationState, MemberRole

RANKS = {MemberRole.MEMBER: 0, MemberRole.ADMIN: 1, MemberRole.OWNER: 2}
MOST_COLLECTIVES = 50  # that one person may own
MOST_MEMBERS = 1000
MOST_INVITATIONS = 200  # of one collective that can still be used
MOST_USES = 1000

PREFIX = "fum_i_"
TOKEN = re.compile(r"fum_i_[A-Za-z0-9_-]{43}", re.ASCII)
LIFETIME = timedelta(days=7)
LONGEST_LIFETIME = timedelta(days=365)


def new_token() -> str:
    """256 random bits behind the prefix of invitations."""
    return PREFIX + secrets.token_urlsafe(32)


def is_invitation(text: str) -> bool:
    return TOKEN.fullmatch(text) is not None


def may_hold(kind: CollectiveKind, parent: CollectiveKind | None) -> bool:
    """Whether a collective of this kind may be in one of that: a class in a school, and nothing deeper, so that no
    circle can be made."""
    return parent is None or (kind is CollectiveKind.CLASS and parent is CollectiveKind.SCHOOL)


def role_here(direct: MemberRole | None, above: MemberRole | None) -> MemberRole | None:
    """What somebody may do in a class, given what they may in its school: who looks after that looks after its
    classes."""
    if above in {MemberRole.OWNER, MemberRole.ADMIN}:
        return direct if direct is MemberRole.OWNER else MemberRole.ADMIN
    return direct


def looks_after(role: MemberRole | None) -> bool:
    return role in {MemberRole.OWNER, MemberRole.ADMIN}


def may_invite_as(role: MemberRole | None, invited: MemberRole) -> bool:
    """Owners and admins invite members; only owners invite those who will look after others. Nobody invites owners."""
    return looks_after(role) and (
        invited is MemberRole.MEMBER or (invited is MemberRole.ADMIN and role is MemberRole.OWNER)
    )


def may_change_role(role: MemberRole | None, minor: bool, new: MemberRole) -> bool:
    """Whether an owner may give somebody this role: a minor is a member and nothing else."""
    return role is MemberRole.OWNER and not (minor and new is not MemberRole.MEMBER)


def may_remove(role: MemberRole | None, removed: MemberRole) -> bool:
    """Who looks after others removes those below; owners remove anybody."""
    return role is MemberRole.OWNER or (role is MemberRole.ADMIN and removed is MemberRole.MEMBER)


def makes_guardian(kind: CollectiveKind, role: MemberRole, minor: bool) -> bool:
    """In a family, the adults who look after it are the guardians of its minors. In a class nobody is."""
    return kind is CollectiveKind.FAMILY and looks_after(role) and not minor


def fits(age_class: AgeClass | None, minor: bool, guardian: bool) -> bool:
    """Whether an invitation is for somebody: one for the young is not for adults, one for adults or guardians not for
    minors."""
    if guardian or age_class is AgeClass.ADULT:
        return not minor
    return age_class is None or minor


def uses_allowed(age_class: AgeClass | None, wanted: int | None, given: bool) -> int | None:
    """How often an invitation may be used. One for an age class is for one person unless it is said otherwise."""
    return wanted if given else (1 if age_class is not None else None)


@dataclass(frozen=True, slots=True)
class Uses:
    """What an invitation's state is told from."""

    current: int
    limit: int | None
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None


def state_of(uses: Uses, now: datetime) -> InvitationState:
    """How an invitation stands. One that was used up stays so; one that was revoked or ran out before is that. One
    that was made later than now was made before a clock was set back: nobody knows when its time is over."""
    if uses.limit is not None and uses.current >= uses.limit:
        return InvitationState.ACCEPTED
    if uses.ended_at is not None:
        return InvitationState.REVOKED if uses.ended_at < uses.expires_at else InvitationState.EXPIRED
    if uses.expires_at <= now or uses.created_at > now + CLOCKS_DIFFER:
        return InvitationState.EXPIRED
    return InvitationState.ACTIVE if uses.current else InvitationState.PENDING

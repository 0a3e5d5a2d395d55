"""What should hold among people, families, invitations, consents and sessions: a model without a database.

Every deed returns the code of the error that it should end with, or "" where it should succeed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fumetto.people.access.kinds import SessionScope
from fumetto.people.collectives.kinds import MemberRole
from fumetto.people.consent.kinds import Purpose

WITHOUT_ASKING = frozenset({Purpose.ACCOUNT, Purpose.AI_LOCAL, Purpose.SHARING})
ORDER = [SessionScope.ONBOARDING, SessionScope.PENDING_CONSENT, SessionScope.FULL]
ABOVE = {MemberRole.OWNER, MemberRole.ADMIN}


def narrower(one: SessionScope, other: SessionScope) -> SessionScope:
    return min(one, other, key=ORDER.index)


@dataclass
class Person:
    minor: bool
    onboarded: bool
    own: set[Purpose] = field(default_factory=set)
    no: set[Purpose] = field(default_factory=set)


@dataclass
class Invitation:
    family: int
    inviter: int
    young: bool
    role: MemberRole
    limit: int
    users: set[int] = field(default_factory=set)
    uses: int = 0
    revoked: bool = False
    expired: bool = False
    gone: bool = False

    @property
    def refusal(self) -> str:
        if self.gone:
            return "invitation_unknown"
        if self.uses >= self.limit:
            return "invitation_used"
        if self.revoked:
            return "invitation_revoked"
        return "invitation_expired" if self.expired else ""


@dataclass
class Request:
    child: int
    purposes: frozenset[Purpose]
    state: str = "waiting"


@dataclass
class Session:
    person: int
    reach: SessionScope


class Model:
    def __init__(self) -> None:
        self.people: list[Person] = []
        self.families: list[dict[int, MemberRole] | None] = []
        self.invitations: list[Invitation] = []
        self.requests: list[Request] = []
        self.sessions: list[Session] = []
        self.guards: dict[tuple[int, int], int | None] = {}
        self.receipts: set[tuple[int, int, Purpose]] = set()
        self.grants: dict[tuple[int, int], frozenset[Purpose]] = {}

    # what holds

    def held(self, who: int) -> frozenset[Purpose]:
        person = self.people[who]
        if person.minor:
            return frozenset(purpose for _, child, purpose in self.receipts if child == who)
        return frozenset((WITHOUT_ASKING - person.no) | person.own | {Purpose.ACCOUNT})

    def scope(self, who: int) -> SessionScope:
        if not self.people[who].onboarded:
            return SessionScope.ONBOARDING
        return SessionScope.FULL if Purpose.ACCOUNT in self.held(who) else SessionScope.PENDING_CONSENT

    def guardians(self, child: int) -> set[int]:
        return {guardian for guardian, guarded in self.guards if guarded == child}

    def settle(self) -> None:
        """After every deed: a session that reaches too far does so no more."""
        for session in self.sessions:
            session.reach = narrower(session.reach, self.scope(session.person))

    # deeds

    def found(self, who: int) -> str:
        if self.people[who].minor:
            return "minor_not_allowed"
        self.families.append({who: MemberRole.OWNER})
        return ""

    def invite(self, who: int, family: int, young: bool, role: MemberRole, limit: int) -> str:
        members = self.families[family]
        if members is None or who not in members:
            return "collective_not_found"
        own = members[who]
        if self.people[who].minor or own not in ABOVE or (role is MemberRole.ADMIN and own is not MemberRole.OWNER):
            return "role_not_allowed"
        if role in ABOVE and young:
            return "minor_not_allowed"
        self.invitations.append(Invitation(family, who, young, role, limit))
        return ""

    def join_as_new(self, number: int) -> str:
        used = self.invitations[number]
        if used.refusal:
            return used.refusal
        self.people.append(Person(minor=used.young, onboarded=False))
        return self.come_in(used, len(self.people) - 1)

    def join(self, number: int, who: int) -> str:
        used = self.invitations[number]
        members = self.families[used.family]
        if used.refusal:
            return used.refusal
        if used.young != self.people[who].minor:
            return "invitation_unfitting"
        if who in used.users:
            return "already_member"
        if self.people[who].minor and self.guardians(who) and used.inviter not in self.guardians(who):
            return "guardian_must_agree"
        if members is None or who in members:
            return "already_member"
        return self.come_in(used, who)

    def come_in(self, used: Invitation, who: int) -> str:
        used.uses += 1
        used.users.add(who)
        members = self.families[used.family]
        assert members is not None
        members[who] = used.role
        self.joined(used.family, who)
        return ""

    def joined(self, family: int, who: int) -> None:
        members = self.families[family] or {}
        if self.people[who].minor:
            pairs = [(each, who) for each, role in members.items() if role in ABOVE]
        else:
            above = members[who] in ABOVE
            pairs = [(who, each) for each in members if self.people[each].minor] if above else []
        for guardian, child in pairs:
            if (guardian, child) not in self.guards:
                self.guards[guardian, child] = family
                for purpose in self.grants.get((family, guardian), ()):
                    self.receipts.add((guardian, child, purpose))

    def end(self, pairs: list[tuple[int, int]]) -> None:
        for guardian, child in pairs:
            del self.guards[guardian, child]
            self.receipts = {each for each in self.receipts if each[:2] != (guardian, child)}

    def left(self, family: int, who: int) -> None:
        self.grants.pop((family, who), None)
        self.end([pair for pair, by in self.guards.items() if by == family and who in pair])

    def revoke_by(self, family: int, who: int) -> None:
        for each in self.invitations:
            if each.family == family and each.inviter == who and not each.refusal:
                each.revoked = True

    def set_role(self, who: int, family: int, whom: int, role: MemberRole) -> str:
        members = self.families[family]
        if members is None or who not in members:
            return "collective_not_found"
        if whom not in members:
            return "member_not_found"
        if members[who] is not MemberRole.OWNER:
            return "role_not_allowed"
        if self.people[whom].minor and role is not MemberRole.MEMBER:
            return "minor_not_allowed"
        if members[whom] is role:
            return ""
        if members[whom] is MemberRole.OWNER and self.owners(family) < 2:
            return "last_collective_owner"
        members[whom] = role
        if role is MemberRole.MEMBER:
            self.revoke_by(family, whom)
            self.left(family, whom)
        else:
            self.joined(family, whom)
        return ""

    def owners(self, family: int) -> int:
        return sum(role is MemberRole.OWNER for role in (self.families[family] or {}).values())

    def remove(self, who: int, family: int, whom: int) -> str:
        members = self.families[family]
        if members is None or who not in members:
            return "collective_not_found"
        if whom not in members:
            return "member_not_found"
        own, role = members[who], members[whom]
        if who == whom and self.people[who].minor:
            return "guardian_must_agree"
        may = own is MemberRole.OWNER or (own is MemberRole.ADMIN and role is MemberRole.MEMBER)
        if who != whom and not may:
            return "role_not_allowed"
        if role is MemberRole.OWNER and self.owners(family) < 2:
            return "last_collective_owner"
        del members[whom]
        self.revoke_by(family, whom)
        self.left(family, whom)
        return ""

    def dissolve(self, who: int, family: int) -> str:
        members = self.families[family]
        if members is None or who not in members:
            return "collective_not_found"
        if members[who] is not MemberRole.OWNER:
            return "role_not_allowed"
        self.end([pair for pair, by in self.guards.items() if by == family])
        self.grants = {key: value for key, value in self.grants.items() if key[0] != family}
        self.families[family] = None
        for each in self.invitations:
            each.gone = each.gone or each.family == family
        return ""

    def agree(self, who: int, purpose: Purpose) -> str:
        if self.people[who].minor:
            return "guardian_decides"
        self.people[who].own.add(purpose)
        self.people[who].no.discard(purpose)
        return ""

    def withdraw(self, who: int, purpose: Purpose) -> str:
        person = self.people[who]
        if person.minor:
            self.receipts = {each for each in self.receipts if each[1:] != (who, purpose)}
        elif purpose in WITHOUT_ASKING and (purpose is not Purpose.ACCOUNT or purpose in person.own):
            person.no.add(purpose)
        person.own.discard(purpose)
        return ""

    def agree_for(self, who: int, child: int, purposes: frozenset[Purpose]) -> str:
        if (who, child) not in self.guards:
            return "child_not_found"
        self.receipts |= {(who, child, purpose) for purpose in purposes}
        return ""

    def withdraw_for(self, who: int, child: int, purpose: Purpose) -> str:
        if (who, child) not in self.guards:
            return "child_not_found"
        self.receipts = {each for each in self.receipts if each[1:] != (child, purpose)}
        self.grants = {key: value - {purpose} if key[1] == who else value for key, value in self.grants.items()}
        return ""

    def ask(self, who: int, purposes: frozenset[Purpose]) -> str:
        if not self.people[who].minor:
            return "not_a_minor"
        for each in self.requests:
            if each.child == who and each.state == "waiting":
                each.state = "withdrawn"
        self.requests.append(Request(who, purposes))
        return ""

    def decide(self, who: int, number: int, approve: bool, family: int | None) -> str:
        asked = self.requests[number]
        if asked.state != "waiting":
            return "consent_request_decided"
        if self.people[who].minor:
            return "minor_not_allowed"
        known = self.guardians(asked.child)
        if known and who not in known:
            return "not_guardian"
        if approve and family is not None:
            members = self.families[family]
            if members is None or who not in members or asked.child not in members:
                return "collective_not_found"
        asked.state = "approved" if approve else "declined"
        self.guards.setdefault((who, asked.child), None)
        if not approve:
            return ""
        self.agree_for(who, asked.child, asked.purposes)
        if family is not None:
            self.grants[family, who] = asked.purposes
            for child in self.families[family] or {}:
                if (who, child) in self.guards:
                    self.agree_for(who, child, asked.purposes)
        return ""

"""Who reads: the one thing about people that the rest of Fumetto sees."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fumetto.people.access.kinds import KeyScope, SessionScope
from fumetto.people.accounts.kinds import AgeClass, Role, UserType
from fumetto.people.ages.rules import Fits
from fumetto.people.consent.kinds import Purpose
from fumetto.people.consent.rules import WITHOUT_ASKING, is_minor

NOBODYS_ID = UUID(int=0)
"""The id of a reader without an account. No row is theirs, and none can be: there is no such user to refer to."""

RANKS = {Role.READER: 0, Role.EDITOR: 1, Role.OWNER: 2}
WIDTHS = {KeyScope.READ: 0, KeyScope.READ_PROGRESS: 1, KeyScope.MANAGE: 2}


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads. An anonymous one, where the operator serves the library to everybody, may look at it only.

    `consents` are the purposes that are agreed to now, by them or for them. `fits` is what rules restrict them to, None
    where not at all. `collectives` are those that they are in. Whoever is restricted reads, whatever their role:
    editing shows everything, files' names among it.
    """

    id: UUID
    name: str
    role: Role
    language: str
    hide_unread_titles: bool = False
    hide_unread_covers: bool = False
    user_type: UserType = UserType.ADULT
    age_class: AgeClass | None = None
    country: str | None = None
    consents: frozenset[Purpose] = WITHOUT_ASKING
    fits: Fits | None = None
    collectives: tuple[UUID, ...] = ()

    @property
    def is_minor(self) -> bool:
        return is_minor(self.user_type, self.age_class)

    @property
    def is_anonymous(self) -> bool:
        return self.id == NOBODYS_ID

    def may_act_as(self, role: Role | str) -> bool:
        """Whether their role is this one or includes it."""
        held = self.role if self.fits is None else Role.READER
        return not self.is_anonymous and RANKS[held] >= RANKS[Role(role)]


def anonymous_reader(language: str) -> Reader:
    return Reader(NOBODYS_ID, "", Role.READER, language)


@dataclass(frozen=True, slots=True)
class Visit:
    """A reader together with how they were known: by a session of a device, or by a key of a program.

    `scope` is how far they have come; short of FULL only few routes are open to them.
    """

    reader: Reader
    scope: SessionScope = SessionScope.FULL
    session_id: UUID | None = None
    key_id: UUID | None = None
    key_scopes: frozenset[KeyScope] | None = None

    def may_write(self, needed: KeyScope) -> bool:
        """Whether the key is wide enough; a person who signed in as such may do all that their role may."""
        return self.key_scopes is None or any(WIDTHS[scope] >= WIDTHS[needed] for scope in self.key_scopes)

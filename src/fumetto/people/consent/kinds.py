"""The words that describe consent."""

from __future__ import annotations

from enum import StrEnum

from fumetto.kernel.db.personal import Section


class Purpose(StrEnum):
    """What is agreed to. Each is asked, shown and revoked on its own."""

    ACCOUNT = "account"  # having an account, and what reading leaves in it
    AI_LOCAL = "ai_local"  # the companion, on this house's own machines
    AI_CLOUD = "ai_cloud"  # the companion, by companies that the owner chose
    SHARING = "sharing"  # being shown to others of one's collectives: progress, names
    ANALYTICS = "analytics"  # counts of what is talked about, without names


class Method(StrEnum):
    """How consent was given."""

    SELF = "self"  # by the person, signed in
    GUARDIAN = "guardian"  # by a guardian, signed in, on their page
    LINK = "link"  # by a guardian who opened the child's link
    CODE = "code"  # by a guardian who typed the child's code
    STANDING = "standing"  # a guardian has granted it for all minors of a collective, and this one came later


class EndReason(StrEnum):
    """Why a receipt holds no longer."""

    REVOKED = "revoked"
    EXPIRED = "expired"
    POLICY_CHANGED = "policy_changed"
    GUARDIANSHIP_ENDED = "guardianship_ended"
    AGE = "age"  # they have grown up, or are younger than was thought


class RequestState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by the child, or since another request took its place
    EXPIRED = "expired"


class Whom(StrEnum):
    """Whom a decision is for."""

    ONE = "one"
    COLLECTIVE = "collective"  # all minors of it whose guardian decides


class Viewer(StrEnum):
    GUARDIAN = "guardian"
    TEACHER = "teacher"  # who looks after a class or school, or a family whose guardian they are not
    MEMBER = "member"
    OPERATOR = "operator"


class Seen(StrEnum):
    """What there is to see. The first six are the parts of an export."""

    ACCOUNT = Section.ACCOUNT.value
    CONSENTS = Section.CONSENTS.value
    READING = Section.READING.value
    SIGNALS = Section.SIGNALS.value
    CHAT = Section.CHAT.value
    DEEDS = Section.DEEDS.value
    PROGRESS = "progress"
    NAME = "name"

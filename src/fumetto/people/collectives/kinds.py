"""The words that describe who belongs together."""

from __future__ import annotations

from enum import StrEnum


class CollectiveKind(StrEnum):
    FAMILY = "family"
    CLASS = "class"
    SCHOOL = "school"  # holds classes


class MemberRole(StrEnum):
    """What somebody may do in a collective. Each may do what those after it may."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"


class InvitationState(StrEnum):
    """How an invitation stands. Told from its row, never kept beside it."""

    PENDING = "PENDING"  # nobody has used it
    ACTIVE = "ACTIVE"  # somebody has, and somebody else may
    ACCEPTED = "ACCEPTED"  # used as often as it may be
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class GuardianshipOrigin(StrEnum):
    """How somebody came to answer for a minor."""

    FAMILY = "family"  # both are in a family that the guardian looks after
    INVITATION = "invitation"  # invited as this child's guardian
    REQUEST = "request"  # the child, who had nobody, sent them its request
    OPERATOR = "operator"

"""What can be wrong with belonging somewhere, each with what helps."""

from fumetto.kernel.errors import Conflict, FumettoError, Invalid, NotAllowed, NotFound


class CollectiveNotFound(NotFound):
    code = "collective_not_found"


class CollectiveNameUnusable(Invalid):
    code = "collective_name_unusable"


class CollectiveNameTaken(Conflict):
    """name: another class of the school is called so, or looks as if it were."""

    code = "collective_name_taken"


class CollectiveMisplaced(Invalid):
    """kind, parent: only classes are in something, and only in schools."""

    code = "collective_misplaced"


class TooManyCollectives(Conflict):
    """most: so many may be one person's."""

    code = "collectives_too_many"


class CollectiveFull(Conflict):
    """most: so many may be in it, or be invited at a time."""

    code = "collective_full"


class MemberNotFound(NotFound):
    code = "member_not_found"


class RoleNotAllowed(NotAllowed):
    """Their own role does not let them do this."""

    code = "role_not_allowed"


class MinorNotAllowed(NotAllowed):
    """A minor cannot look after others, be a guardian, or found a family."""

    code = "minor_not_allowed"


class LastCollectiveOwner(Conflict):
    """name: of the collective that would be left to nobody."""

    code = "last_collective_owner"


class GuardianMustAgree(NotAllowed):
    """A minor who has a guardian joins or leaves a family by that guardian's hand only."""

    code = "guardian_must_agree"


class AlreadyMember(Conflict):
    code = "already_member"


class InvitationUnknown(NotFound):
    code = "invitation_unknown"


class InvitationExpired(FumettoError):
    status = 410
    code = "invitation_expired"


class InvitationRevoked(FumettoError):
    status = 410
    code = "invitation_revoked"


class InvitationUsed(FumettoError):
    """As often as it may be."""

    status = 410
    code = "invitation_used"


class InvitationUnfitting(NotAllowed):
    """age_class: whom it is for; they are not."""

    code = "invitation_unfitting"


class NotGuardian(NotAllowed):
    """Only this minor's guardian decides about them."""

    code = "not_guardian"


class ChildNotFound(NotFound):
    code = "child_not_found"

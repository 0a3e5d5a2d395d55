"""What can be wrong with consent, each with what helps. `ConsentNeeded` is access's: it stands at every door."""

from fumetto.kernel.errors import Conflict, FumettoError, Invalid, NotAllowed, NotFound


class GuardianDecides(NotAllowed):
    """purpose: a minor cannot agree to it alone; the way out is a request to a guardian."""

    code = "guardian_decides"


class AgeNotDeclared(Invalid):
    """purpose, age: they have to say that they are that old."""

    code = "age_not_declared"


class PolicyChanged(Conflict):
    """purpose, version: what was agreed to is not what is asked now; it has to be read again."""

    code = "consent_policy_changed"


class NotAMinor(Conflict):
    """Nobody else agrees for an adult."""

    code = "not_a_minor"


class RequestNotFound(NotFound):
    code = "consent_request_not_found"


class RequestDecided(FumettoError):
    """state: how it ended. A request is decided once."""

    status = 410
    code = "consent_request_decided"


class RequestExpired(FumettoError):
    status = 410
    code = "consent_request_expired"


class CountryUnknown(NotFound):
    """country: there is no row for it, and none was given."""

    code = "country_unknown"

"""Why a sign-in by another provider came to nothing, each with what helps."""

from fumetto.kernel.errors import Conflict, FumettoError, NotAllowed, NotFound, NotSignedIn


class ProviderUnknown(NotFound):
    code = "provider_unknown"


class ProviderAway(FumettoError):
    """provider, reason: it cannot be reached, or its answer is none."""

    status = 502
    code = "provider_away"


class ProviderUntrusted(FumettoError):
    """provider, reason: what it says cannot be believed: another issuer or audience, a wrong nonce or signature."""

    status = 502
    code = "provider_untrusted"


class ProviderRefused(NotSignedIn):
    """provider, reason: it has let nobody in, or the person has changed their mind."""

    code = "provider_refused"


class AttemptUnknown(FumettoError):
    """Nobody was sent there from this browser, or it is too long ago, or they came back before."""

    status = 410
    code = "sign_in_attempt_unknown"


class NotInvited(NotAllowed):
    """provider: it knows them, and nobody here does."""

    code = "not_invited"


class LoginTaken(Conflict):
    """provider: this account of theirs signs somebody else in here."""

    code = "login_taken"


class LoginNotFound(NotFound):
    code = "login_not_found"


class LastWayIn(Conflict):
    """Without it they could not sign in any more."""

    code = "last_way_in"

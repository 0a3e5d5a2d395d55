"""Why somebody is not let in, or not let do something, each with what helps."""

from fumetto.kernel.errors import FumettoError, NotAllowed, NotFound, NotSignedIn


class CredentialsWrong(NotSignedIn):
    """A key or token that is unknown, revoked or expired; which of them is not told."""

    code = "credentials_wrong"


class LinkUnknown(NotSignedIn):
    code = "sign_in_link_unknown"


class LinkUsed(FumettoError):
    """It has signed somebody in already; the way out is a new one."""

    status = 410
    code = "sign_in_link_used"


class LinkExpired(FumettoError):
    status = 410
    code = "sign_in_link_expired"


class TooManyAttempts(FumettoError):
    """retry_after: seconds until the next attempt is looked at."""

    status = 429
    code = "too_many_attempts"


class KeyTooNarrow(NotAllowed):
    """needed: the scope that the key lacks."""

    code = "key_too_narrow"


class KeyTooWide(NotAllowed):
    """A minor's programs may read and keep progress, and no more."""

    code = "key_too_wide"


class OnPairedDevice(NotAllowed):
    """A child's sign-in by picture and PIN opens this device, and makes no other way in."""

    code = "on_paired_device"


class OnboardingNeeded(NotAllowed):
    """The account has yet to say whose it is; POST /session/onboarding does."""

    code = "onboarding_needed"


class ConsentNeeded(NotAllowed):
    """purpose: what is not agreed to. whose: `guardian` when a grown-up has to, `own` when they themselves may."""

    code = "consent_needed"


class DeviceNotFound(NotFound):
    code = "device_not_found"


class KeyNotFound(NotFound):
    code = "api_key_not_found"

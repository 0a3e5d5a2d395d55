"""Why a device is not paired, or a child not let in on one."""

from fumetto.kernel.errors import Conflict, FumettoError, Invalid, NotAllowed, NotFound, NotSignedIn


class CodeNotFound(NotFound):
    """No device shows this code, or not any more."""

    code = "device_code_not_found"


class CodeExpired(FumettoError):
    status = 410
    code = "device_code_expired"


class CodeDecided(Conflict):
    """Somebody has allowed or refused it before."""

    code = "device_code_decided"


class PairingPending(FumettoError):
    """retry_after: seconds until the device should ask again."""

    status = 425
    code = "pairing_pending"


class PairingDenied(NotAllowed):
    code = "pairing_denied"


class PairedDeviceNotFound(NotFound):
    code = "paired_device_not_found"


class NotPaired(NotSignedIn):
    """This device is not paired, or not any more."""

    code = "device_not_paired"


class SecretWrong(NotSignedIn):
    """The picture or the PIN; which of them is not told. left: tries before it has to wait."""

    code = "child_secret_wrong"


class SecretLocked(FumettoError):
    """retry_after: seconds until the next try is looked at."""

    status = 429
    code = "child_secret_locked"


class PinUnusable(Invalid):
    code = "pin_unusable"


class ChildUnknown(NotFound):
    """There is none, or none that this grown-up looks after."""

    code = "child_unknown"


class GrownUpsOnly(NotAllowed):
    code = "grown_ups_only"

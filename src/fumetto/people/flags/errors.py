"""What is switched off, and what can be wrong with a switch."""

from fumetto.kernel.errors import Conflict, FumettoError, Invalid, NotFound


class AiOff(FumettoError):
    status = 503
    code = "ai_switched_off"


class ImportsOff(FumettoError):
    status = 503
    code = "imports_switched_off"


class SharingOff(FumettoError):
    status = 503
    code = "sharing_switched_off"


class FlagNotFound(NotFound):
    code = "flag_not_found"


class FlagUnusable(Invalid):
    """place: where in the flag the fault is, such as `targeting.if[0]`; fault: what is wrong there."""

    code = "flag_unusable"


class FlagChanged(Conflict):
    """version: the one that it has now."""

    code = "flag_changed"


class FlagUnconfirmed(Invalid):
    """name: what has to be said to confirm."""

    code = "flag_unconfirmed"

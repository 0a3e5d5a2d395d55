"""Why something about somebody is not given, or not erased."""

from fumetto.kernel.errors import Conflict, FumettoError, Invalid, NotAllowed, NotFound


class ExportNotFound(NotFound):
    code = "export_not_found"


class ExportNotReady(Conflict):
    """state: queued or failed."""

    code = "export_not_ready"


class ExportsTooMany(FumettoError):
    """most: how many may be asked for in a day."""

    status = 429
    code = "exports_too_many"


class ErasureUnconfirmed(Invalid):
    """name: what has to be said to confirm."""

    code = "erasure_unconfirmed"


class ErasureNotAllowed(NotAllowed):
    """Somebody else's account, and neither its guardian nor the owner."""

    code = "erasure_not_allowed"


class ErasureNeedsGuardian(NotAllowed):
    """A minor's own account: a guardian does it with them, or the owner."""

    code = "erasure_needs_guardian"


class TermUnknown(NotFound):
    """kind: no kind of data that there is."""

    code = "term_unknown"

"""What goes wrong with personas."""

from __future__ import annotations

from fumetto.kernel.errors import FumettoError, NotFound


class PersonaNameless(FumettoError):
    """A persona without a name."""

    status = 422
    code = "persona_nameless"


class PortraitUnreadable(FumettoError):
    """What was sent as a persona's picture is none that can be read. `reason` is the code of what was wrong."""

    status = 422
    code = "portrait_unreadable"


class PortraitTooLarge(FumettoError):
    """most: so many bytes a persona's picture may have."""

    status = 413
    code = "portrait_too_large"


class PortraitNotFound(NotFound):
    """A persona without a picture of its own, or none that this reader may have."""

    code = "portrait_not_found"


class PersonasTooMany(FumettoError):
    """A reader has as many as one may have."""

    status = 409
    code = "personas_too_many"

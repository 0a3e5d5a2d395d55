"""What goes wrong with personas."""

from __future__ import annotations

from fumetto.kernel.errors import FumettoError


class PersonaNameless(FumettoError):
    """A persona without a name."""

    status = 422
    code = "persona_nameless"


class PersonasTooMany(FumettoError):
    """A reader has as many as one may have."""

    status = 409
    code = "personas_too_many"

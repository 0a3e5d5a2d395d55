"""What can go wrong in several rooms of the companion."""

from fumetto.kernel.errors import NotFound


class PersonaNotFound(NotFound):
    """A persona that is not there, is somebody else's, or is of somebody not met yet."""

    code = "persona_not_found"

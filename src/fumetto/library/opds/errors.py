"""What can be wrong with what an OPDS client sends."""

from fumetto.kernel.errors import Conflict


class ProgressionOlder(Conflict):
    """Another device has said something newer; fetch that first (OPDS Progression 1.0, "Updating a progression")."""

    code = "progression_older"

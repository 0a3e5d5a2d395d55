"""The states of roots and sources; the tables check them, and pure rules may use them."""

from enum import StrEnum


class RootState(StrEnum):
    AVAILABLE = "available"
    UNMOUNTED = "unmounted"  # gone, or empty where it was not: nothing of it is touched
    REMOVED = "removed"  # taken out of the library; what it held is missing, and known again should it come back


class SourceState(StrEnum):
    PRESENT = "present"
    MISSING = "missing"  # kept, with its episode and everybody's progress, until the owner forgets it
    FAILED = "failed"  # could not be read; error_code and error_detail say why


class ProblemKind(StrEnum):
    ROOT = "root"
    BOOK = "book"
    PAGE = "page"
    LETTERING = "lettering"
    LOOK = "look"  # at what is on a page: its sidecar, its panels, its words, its description

"""What can be found."""

from enum import StrEnum


class PassageKind(StrEnum):
    """What a passage of the library is: the sort of row that holds its text."""

    DIALOGUE = "dialogue"  # a balloon
    DESCRIPTION = "description"  # of a page
    PANEL = "panel"  # what one panel shows
    NOTE = "note"  # what the makers said
    WIKI = "wiki"  # a statement of an article
    FACT = "fact"  # of an entity of the world graph

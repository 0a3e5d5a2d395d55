"""Kinds and states of what is known of a story's world."""

from enum import StrEnum


class Origin(StrEnum):
    """Who brought a piece of the world in."""

    IMPORT = "import"
    SIDECAR = "sidecar"
    EXTRACTION = "extraction"
    PERSON = "person"


class ReviewState(StrEnum):
    """Whether a person has said that it is so. Only what is accepted can be seen outside the editing view."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Presence(StrEnum):
    """How a character is on a page."""

    SHOWN = "shown"
    SPEAKS = "speaks"
    MENTIONED = "mentioned"


class EntityKind(StrEnum):
    CHARACTER = "character"
    CREATURE = "creature"
    PLACE = "place"
    GROUP = "group"
    OBJECT = "object"
    CONCEPT = "concept"
    EVENT = "event"

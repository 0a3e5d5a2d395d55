"""The words that describe an account."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody may do with the library that they share. Each may do what those after it may."""

    OWNER = "owner"  # people, folders, settings, backups
    EDITOR = "editor"  # titles, covers, merging, imports
    READER = "reader"


class UserType(StrEnum):
    """Who somebody is, for consent and for the voice that they are spoken to in."""

    CHILD = "child"
    TEENAGER = "teenager"
    PARENT = "parent"
    EDUCATOR = "educator"
    ADULT = "adult"


class AgeClass(StrEnum):
    """How old somebody is, as far as Fumetto needs to know."""

    CHILD = "child"  # up to 9
    PRETEEN = "preteen"  # 10 to 12
    TEENAGER = "teenager"  # 13 to 17
    ADULT = "adult"


class Tier(StrEnum):
    """The plan's name, kept on the account so that a check needs no join."""

    FREE = "free"
    PRO = "pro"
    ENTERPRISE = "enterprise"

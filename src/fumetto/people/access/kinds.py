"""The words that describe how somebody is known."""

from __future__ import annotations

from enum import StrEnum


class SessionScope(StrEnum):
    """How far somebody has come on the way from stranger to full member."""

    ONBOARDING = "ONBOARDING"
    PENDING_CONSENT = "PENDING_CONSENT"
    FULL = "FULL"


class KeyScope(StrEnum):
    """What a program may do with the account whose key it holds. Each includes those before it."""

    READ = "read"
    READ_PROGRESS = "read-progress"
    MANAGE = "manage"


class LinkPurpose(StrEnum):
    OWNER = "owner"  # printed at the start, signs the owner in
    SIGN_IN = "sign_in"  # made by the owner for somebody else, or for another device
    PASSWORD = "password"  # noqa: S105 - what it is for: it sets a new password


class Capability(StrEnum):
    """What a client says that it can do, when it signs in. What the server does not know is left out of its answer."""

    BEARER = "bearer"  # keeps the token itself: gets it in the answer, and no cookie
    STREAMS = "streams"  # follows answers as they are written (server-sent events)
    MARKDOWN = "markdown"  # shows answers with emphasis and lists
    PICTURES = "pictures"  # shows the panels that an answer points to
    RENEWAL = "renewal"  # takes up a new token when its scope has changed


class Method(StrEnum):
    """How somebody signed in."""

    LINK = "link"
    PASSWORD = "password"  # noqa: S105 - the way, not a password
    PROVIDER = "provider"
    PICTURE = "picture"  # a child's picture and PIN on a paired device
    INVITATION = "invitation"

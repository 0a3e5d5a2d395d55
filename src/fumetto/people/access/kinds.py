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

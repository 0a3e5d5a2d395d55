"""What is agreed to, in words for a child of ten: the texts as shipped, and their versions in the database.

The texts are `consent.policies.<purpose>` of the catalogues, and no operator's own words replace them: a receipt holds
the hash of what was shown.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.text.catalogues import DEFAULT, LANGUAGES, catalogue
from fumetto.people.consent.kinds import Purpose
from fumetto.people.consent.repository import terms
from fumetto.people.consent.repository.receipts import Wording

EDITIONS = {
    Purpose.ACCOUNT: 2,
    Purpose.AI_LOCAL: 1,
    Purpose.AI_CLOUD: 1,
    Purpose.SHARING: 1,
    Purpose.ANALYTICS: 1,
}
"""Raise one when what it says is something else than before, and everybody is asked again."""

PARTS = ("title", "what", "why", "stop")


@dataclass(frozen=True, slots=True)
class PolicyText:
    """What is agreed to, in one language: a heading, what it means, what it is for, and how it ends."""

    purpose: Purpose
    language: str
    title: str
    what: str
    why: str
    stop: str

    @property
    def hash(self) -> bytes:
        return hashlib.sha256("\n".join(getattr(self, part) for part in PARTS).encode()).digest()


@cache
def text_of(purpose: Purpose, language: str) -> PolicyText:
    """In the language, else in English."""
    spoken = language.split("-")[0]
    if f"consent.policies.{purpose.value}.title" not in catalogue(spoken if spoken in LANGUAGES else DEFAULT):
        spoken = DEFAULT
    spoken = spoken if spoken in LANGUAGES else DEFAULT
    words = {part: catalogue(spoken)[f"consent.policies.{purpose.value}.{part}"] for part in PARTS}
    return PolicyText(purpose, spoken, **words)


def digest_of(purpose: Purpose) -> bytes:
    """Of the texts in all languages."""
    return hashlib.sha256(b"".join(text_of(purpose, language).hash for language in LANGUAGES)).digest()


async def wording(session: WriteSession, purpose: Purpose, language: str) -> Wording:
    """The present wording in a language, put on record where it is new."""
    version = await version_of(session, purpose) or await put_on_record(session, purpose)
    text = text_of(purpose, language)
    return Wording(version, EDITIONS[purpose], text.hash, text.language)


async def version_of(session: ReadSession, purpose: Purpose) -> int | None:
    """The number of the present wording; None where it is not on record yet."""
    latest = await terms.latest_policy(session, purpose)
    known = latest is not None and latest.digest == digest_of(purpose) and latest.edition == EDITIONS[purpose]
    return latest.version if latest is not None and known else None


async def put_on_record(session: WriteSession, purpose: Purpose) -> int:
    """Note a wording that is new. Returns its number; of two processes that do so at once, both get the same."""
    latest = await terms.latest_policy(session, purpose)
    edition = EDITIONS[purpose]
    version = latest.version + 1 if latest else 1
    await terms.add_policy(
        session,
        {
            "purpose": purpose,
            "version": version,
            "edition": edition,
            "material": latest is not None and edition > latest.edition,
            "digest": digest_of(purpose),
            "hashes": {language: text_of(purpose, language).hash.hex() for language in LANGUAGES},
        },
    )
    await audit(session, None, "consent.policy", "consent_policy", purpose.value, new={"version": version})
    return version

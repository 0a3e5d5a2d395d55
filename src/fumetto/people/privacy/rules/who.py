"""Who may have what is kept about somebody, and who may have it erased."""

from __future__ import annotations

import hashlib
from uuid import UUID

from fumetto.kernel.db.personal import FOR_GUARDIANS, Section
from fumetto.people.privacy.kinds import ExportKind


def sections_of(kind: ExportKind) -> frozenset[Section]:
    """What an export holds. A guardian's has nothing that the young person said to the companion."""
    return FOR_GUARDIANS if kind is ExportKind.GUARDIAN else frozenset(Section)


def subject_of(user_id: UUID) -> bytes:
    """What a tombstone remembers of a user: enough to know them again, not enough to say who they were."""
    return hashlib.sha256(user_id.bytes).digest()

"""Addresses of pictures. The `v` in them changes whenever the bytes do, so browsers may keep what they have."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

RENDERING = "1"
"""Goes into every `v`: raise it when the same page comes out differently than before."""


def version_of(page_fingerprint: str, lettering_fingerprints: Iterable[str] = ()) -> str:
    """A short name for what a page looks like in all its languages: of its art and of every lettering laid over it."""
    digest = hashlib.blake2s(digest_size=8)
    for part in (RENDERING, page_fingerprint, *lettering_fingerprints):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Addresses:
    """Makes addresses below `prefix`, the path where the API begins, such as `/comics/api/v1`."""

    prefix: str

    def picture(self, page_id: uuid.UUID, variant: str, version: str) -> str:
        return f"{self.prefix}/pages/{page_id}/image/{variant}?v={version}"

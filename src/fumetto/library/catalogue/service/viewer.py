"""For whom a list is made: who they are, what they speak, what they do not want to be shown."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.addresses import Addresses
from fumetto.library.reading import repository as reading


@dataclass(frozen=True, slots=True)
class Viewer:
    """One reader looking. `reader_id` is None for somebody who reads without an account."""

    reader_id: uuid.UUID | None
    language: str | None
    addresses: Addresses
    edits: bool = False
    hides_unread: bool = False


async def viewer_for(
    session: ReadSession, reader_id: uuid.UUID | None, language: str | None, addresses: Addresses, edits: bool = False
) -> Viewer:
    hides = await reading.hides_unread(session, reader_id)
    return Viewer(reader_id, language, addresses, edits, hides)

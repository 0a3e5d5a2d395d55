"""For whom a list is made: who they are, what they speak, what they do not want to be shown."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from fastapi import Request

from fumetto.library.catalogue.addresses import Addresses
from fumetto.people.public import Reader, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """One reader looking. `reader_id` is None for somebody who reads without an account."""

    reader_id: uuid.UUID | None
    language: str | None
    addresses: Addresses
    edits: bool = False
    hides_titles: bool = False
    hides_covers: bool = False


def viewer(request: Request, reader: Reader) -> Viewer:
    """The reader of a request, with addresses below the path that the API is published at."""
    return viewer_for(reader, Addresses(f"{request.scope.get('root_path', '')}/api/v1"))


def viewer_for(reader: Reader, addresses: Addresses) -> Viewer:
    return Viewer(
        None if reader.is_anonymous else reader.id,
        reader.language,
        addresses,
        edits=reader.may_act_as(Role.EDITOR),
        hides_titles=reader.hide_unread_titles,
        hides_covers=reader.hide_unread_covers,
    )

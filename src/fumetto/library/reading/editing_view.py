"""Sessions of the editing view: an editor sees and writes what is placed nowhere yet, and what no reader has read.

For routes below `/api/v1/editing` only, which `tests/architecture` makes sure of. Reading routes never look at the
role: who edits reads as everybody does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.web.sessions import database_of
from fumetto.people.public import Reader, Role, require_role

Editor = Annotated[Reader, Depends(require_role(Role.EDITOR))]
"""Whoever edits. Raises NotSignedIn (401), NotFound (404) where they only look, NotAllowed (403) where they act."""


async def editing_read(request: Request, editor: Editor) -> AsyncIterator[ReadSession]:
    async with database_of(request).read(reader=EVERY_READER) as session:
        yield session


async def editing_write(request: Request, editor: Editor) -> AsyncIterator[WriteSession]:
    async with database_of(request).write(reader=EVERY_READER) as session:
        yield session


EditingRead = Annotated[ReadSession, Depends(editing_read, scope="function")]
EditingWrite = Annotated[WriteSession, Depends(editing_write, scope="function")]

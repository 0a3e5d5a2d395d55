"""Routes of memory: what the companion remembers of the reader, who may change and delete all of it."""

from __future__ import annotations

import uuid

from fastapi import status

from fumetto.companion.memory import service
from fumetto.companion.memory.schemas import MemoryChange, MemoryList, RememberedConversation, RememberedFact
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction
from fumetto.people.public import CurrentReader

router = Routes(prefix="/companion/memory", tags=["companion"])


@router.get("")
async def list_memory(session: ReadTransaction, reader: CurrentReader) -> MemoryList:
    """What is remembered: facts about the reader and summaries of their conversations, of what they have read."""
    return await service.remembered(session, reader.id)


@router.patch("/{item_id}")
async def change_memory(
    session: WriteTransaction, reader: CurrentReader, item_id: uuid.UUID, body: MemoryChange
) -> RememberedFact | RememberedConversation:
    """Put other words in the place of a fact, or of a conversation's summary."""
    return await service.change(session, reader.id, item_id, body.text)


@router.delete("/{item_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_memory(session: WriteTransaction, reader: CurrentReader, item_id: uuid.UUID) -> None:
    """Forget a fact or a conversation's summary."""
    await service.forget(session, reader.id, item_id)


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
async def delete_all_memory(session: WriteTransaction, reader: CurrentReader) -> None:
    """Forget everything that is remembered of the reader. Their conversations stay."""
    await service.forget_all(session, reader.id)

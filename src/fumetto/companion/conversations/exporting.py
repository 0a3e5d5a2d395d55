"""Conversations as files: JSON for programs, Markdown for people. What may not be told now is left out."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable
from urllib.parse import quote

from pydantic import BaseModel

from fumetto.companion.conversations import presenting, repository, service
from fumetto.companion.conversations.schemas import ConversationItem, Message, MessageCitation
from fumetto.companion.kinds import Author
from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.text.catalogues import say

SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~&])")


class Export(BaseModel):
    """What a file holds of a conversation."""

    conversation: ConversationItem
    messages: list[Message]


async def gathered(session: ReadSession, reader_id: uuid.UUID, conversation_id: uuid.UUID) -> Export:
    """Raises ConversationNotFound."""
    conversation = await service.require_conversation(session, reader_id, conversation_id)
    within = await service.known_now(session, reader_id, conversation)
    seen = await repository.list_messages(session, conversation.id, within)
    messages = await presenting.messages(session, within, [one.message for one in seen if one.message])
    return Export(conversation=await service.item_of(session, conversation, within), messages=messages)


def as_json(told: Export, language: str) -> tuple[bytes, str, str]:
    return told.model_dump_json(indent=2).encode(), "application/json", "json"


def as_markdown(told: Export, language: str) -> tuple[bytes, str, str]:
    """Questions as headings, answers with numbered notes that say where each sentence is from."""
    item = told.conversation
    lines = [f"# {plain(item.title) or say(language, 'companion.untitled')}", ""]
    if item.series:
        lines += [f"*{plain(item.series.title)}*", ""]
    for message in told.messages:
        when = f"{message.created_at:%Y-%m-%d %H:%M} UTC"
        if message.author is Author.USER:
            lines += [f"## {plain(message.content)}", "", f"{when}", ""]
            continue
        for said in message.sentences:
            lines += [" ".join([plain(said.text), *(f"\\[{number}\\]" for number in said.citations)]), ""]
        lines += [f"{one.number}. {where(one, language)}" for one in message.citations]
        lines += [""] if message.citations else []
    return "\n".join(lines).encode(), "text/markdown; charset=utf-8", "md"


def where(one: MessageCitation, language: str) -> str:
    if one.episode_number is not None and one.page_number is not None:
        place = say(language, "companion.place", episode=one.episode_number, page=str(one.page_number))
    elif one.episode_number is not None:
        place = say(language, "companion.place_in_episode", episode=one.episode_number)
    else:
        place = plain(one.about or "–")
    return place if not one.quote else f"{place}: “{plain(one.quote)}”"


def plain(text: str) -> str:
    """Text in one line that Markdown takes for nothing but text."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def file_name(title: str, ending: str) -> str:
    """A Content-Disposition header. Source: RFC 6266."""
    cleaned = re.sub(r"[^\w\- ]+", "", title).strip()[:60] or "conversation"
    ascii_only = unicodedata.normalize("NFKD", cleaned).encode("ascii", "ignore").decode().strip() or "conversation"
    return f"attachment; filename=\"{ascii_only}.{ending}\"; filename*=UTF-8''{quote(f'{cleaned}.{ending}')}"


FORMATS: dict[str, Callable[[Export, str], tuple[bytes, str, str]]] = {"json": as_json, "markdown": as_markdown}

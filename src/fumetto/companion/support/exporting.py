"""What somebody told the helper, as a file for themselves."""

from __future__ import annotations

import json
import uuid

from fumetto.companion.conversations.exporting import plain
from fumetto.companion.kinds import Author
from fumetto.companion.support import repository
from fumetto.companion.support.service import conversations, incidents, monsters
from fumetto.kernel.db.sessions import ReadSession
from fumetto.people.public import Reader


async def exported(session: ReadSession, reader: Reader, one: uuid.UUID, form: str) -> tuple[bytes, str, str, str]:
    """Body, media type, ending, title. Raises ConversationNotFound."""
    item = await conversations.conversation_view(session, reader, one)
    messages = await conversations.told(session, await repository.messages(session, one))
    row = await repository.incident(session, reader.id, one)
    speech = monsters.speech_of(reader, item.monster.name)
    incident = incidents.incident_view(row, speech) if row else None
    if form == "json":
        told = {
            "conversation": item.model_dump(mode="json"),
            "messages": [message.model_dump(mode="json") for message in messages],
            "incident": incident.model_dump(mode="json") if incident else None,
        }
        return json.dumps(told, ensure_ascii=False, indent=2).encode(), "application/json", "json", item.title
    lines = [f"# {plain(item.title) or item.monster.title}", "", *(plain(one) for one in item.opening), ""]
    for message in messages:
        if message.author is Author.USER:
            lines += [f"## {plain(message.content)}", "", f"{message.created_at:%Y-%m-%d %H:%M} UTC", ""]
            continue
        for said in message.sentences:
            lines += [" ".join([plain(said.text), *(f"\\[{number}\\]" for number in said.citations)]), ""]
        lines += [f"{cited.number}. {plain(cited.about or '–')}" for cited in message.citations]
        lines += [""] if message.citations else []
    if incident is not None:
        lines += ["---", "", *(f"- {plain(line)}" for line in incident.summary.splitlines())]
    return "\n".join(lines).encode(), "text/markdown; charset=utf-8", "md", item.title

"""Routes of the companion's conversations. Everything here is the signed-in reader's own; another's is not found."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from enum import Enum
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response
from starlette.responses import StreamingResponse

from fumetto.companion.answering.replay import replay
from fumetto.companion.answering.rules.limits import question_of
from fumetto.companion.answering.suggesting import openings
from fumetto.companion.conversations import asking, exporting, presenting, service
from fumetto.companion.conversations.following import Following
from fumetto.companion.conversations.schemas import (
    Asked,
    AskMode,
    ChatSessionChange,
    ConversationChange,
    ConversationItem,
    ConversationList,
    MessageList,
    Question,
    Replay,
    Replays,
    Session,
    SessionStart,
    SuggestionList,
)
from fumetto.companion.conversations.turns import Turns
from fumetto.companion.kinds import Mode
from fumetto.kernel.providers.chat.errors import ChatModelUnknown
from fumetto.kernel.providers.chat.naming import offered_chat_models
from fumetto.kernel.web.pagination import CursorText
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.kernel.web.sse import LastEventId, ServerEvent, event_stream
from fumetto.people.public import CurrentVisit, flags

router = Routes(prefix="/companion")
COMPANION: list[str | Enum] = ["companion"]
ANSWERING = [Depends(flags.switched_on("ai"))]


def turns_of(request: Request) -> Turns:
    turns: Turns = request.app.state.companion
    return turns


@router.post("/sessions", tags=COMPANION)
async def open_companion_session(
    request: Request, session: WriteTransaction, visit: CurrentVisit, body: SessionStart
) -> Session:
    """Open the companion beside an episode. A page that is named counts as seen, as by a page turn."""
    turns_of(request).get_ready()
    request.app.state.speakers.warm()
    session_id = await service.open_session(session, visit.reader.id, body)
    return await service.session_view(session, visit.reader.id, session_id)


@router.get("/sessions/{session_id}", tags=COMPANION)
async def get_companion_session(session: ReadTransaction, visit: CurrentVisit, session_id: uuid.UUID) -> Session:
    """A session, as far as it may be told at its page."""
    return await service.session_view(session, visit.reader.id, session_id)


@router.patch("/sessions/{session_id}", tags=COMPANION)
async def change_companion_session(
    session: WriteTransaction, visit: CurrentVisit, session_id: uuid.UUID, body: ChatSessionChange
) -> Session:
    """Turn the page, which counts as seen, or change what may be told of and who speaks."""
    await service.change_session(session, visit.reader.id, session_id, body)
    return await service.session_view(session, visit.reader.id, session_id)


@router.get("/sessions/{session_id}/suggestions", tags=COMPANION)
async def list_companion_suggestions(
    request: Request, visit: CurrentVisit, session_id: uuid.UUID, mode: AskMode = Mode.PAGE
) -> SuggestionList:
    """What may be asked first at the session's page; each of these has an answer there. Nothing where AI, or these, are
    switched off."""
    if not (flags.is_on(visit.reader, "ai") and flags.is_on(visit.reader, "suggestions")):
        return SuggestionList(items=[])
    async with database_of(request).read(visit.reader.id) as session:
        stand = await asking.standpoint_of(session, database_of(request), visit.reader.id, session_id)
    async with stand.look() as look:
        made = await openings(look, mode, visit.reader.language)
    return SuggestionList(items=presenting.suggestions(made))


@router.get("/sessions/{session_id}/messages", tags=COMPANION)
async def list_companion_messages(
    session: ReadTransaction,
    visit: CurrentVisit,
    session_id: uuid.UUID,
    cursor: CursorText = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MessageList:
    """The whole conversation, newest last; what needs more than is known at the session's page is folded."""
    return await service.list_messages(session, visit.reader.id, session_id, cursor=cursor, limit=limit)


@router.post("/sessions/{session_id}/messages", tags=COMPANION, status_code=202, dependencies=ANSWERING)
async def ask_companion(request: Request, visit: CurrentVisit, session_id: uuid.UUID, body: Question) -> Asked:
    """Ask. The answer is told at `events`. The same `request_id` again asks nothing twice. A model that is not on offer
    is refused; one that cannot answer now has the story quoted in its place, with a note."""
    database = database_of(request)
    reader = visit.reader
    text = question_of(body.text)
    if body.model is not None and body.model not in offered_chat_models(request.app.state.settings):
        raise ChatModelUnknown(model=body.model)
    async with database.write(reader.id) as session:
        new = await asking.ask(session, database, (reader.id, reader.language), session_id, body, text)
    if new.turn is not None:
        turns_of(request).start(new.turn, reader.id)
    question = presenting.message(new.question, {}, None)
    return Asked(
        question=question,
        answer_id=new.question.answer_id or question.id,
        events=asking.events_path(question.id),
    )


@router.get("/turns/{question_id}/events", tags=COMPANION, response_class=StreamingResponse)
async def follow_companion_turn(
    request: Request, visit: CurrentVisit, question_id: uuid.UUID, last_event_id: LastEventId = None
) -> Response:
    """An answer as it comes, as server-sent events: `started`, `retrieved`, `citation`, `sentence`, `note`,
    `suggestions`, and last `done`, `failed` or `folded`. Goes on after `Last-Event-ID`."""
    database = database_of(request)
    async with database.read(visit.reader.id) as session:
        await asking.require_turn(session, visit.reader.id, question_id)
    after = int(last_event_id) if last_event_id and last_event_id.isdecimal() and len(last_event_id) < 10 else 0
    following = Following(turns_of(request), database, visit.reader.id, question_id, visit.reader.language, after=after)
    source: AsyncIterator[ServerEvent] = following.events()
    return event_stream(request, source)


@router.post("/turns/{question_id}/cancel", tags=COMPANION, status_code=204)
async def cancel_companion_turn(request: Request, visit: CurrentVisit, question_id: uuid.UUID) -> None:
    """Stop answering. What had come is kept; an answer that is complete stays so."""
    async with database_of(request).read(visit.reader.id) as session:
        await asking.require_turn(session, visit.reader.id, question_id)
    await turns_of(request).cancel(question_id, visit.reader.id)


@router.get("/conversations", tags=COMPANION)
async def list_companion_conversations(
    session: ReadTransaction,
    visit: CurrentVisit,
    series_id: uuid.UUID | None = None,
    session_id: Annotated[
        uuid.UUID | None, Query(description="As far as may be told at this session's page, about its series.")
    ] = None,
    q: Annotated[str, Query(max_length=200, description="Words of titles and messages that may be told.")] = "",
    cursor: CursorText = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ConversationList:
    """Conversations of which something may be told where the reader is now, newest first: at a session's page, else
    where they turned a page last, on whichever device."""
    return await service.list_conversations(
        session, visit.reader.id, session_id=session_id, series_id=series_id, words=q, cursor=cursor, limit=limit
    )


@router.delete("/conversations", tags=COMPANION, status_code=204)
async def delete_companion_conversations(session: WriteTransaction, visit: CurrentVisit) -> None:
    """Delete every conversation of the reader."""
    await service.delete_conversations(session, visit.reader.id)


@router.get("/conversations/{conversation_id}", tags=COMPANION)
async def get_companion_conversation(
    session: ReadTransaction, visit: CurrentVisit, conversation_id: uuid.UUID
) -> ConversationItem:
    """One conversation, as far as it may be told where the reader is now."""
    return await service.conversation_view(session, visit.reader.id, conversation_id)


@router.patch("/conversations/{conversation_id}", tags=COMPANION)
async def change_companion_conversation(
    session: WriteTransaction, visit: CurrentVisit, conversation_id: uuid.UUID, body: ConversationChange
) -> ConversationItem:
    """Rename it, or have another persona speak."""
    await service.change_conversation(session, visit.reader.id, conversation_id, body)
    return await service.conversation_view(session, visit.reader.id, conversation_id)


@router.delete("/conversations/{conversation_id}", tags=COMPANION, status_code=204)
async def delete_companion_conversation(
    session: WriteTransaction, visit: CurrentVisit, conversation_id: uuid.UUID
) -> None:
    """Delete a conversation, with its summary. An answer that is on its way ends."""
    await service.delete_conversations(session, visit.reader.id, conversation_id)


@router.get("/conversations/{conversation_id}/export", tags=COMPANION, response_class=Response)
async def export_companion_conversation(
    session: ReadTransaction,
    visit: CurrentVisit,
    conversation_id: uuid.UUID,
    format: Literal["json", "markdown"] = "json",
) -> Response:
    """A file of what may be told of a conversation where the reader is now."""
    told = await exporting.gathered(session, visit.reader.id, conversation_id)
    body, media_type, ending = exporting.FORMATS[format](told, visit.reader.language)
    name = exporting.file_name(told.conversation.title, ending)
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)


@router.get("/answers/{answer_id}/trace", tags=COMPANION)
async def get_companion_trace(session: ReadTransaction, visit: CurrentVisit, answer_id: uuid.UUID) -> Replay:
    """What an answer of the reader's was made of."""
    return await asking.trace(session, visit.reader.id, answer_id)


@router.post("/answers/{answer_id}/replay", tags=COMPANION, dependencies=ANSWERING)
async def replay_companion_answer(request: Request, visit: CurrentVisit, answer_id: uuid.UUID) -> Replays:
    """Ask the same question again, where the reader is now, and see both. Nothing of it is kept, but a metered model
    costs what it costs."""
    database = database_of(request)
    async with database.read(visit.reader.id) as session:
        then = await asking.trace(session, visit.reader.id, answer_id)
        turn = await asking.turn_again(session, database, visit.reader.id, answer_id)
    now = await replay(turn, request.app.state.rooms)
    return Replays(then=then, now=presenting.replayed(now))

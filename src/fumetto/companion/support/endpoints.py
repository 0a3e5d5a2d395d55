"""Routes of the helper. What somebody tells is theirs alone. People to turn to are there without any consent; a
conversation needs that to the companion on this house's own machines."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Final, Literal

from fastapi import Depends, Query, Request, Response
from fastapi.responses import FileResponse

from fumetto.companion.answering.rules.limits import question_of
from fumetto.companion.conversations import presenting
from fumetto.companion.conversations.asking import events_path
from fumetto.companion.conversations.exporting import file_name
from fumetto.companion.conversations.schemas import Asked
from fumetto.companion.conversations.turns import Turns
from fumetto.companion.support import exporting
from fumetto.companion.support.errors import MonsterUnknown, SignalNotFound
from fumetto.companion.support.kinds import HOUSE_PERSONAS
from fumetto.companion.support.schemas import (
    ConversationStart,
    HelpLineConfirmation,
    HelpLineRows,
    Home,
    IncidentChange,
    IncidentView,
    SignalChange,
    SignalItem,
    SignalList,
    SupportAnalytics,
    SupportConversation,
    SupportConversationChange,
    SupportConversationList,
    SupportMessageList,
    SupportQuestion,
    TrustedAdultGiven,
    TrustedAdultItem,
    TrustedAdultList,
)
from fumetto.companion.support.service import (
    adults,
    asking,
    conversations,
    counting,
    help_lines,
    incidents,
    monsters,
    signals,
)
from fumetto.companion.support.service.home import home
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.web.pagination import CursorText
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.people.public import CurrentVisit, Purpose, Reader, Role, flags, is_guardian, require_consent, require_role

PICTURES: Final = Path(__file__).with_name("monsters")
SUPPORT: list[str | Enum] = ["support"]
TALKING: Final = [Depends(require_consent(Purpose.AI_LOCAL))]
ANSWERING: Final = [*TALKING, Depends(flags.switched_on("ai"))]

router = Routes(prefix="/companion/support", tags=SUPPORT)
Owner = Annotated[Reader, Depends(require_role(Role.OWNER))]


def turns_of(request: Request) -> Turns:
    turns: Turns = request.app.state.companion
    return turns


@router.get("")
async def get_support_home(session: ReadTransaction, visit: CurrentVisit) -> Home:
    """Who there is to talk with, what they are, and whom to turn to besides."""
    return await home(session, visit.reader)


@router.get("/monsters/{name}.svg", response_class=Response)
async def get_support_picture(name: str) -> Response:
    """A persona of the house, drawn."""
    if name not in HOUSE_PERSONAS:
        raise MonsterUnknown(name=name[:32])
    return FileResponse(
        PICTURES / f"{name}.svg", media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"}
    )


@router.post("/conversations", status_code=201, dependencies=ANSWERING)
async def start_support_conversation(
    session: WriteTransaction, visit: CurrentVisit, body: ConversationStart
) -> SupportConversation:
    """Begin to talk with one of them."""
    return await conversations.start(session, visit.reader, body)


@router.get("/conversations")
async def list_support_conversations(
    session: ReadTransaction,
    visit: CurrentVisit,
    cursor: CursorText = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> SupportConversationList:
    """One's own conversations with the helper, newest first."""
    return await conversations.list_conversations(session, visit.reader, cursor, limit)


@router.get("/conversations/{conversation_id}")
async def get_support_conversation(
    session: ReadTransaction, visit: CurrentVisit, conversation_id: uuid.UUID
) -> SupportConversation:
    """One of them."""
    return await conversations.conversation_view(session, visit.reader, conversation_id)


@router.patch("/conversations/{conversation_id}")
async def change_support_conversation(
    session: WriteTransaction, visit: CurrentVisit, conversation_id: uuid.UUID, body: SupportConversationChange
) -> SupportConversation:
    """Rename it, or have another persona go on."""
    await conversations.change(session, visit.reader, conversation_id, body)
    return await conversations.conversation_view(session, visit.reader, conversation_id)


@router.delete("/conversations/{conversation_id}", status_code=204)
async def delete_support_conversation(
    session: WriteTransaction, visit: CurrentVisit, conversation_id: uuid.UUID
) -> None:
    """Delete it with all that was told in it."""
    await conversations.delete(session, visit.reader.id, conversation_id)


@router.get("/conversations/{conversation_id}/messages")
async def list_support_messages(
    session: ReadTransaction,
    visit: CurrentVisit,
    conversation_id: uuid.UUID,
    cursor: CursorText = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> SupportMessageList:
    """What was said, newest last."""
    return await conversations.list_messages(session, visit.reader.id, conversation_id, cursor, limit)


@router.post("/conversations/{conversation_id}/messages", status_code=202, dependencies=ANSWERING)
async def tell_support(
    request: Request, visit: CurrentVisit, conversation_id: uuid.UUID, body: SupportQuestion
) -> Asked:
    """Say something. The answer is told at `events`, as that of the companion is."""
    database = database_of(request)
    text = question_of(body.text)
    async with database.write(visit.reader.id) as session:
        new = await asking.ask(session, database, visit.reader, conversation_id, body, text)
    if new.turn is not None:
        turns_of(request).start(new.turn, visit.reader.id)
    question = presenting.message(new.question, {}, None)
    answer_id = new.question.answer_id or question.id
    return Asked(question=question, answer_id=answer_id, events=events_path(question.id))


@router.get("/conversations/{conversation_id}/export", response_class=Response)
async def export_support_conversation(
    session: ReadTransaction,
    visit: CurrentVisit,
    conversation_id: uuid.UUID,
    format: Literal["json", "markdown"] = "markdown",
) -> Response:
    """A file of it, for oneself."""
    body, media_type, ending, title = await exporting.exported(session, visit.reader, conversation_id, format)
    headers = {"Content-Disposition": file_name(title, ending), "Cache-Control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)


@router.get("/conversations/{conversation_id}/incident")
async def get_support_incident(
    session: ReadTransaction, visit: CurrentVisit, conversation_id: uuid.UUID
) -> IncidentView:
    """What is kept of what was told."""
    row = await incidents.require_incident(session, visit.reader.id, conversation_id)
    return incidents.incident_view(row, monsters.speech_of(visit.reader, HOUSE_PERSONAS[0]))


@router.patch("/conversations/{conversation_id}/incident")
async def change_support_incident(
    session: WriteTransaction, visit: CurrentVisit, conversation_id: uuid.UUID, body: IncidentChange
) -> IncidentView:
    """Put it in other words, or have a part of it forgotten."""
    return await incidents.change_incident(session, visit.reader, conversation_id, body)


@router.delete("/conversations/{conversation_id}/incident", status_code=204)
async def delete_support_incident(session: WriteTransaction, visit: CurrentVisit, conversation_id: uuid.UUID) -> None:
    """Forget it; the conversation stays."""
    await incidents.delete_incident(session, visit.reader.id, conversation_id)


@router.get("/trusted-adults")
async def list_trusted_adults(session: ReadTransaction, visit: CurrentVisit) -> TrustedAdultList:
    """The grown-ups whom one chose to turn to. Nobody else sees them."""
    there = await home(session, visit.reader)
    return TrustedAdultList(items=there.trusted_adults)


@router.post("/trusted-adults", status_code=201)
async def add_trusted_adult(
    session: WriteTransaction, visit: CurrentVisit, body: TrustedAdultGiven
) -> TrustedAdultItem:
    """Write somebody down."""
    return await adults.add_adult(session, visit.reader.id, body)


@router.put("/trusted-adults/{adult_id}")
async def change_trusted_adult(
    session: WriteTransaction, visit: CurrentVisit, adult_id: uuid.UUID, body: TrustedAdultGiven
) -> TrustedAdultItem:
    """Change who, or how to reach them."""
    return await adults.change_adult(session, visit.reader.id, adult_id, body)


@router.delete("/trusted-adults/{adult_id}", status_code=204)
async def delete_trusted_adult(session: WriteTransaction, visit: CurrentVisit, adult_id: uuid.UUID) -> None:
    """Take somebody off the list."""
    await adults.delete_adult(session, visit.reader.id, adult_id)


@router.get("/help-lines")
async def list_help_lines(session: ReadTransaction, owner: Owner) -> HelpLineRows:
    """Every help line that is written down, with its source, confirmed or not."""
    return HelpLineRows(items=await help_lines.all_lines(session))


@router.put("/help-lines/{country}/{slug}/confirmation", status_code=204)
async def confirm_help_line(
    session: WriteTransaction, owner: Owner, country: str, slug: str, body: HelpLineConfirmation
) -> None:
    """Say that one has looked at the source of a row, so that it is shown to those of its country; or no more."""
    await help_lines.confirm_line(session, owner.id, country, slug, confirmed=body.confirmed)


@router.get("/signals")
async def list_signals(
    request: Request,
    visit: CurrentVisit,
    child: Annotated[uuid.UUID | None, Query(description="Of a child that one answers for; else one's own.")] = None,
) -> SignalList:
    """That safety rules fired, when, and what help was offered. Guardians do not see those that may concern them."""
    database, reader = database_of(request), visit.reader
    if child is None or child == reader.id:
        async with database.read(reader.id) as session:
            return SignalList(items=await signals.own_signals(session, reader.id))
    async with database.read(reader.id) as session:
        if not await is_guardian(session, reader.id, child):
            raise SignalNotFound
    async with database.read(child) as session:
        return SignalList(items=await signals.childs_signals(session, reader.id, child))


@router.patch("/signals/{signal_id}")
async def change_signal(
    session: WriteTransaction, visit: CurrentVisit, signal_id: uuid.UUID, body: SignalChange
) -> SignalItem:
    """Say whom it is about: they are not shown it."""
    return await signals.change_signal(session, visit.reader.id, signal_id, body)


@router.get("/analytics")
async def get_support_analytics(
    request: Request,
    owner: Owner,
    month: Annotated[date | None, Query(description="Any day of it; left out, the last month that is over.")] = None,
) -> SupportAnalytics:
    """What conversations were about, in groups of five people or more, of those who agreed to be counted."""
    wanted = month or (datetime.now(UTC).date().replace(day=1) - timedelta(days=1))
    async with database_of(request).read(EVERY_READER) as session:
        return await counting.analytics(session, wanted)

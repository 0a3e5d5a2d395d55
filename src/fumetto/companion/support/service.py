"""Use cases of the helper's conversations, of what is kept of them, and of whom somebody can turn to."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import func

from fumetto.companion.answering.ports import Turn, Voice
from fumetto.companion.answering.rules.asking import language_of
from fumetto.companion.conversations import keeping, presenting
from fumetto.companion.conversations import repository as conversations
from fumetto.companion.conversations.asking import MOST_RUNNING, NewQuestion, events_path
from fumetto.companion.conversations.errors import CompanionBusy, ConversationNotFound, TooManyTurns
from fumetto.companion.conversations.models import ChatMessage, ChatSession, Conversation
from fumetto.companion.conversations.rules import FRESH, as_one_line, title_of
from fumetto.companion.conversations.schemas import Message
from fumetto.companion.kinds import Author, ConversationKind, Mode, TurnState
from fumetto.companion.support import repository
from fumetto.companion.support.composing import variant_of
from fumetto.companion.support.errors import (
    HelpLineNotFound,
    IncidentNotFound,
    MonsterUnknown,
    SignalNotFound,
    TrustedAdultNameless,
    TrustedAdultNotFound,
    TrustedAdultsTooMany,
)
from fumetto.companion.support.kinds import HOUSE_PERSONAS, Kept
from fumetto.companion.support.lines import written
from fumetto.companion.support.models import HelpLine, Incident, SafetySignal, TrustedAdult
from fumetto.companion.support.rules.reading import QUESTIONS
from fumetto.companion.support.rules.suppressing import shown
from fumetto.companion.support.saying import Speech
from fumetto.companion.support.schemas import (
    ConversationStart,
    Counted,
    HelpLineItem,
    HelpLineRow,
    Home,
    IncidentAnswer,
    IncidentChange,
    IncidentView,
    Monster,
    SignalChange,
    SignalItem,
    SupportAnalytics,
    SupportConversation,
    SupportConversationChange,
    SupportConversationList,
    SupportMessageList,
    SupportQuestion,
    TrustedAdultGiven,
    TrustedAdultItem,
)
from fumetto.companion.support.standpoint import Apart
from fumetto.kernel.audit import audit
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.kernel.text.catalogues import LANGUAGES
from fumetto.kernel.web.pagination import decode_cursor, encode_cursor
from fumetto.people.public import Purpose, Reader, allows, guardians_of

MOST_ADULTS: Final = 5
MOST_SIGNALS: Final = 200
HELD: Final = timedelta(minutes=10)
"""How long a signal waits before guardians see it, so that the child can say first whom it is about."""
CONVERSATIONS, MESSAGES = "support", "support-messages"
COUNTED: Final = ("bullying_message", "mood", "strategy", "language", "variant", "moods", "strategies", "answer_types")


def speech_of(reader: Reader, monster: str, language: str | None = None) -> Speech:
    return Speech(monster, variant_of(reader.is_minor), language or reader.language)


def monster_of(speech: Speech) -> Monster:
    name = speech.monster
    return Monster(
        name=name,
        title=speech.name,
        manner=speech.say(f"monster.{name}.is"),
        opening=speech.say(f"monster.{name}.opening"),
        picture=f"/api/v1/companion/support/monsters/{name}.svg",
    )


def known_monster(name: str) -> str:
    if name not in HOUSE_PERSONAS:
        raise MonsterUnknown(name=name)
    return name


async def home(session: ReadSession, reader: Reader) -> Home:
    speech = speech_of(reader, HOUSE_PERSONAS[0])
    lines = await repository.confirmed_lines(session, reader.country)
    watched = await guardians_of(session, reader.id) if reader.is_minor else []
    advice = [
        speech.say("adult_none"),
        *([] if lines else [speech.say("danger.no_lines")]),
        speech.say("danger.emergency"),
    ]
    return Home(
        variant=speech.variant,
        talking=allows(reader, Purpose.AI_LOCAL),
        monsters=[monster_of(speech_of(reader, name)) for name in HOUSE_PERSONAS],
        disclosure=[speech.say("disclosure", name=speech.name), speech.say("disclosure_kept")],
        trusted_adults=[adult_item(one) for one in await repository.adults(session, reader.id)],
        help_lines=[line_item(one) for one in lines],
        general_advice=advice,
        guardians=[person.name for person in watched],
    )


# Conversations


async def start(session: WriteSession, reader: Reader, wanted: ConversationStart) -> SupportConversation:
    """Raises MonsterUnknown."""
    monster = known_monster(wanted.monster)
    conversation = Conversation(
        id=uuid7(),
        user_id=reader.id,
        kind=wanted.kind,
        current_monster=monster,
        disclosed_at=datetime.now(UTC),
    )
    session.add(conversation)
    await session.flush()
    session.add(ChatSession(id=uuid7(), user_id=reader.id, conversation_id=conversation.id))
    await session.flush()
    await session.refresh(conversation)
    return view(conversation, reader, "", None)


async def require(session: ReadSession, reader_id: uuid.UUID, one: uuid.UUID) -> Conversation:
    found = await repository.conversation(session, reader_id, one)
    if found is None:
        raise ConversationNotFound
    return found


def view(row: Conversation, reader: Reader, first: str, running: uuid.UUID | None) -> SupportConversation:
    speech = speech_of(reader, row.current_monster or HOUSE_PERSONAS[0])
    monster = monster_of(speech)
    said = [speech.say("disclosure", name=speech.name), speech.say("disclosure_kept")]
    return SupportConversation(
        id=row.id,
        kind=row.kind,
        title=row.title or title_of(first),
        monster=monster,
        opening=[*said, monster.opening],
        running=running,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


async def conversation_view(session: ReadSession, reader: Reader, one: uuid.UUID) -> SupportConversation:
    """Raises ConversationNotFound."""
    row = await require(session, reader.id, one)
    first = await repository.first_words(session, [one])
    return view(row, reader, first.get(one, ""), await repository.running(session, one))


async def list_conversations(
    session: ReadSession, reader: Reader, cursor: str | None, limit: int
) -> SupportConversationList:
    """Raises CursorInvalid."""
    rows = await repository.conversations(session, reader.id, place_in(cursor, CONVERSATIONS), limit + 1)
    further = None
    if len(rows) > limit:
        rows = rows[:limit]
        further = encode_cursor(CONVERSATIONS, [rows[-1].updated_at, rows[-1].id])
    first = await repository.first_words(session, [row.id for row in rows])
    return SupportConversationList(
        items=[view(row, reader, first.get(row.id, ""), None) for row in rows], next_cursor=further
    )


def place_in(cursor: str | None, order: str) -> tuple[datetime, uuid.UUID] | None:
    found = decode_cursor(cursor, order, [datetime, uuid.UUID])
    return None if found is None or None in found else (found[0], found[1])


async def change(session: WriteSession, reader: Reader, one: uuid.UUID, wanted: SupportConversationChange) -> None:
    """Raises ConversationNotFound, MonsterUnknown."""
    row = await require(session, reader.id, one)
    if wanted.title is not None:
        row.title = as_one_line(wanted.title) or None
    if wanted.monster is not None:
        row.current_monster = known_monster(wanted.monster)
    await session.flush()


async def delete(session: WriteSession, reader_id: uuid.UUID, one: uuid.UUID) -> None:
    """With its messages, what was told, and what was counted of it. Signals stay, without a way back to it."""
    await conversations.one_at_a_time(session, reader_id)
    row = await require(session, reader_id, one)
    await conversations.delete_conversations(session, reader_id, [row.id])


async def list_messages(
    session: ReadSession, reader_id: uuid.UUID, one: uuid.UUID, cursor: str | None, limit: int
) -> SupportMessageList:
    """Raises ConversationNotFound, CursorInvalid."""
    row = await require(session, reader_id, one)
    rows = await repository.messages(session, row.id, place_in(cursor, MESSAGES), limit + 1)
    further = None
    if len(rows) > limit:
        rows = rows[1:]
        further = encode_cursor(MESSAGES, [rows[0].created_at, rows[0].id])
    return SupportMessageList(items=await told(session, rows), next_cursor=further)


async def told(session: ReadSession, rows: list[ChatMessage]) -> list[Message]:
    thought = await conversations.feedback_on(session, [row.id for row in rows if row.author is Author.ASSISTANT])
    return [presenting.message(row, {}, thought.get(row.id)) for row in rows]


async def ask(
    session: WriteSession, database: Database, reader: Reader, one: uuid.UUID, asked: SupportQuestion, text: str
) -> NewQuestion:
    """Keep a message before anybody begins to answer it. Raises ConversationNotFound, CompanionBusy, TooManyTurns."""
    await conversations.one_at_a_time(session, reader.id)
    conversation = await require(session, reader.id, one)
    before = await conversations.question_of_request(session, reader.id, asked.request_id)
    if before is not None:
        return NewQuestion(before, None)
    chat = await repository.session_of(session, conversation.id)
    if chat is None:
        raise ConversationNotFound
    running = await conversations.running_in(session, chat.id)
    if running is not None and await conversations.is_lost(session, running.id, FRESH):
        await keeping.close(session, reader.id, running.id, TurnState.CUT_OFF)
    elif running is not None:
        raise CompanionBusy(question_id=str(running.id), events=events_path(running.id))
    if await conversations.running_of(session, reader.id, FRESH) >= MOST_RUNNING:
        raise TooManyTurns(most=MOST_RUNNING)
    said = await repository.messages(session, conversation.id, limit=1)
    language = asked.language or spoken(text, said[-1].language if said else reader.language)
    kept = ChatMessage(
        id=uuid7(),
        user_id=reader.id,
        conversation_id=conversation.id,
        session_id=chat.id,
        author=Author.USER,
        mode=Mode.SUPPORT,
        language=language,
        content=text,
        state=TurnState.RUNNING,
        beat_at=func.clock_timestamp(),
        request_id=asked.request_id,
        answer_id=uuid7(),
        created_at=func.clock_timestamp(),
    )
    session.add(kept)
    await session.flush()
    await session.refresh(kept)
    await conversations.touch_conversation(session, conversation.id)
    monster = conversation.current_monster or HOUSE_PERSONAS[0]
    stand = Apart(
        database=database,
        reader_id=reader.id,
        variant=variant_of(reader.is_minor),
        country=reader.country,
        is_minor=reader.is_minor,
        analytics=allows(reader, Purpose.ANALYTICS),
    )
    turn = Turn(
        question_id=kept.id,
        answer_id=kept.answer_id or uuid7(),
        standpoint=stand,
        text=text,
        mode=Mode.SUPPORT,
        language=language,
        conversation_id=conversation.id,
        voice=Voice(conversation.id, speech_of(reader, monster).name, monster),
        model=asked.model,
    )
    return NewQuestion(kept, turn)


def spoken(text: str, language: str) -> str:
    """The language of a message where it is one of ours, else that of the conversation so far."""
    found = language_of(text, language)
    return found if found in LANGUAGES else language


# What is kept of what was told


async def require_incident(session: ReadSession, reader_id: uuid.UUID, one: uuid.UUID) -> Incident:
    found = await repository.incident(session, reader_id, one)
    if found is None:
        raise IncidentNotFound
    return found


def incident_view(row: Incident, speech: Speech) -> IncidentView:
    return IncidentView(
        answers=[
            IncidentAnswer(question=question, label=speech.label(question), answer=row.answers[question])
            for question in QUESTIONS
            if question in row.answers
        ],
        skipped=[question for question in row.skipped if question in QUESTIONS],
        summary=row.summary,
        edited=row.edited,
        updated_at=row.updated_at,
    )


async def change_incident(
    session: WriteSession, reader: Reader, one: uuid.UUID, wanted: IncidentChange
) -> IncidentView:
    """Raises IncidentNotFound."""
    row = await require_incident(session, reader.id, one)
    speech = speech_of(reader, HOUSE_PERSONAS[0])
    if wanted.answers is not None:
        given = {name: " ".join(text.split()) for name, text in wanted.answers.items() if name in QUESTIONS}
        whole = {**row.answers, **given}
        row.answers = {name: text for name, text in whole.items() if text}
        row.skipped = list(dict.fromkeys([*row.skipped, *(name for name, text in given.items() if not text)]))
    if wanted.summary is not None:
        row.edited = bool(wanted.summary.strip())
        row.summary = wanted.summary.strip()
    if not row.edited:
        row.summary = speech.summary(row.answers)[:8000]
    row.updated_at = datetime.now(UTC)
    await session.flush()
    return incident_view(row, speech)


async def delete_incident(session: WriteSession, reader_id: uuid.UUID, one: uuid.UUID) -> None:
    """What was told is forgotten; the conversation stays. Raises IncidentNotFound."""
    row = await require_incident(session, reader_id, one)
    conversation = await require(session, reader_id, one)
    conversation.kind = ConversationKind.GENERAL
    await session.delete(row)
    await session.flush()


# Whom to turn to


def adult_item(row: TrustedAdult) -> TrustedAdultItem:
    return TrustedAdultItem(id=row.id, name=row.name, how_to_reach=row.how_to_reach)


async def add_adult(session: WriteSession, reader_id: uuid.UUID, given: TrustedAdultGiven) -> TrustedAdultItem:
    """Raises TrustedAdultNameless, TrustedAdultsTooMany."""
    await conversations.one_at_a_time(session, reader_id)
    if len(await repository.adults(session, reader_id)) >= MOST_ADULTS:
        raise TrustedAdultsTooMany(most=MOST_ADULTS)
    row = TrustedAdult(
        id=uuid7(), user_id=reader_id, name=adult_name(given), how_to_reach=as_one_line(given.how_to_reach)
    )
    session.add(row)
    await session.flush()
    return adult_item(row)


async def change_adult(
    session: WriteSession, reader_id: uuid.UUID, one: uuid.UUID, given: TrustedAdultGiven
) -> TrustedAdultItem:
    """Raises TrustedAdultNotFound, TrustedAdultNameless."""
    row = await repository.adult(session, reader_id, one)
    if row is None:
        raise TrustedAdultNotFound
    row.name, row.how_to_reach = adult_name(given), as_one_line(given.how_to_reach)
    await session.flush()
    return adult_item(row)


async def delete_adult(session: WriteSession, reader_id: uuid.UUID, one: uuid.UUID) -> None:
    """Raises TrustedAdultNotFound."""
    row = await repository.adult(session, reader_id, one)
    if row is None:
        raise TrustedAdultNotFound
    await session.delete(row)
    await session.flush()


def adult_name(given: TrustedAdultGiven) -> str:
    name = as_one_line(given.name)
    if not name:
        raise TrustedAdultNameless
    return name


def line_item(row: HelpLine) -> HelpLineItem:
    return HelpLineItem(
        name=row.name,
        phone=row.phone,
        url=row.url,
        hours=row.hours,
        is_emergency=row.is_emergency,
        dangers=row.dangers,
    )


async def all_lines(session: ReadSession) -> list[HelpLineRow]:
    """Every row that there is, confirmed or not, for the operator."""
    kept = await repository.lines(session)
    rows = []
    for one in written():
        row = kept.get((one.country, one.slug))
        rows.append(
            HelpLineRow(
                country=one.country,
                slug=one.slug,
                name=one.name,
                phone=one.phone,
                url=one.url,
                hours=one.hours,
                is_emergency=one.is_emergency,
                dangers=list(one.dangers),
                languages=list(one.languages),
                source=one.source,
                source_date=one.source_date,
                confirmed_at=row.confirmed_at if row else None,
                changed=row is not None and row.digest != one.digest,
            )
        )
    return rows


async def confirm_line(session: WriteSession, actor: uuid.UUID, country: str, slug: str, *, confirmed: bool) -> None:
    """Show a row to those of its country, or no more. Raises HelpLineNotFound."""
    one = next((row for row in written() if (row.country, row.slug) == (country.lower(), slug)), None)
    if one is None:
        raise HelpLineNotFound
    if confirmed:
        await repository.keep_line(session, one, actor)
    else:
        await repository.drop_line(session, one.country, one.slug)
    action = "help_line.confirm" if confirmed else "help_line.withdraw"
    await audit(session, actor, action, "help_line", None, new={"country": one.country, "slug": one.slug})


# Signals


def signal_item(row: SafetySignal, *, own: bool) -> SignalItem:
    return SignalItem(
        id=row.id,
        danger=row.danger,
        level=row.level,
        offered=row.offered,
        created_at=row.created_at,
        kept_from=row.kept_from if own else None,
        kept_from_ids=list(row.kept_from_ids) if own else [],
    )


async def own_signals(session: ReadSession, reader_id: uuid.UUID) -> list[SignalItem]:
    return [signal_item(row, own=True) for row in await repository.signals(session, reader_id, MOST_SIGNALS)]


async def childs_signals(session: ReadSession, guardian_id: uuid.UUID, child_id: uuid.UUID) -> list[SignalItem]:
    """In a session begun for the child, after whoever asks was found to be a guardian."""
    rows = await repository.signals_for_guardian(session, child_id, guardian_id, HELD, MOST_SIGNALS)
    return [signal_item(row, own=False) for row in rows]


async def change_signal(
    session: WriteSession, reader_id: uuid.UUID, one: uuid.UUID, wanted: SignalChange
) -> SignalItem:
    """Raises SignalNotFound."""
    row = await repository.signal(session, reader_id, one)
    if row is None:
        raise SignalNotFound
    row.kept_from = wanted.kept_from
    row.kept_from_ids = list(dict.fromkeys(wanted.kept_from_ids)) if wanted.kept_from is Kept.SOME else []
    await session.flush()
    return signal_item(row, own=True)


# What was counted


async def analytics(session: ReadSession, month: date) -> SupportAnalytics:
    """A whole month that is over: of days that go on, two looks would tell of one person by their difference."""
    first = month.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    if last >= datetime.now(UTC).date():
        return SupportAnalytics(month=f"{first:%Y-%m}", of=[])
    of = [Counted(what=what, counts=shown(await repository.people_by(session, what, first, last))) for what in COUNTED]
    return SupportAnalytics(month=f"{first:%Y-%m}", of=[one for one in of if one.counts])

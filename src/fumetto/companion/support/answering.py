"""A message to the helper on its way to its answer: danger first, by rules; then what is told, asked and read out.

Nothing of any story is looked at: what is read out is from the house's documents.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from fumetto.companion.answering.model import Citation, Sentence
from fumetto.companion.answering.ports import (
    Answered,
    Cited,
    Ended,
    Found,
    Happening,
    Noted,
    Rooms,
    Said,
    Speaker,
    Started,
    Suggested,
    Suggestion,
    Trace,
    Turn,
)
from fumetto.companion.kinds import Author, Mode, TurnState
from fumetto.companion.support import keeping, modelling, repository
from fumetto.companion.support.composing import People, Told, in_conversation, in_danger
from fumetto.companion.support.kinds import AnswerType, Finder
from fumetto.companion.support.rules.danger import at_home, recognised
from fumetto.companion.support.rules.reading import clipped, heard
from fumetto.companion.support.saying import Speech
from fumetto.companion.support.standpoint import Apart
from fumetto.companion.support.texts import Read, best_sentences, doing_first, read_from, sought
from fumetto.documents.public import FoundChunk
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.index import think_ahead
from fumetto.people.public import guardians_of

log = structlog.get_logger(__name__)

BUILT_IN: Final = "builtin"
SAY_AGAIN_AFTER: Final = timedelta(hours=3)
SAY_AGAIN_TURNS: Final = 20
KEPT_FOR: Final = timedelta(days=180)
"""How long signals stay from guardians, once one was kept from them."""
HISTORY: Final = 8


@dataclass(slots=True)
class Before:
    """What there was before a message, as one look into the database found it."""

    told: Told
    people: People
    history: list[tuple[Author, str]]
    incident: bool
    first: bool
    say_again: bool
    kept: bool
    summary: str


@dataclass(slots=True)
class Saying:
    """Sentences with what they rest on, as they are told."""

    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def say(self, text: str, citation: Citation | None = None, language: str | None = None) -> list[Happening]:
        told: list[Happening] = []
        numbers: tuple[int, ...] = ()
        if citation is not None:
            if citation not in self.citations:
                self.citations.append(citation)
                told.append(Cited(len(self.citations), citation))
            numbers = (self.citations.index(citation) + 1,)
        sentence = Sentence(text, numbers, language)
        self.sentences.append(sentence)
        return [*told, Said(len(self.sentences), sentence)]


async def run(turn: Turn, rooms: Rooms) -> AsyncGenerator[Happening, None]:
    """See `answering.turning.run`; what is kept is kept by `support.keeping`."""
    stand = turn.standpoint
    if not isinstance(stand, Apart) or turn.conversation_id is None or turn.voice is None:
        raise TypeError("a message to the helper is asked from nowhere else")
    began = time.monotonic()
    speech = Speech(turn.voice.manner, stand.variant, turn.language)
    before = await look_back(stand, turn)
    found, finder = recognised(turn.text), Finder.RULES
    note = ""
    speaker: Speaker | None = None
    try:
        speaker = await rooms.speakers.choose(turn, None) if rooms.speakers else None
    except FumettoError as error:
        note = "support_fallback"
        log.info("support.no_model", code=error.code)
    if found is None and speaker is not None:
        found, finder = await modelling.second_look(speaker, rooms.prompts, turn), Finder.MODEL
    yield Started(speaker.name if speaker is not None and found is None else BUILT_IN)
    message = heard(turn.text, turn.language)
    skipped = turn.text == speech.chip("skip")
    about_home = turn.text == speech.chip("home") or at_home(turn.text)
    kept = before.kept or about_home or bool(found and found.at_home)
    incident = before.incident or bool(message.bullying) or found is not None
    told = take_in(before.told, turn.text, speech, skipped=skipped, incident=incident)
    if found is not None:
        reply = in_danger(found, before.people, speech, kept=kept)
    else:
        reply = in_conversation(
            message, told, before.people, speech, first=before.first, skipped=skipped, incident=incident
        )
    told.asking = reply.asking
    saying = Saying()
    if before.say_again:
        for one in saying.say(speech.say("again", name=speech.name)):
            yield one
    for text in reply.before:
        for one in saying.say(text):
            yield one
    chunks: list[FoundChunk] = []
    model, withheld = BUILT_IN, 0
    if reply.wants_texts or (speaker is not None and found is None and message.tells):
        known = heard(" ".join(told.answers.values()), turn.language)
        question = sought(turn.text, message.bullying or known.bullying, turn.language, fault=message.asks_whose_fault)
        await think_ahead(stand.database, question)
        async with stand.database.read(stand.reader_id, patient=True) as session:
            chunks = await read_from(session, stand.variant, question, turn.language)
        # Whose fault it is stands in one place; what comes second to it speaks of others.
        chunks = chunks[:1] if message.asks_whose_fault else doing_first(chunks)
        yield Found(passages=len(chunks), pages=0)
        worded: list[Read] = []
        if speaker is not None:
            worded, withheld = await modelling.worded(
                speaker, rooms.prompts, turn, speech, chunks, before.summary, before.history
            )
            model = speaker.name if worded else BUILT_IN
            note = note if worded else "support_fallback"
        if worded or reply.wants_texts:
            # A question of another kind is answered by what speaks of the same, or by nothing.
            other = message.asks and not (message.wants_steps or message.asks_whose_fault)
            about = turn.text if other else ""
            texts = worded or best_sentences(question, chunks, told.read_out, about=about)
            for one in read_out(saying, texts, speech, built_in=not worded):
                yield one
            reply.types.add(AnswerType.STEPS if texts else AnswerType.NOTHING)
    for text in reply.after:
        for one in saying.say(text):
            yield one
    if note:
        yield Noted(note)
    chips = tuple(Suggestion(text, Mode.SUPPORT) for text in dict.fromkeys(reply.chips))
    yield Suggested(chips)
    answered = Answered(
        turn=turn,
        state=TurnState.DONE,
        sentences=tuple(saying.sentences),
        citations=tuple(saying.citations),
        suggestions=chips,
        found=True,
        pages=frozenset(),
        reveal_pos=None,
        model=model,
        trace=Trace(),
        note=note,
        withheld=withheld,
        latency_ms=round(1000 * (time.monotonic() - began)),
    )
    kept_now = keeping.Outcome(
        told=told,
        summary=speech.summary(told.answers),
        incident=incident,
        found=found,
        finder=finder,
        kept=kept,
        about_home=turn.text == speech.chip("home"),
        disclosed=before.say_again or message.asks_who_speaks,
        offered=reply.offered,
        heard=message,
        types=frozenset(reply.types),
    )
    await keeping.keep(stand, answered, kept_now)
    yield Ended(answered)


def read_out(saying: Saying, texts: Sequence[Read], speech: Speech, *, built_in: bool) -> list[Happening]:
    """What the texts say, word for word, or as a model words it; that there is nothing, where there is nothing."""
    if not texts:
        return saying.say(speech.say("nothing"))
    told = saying.say(speech.say("steps")) if built_in else []
    for one in texts:
        told += saying.say(one.text, one.citation, one.language if built_in else None)
    return told


def take_in(told: Told, text: str, speech: Speech, *, skipped: bool, incident: bool) -> Told:
    """What is known with this message. What was asked is answered by it, unless it asks something itself."""
    answers, passed = dict(told.answers), list(told.skipped)
    message = heard(text, speech.language)
    asks = message.wants_steps or message.wants_people or message.asks_who_speaks
    asks = asks or message.asks_whose_fault or message.asks
    command = asks or message.greets or message.thanks or text in (speech.chip("home"), speech.chip("people"))
    if skipped:
        passed += [told.asking] if told.asking and told.asking not in passed else []
    elif incident and not (command and not message.tells):
        if "what" not in answers:
            answers["what"] = clipped(text)
        elif told.asking:
            of_it = told.asking in message.answers or text in speech.options(told.asking) or not message.answers
            if of_it:
                answers[told.asking] = clipped(" ".join(filter(None, [answers.get(told.asking), text])))
            elif told.asking not in passed:  # they spoke of something else: it is not asked again
                passed.append(told.asking)
        for question, answer in message.answers.items():
            if question == "feeling":  # as it is now
                answers[question] = answer
            answers.setdefault(question, answer)
    pending = told.asking if message.asks_who_speaks else None
    return replace(told, answers=answers, skipped=passed, asking=pending)


async def look_back(stand: Apart, turn: Turn) -> Before:
    """What is known before a message, in one transaction."""
    conversation_id = turn.conversation_id
    if conversation_id is None:
        raise TypeError("a message to the helper is in a conversation")
    async with stand.database.read(stand.reader_id, patient=True) as session:
        conversation = await repository.conversation(session, stand.reader_id, conversation_id)
        kept = await repository.incident(session, stand.reader_id, conversation_id)
        adults = await repository.adults(session, stand.reader_id)
        lines = await repository.confirmed_lines(session, stand.country)
        guarded = stand.is_minor and bool(await guardians_of(session, stand.reader_id))
        said = await repository.messages(session, conversation_id, limit=2 * HISTORY + 1)
        at = (conversation.disclosed_at if conversation else None) or datetime.now(UTC)
        due = datetime.now(UTC) - at >= SAY_AGAIN_AFTER
        due = due or await repository.said_since(session, conversation_id, at) > SAY_AGAIN_TURNS
        from_guardians = await repository.ever_kept(session, stand.reader_id, KEPT_FOR)
    mine = [one.content for one in said if one.author is Author.USER and one.id != turn.question_id]
    return Before(
        told=Told(
            answers=dict(kept.answers) if kept else {},
            skipped=list(kept.skipped) if kept else [],
            asking=kept.asking if kept else None,
            turns=len(mine),
            read_out=frozenset(str(one["text"]) for row in said for one in row.sentences if one["citations"]),
        ),
        people=People(adults=adults, lines=lines, guardians=guarded),
        history=[(one.author, one.content) for one in said if one.id != turn.question_id][-HISTORY:],
        incident=kept is not None,
        first=kept is None or "what" not in kept.answers,
        say_again=due,
        kept=from_guardians or any(at_home(one) for one in mine),
        summary=kept.summary if kept else "",
    )

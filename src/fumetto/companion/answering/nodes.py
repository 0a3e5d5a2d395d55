"""The steps of a turn, in their order. Each looks things up in a look of its own, and none holds one while it tells.

guard, recall, resolve, retrieve, compose, generate, check, suggest, record: what was said before is recalled first,
since whom "she" means stands there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from fumetto.companion.answering.composing import exhibits_of, messages_for, passages_of
from fumetto.companion.answering.finding import Finder
from fumetto.companion.answering.gathering import gather
from fumetto.companion.answering.model import Asks, Citation, Question
from fumetto.companion.answering.ports import Ended, Found, Look, Recollection, Speaker, Started, Suggested
from fumetto.companion.answering.rules.asking import understood
from fumetto.companion.answering.rules.checking import Checker, languages_with_lists
from fumetto.companion.answering.rules.following import meaning, pointing
from fumetto.companion.answering.rules.limits import question_of
from fumetto.companion.answering.saying import Listening
from fumetto.companion.answering.service import answered
from fumetto.companion.answering.suggesting import follow_ups
from fumetto.companion.answering.work import BUILT_IN, Work
from fumetto.companion.kinds import Author
from fumetto.kernel.errors import FumettoError
from fumetto.library.public import evidence

State = dict[str, Any]
Step = Callable[[Work], Awaitable[State]]
LONGEST_CORE: Final = 60  # characters of what the last question was about, to be asked about again
FAILED: Final = "fallback_failed"


async def guard(work: Work) -> State:
    """What is asked, and who answers: the model that was chosen where it can, else the built-in answerer.

    Raises QuestionEmpty and QuestionTooLong.
    """
    work.text = question_of(work.turn.text)
    if work.rooms.speakers is not None:
        try:
            work.speaker = await work.rooms.speakers.choose(work.turn, None)
        except FumettoError as error:
            work.remark(getattr(error, "note", FAILED))
    language = understood(work.text, work.turn.language).language
    if work.speaker is not None and language not in languages_with_lists():
        work.speaker = None
        work.remark("quotations_only")
    work.model = work.speaker.name if work.speaker else BUILT_IN
    work.tell(Started(work.model, work.answered))
    return {"model": work.model, "mode": work.turn.mode.value, "language": language, "note": work.note}


async def recall(work: Work) -> State:
    """What was said before, as far as it may be known here."""
    if work.rooms.memory is not None:
        async with work.turn.standpoint.look() as look:
            work.recollection = await work.rooms.memory.recall(look, work.turn)
            work.horizon = look.horizon.fingerprint
    parts = work.recollection
    remembered = [*parts.history, *parts.facts, *([parts.summary] if parts.summary else [])]
    return {"remembered": [one.id for one in remembered]}


async def resolve(work: Work) -> State:
    """Who and what is meant."""
    async with work.turn.standpoint.look() as look:
        await know(work, look)
    meant = evidence.named_in(work.asked.text, work.known)
    return {"asks": work.asked.asks.value, "meant": [str(one.id) for one in meant]}


async def know(work: Work, look: Look) -> None:
    """Everybody who is known at a look, and the question as it is understood there."""
    if work.horizon not in ("", look.horizon.fingerprint):
        work.recollection = Recollection()  # the reader has turned pages meanwhile
    work.horizon = look.horizon.fingerprint
    work.here = look.here
    work.known = await evidence.subjects(look.session, look.horizon)
    work.question = followed(work)


def followed(work: Work) -> Question:
    """The question, with whom or what it means in the place of a word that points back."""
    question = understood(work.text, work.turn.language)
    pointer = pointing(work.text, question.language)
    history = work.recollection.history
    if pointer is None or not history or evidence.named_in(work.text, work.known):
        return question
    asked = next((one.text for one in reversed(history) if one.author is Author.USER), "")
    told = next((one.text for one in reversed(history) if one.author is Author.ASSISTANT), "")
    before = understood(asked, work.turn.language)
    in_question, in_answer = evidence.named_in(asked, work.known), evidence.named_in(told, work.known)
    new = [one for one in in_answer if one not in in_question]
    named = new or in_question if before.asks in (Asks.SAID, Asks.OTHER) else in_question or in_answer
    name = named[0].name if named else before.core if len(before.core) <= LONGEST_CORE else ""
    return understood(meaning(work.text, pointer, name), question.language) if name else question


async def retrieve(work: Work) -> State:
    """The built-in answer, and where a model writes, what it may write from."""
    async with work.turn.standpoint.look() as look:
        if work.question is None or look.horizon.fingerprint != work.horizon:
            await know(work, look)
        question = work.asked
        finder = Finder(look.session, look.horizon, work.notebook)
        work.built_in = await answered(finder, question, work.turn.mode, work.known)
        if work.speaker is not None:
            gathered = await gather(
                look,
                finder,
                question,
                work.turn.mode,
                work.known,
                work.built_in,
                work.rooms,
                work.speaker.name,
                work.turn.language,
            )
            work.cache = gathered.retrieved.cache
            work.exhibits = exhibits_of(work.built_in, gathered.given, work.known, work.rooms.prompts)
            work.aside = passages_of(gathered.aside, question.language, work.known, work.rooms.prompts)
    return {
        "retrieved": [str(one.id) for one in retrieved_for(work)],
        "pages": [str(one) for one in sorted(work.pages)],
        "horizon": work.horizon,
        "cache": work.cache,
    }


def retrieved_for(work: Work) -> list[Citation]:
    """The places of what a model writes from, else of what is quoted."""
    built_in = list(work.built_in.citations) if work.built_in else []
    return [one.citation for one in work.exhibits] or built_in


async def compose(work: Work) -> State:
    """The messages to the model; none where there is nothing to write from. Then it is told what was found, since a
    trace of what the answer is made of can be kept from now on."""
    if work.speaker is not None and work.exhibits:
        work.messages = messages_for(
            work.turn, work.asked, work.exhibits, work.known, work.recollection, work.here, work.rooms.prompts
        )
    citations = retrieved_for(work)
    spots = {one.spot.page_id for one in citations if one.spot}
    work.tell(Found(len(citations), len(spots), work.pages | spots))
    return {"prompt_version": work.rooms.prompts.version(work.asked.language) if work.messages else ""}


async def generate(work: Work) -> State:
    """The answer, sentence by sentence: those that pass the check are sent at once."""
    if work.speaker is not None and work.messages:
        await listen(work, work.speaker)
    return {"said": len(work.told.sentences), "withheld": work.withheld}


async def listen(work: Work, speaker: Speaker) -> None:
    """One attempt of the model. What goes wrong is noted, and what was said stays."""
    names = [name for subject in work.known for name in subject.names]
    if work.turn.voice is not None:
        names.append(work.turn.voice.name)
    read = [*work.exhibits, *work.aside]
    checker = Checker(work.asked.language, [one.known for one in read], names, work.asked.text)
    listening = Listening(work.told, read, checker, work.known)
    try:
        await listening.hear(speaker, work.messages)
    except FumettoError as error:
        work.remark(getattr(error, "note", FAILED))
    finally:
        work.heard(listening)
        work.withheld = listening.withheld
    if listening.nothing and not work.told.sentences and work.built_in is not None and work.built_in.found:
        work.remark("fallback_nothing")


async def check(work: Work) -> State:
    """Asks once more where too much was withheld, and quotes where nothing came that could be sent."""
    said = len(work.told.sentences)
    if work.speaker is not None and work.withheld > said and not work.note:
        from langchain_core.messages import HumanMessage

        before, work.regenerated = work.withheld, 1
        work.messages = [*work.messages, HumanMessage(work.rooms.prompts.text("again", work.asked.language))]
        await listen(work, work.speaker)
        work.withheld += before
    work.found = bool(work.told.sentences)
    if not work.told.sentences and work.built_in is not None:
        if work.messages and work.built_in.found:
            work.remark("fallback_withheld")
        work.model = BUILT_IN
        work.found = work.built_in.found
        work.told.repeat(work.built_in)
    return {"found": work.found, "model": work.model, "note": work.note, "withheld": work.withheld}


async def suggest(work: Work) -> State:
    """What can be asked next, where the reader still is."""
    async with work.turn.standpoint.look() as look:
        if look.horizon.fingerprint == work.horizon and work.built_in is not None:
            asked = [one.text for one in work.recollection.history if one.author is Author.USER]
            work.suggestions = await follow_ups(
                Finder(look.session, look.horizon),
                look.here,
                work.turn.mode,
                work.built_in.question.language,
                work.known,
                work.built_in,
                [*asked, work.text],
            )
    work.tell(Suggested(work.suggestions))
    return {}


async def record(work: Work) -> State:
    """Keeps the answer, with everything that it is made of."""
    answer = work.answered()
    if work.rooms.record is not None:
        await work.rooms.record(answer)
    work.tell(Ended(answer))
    return {}


STEPS: Final[tuple[Step, ...]] = (guard, recall, resolve, retrieve, compose, generate, check, suggest, record)

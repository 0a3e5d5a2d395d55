"""What a model does for the helper where there is one: looks for danger a second time, and words what the texts say.

It may add an alarm and never take one away; what it writes goes through the check that answers about stories go
through, and through the helper's own.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Final

import structlog

from fumetto.companion.answering.ports import Prompts, Speaker, Turn
from fumetto.companion.answering.rules.checking import Checker
from fumetto.companion.answering.rules.saying import Splitter
from fumetto.companion.kinds import Author
from fumetto.companion.support.kinds import Danger, Level
from fumetto.companion.support.rules.danger import Recognised, at_home
from fumetto.companion.support.rules.outgoing import may_say
from fumetto.companion.support.saying import Speech
from fumetto.companion.support.texts import Read, cited
from fumetto.documents.public import FoundChunk
from fumetto.kernel.errors import FumettoError

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 10.0
WORD_SECONDS: Final = 60.0
LONGEST: Final = 4000  # characters of a model's answer
MOST_SENTENCES: Final = 5
MARKS: Final = str.maketrans({"<": "‹", ">": "›", "\r": " "})
FIRST_WORD: Final = re.compile(r"[a-z_]+")


async def second_look(speaker: Speaker, prompts: Prompts, turn: Turn) -> Recognised | None:
    """What a model takes for danger that no rule knew. None where it says nothing of use, or too late."""
    from langchain_core.messages import HumanMessage, SystemMessage

    asked = [
        SystemMessage(prompts.text("support.look", turn.language)),
        HumanMessage(f"<message>{turn.text.translate(MARKS)}</message>"),
    ]
    said = ""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            async for piece in speaker.stream(asked):
                said += piece.text
                if len(said) > 200:
                    break
    except (FumettoError, TimeoutError) as error:
        log.info("support.no_second_look", kind=type(error).__name__)
        return None
    word = FIRST_WORD.search(said.casefold())
    if word is None or word[0] not in set(Danger):
        return None
    home = at_home(turn.text) or Danger(word[0]) is Danger.ABUSE
    return Recognised(Danger(word[0]), Level.UNSURE, f"model.{word[0]}", turn.language, at_home=home)


async def worded(
    speaker: Speaker,
    prompts: Prompts,
    turn: Turn,
    speech: Speech,
    chunks: Sequence[FoundChunk],
    summary: str,
    history: Sequence[tuple[Author, str]],
) -> tuple[list[Read], int]:
    """The sentences of a model that may be said, each with the piece that it rests on, and how many may not."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    if not chunks:
        return [], 0
    language = turn.language
    passages = "\n".join(
        f'<passage number="{number}" from="{bare(one.title)}">{bare(one.text)}</passage>'
        for number, one in enumerate(chunks, 1)
    )
    system = [
        prompts.text("support.rules", language, name=speech.name),
        prompts.text("answer_in", language, tag=language),
    ]
    asked = prompts.text(
        "support.asked", language, passages=passages, summary=bare(summary) or "–", question=bare(turn.text)
    )
    messages = [
        SystemMessage("\n\n".join(system)),
        *(HumanMessage(text) if author is Author.USER else AIMessage(text) for author, text in history),
        HumanMessage(asked),
    ]
    checker = Checker(language, [one.text for one in chunks], [], turn.text)
    splitter, found, withheld, length = Splitter(), list[Read](), 0, 0
    sentences = []
    try:
        async with asyncio.timeout(WORD_SECONDS):
            async for piece in speaker.stream(messages):
                length += len(piece.text)
                sentences += splitter.feed(piece.text)
                if length > LONGEST:
                    break
    except (FumettoError, TimeoutError) as error:
        log.info("support.no_wording", kind=type(error).__name__)
    sentences += splitter.rest()
    for sentence in sentences:
        verdict = checker.check(sentence.text) if sentence.is_plain and not sentence.is_nothing else None
        if verdict is None or not verdict.passes or not verdict.rests_on or not may_say(sentence.text):
            withheld += 1
        elif len(found) < MOST_SENTENCES:
            found.append(Read(sentence.text, language, cited(chunks[verdict.rests_on[0]], None)))
    return found, withheld


def bare(text: str) -> str:
    return " ".join(text.translate(MARKS).split())

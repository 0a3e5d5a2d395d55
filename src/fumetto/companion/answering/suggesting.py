"""Follow-ups that the present evidence can answer: made of names and words that are known, and each tried out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from fumetto.companion.answering.finding import Finder
from fumetto.companion.answering.model import Answer, Asks, Mode
from fumetto.companion.answering.ports import Look, Suggestion
from fumetto.companion.answering.rules.asking import understood
from fumetto.companion.answering.trying import Trying
from fumetto.kernel.text.catalogues import LANGUAGES, say
from fumetto.library.public import EntityKind, PassageKind, Quotable, Spot, Subject, evidence

MOST: Final = 3
MOST_TRIED: Final = 6
QUOTED: Final = range(8, 61)  # characters of a balloon that is asked about
QUOTES: Final = frozenset('“”«»"„‘')


async def openings(look: Look, mode: Mode, language: str) -> tuple[Suggestion, ...]:
    """What to ask first on the present page, at most three, each of which is answered there."""
    finder = Finder(look.session, look.horizon)
    return await follow_ups(finder, look.here, mode, language, await finder.subjects())


async def follow_ups(
    finder: Finder,
    here: Spot | None,
    mode: Mode,
    language: str,
    known: Sequence[Subject],
    after: Answer | None = None,
    asked_before: Iterable[str] = (),
) -> tuple[Suggestion, ...]:
    """What to ask next, at most three; after an answer, first about whom it names. Nothing that was asked already."""
    if language.split("-")[0] not in LANGUAGES:
        return ()
    seen = await on_the_page(finder, here, language) if mode is Mode.PAGE else []
    told = "\n".join(one.quote or "" for one in after.citations) if after else ""
    shown = "\n".join(" ".join([one.text, one.speaker or ""]) for one in seen)
    meant = evidence.named_in(after.question.text, known) if after else []
    others = [one for one in evidence.named_in(f"{told}\n{shown}", known) if one not in meant and is_called(one)]
    if mode is Mode.WIKI and after is None:
        others += [one for one in known if is_called(one)][:MOST]
    is_last = here is None or here.position == finder.horizon.present
    trying = Trying(finder, mode, known, seen if is_last else [], [*meant, *others[:MOST]])
    asked = {key_of(text) for text in asked_before} | ({key_of(after.question.text)} if after else set())
    chosen: list[Suggestion] = []
    tried = 0
    for text in candidates(seen, told, mode, language, after, meant, others):
        if key_of(text) in asked or tried >= MOST_TRIED:
            continue
        asked.add(key_of(text))
        tried += 1
        if await trying.finds(understood(text, language)):
            chosen.append(Suggestion(text, mode))
        if len(chosen) == MOST:
            break
    return tuple(chosen)


async def on_the_page(finder: Finder, here: Spot | None, language: str) -> list[Quotable]:
    spot = here or next(iter(await finder.last_pages(1)), None)
    return [] if spot is None else await finder.on_page(spot, [language])


def candidates(
    seen: Sequence[Quotable],
    told: str,
    mode: Mode,
    language: str,
    after: Answer | None,
    meant: Sequence[Subject],
    others: Sequence[Subject],
) -> Iterator[str]:
    """Questions to try, the likeliest to be wanted first: about whom was asked about, `meant`, and `others`."""
    asks = after.question.asks if after else None
    spoken = [one for one in seen if can_be_asked(one) and (one.text not in told)]
    if mode is Mode.PAGE and after is None:
        yield say(language, "answering.chip_happened")
    if asks is Asks.WHO and mode is Mode.PAGE:
        yield from (say(language, "answering.chip_first", name=one.name) for one in meant[:1])
    elif meant and asks is not Asks.WHO:
        yield about(language, meant[0])
    yield from (about(language, one) for one in others[:1])
    yield from (say(language, "answering.chip_said", text=one.text) for one in spoken[:1])
    yield from (about(language, one) for one in others[1:3])
    if mode is Mode.PAGE and after is not None and asks is not Asks.HAPPENED:
        yield say(language, "answering.chip_happened")
    if mode is Mode.PAGE:
        yield from (say(language, "answering.chip_first", name=one.name) for one in [*meant, *others][:1])


def about(language: str, subject: Subject) -> str:
    """Who or what somebody or something is."""
    key = "chip_who" if subject.kind is EntityKind.CHARACTER else "chip_what"
    return say(language, f"answering.{key}", name=subject.name)


def is_called(subject: Subject) -> bool:
    """Whether a name is a name, and not a description such as "black hen"."""
    return not subject.name[:1].islower()


def can_be_asked(one: Quotable) -> bool:
    """Whether "who said this" is a question for a balloon: somebody does, and its words can be put between marks."""
    return (
        one.kind is PassageKind.DIALOGUE
        and one.speaker is not None
        and not one.is_sound
        and len(one.text) in QUOTED
        and not QUOTES & set(one.text)
    )


def key_of(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" ?!.")

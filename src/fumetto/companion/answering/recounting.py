"""What there was so far or in an episode, who is on the present page, and what somebody says there: told from the pages
themselves, one after another, since no sentence of theirs shares the question's words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from fumetto.companion.answering.finding import Finder
from fumetto.companion.answering.model import Question
from fumetto.companion.answering.rules.asking import asking_words
from fumetto.companion.answering.rules.quoting import best, quotes
from fumetto.companion.answering.telling import Telling
from fumetto.kernel.index.analysis import words_of
from fumetto.kernel.index.question import slots_of
from fumetto.library.public import PassageKind, Quotable, Spot, Subject, evidence, sentences_of

EVERY_PAGE: Final = 10_000  # of one episode
MOST_TOLD: Final = 6  # pages of a recap
MOST_BALLOONS: Final = 4
LOOKED_THROUGH: Final = 60  # balloons, for those of one speaker
LOOKED_BACK: Final = 6  # pages, for the last words of somebody who is silent on the present one


async def recapped(finder: Finder, question: Question, telling: Telling, known: Sequence[Subject]) -> None:
    """A sentence of what is told of some pages, in the story's order: of one episode evenly apart, of the whole story
    how each of the last episodes ended, as far as it is known."""
    chosen = [] if question.episode is not None else await finder.ends_of_episodes(MOST_TOLD)
    if len(chosen) < 2:
        pages = await finder.last_pages(EVERY_PAGE, question.episode)
        chosen = evenly([spot for spot in pages if spot.page_number is not None], MOST_TOLD)
    for spot in chosen:
        seen = await finder.on_page(spot, [question.language])
        told = first_of(seen)
        if told is not None:
            telling.place("told_there", told.spot, told, telling_of(told.text, known))


def telling_of(text: str, known: Sequence[Subject]) -> str:
    """Its first sentence that names somebody, else its first."""
    sentences = list(sentences_of(text))
    return next((one for one in sentences if evidence.named_in(one, known)), sentences[0] if sentences else text)


def evenly(pages: Sequence[Spot], most: int) -> list[Spot]:
    """At most so many of some pages, the first and the last among them."""
    if len(pages) <= most:
        return list(pages)
    return [pages[round(place * (len(pages) - 1) / (most - 1))] for place in range(most)]


def first_of(seen: Sequence[Quotable]) -> Quotable | None:
    """What tells a page as a whole, else what its first panel shows, else the first thing that is said on it."""
    for kind in (PassageKind.DESCRIPTION, PassageKind.PANEL, PassageKind.DIALOGUE):
        for one in seen:
            if one.kind is kind and not one.is_sound:
                return one
    return None


async def present(finder: Finder, question: Question, telling: Telling, known: Sequence[Subject]) -> None:
    """Who is named where the present page is told and who speaks on it, in the order in which they come up."""
    for spot in await finder.last_pages(1):
        seen = await finder.on_page(spot, [question.language])
        shown = [one for one in seen if one.kind in (PassageKind.DESCRIPTION, PassageKind.PANEL)]
        spoken = [one.speaker for one in seen if one.speaker]
        named = evidence.named_in("\n".join([*(one.text for one in shown), *spoken]), known)
        people = [one.name for one in named if one.character_id]
        if people:
            telling.place("present", spot, name=", ".join(people))
            for one in shown[:1]:
                telling.quote(one)


async def says(finder: Finder, question: Question, telling: Telling, known: Sequence[Subject]) -> None:
    """The balloons of somebody on the present page, else on the last one before it on which they speak; of an episode,
    the first ones; of something, those of theirs that share most with it."""
    named = evidence.named_in(question.core, known)[:1]
    said = set(words_of(question.core))

    def spoken(seen: Sequence[Quotable]) -> list[Quotable]:
        """The balloons of whoever is named: who speaks need not be in the world."""
        names = {name for one in named for name in one.names}
        balloons = [one for one in seen if one.kind is PassageKind.DIALOGUE and one.speaker]
        theirs = [one for one in balloons if one.speaker in names]
        return theirs or [one for one in balloons if not named and said.issuperset(words_of(one.speaker or ""))]

    beside = words_beside(question, named[0]) if named else []
    if beside and not question.here and question.episode is None:
        found = await finder.look_up(
            question.core, kinds=[PassageKind.DIALOGUE], language=question.language, limit=LOOKED_THROUGH
        )
        for quote in best(quotes(" ".join(beside), spoken(found)), MOST_BALLOONS):
            telling.quote(quote.evidence)
        return
    for spot in await spots_looked_at(finder, question.episode):
        seen = await finder.on_page(spot, [question.language])
        theirs = spoken(seen)
        for one in theirs[:MOST_BALLOONS]:
            telling.quote(one)
        if theirs:
            return


async def spots_looked_at(finder: Finder, episode: Decimal | None) -> list[Spot]:
    if episode is None:
        return (await finder.last_pages(LOOKED_BACK))[::-1]
    return await finder.last_pages(EVERY_PAGE, episode)


def words_beside(question: Question, subject: Subject) -> list[str]:
    """The words that count of what is asked about, but for somebody's names."""
    own = {slot.word for name in subject.names for slot in slots_of(name, [question.language]).words}
    asked = [slot.word for slot in slots_of(question.core, [question.language]).words]
    return [word for word in asked if word not in own | asking_words(question.language)]

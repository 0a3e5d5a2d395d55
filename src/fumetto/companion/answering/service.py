"""The built-in answerer: it finds what answers a question within a horizon, and quotes it.

It writes nothing of its own but who, where and when, which it reads from the story's structure. So it cannot say what
is not there, and it says so when there is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fumetto.companion.answering import recounting
from fumetto.companion.answering.finding import Finder
from fumetto.companion.answering.model import Answer, Asks, Mode, Question
from fumetto.companion.answering.rules.asking import asking_words, understood
from fumetto.companion.answering.rules.quoting import Quote, best, quotes
from fumetto.companion.answering.telling import Telling
from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.index.analysis import words_of
from fumetto.kernel.index.question import slots_of
from fumetto.kernel.index.stopwords import stop_words
from fumetto.library.public import Horizon, PassageKind, Quotable, Spot, Subject, evidence

WIKI: Final = (PassageKind.WIKI, PassageKind.FACT)
TOLD: Final = (PassageKind.DESCRIPTION, PassageKind.PANEL, PassageKind.NOTE, *WIKI)
SHOWN: Final = (PassageKind.DIALOGUE, PassageKind.DESCRIPTION, PassageKind.PANEL)
LOOKED_THROUGH: Final = 12  # passages of a search that are weighed
FOR_THE_FIRST: Final = 500  # that are looked through for the earliest
MOST_QUOTES: Final = 3
MOST_FACTS: Final = 4
SHORT: Final = 4  # words
MOST_TIES: Final = 6
MOST_PAGES: Final = 40  # of an episode that is asked about
SOON: Final = 40  # characters from the beginning of a sentence
SAID_ENOUGH: Final = 0.6  # of what was quoted, that a balloon has to share to be it


async def answer(session: ReadSession, horizon: Horizon, text: str, *, mode: Mode, language: str = "en") -> Answer:
    """What is known within the horizon about a question, in the language that it is asked in, else the reader's."""
    finder = Finder(session, horizon)
    return await answered(finder, understood(text, language), mode, await finder.subjects())


async def answered(finder: Finder, question: Question, mode: Mode, known: Sequence[Subject]) -> Answer:
    """The same for a question that was understood, where it is known already who and what has a name."""
    asking = Asking(finder, question, mode, known)
    if question.asks is Asks.GREETING:
        asking.telling.nothing("greeting")
        return asking.telling.done()
    ways = {
        Asks.SAYS: asking.says,
        Asks.PRESENT: asking.present,
        Asks.RECAP: asking.recap,
        Asks.SAID: asking.who_said,
        Asks.HAPPENED: asking.what_happened,
        Asks.FIRST: asking.first_or_last,
        Asks.LAST: asking.first_or_last,
        Asks.WHO: asking.who,
    }
    if question.asks in ways:
        await ways[question.asks]()
    elif question.episode is None and asking.is_a_name():
        await asking.who()
    if not asking.telling.found:
        await asking.whatever_answers()
    if not asking.telling.found:
        asking.telling.nothing()
    return asking.telling.done()


class Asking:
    """One question on its way to its answer."""

    def __init__(self, finder: Finder, question: Question, mode: Mode, known: Sequence[Subject]) -> None:
        self.finder = finder
        self.question = question
        self.mode = mode
        self.known = known
        self.telling = Telling(question)

    def is_a_name(self) -> bool:
        """Whether nothing but a name is asked about, as in "What is Komona?". Of a short question in a language without
        patterns nothing else can be told."""
        asked = [slot.word for slot in slots_of(self.question.core, [self.question.language]).words]
        named = evidence.named_in(self.question.core, self.known)
        if len(named) != 1:
            return False
        short = not asking_words(self.question.language) and len(words_of(self.question.core)) <= SHORT
        return short or any(set(asked) <= set(words_of(name)) for name in named[0].names)

    async def who(self) -> None:
        """Who or what somebody is: what is written of them, where they were met first, and what is shown of them."""
        named = evidence.named_in(self.question.text, self.known)
        for subject in named[:2]:
            known = await self.finder.told_of(subject)
            if self.tied_so(subject, known):
                return
            self.telling.facts(subject, known[:MOST_FACTS])
            met = await self.finder.met_at(subject)
            if met is not None:
                await self.met_there("first_met", met[0], subject)
            told = await self.finder.look_up(subject.name, kinds=self.kinds(TOLD), limit=LOOKED_THROUGH)
            for quote in self.showing(subject, told)[: 1 if known else 2]:
                self.telling.quote(quote.evidence, quote.text)

    def tied_so(self, subject: Subject, known: Sequence[Quotable]) -> bool:
        """Whether those were told of whom somebody's friends, or the like, are asked about."""
        words = " ".join(recounting.words_beside(self.question, subject))
        ties = {one.id: one for one in known if one.tie}
        asked = quotes(words, [self.telling.worded(one) for one in ties.values()]) if words else []
        for quote in [one for one in asked if one.share >= 0.99][:MOST_TIES]:
            self.telling.quote(ties[quote.evidence.id])
        return self.telling.found

    async def who_said(self) -> None:
        """The balloon with these words, and who speaks it, or that this is not known."""
        if self.mode is Mode.WIKI:
            return
        found: list[Quote] = []
        for language in (self.question.language, None):
            said = await self.finder.look_up(
                self.question.core, kinds=[PassageKind.DIALOGUE], language=language, limit=LOOKED_THROUGH
            )
            found = [quote for quote in quotes(self.question.core, whole(said)) if quote.share >= SAID_ENOUGH]
            if found:
                break
        if not found:
            return
        balloon = found[0].evidence
        if balloon.speaker:
            self.telling.place("said_by", balloon.spot, balloon, name=balloon.speaker)
        else:
            self.telling.place("said_by_nobody_known", balloon.spot, balloon)

    async def what_happened(self) -> None:
        """What the last pages show, the present one last: their descriptions, else their balloons.

        What happened then or to somebody is asked about like anything else.
        """
        if self.question.core:
            return
        languages = [self.question.language]
        for spot in await self.finder.last_pages(2):
            seen = await self.finder.on_page(spot, languages)
            described = [one for one in seen if one.kind is PassageKind.DESCRIPTION]
            panels = [one for one in seen if one.kind is PassageKind.PANEL]
            spoken = [one for one in seen if one.kind is PassageKind.DIALOGUE and not one.is_sound]
            for one in described or panels[-MOST_QUOTES:] or spoken[-MOST_FACTS:]:
                self.telling.quote(one)

    async def recap(self) -> None:
        """What there was so far, or in an episode."""
        if self.mode is Mode.PAGE:
            await recounting.recapped(self.finder, self.question, self.telling, self.known)

    async def present(self) -> None:
        """Who is on the present page."""
        if self.mode is Mode.PAGE:
            await recounting.present(self.finder, self.question, self.telling, self.known)

    async def says(self) -> None:
        """What somebody says on the present page, or did last."""
        if self.mode is Mode.PAGE:
            await recounting.says(self.finder, self.question, self.telling, self.known)

    async def first_or_last(self) -> None:
        """Where something or somebody comes up for the first time, or did last."""
        last = self.question.asks is Asks.LAST
        named = evidence.named_in(self.question.core, self.known)
        if len(named) == 1:
            met = await self.finder.met_at(named[0])
            if met is not None:
                which = "last_met" if last else "first_met"
                await self.met_there(which, met[last], named[0])
                return
        if not self.question.core:
            return
        found = await self.finder.look_up(self.question.core, kinds=self.kinds(SHOWN), limit=FOR_THE_FIRST)
        placed = [one for one in quotes(self.question.core, found) if one.evidence.spot and one.share >= 0.99]
        placed = [one for one in placed if one.evidence.spot and one.evidence.spot.page_number] or placed
        if placed:
            place = (max if last else min)(one.evidence.spot for one in placed if one.evidence.spot)
            there = [one for one in placed if one.evidence.spot == place]
            own = [one for one in there if one.evidence.language == self.question.language]
            chosen = (own or there)[0]
            which = "last_told" if last else "first_told"
            self.telling.place(which, place, chosen.evidence, chosen.text)

    async def met_there(self, key: str, spot: Spot, subject: Subject) -> None:
        """The page that somebody is met on, pointing at a panel that shows them, and the sentence that does it best."""
        seen = await self.finder.on_page(spot, [self.question.language])
        shown = [one for one in seen if one.kind in (PassageKind.DESCRIPTION, PassageKind.PANEL)]
        best_first = self.showing(subject, shown)
        in_panel = next((quote.evidence for quote in best_first if quote.evidence.kind is PassageKind.PANEL), None)
        self.telling.place(key, spot, name=subject.name, shown=in_panel)
        for quote in best_first[:1]:
            self.telling.quote(quote.evidence, quote.text)

    def showing(self, subject: Subject, among: Sequence[Quotable]) -> list[Quote]:
        """The sentences that name somebody: first those that do so soon, and of several the longest."""
        naming = [
            quote
            for quote in quotes(" ".join(subject.names), among)
            if subject in evidence.named_in(quote.text, self.known)
        ]

        def late(quote: Quote) -> bool:
            return min((at for name in subject.names if (at := quote.text.find(name)) >= 0), default=SOON) >= SOON

        return sorted(naming, key=lambda quote: (late(quote), -len(quote.text)))

    async def whatever_answers(self) -> None:
        """The sentences that share most with the question, of all that was said, shown and told."""
        weighed: list[Quotable] = []
        present: frozenset[object] = frozenset()
        if self.mode is Mode.PAGE:
            pages = await self.finder.last_pages(2)
            present = frozenset(spot.page_id for spot in pages[-1:])
            for spot in pages if self.question.here else pages[-1:]:
                weighed += await self.finder.on_page(spot, [self.question.language])
            weighed += await self.looked_up([PassageKind.DIALOGUE], self.question.language)
            weighed += await self.of_the_episode()
        weighed += await self.looked_up(self.kinds(TOLD))
        for subject in evidence.named_in(self.question.text, self.known)[:3]:
            weighed += [self.telling.worded(one) for one in await self.finder.told_of(subject)]
        wanted = self.question.episode
        distinct = {
            one.id: one
            for one in weighed
            if not is_a_heading(one) and (wanted is None or one.spot is None or one.spot.episode_number == wanted)
        }
        for quote in best(quotes(self.words_that_count(), distinct.values(), present), MOST_QUOTES):
            self.telling.quote(quote.evidence, quote.text)

    def words_that_count(self) -> str:
        """The question without the small words of its language, which evidence in another does not know for such."""
        text = self.question.core or self.question.text
        small = stop_words(self.question.language)
        return " ".join(word for word in words_of(text) if word not in small) or text

    async def of_the_episode(self) -> list[Quotable]:
        """What is on the pages of the episode that is asked about."""
        if self.question.episode is None:
            return []
        spots = await recounting.spots_looked_at(self.finder, self.question.episode)
        pages = [await self.finder.on_page(spot, [self.question.language]) for spot in spots[:MOST_PAGES]]
        return [one for seen in pages for one in seen]

    async def looked_up(self, kinds: Sequence[PassageKind], language: str | None = None) -> list[Quotable]:
        text = self.question.core or self.question.text
        return await self.finder.look_up(text, kinds=kinds, language=language, limit=LOOKED_THROUGH)

    def kinds(self, of: Sequence[PassageKind]) -> list[PassageKind]:
        """Those of some kinds that the mode draws from."""
        return [kind for kind in of if self.mode is Mode.PAGE or kind in WIKI]


def is_a_heading(one: Quotable) -> bool:
    """Whether something is written on a cover, a title strip or among the credits."""
    return one.kind is PassageKind.DIALOGUE and one.spot is not None and one.spot.page_number is None


def whole(said: Sequence[Quotable]) -> list[Quotable]:
    return [one for one in said if one.worded]

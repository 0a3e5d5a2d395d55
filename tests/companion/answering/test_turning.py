"""A turn from its question to its answer: in order, checked, with all that it was made of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from fumetto.companion.answering.errors import QuestionEmpty, QuestionTooLong
from fumetto.companion.answering.ports import (
    Answered,
    Cited,
    Ended,
    Found,
    Look,
    Noted,
    Recollection,
    Remembered,
    Said,
    Started,
    Suggested,
    Turn,
)
from fumetto.companion.answering.replay import replay
from fumetto.companion.answering.suggesting import openings
from fumetto.companion.answering.turning import run
from fumetto.companion.kinds import Author, Mode
from fumetto.kernel.errors import FumettoError
from tests.builders.speakers import Scripted, asked_of
from tests.builders.telling import Standing, Told, happenings

SAID = "Ben says it on page 2 of episode 1: “It is far too dangerous.”"


class Kept:
    """A record that remembers what it was given."""

    def __init__(self) -> None:
        self.answers: list[Answered] = []

    async def __call__(self, answered: Answered) -> None:
        self.answers.append(answered)


class Remembering:
    """A memory of one exchange."""

    def __init__(self, asked: str, told: str) -> None:
        self.said = (
            Remembered("1", asked, frozenset(), Author.USER),
            Remembered("2", told, frozenset(), Author.ASSISTANT),
        )

    async def recall(self, look: Look, turn: Turn) -> Recollection:
        return Recollection(history=self.said)


async def test_built_in_answer_is_told_in_order_and_recorded_before_its_end(told: Told) -> None:
    kept = Kept()
    seen = await happenings(told.turn("Who said “too dangerous”?"), replace(told.rooms(), record=kept))
    assert [type(one) for one in seen] == [Started, Found, Cited, Said, Suggested, Ended]
    answered = kept.answers[0]
    assert seen[-1] == Ended(answered)
    assert (answered.text, answered.model, answered.found) == (f"{SAID} [1]", "builtin", True)
    assert answered.pages == {told.story.page(1, 2)}
    assert {"index", "page"} >= {query["asked"] for query in answered.trace.queries} >= {"index"}
    assert answered.trace.hits[0]["score"] > 0
    assert set(answered.trace.timings) >= {"guard", "resolve", "retrieve", "check", "whole"}


async def test_follow_ups_are_answered_where_they_are_offered(told: Told) -> None:
    async with told.standing().look() as look:
        offered = await openings(look, Mode.PAGE, "en")
        french = await openings(look, Mode.PAGE, "fr")
    assert [one.text for one in offered][:2] == ["What just happened?", "Who is Ada?"]
    assert french[0].text == "Que vient-il de se passer ?"
    async with told.standing(1).look() as look:
        earlier = await openings(look, Mode.PAGE, "en")
    assert "Ben" not in str(earlier)
    ended = await told.answered(told.turn("Who is Ada?"), told.rooms())
    after = ended.answered.suggestions
    assert after
    assert "Who is Ada?" not in {one.text for one in after}
    for one in [*offered, *french, *after]:
        assert (await told.asked(one.text)).found, one.text


async def test_she_is_whom_the_last_answer_was_about(told: Told) -> None:
    rooms = replace(told.rooms(), memory=Remembering("Who said “then run”?", "Ada says it on page 2: “Then run, Ben!”"))
    answered = (await told.answered(told.turn("And who is she?"), rooms)).answered
    assert "Ada is first seen on page 1 of episode 1." in answered.text
    alone = (await told.answered(told.turn("And who is she?"), told.rooms())).answered
    assert not alone.found


async def test_model_is_given_what_was_read_as_data_and_its_sentences_are_cited(told: Told) -> None:
    model = Scripted("**Ben** says it is far too dangerous [2]. Ada runs from a wolf. [99]")
    ended = await told.answered(told.turn("Why should Ada run?"), told.rooms(model))
    answered = ended.answered
    assert [one.text for one in answered.sentences] == ["Ben says it is far too dangerous.", "Ada runs from a wolf."]
    assert [answered.citations[one.citations[0] - 1].quote for one in answered.sentences] == [
        "It is far too dangerous.",
        "Ada runs from a wolf.",
    ]
    assert answered.model == "fake/scripted"
    assert answered.trace.token_counts == {"input": 7, "output": 14}
    assert not any(word in str(model.sent) for word in ("brother", "poison", "dies"))
    assert '<passage number="1"' in asked_of(model.sent[0])
    assert [one["number"] for one in answered.trace.context] == list(range(1, len(answered.trace.context) + 1))
    assert answered.trace.prompt_version.startswith("en-")


@pytest.mark.parametrize(
    ("question", "given", "aside"),
    [
        ("What is too dangerous, or dangereux?", "It is far too dangerous.", "C’est bien trop dangereux."),
        ("Qu’est-ce qui est trop dangereux, ou dangerous ?", "C’est bien trop dangereux.", "It is far too dangerous."),
    ],
)
async def test_model_is_given_a_balloon_in_one_language_and_checked_by_all(
    told: Told, question: str, given: str, aside: str
) -> None:
    model = Scripted(f"{aside} {given}")
    answered = (await told.answered(told.turn(question), told.rooms(model))).answered
    assert str(model.sent[0]).count(given) == 1
    assert aside not in str(model.sent[0])
    assert aside not in str(answered.trace.context)
    assert [one.text for one in answered.sentences] == [aside, given]
    assert [answered.citations[one.citations[0] - 1].quote for one in answered.sentences] == [aside, given]


@dataclass
class LookingBack(Standing):
    """Who has read to a page, and looks at the one before it with all they have read in mind."""

    back: Standing | None = None

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        assert self.back is not None
        async with super().look() as look, self.back.look() as back:
            yield replace(look, here=back.here)


async def test_balloon_that_is_found_in_another_language_is_given_in_the_questions(told: Told) -> None:
    model, story = Scripted("It is far too dangerous."), told.story
    stand = LookingBack(story.database, told.reader, story.series.id, story.page(1, 2), told.standing(1))
    turn = replace(told.turn("What of dangereux?"), standpoint=stand)
    answered = (await told.answered(turn, told.rooms(model))).answered
    assert "It is far too dangerous." in str(model.sent[0])
    assert "dangereux." not in str(model.sent[0])
    assert answered.citations[answered.sentences[0].citations[0] - 1].quote == "It is far too dangerous."


async def test_sentence_that_is_not_in_the_evidence_is_withheld_and_counted(told: Told) -> None:
    model = Scripted("Ada opens her door. Ada waves. Ada dies of poison. The owl was my brother.")
    answered = (await told.answered(told.turn("What does Ada do?"), told.rooms(model))).answered
    assert answered.text.startswith("Ada opens her door.")
    assert "Ada waves." in answered.text
    assert (answered.withheld, answered.regenerated, answered.note) == (2, 0, "")
    assert [one["passes"] for one in answered.trace.checks] == [True, True, False, False]
    assert not any(word in str(answered.trace) for word in ("brother", "dies"))


async def test_model_is_asked_once_more_before_the_story_is_quoted_instead(told: Told) -> None:
    def script(messages: Sequence[object]) -> str:
        return "Ada opens her door [1]." if len(model.sent) > 1 else "She will die in the end."

    model = Scripted(script)
    better = (await told.answered(told.turn("What does Ada do?"), told.rooms(model))).answered
    assert (better.sentences[0].text, better.withheld, better.regenerated) == ("Ada opens her door.", 1, 1)
    stubborn = Scripted("She will die in the end.")
    seen = await happenings(told.turn("Who is Ada?"), told.rooms(stubborn))
    assert Noted("fallback_withheld") in seen
    quoted = seen[-1]
    assert isinstance(quoted, Ended)
    assert (quoted.answered.model, quoted.answered.withheld, len(stubborn.sent)) == ("builtin", 2, 2)
    assert quoted.answered.text == (await told.asked("Who is Ada?")).text


async def test_nonsense_of_a_model_ends_in_the_quoted_answer(told: Told) -> None:
    quoted = (await told.asked("Who is Ada?")).text
    page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    for reply in ("", page, '{"answer": "Ada', "la " * 3000, "NOTHING", "\x00\u202e"):
        model = Scripted(reply)
        answered = (await told.answered(told.turn("Who is Ada?"), told.rooms(model))).answered
        assert answered.text == quoted, reply
        assert answered.note in ("fallback_withheld", "fallback_nothing"), reply
        assert model.open == 0


async def test_failure_of_a_model_is_noted_and_what_it_said_is_kept(told: Told) -> None:
    class Gone(FumettoError):
        note = "fallback_unreachable"

    def script(messages: Sequence[object]) -> str:
        raise Gone

    answered = (await told.answered(told.turn("Who is Ada?"), told.rooms(Scripted(script)))).answered
    assert (answered.note, answered.model) == ("fallback_unreachable", "builtin")
    assert answered.found


async def test_language_without_a_list_of_words_gets_quotations_only(told: Told) -> None:
    model = Scripted("Ada opens her door.")
    answered = (await told.answered(told.turn("Wer ist Ada?", language="de"), told.rooms(model))).answered
    assert (answered.note, answered.model, model.sent) == ("quotations_only", "builtin", [])
    assert answered.found


async def test_question_is_bounded(told: Told) -> None:
    with pytest.raises(QuestionEmpty):
        await happenings(told.turn("\u202e …?\x00"), told.rooms())
    with pytest.raises(QuestionTooLong):
        await happenings(told.turn("why " * 600), told.rooms())


async def test_closing_a_turn_stops_the_model_and_records_nothing(told: Told) -> None:
    kept, model = Kept(), Scripted("Ada waves. Ada opens her door. Ada runs from a wolf.")
    going = run(told.turn("What does Ada do?"), replace(told.rooms(model), record=kept))
    async for one in going:
        if isinstance(one, Said):
            break
    await going.aclose()
    assert (model.open, kept.answers) == (0, [])


async def test_replay_after_paging_back_has_nothing_of_what_came_later(told: Told) -> None:
    turn = told.turn("Who said “too dangerous”?")
    then = (await told.answered(turn, told.rooms())).answered
    now = await replay(replace(turn, standpoint=told.standing(1)), told.rooms())
    assert then.found
    assert not now.found
    assert "dangerous" not in str(now.trace.hits)
    assert told.story.page(1, 2) not in now.pages

"""Answers from real rows: each names its page, and says nothing of what was not read."""

from __future__ import annotations

from fumetto.companion.answering.telling import WHOLE
from fumetto.companion.public import Answer, Mode
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.events import emit
from fumetto.library.contents.events import PageTextChanged
from fumetto.library.contents.kinds import PanelSource
from fumetto.library.contents.models import Panel
from fumetto.library.public import Box
from tests.builders.telling import Told

NOTHING = "I find nothing about that in what has been read."


def pages(found: Answer) -> list[int | None]:
    return [one.spot.page_number if one.spot else None for one in found.citations]


async def test_who_said_it_is_told_with_the_balloon_it_is_in(told: Told) -> None:
    found = await told.asked("Who said “too dangerous”?")
    assert found.text == "Ben says it on page 2 of episode 1: “It is far too dangerous.” [1]"
    assert found.citations[0].box is not None


async def test_question_in_french_is_answered_from_the_french_lettering(told: Told) -> None:
    found = await told.asked("Qui a dit « trop dangereux » ?")
    assert found.text == "Ben le dit à la page 2 de l’épisode 1 : « C’est bien trop dangereux. » [1]"


async def test_balloon_that_nobody_is_known_to_speak_is_said_to_be_such(told: Told) -> None:
    found = await told.asked("Who said “come in”?")
    assert "who speaks is not recorded" in found.text
    assert pages(found) == [1]


async def test_who_somebody_is_begins_with_where_they_were_met(told: Told) -> None:
    found = await told.asked("Who is Ada?")
    assert "Ada is first seen on page 1 of episode 1." in found.text
    assert "Ada, a tall smith, opens her door." in found.text
    assert {(one.kind, one.box) for one in found.citations} == {("page", WHOLE), ("description", WHOLE)}


async def test_page_that_somebody_is_met_on_points_at_the_panel_that_shows_them(told: Told) -> None:
    async with told.story.database.write(EVERY_READER) as session:
        box = {"x": 0.5, "y": 0.5, "width": 0.5, "height": 0.5}
        session.add(
            Panel(
                page_id=told.story.page(1, 1),
                order_index=0,
                source=PanelSource.PERSON,
                description="Ada lifts a hammer.",
                **box,
            )
        )
    page, *_ = (await told.asked("Who is Ada?")).citations
    assert (page.kind, page.box, page.panel) == ("page", Box(**box), 1)


async def test_what_just_happened_is_the_last_pages_in_order(told: Told) -> None:
    assert pages(await told.asked("What just happened?")) == [1, 2]
    assert pages(await told.asked("What just happened?", page=1)) == [1]


async def test_first_time_is_the_earliest_page_that_says_so(told: Told) -> None:
    found = await told.asked("Where was the egg first mentioned?")
    assert pages(found) == [1]
    assert "golden egg" in found.text


async def test_recap_tells_of_each_page_that_was_read_and_of_no_other(told: Told) -> None:
    for question in ("What happens in episode 1?", "Summarize the story so far"):
        assert pages(await told.asked(question)) == [1, 2], question
        assert pages(await told.asked(question, page=1)) == [1], question
    assert not (await told.asked("What happens in episode 2?")).found


async def test_what_somebody_says_is_what_they_said_last_and_no_later(told: Told) -> None:
    assert (await told.asked("What does Ben say on this page?")).text == "Ben: “It is far too dangerous.” [1]"
    assert not (await told.asked("What does Ben say?", page=1)).found


async def test_who_is_on_the_page_is_told_by_name(told: Told) -> None:
    found = await told.asked("Who is on this page?", page=1)
    assert found.text.startswith("Shown or named on page 1 of episode 1: Ada")
    assert "Ben" not in found.sentences[0].text


async def test_name_in_a_short_question_that_is_not_understood_is_asked_about(told: Told) -> None:
    assert "Ada, a tall smith, opens her door." in (await told.asked("من هي Ada؟")).text


async def test_greeting_is_no_question(told: Told) -> None:
    found = await told.asked("hello!")
    assert (found.found, found.citations) == (False, ())
    assert found.text != NOTHING


async def test_whoever_pages_back_is_no_longer_told_of_what_lies_ahead(told: Told) -> None:
    assert (await told.asked("Who said “too dangerous”?", page=1)).text == NOTHING
    assert not (await told.asked("Who said “too dangerous”?", page=1)).found


async def test_answers_are_the_same_whether_the_unread_page_is_there_or_not(told: Told) -> None:
    questions = (
        "Who is Ada?",
        "What is the egg?",
        "Who was the owl?",
        "Who said “poison”?",
        "Does Ada die of poison?",
        "When did Ada last appear?",
    )
    before = [await told.asked(question) for question in questions]
    for question, found in zip(questions, before, strict=True):
        assert "poison" not in found.text.replace(question, "")
    async with told.story.database.write(EVERY_READER) as session:
        unread = await session.raw().execute(
            "SELECT id FROM library.page_texts WHERE page_id = %s", [told.story.page(1, 3)]
        )
        assert await unread.fetchall()
        await session.raw().execute("DELETE FROM library.page_texts WHERE page_id = %s", [told.story.page(1, 3)])
        await session.raw().execute("DELETE FROM library.page_descriptions WHERE page_id = %s", [told.story.page(1, 3)])
        await session.raw().execute("DELETE FROM library.page_characters WHERE page_id = %s", [told.story.page(1, 3)])
        await emit(session, PageTextChanged(told.story.page(1, 3)))
    assert [await told.asked(question) for question in questions] == before


async def test_questions_that_ask_nothing_are_answered_plainly(told: Told) -> None:
    for question in ("?", "…", "a" * 5000, "who said", "\x00\u202e", "<script>alert(1)</script>"):
        assert (await told.asked(question)).text == NOTHING, question


async def test_wiki_mode_draws_on_nothing_but_the_world(told: Told) -> None:
    assert not (await told.asked("Who said “too dangerous”?", mode=Mode.WIKI)).found

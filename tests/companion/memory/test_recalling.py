"""What a turn is reminded of: never more than the horizon that it is asked at allows, and no more than fits."""

from __future__ import annotations

from fumetto.companion.answering.ports import Recollection
from fumetto.companion.kinds import Author
from fumetto.companion.memory.recalling import LONGEST_HISTORY, MOST_EXCHANGES
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.roles import EVERY_READER
from tests.builders.world import Story
from tests.companion.memory.conftest import PAGES, Talk


def texts(recalled: Recollection) -> str:
    parts = [*recalled.history, *recalled.facts, *([recalled.summary] if recalled.summary else [])]
    return " ".join(part.text for part in parts)


async def test_the_last_messages_are_recalled_in_their_order_with_the_pages_they_need(talk: Talk) -> None:
    await talk.asked("Who is Ada?", "A smith. [1]", pages=(1,))
    await talk.asked("Where is she?", "At home.", pages=(1, 2))
    recalled = await talk.recalled()
    assert [(one.author, one.text) for one in recalled.history] == [
        (Author.USER, "Who is Ada?"),
        (Author.ASSISTANT, "A smith."),
        (Author.USER, "Where is she?"),
        (Author.ASSISTANT, "At home."),
    ]
    assert recalled.history[3].pages == {talk.story.page(1, 1), talk.story.page(1, 2)}
    assert recalled.summary is None, "everything is in the history"
    assert recalled.pages >= recalled.history[3].pages


async def test_who_turns_back_is_reminded_of_nothing_that_came_later(talk: Talk) -> None:
    for number in range(1, PAGES + 1):
        await talk.asked(f"I like SECRET{number}. Who is it?", f"SECRET{number}, told.", pages=(number,))
    for at in range(1, PAGES + 1):
        told = texts(await talk.recalled(at=at))
        for number in range(1, PAGES + 1):
            assert (f"SECRET{number}," in f"{told},".replace(".", ",")) == (number <= at), (at, number)
    whole = await talk.recalled()
    assert len(whole.history) == 2 * MOST_EXCHANGES
    assert whole.summary is not None
    assert "SECRET1, told" in whole.summary.text, "what is too old for the history is in the summary"
    assert f"SECRET{PAGES}" not in whole.summary.text
    back = await talk.recalled(at=3)
    assert [one.text for one in back.history][-1] == "SECRET3, told."
    assert back.summary is None


async def test_what_takes_two_pages_needs_both_of_them(story: Story) -> None:
    talk = await Talk(story, await story.a_reader((1, 1), (1, 5))).begin()
    await talk.asked("I like THORNS.", "They are on both.", pages=(1, 3))
    assert "THORNS" not in texts(await talk.recalled()), "they jumped over page 3"
    await story.sees(talk.reader, (1, 3))
    assert "THORNS" in texts(await talk.recalled())
    async with talk.database.write(EVERY_READER) as session:
        await session.raw().execute("DELETE FROM library.pages WHERE id = %s", [talk.story.page(1, 3)])
    assert "THORNS" not in texts(await talk.recalled()), "the page is gone"


async def test_nobody_is_reminded_of_what_another_said_or_of_another_series(story: Story, talk: Talk) -> None:
    await talk.asked("I like THORNS.", "So do I.")
    other = Talk(story, await story.a_reader((1, 1)), talk.conversation, talk.session)
    assert texts(await other.recalled()) == ""
    nobody = Talk(story, uuid7())
    turn = nobody.turn()
    assert turn.conversation_id is not None
    assert texts(await nobody.recalled()) == ""
    second = await Story(story.database).build(1, title="Another")
    await second.sees(talk.reader, (1, 1))
    elsewhere = await Talk(second, talk.reader).begin()
    assert texts(await elsewhere.recalled()) == "Asks in English"


async def test_long_messages_are_cut_and_old_ones_left_out(talk: Talk) -> None:
    for number in range(10):
        await talk.asked(f"Question {number} " + "word " * 350, "answer " * 400)
    recalled = await talk.recalled()
    assert 0 < sum(len(one.text) for one in recalled.history) <= LONGEST_HISTORY
    assert recalled.history[-2].text.startswith("Question 9 ")
    assert all(len(one.text) <= 1000 for one in recalled.history)
    assert recalled.summary is not None
    assert len(recalled.summary.text) <= 2000

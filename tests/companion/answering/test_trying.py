"""What is tried out before it is suggested finds an answer exactly where the answerer does."""

from __future__ import annotations

import pytest

from fumetto.companion.answering.finding import Finder
from fumetto.companion.answering.rules.asking import understood
from fumetto.companion.answering.service import answered
from fumetto.companion.answering.trying import Trying
from fumetto.companion.public import Mode
from tests.builders.telling import Told

TRIED = (
    "Who is Ada?",
    "Who is Ben?",
    "Who said “It is far too dangerous.”?",
    "Who said “The owl guards a golden egg.”?",
    "Who said “Come in!”?",
    "Where did we first see Ada?",
    "What just happened?",
    "Who said “The egg is poison.”?",
    "Who is Zoe?",
)


@pytest.mark.parametrize("page", [1, 2])
@pytest.mark.parametrize("mode", [Mode.PAGE, Mode.WIKI])
async def test_question_finds_an_answer_where_trying_says_so(told: Told, mode: Mode, page: int) -> None:
    async with told.standing(page).look() as look:
        finder = Finder(look.session, look.horizon)
        known = await finder.subjects()
        assert look.here is not None
        seen = await finder.on_page(look.here, ["en"])
        trying = Trying(finder, mode, known, seen, known)
        asked = [understood(text, "en") for text in TRIED]
        tried = [await trying.finds(one) for one in asked]
        assert tried == [(await answered(finder, one, mode, known)).found for one in asked]
        assert True in tried
        assert False in tried

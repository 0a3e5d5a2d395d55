"""A model sums up in its own words, as far as they say nothing but what was said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fumetto.companion.answering.prompts import LocalizedPrompts
from fumetto.companion.memory.model import Exchange
from fumetto.companion.memory.rules.summing import segment_of
from fumetto.companion.memory.summing_up import ByModel
from fumetto.kernel.db.base import uuid7
from tests.builders.speakers import Scripted

EXCHANGE = Exchange(
    question_id=uuid7(),
    answer_id=uuid7(),
    conversation_id=uuid7(),
    series_id=uuid7(),
    language="en",
    question="Who guards the egg?",
    sentences=("An owl guards the golden egg. [1]",),
    found=True,
    pages=frozenset({uuid7()}),
    at=datetime(2026, 1, 1, tzinfo=UTC),
    model="fake/scripted",
)


async def summed_up(reply: str, *, free: bool = True) -> tuple[str, str]:
    model = Scripted(reply)
    segment = await ByModel(model, LocalizedPrompts(), free=lambda _: free)(EXCHANGE, uuid7())
    assert segment.pages == EXCHANGE.pages
    assert segment.messages == (EXCHANGE.question_id, EXCHANGE.answer_id)
    assert model.open == 0, "whoever stops listening hangs up"
    return segment.text, segment.by


async def test_what_a_model_says_in_the_words_of_the_exchange_is_kept() -> None:
    assert await summed_up("The golden egg is guarded by an owl.") == (
        "The golden egg is guarded by an owl.",
        "fake/scripted",
    )


@pytest.mark.parametrize(
    "reply",
    ["The owl is Ada’s brother, and the egg is poison.", "", "Thyme did it.", "<html>", "poison " * 2000],
)
async def test_what_a_model_knows_beyond_it_is_not_and_rules_take_its_place(reply: str) -> None:
    assert await summed_up(reply) == (segment_of(EXCHANGE).text, "rules")


async def test_of_several_sentences_those_that_hold_are_kept_and_a_model_that_costs_is_not_asked() -> None:
    text, by = await summed_up("An owl guards the golden egg. Later Ada dies of the poison.")
    assert (text, by) == ("An owl guards the golden egg.", "fake/scripted")
    assert await summed_up("An owl guards the golden egg.", free=False) == (segment_of(EXCHANGE).text, "rules")

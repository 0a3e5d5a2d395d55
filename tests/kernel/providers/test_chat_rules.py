"""Loops are seen, texts that only look like them are not; who keeps failing rests."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fumetto.kernel.providers.chat.breaker import FIRST_REST, LONGEST_REST, Breaker
from fumetto.kernel.providers.chat.loops import LEAST, TIMES, Watch, repeats

REFRAIN = "Pepper takes the potion. Carrot runs away with the hat, and the crow sees it all from the roof. "


@given(st.text(min_size=1, max_size=300), st.text(max_size=200))
@settings(max_examples=80, deadline=None)
def test_whatever_is_said_over_and_over_is_a_loop(part: str, before: str) -> None:
    times = max(TIMES, -(-LEAST // len(part)))
    assert repeats(before + part * times)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="#"), max_size=1500))
@settings(max_examples=80, deadline=None)
def test_what_has_a_mark_only_once_near_its_end_is_none(text: str) -> None:
    assert not repeats(text[:1400] + "#" + text[: LEAST - 2])


def test_refrain_that_comes_back_three_times_may_stay() -> None:
    assert not repeats("The song goes: " + REFRAIN * (TIMES - 1))


def test_watch_sees_loops_in_the_smallest_pieces_and_texts_without_end() -> None:
    watch = Watch(longest=10_000)
    assert any(watch.loops(letter) for letter in "It begins well. " + REFRAIN * 5)
    numbered = Watch(longest=1_000)
    assert next(place for place in range(200) if numbered.loops(f"{place:04d}, ")) == 166  # past 1,000 characters


def test_model_rests_after_three_failures_and_one_question_finds_out_whether_it_is_back() -> None:
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    for _ in range(3):
        assert breaker.admit() == 0
        breaker.failed("chat_unreachable")
    assert breaker.admit() == FIRST_REST
    now[0] = FIRST_REST + 1
    assert breaker.admit(patience=60) == 0
    assert breaker.admit() == 60, "the others wait for how it goes"
    breaker.left()
    assert breaker.admit() == 0
    breaker.failed("chat_slow")
    assert (breaker.rest, breaker.last) == (2 * FIRST_REST, "chat_slow")
    for _ in range(20):
        breaker.failed("chat_slow")
    assert breaker.rest == LONGEST_REST
    breaker.succeeded()
    assert (breaker.admit(), breaker.admit(), breaker.last) == (0, 0, "")


def test_failure_here_and_there_rests_nobody() -> None:
    breaker = Breaker()
    for _ in range(10):
        breaker.failed("chat_unreachable")
        breaker.failed("chat_unreachable")
        assert breaker.admit() == 0
        breaker.succeeded()

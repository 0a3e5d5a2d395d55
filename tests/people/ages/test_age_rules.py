"""What several rules come to, and what fits by it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.ages.rules import Rated, Rule, default_for, effective, fits, strictest

LABELS = st.frozensets(st.sampled_from(["horror", "romance", "war", "school"]))
RULES = st.builds(
    Rule,
    max_age=st.none() | st.integers(0, 18),
    unrated=st.booleans(),
    labels_allowed=st.none() | LABELS,
    labels_excluded=LABELS,
    only_shelves=st.booleans(),
)
THINGS = st.builds(Rated, min_age=st.none() | st.integers(0, 18), labels=LABELS, on_shelf=st.booleans())


@given(st.lists(RULES, max_size=5), RULES, THINGS)
def test_one_rule_more_never_shows_more(rules: list[Rule], more: Rule, thing: Rated) -> None:
    if fits(strictest([*rules, more]), thing):
        assert fits(strictest(rules), thing)
        assert fits(more, thing)


@given(st.lists(RULES, max_size=5), st.randoms(use_true_random=False), THINGS)
def test_order_of_rules_and_repeating_them_change_nothing(rules: list[Rule], random: object, thing: Rated) -> None:
    shuffled = rules * 2
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert strictest(shuffled) == strictest(rules)


@given(st.none() | RULES, st.sampled_from(UserType), st.none() | st.sampled_from(AgeClass), st.lists(RULES), RULES)
def test_joining_a_collective_with_a_rule_never_shows_more(
    own: Rule | None, kind: UserType, age: AgeClass | None, collectives: list[Rule], joined: Rule
) -> None:
    default = default_for(kind, age)
    for thing in (Rated(), Rated(6), Rated(12, frozenset({"school"})), Rated(18, frozenset({"war"}), on_shelf=True)):
        if fits(effective(own, default, [*collectives, joined]), thing):
            assert fits(effective(own, default, collectives), thing)


def test_exclusion_wins_over_a_label_that_is_allowed() -> None:
    rule = Rule(labels_allowed=frozenset({"school"}), labels_excluded=frozenset({"war"}))
    assert fits(rule, Rated(labels=frozenset({"school"})))
    assert not fits(rule, Rated(labels=frozenset({"school", "war"})))


def test_minors_without_a_rule_get_that_of_the_younger_of_what_is_said_of_them() -> None:
    assert default_for(UserType.CHILD, None).max_age == 9
    assert default_for(UserType.CHILD, AgeClass.PRETEEN).max_age == 12
    assert default_for(UserType.TEENAGER, AgeClass.TEENAGER) == Rule(max_age=16)
    assert default_for(UserType.TEENAGER, AgeClass.CHILD).max_age == 9
    assert default_for(UserType.ADULT, AgeClass.CHILD).max_age == 9
    assert not default_for(UserType.PARENT, AgeClass.ADULT).restricts

"""What flags do, by the rules alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from fumetto.people.access.readers import Reader
from fumetto.people.accounts.kinds import AgeClass, Role, UserType
from fumetto.people.flags.board import Board
from fumetto.people.flags.claims import NOBODY, asker, samples, targeting_key
from fumetto.people.flags.kinds import Audience, Environment, Fault, FlagKind, Reason, Visibility
from fumetto.people.flags.rules.checking import RuleWrong, check
from fumetto.people.flags.rules.flags import Flag
from fumetto.people.flags.shipped import shipped

ON_OFF = {"on": True, "off": False}
ADULT = Reader(UUID(int=1), "Ada", Role.READER, "en")
TEENAGER = Reader(
    UUID(int=2), "Tim", Role.READER, "it", user_type=UserType.TEENAGER, age_class=AgeClass.TEENAGER, country="IT"
)


def board(*flags: Flag, environment: Environment = Environment.PRODUCTION) -> Board:
    made = Board(environment)
    made.put(flags)
    return made


def a_switch(**said: Any) -> Flag:
    return Flag(**{"name": "newness", "variants": ON_OFF, "default_variant": "on"} | said)


def rollout(percent: int) -> Flag:
    return a_switch(targeting={"fractional": [["on", percent], ["off", 100 - percent]]})


def test_shipped_flags_can_all_be_evaluated_and_are_on() -> None:
    for flag in shipped().values():
        check(flag, {}, samples())
        assert flag.description
    assert all(board().is_on(asker(ADULT), name) for name in ("ai", "imports", "sharing", "suggestions"))
    assert all(board().is_on(NOBODY, name) for name in ("ai", "imports", "sharing"))


def test_switch_is_off_when_it_is_disabled_and_when_its_value_says_so() -> None:
    assert not board(Flag("ai", is_enabled=False, variants=ON_OFF, default_variant="on")).is_on(asker(ADULT), "ai")
    assert not board(Flag("ai", variants=ON_OFF, default_variant="off")).is_on(asker(ADULT), "ai")


def test_what_is_not_there_or_broken_is_off_and_never_raises() -> None:
    broken = a_switch(targeting={"if": [{"frobnicate": [1]}, "on", "off"]})
    assert not board(broken).is_on(asker(ADULT), "newness")
    assert not board().is_on(asker(ADULT), "nothing-like-it")
    made = board(broken).evaluate(asker(ADULT), "newness", "fallback")
    assert (made.value, made.reason) == ("fallback", Reason.ERROR)


def test_flag_is_for_an_audience_an_environment_and_a_side() -> None:
    for_the_young = board(a_switch(variant=Audience.TEENAGER))
    assert for_the_young.is_on(asker(TEENAGER), "newness")
    assert not for_the_young.is_on(asker(ADULT), "newness")
    assert for_the_young.evaluate(asker(ADULT), "newness", None).reason is Reason.DISABLED
    staged = a_switch(environment=Environment.STAGING)
    assert not board(staged).is_on(asker(ADULT), "newness")
    assert board(staged, environment=Environment.STAGING).is_on(asker(ADULT), "newness")
    hidden = board(a_switch(visibility=Visibility.BACKEND))
    assert "newness" not in hidden.names(Visibility.FRONTEND)
    asked = hidden.evaluate(asker(ADULT), "newness", None, side=Visibility.FRONTEND)
    assert asked.fault is Fault.FLAG_NOT_FOUND


def test_short_rules_want_one_of_the_values_of_each_claim() -> None:
    flags = board(a_switch(targeting_rules={"country": ["IT", "FR"], "userType": "teenager"}))
    assert flags.is_on(asker(TEENAGER), "newness")
    assert not flags.is_on(asker(ADULT), "newness")
    grouped = board(a_switch(targeting_rules={"collectives": str(UUID(int=9))}))
    assert grouped.is_on(asker(replace(TEENAGER, collectives=(UUID(int=9),))), "newness")
    assert not grouped.is_on(asker(replace(TEENAGER, collectives=(UUID(int=8),))), "newness")


def test_share_that_grows_never_loses_anybody_and_comes_to_about_itself() -> None:
    people = [asker(Reader(UUID(int=number), "", Role.READER, "en")) for number in range(1, 1001)]
    before: set[int] = set()
    for percent in (0, 10, 50, 90, 100):
        flags = board(rollout(percent))
        those = {number for number, one in enumerate(people) if flags.is_on(one, "newness")}
        assert before <= those
        assert abs(len(those) - percent * 10) < 60
        before = those


def test_targeting_key_is_stable_and_not_the_id() -> None:
    assert targeting_key(ADULT.id) == targeting_key(ADULT.id) != targeting_key(TEENAGER.id)
    assert ADULT.id.hex not in targeting_key(ADULT.id)
    assert str(ADULT.id) not in str(asker(ADULT).attributes)


def test_explanation_names_the_rule_and_the_bucket() -> None:
    rule = {
        "if": [
            {"==": [{"var": "country"}, "FR"]},
            "on",
            {"==": [{"var": "userType"}, "teenager"]},
            {"fractional": [["on", 100], ["off", 0]]},
            "off",
        ]
    }
    flags = board(a_switch(targeting=rule))
    made = flags.explain(asker(TEENAGER), "newness")
    assert (made.value, made.reason, made.rule) == (True, Reason.SPLIT, "targeting.if[3].fractional")
    assert made.bucket is not None
    assert 0 <= made.bucket[0] < made.bucket[1] == 100
    assert flags.explain(asker(ADULT), "newness").rule == "targeting.if[4]"


def test_shared_rule_serves_many_flags_and_may_not_go_in_circles() -> None:
    shared = Flag("italians", FlagKind.RULE, targeting={"==": [{"var": "country"}, "IT"]})
    user = a_switch(targeting={"if": [{"$ref": "italians"}, "on", "off"]})
    flags = board(shared, user)
    assert flags.is_on(asker(TEENAGER), "newness")
    assert not flags.is_on(asker(ADULT), "newness")
    circle = Flag("italians", FlagKind.RULE, targeting={"!": [{"$ref": "italians"}]})
    assert board(circle, user).evaluate(asker(TEENAGER), "newness", None).fault is Fault.PARSE_ERROR


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"name": "No Such Name"}, "name"),
        ({"variants": {}}, "variants"),
        ({"variants": {"on": "yes"}}, "variants.on"),
        ({"default_variant": "maybe"}, "default_variant"),
        ({"targeting": {"if": [{"frobnicate": []}, "on"]}}, "targeting.if[0].frobnicate"),
        ({"targeting": {"if": [True, {"fractional": [["on", "many"]]}]}}, "targeting.if[1].fractional[0][1]"),
        ({"targeting": {"fractional": [["on", 0]]}}, "targeting.fractional"),
        ({"targeting": {"sem_ver": [{"var": "v"}, "==", "1"]}}, "targeting.sem_ver[1]"),
        ({"targeting": {"starts_with": ["a"]}}, "targeting.starts_with"),
        ({"targeting": {"if": [True, "on"], "var": "x"}}, "targeting"),
        ({"targeting": {"$ref": "nowhere"}}, "targeting"),
        ({"targeting": {"if": [True, "neither"]}}, "targeting"),
        ({"targeting": {"/": [1, 0]}}, "targeting"),
        ({"targeting": {"reduce": [[1, 2], {"cat": [{"var": "accumulator"}] * 2}, "x"]}}, "targeting.reduce"),
        ({"targeting": {"map": [[1], {"map": [[1], 1]}]}}, "targeting.map[1].map"),
        ({"targeting": {"log": "on"}}, "targeting.log"),
        ({"description": "a\0b"}, "description"),
        ({"variants": {"on": True, "\ud800": False}}, "variants"),
        ({"targeting_rules": {"age": 12}}, "targeting_rules.age"),
        ({"kind": FlagKind.NUMBER, "variants": {"on": float("nan")}}, "variants"),
    ],
)
def test_flag_that_cannot_be_evaluated_is_refused_with_the_place_of_the_fault(said: dict[str, Any], place: str) -> None:
    with pytest.raises(RuleWrong) as refused:
        check(a_switch(**said), {}, samples())
    assert refused.value.place == place


def test_rule_nested_without_end_is_refused() -> None:
    deep: Any = "on"
    for _ in range(5000):
        deep = {"if": [True, deep]}
    with pytest.raises(RuleWrong):
        check(a_switch(targeting=deep), {}, samples())

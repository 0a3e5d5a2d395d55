"""Whether a flag can be evaluated at all, and if not, where it is wrong. Nothing that fails here is ever stored."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from fumetto.people.flags.kinds import Fault, FlagKind
from fumetto.people.flags.rules.evaluating import LARGEST_SUM, TYPES, evaluate, logic, prepare
from fumetto.people.flags.rules.flags import REFERENCE, SPLITTING, Flag

NAME = re.compile(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*")
LONGEST_NAME = 100
MOST_VARIANTS = 50
LARGEST = 20_000  # characters of JSON, of all variants or of a rule
DEEPEST = 20
VERSION_SIGNS = frozenset({"=", "!=", "<", "<=", ">", ">=", "^", "~"})
ARGUMENTS = {"sem_ver": 3, "starts_with": 2, "ends_with": 2}
CONTROL = frozenset({"if", "?:", "and", "or", "filter", "map", "all", "some", "none"})  # JsonLogic itself
LOOPS = frozenset({"filter", "map", "all", "some", "none"})
UNWANTED = frozenset({"log", "reduce"})  # the one writes to the console, the other can grow without end
CLAIMS = ("userType", "ageClass", "language", "country", "role", "collectives")


class RuleWrong(Exception):
    """place: a path into the flag; fault: what is wrong there, in English for whoever writes flags."""

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(place, fault)
        self.place = place
        self.fault = fault


def check(flag: Flag, shared: Mapping[str, Any], samples: Sequence[Mapping[str, Any]]) -> None:
    """Raises RuleWrong for the first thing that would not work, be it for one of the sample claims only."""
    if not NAME.fullmatch(flag.name) or len(flag.name) > LONGEST_NAME:
        raise RuleWrong("name", "small letters and digits, with single points, dashes or underscores between them")
    check_size("description", flag.description)
    check_size("variants", dict(flag.variants))
    check_size("default_variant", flag.default_variant)
    check_size("targeting_rules", flag.targeting_rules)
    check_short_rules(flag.targeting_rules)
    if flag.kind is FlagKind.RULE:
        check_rule_only(flag)
    else:
        check_variants(flag)
    if flag.targeting is not None:
        check_size("targeting", flag.targeting)
        if flag.targeting:
            check_logic(flag.targeting, "targeting", 0)
    prepared = prepare(flag, {**shared, **({flag.name: flag.targeting} if flag.kind is FlagKind.RULE else {})})
    if prepared.broken:
        raise RuleWrong("targeting", prepared.broken)
    if flag.kind is FlagKind.RULE:
        return
    for sample in samples:
        claims = {key: value for key, value in sample.items() if key != "targetingKey"}
        made = evaluate(prepared, None, claims, targeting_key=sample.get("targetingKey"))
        if made.fault in {Fault.GENERAL, Fault.PARSE_ERROR}:
            raise RuleWrong("targeting", f"{made.message} (asked with {json.dumps(sample, default=str)})")


def check_rule_only(flag: Flag) -> None:
    if flag.variants or flag.default_variant:
        raise RuleWrong("variants", "a shared rule has no values of its own")
    if not flag.targeting:
        raise RuleWrong("targeting", "a shared rule needs one")


def check_variants(flag: Flag) -> None:
    if not flag.variants:
        raise RuleWrong("variants", "a flag needs at least one")
    if len(flag.variants) > MOST_VARIANTS:
        raise RuleWrong("variants", f"at most {MOST_VARIANTS}")
    for name, value in flag.variants.items():
        if not name or len(name) > LONGEST_NAME:
            raise RuleWrong("variants", "every variant needs a name of at most 100 characters")
        if not isinstance(value, TYPES[flag.kind]) or (isinstance(value, bool) and flag.kind is not FlagKind.BOOLEAN):
            raise RuleWrong(f"variants.{name}", f"is no {flag.kind.value}")
        if isinstance(value, float) and not math.isfinite(value):
            raise RuleWrong(f"variants.{name}", "is no finite number")
    if flag.default_variant is not None and flag.default_variant not in flag.variants:
        raise RuleWrong("default_variant", f"there is no variant {flag.default_variant!r}")
    if flag.default_variant is None and not flag.targeting:
        raise RuleWrong("default_variant", "is needed where there is no rule")


def check_short_rules(rules: Mapping[str, Any] | None) -> None:
    for key, wanted in (rules or {}).items():
        if key not in CLAIMS:
            raise RuleWrong(f"targeting_rules.{key}", f"is not known of anybody; known are {', '.join(CLAIMS)}")
        listed = wanted if isinstance(wanted, list) else [wanted]
        if not listed or not all(isinstance(one, (str, bool, int)) for one in listed) or len(listed) > MOST_VARIANTS:
            raise RuleWrong(f"targeting_rules.{key}", "wants a word, or a list of some")


def check_size(place: str, value: Any) -> None:
    try:
        told = json.dumps(value, allow_nan=False, ensure_ascii=False)
        told.encode()
    except (ValueError, RecursionError):
        raise RuleWrong(place, "is no JSON, holds what is no text, or is nested too deep") from None
    size = len(told)
    if "\\u0000" in told:
        raise RuleWrong(place, "holds a NUL, which the database cannot keep")
    if size > LARGEST:
        raise RuleWrong(place, f"has {size} characters; {LARGEST} are the most")


def check_logic(rule: Any, place: str, depth: int, *, looping: bool = False) -> None:
    """Every object in a rule is one operator that is known, with arguments that it can use."""
    if depth > DEEPEST:
        raise RuleWrong(place, f"is nested deeper than {DEEPEST}")
    if isinstance(rule, list):
        for number, part in enumerate(rule):
            check_logic(part, f"{place}[{number}]", depth + 1, looping=looping)
        return
    if not isinstance(rule, Mapping):
        return
    if len(rule) != 1:
        raise RuleWrong(place, "has to be one operator with its arguments")
    operator, arguments = next(iter(rule.items()))
    here = f"{place}.{operator}"
    if operator == REFERENCE:
        if not isinstance(arguments, str):
            raise RuleWrong(here, "wants the name of a shared rule")
        return
    if operator in UNWANTED or (operator not in CONTROL and operator not in logic()[1]):
        raise RuleWrong(here, "is no operator that may be used here")
    if operator in LOOPS and looping:
        raise RuleWrong(here, "goes through a list within another that does")
    wanted = ARGUMENTS.get(operator)
    if wanted and (not isinstance(arguments, list) or len(arguments) != wanted):
        raise RuleWrong(here, f"wants {wanted} arguments")
    if operator == "sem_ver" and isinstance(arguments[1], str) and arguments[1] not in VERSION_SIGNS:
        raise RuleWrong(f"{here}[1]", f"is none of {' '.join(sorted(VERSION_SIGNS))}")
    if operator == SPLITTING:
        check_shares(arguments, here)
    check_logic(arguments, here, depth + 1, looping=looping or operator in LOOPS)


def check_shares(arguments: Any, place: str) -> None:
    """`[by, [variant, weight], ...]`, where `by` may be left out and a weight is 1 when it is."""
    if not isinstance(arguments, list) or not arguments:
        raise RuleWrong(place, "wants a list of shares")
    first = 0 if isinstance(arguments[0], list) else 1
    if len(arguments) <= first:
        raise RuleWrong(place, "wants at least one share")
    total = 0
    for number, share in enumerate(arguments[first:], first):
        here = f"{place}[{number}]"
        if not isinstance(share, list) or not 1 <= len(share) <= 2:
            raise RuleWrong(here, "a share is a variant and its weight")
        weight = share[1] if len(share) == 2 else 1
        if isinstance(weight, Mapping):
            return  # worked out when it is asked for
        if isinstance(weight, bool) or not isinstance(weight, int):
            raise RuleWrong(f"{here}[1]", "a weight is a whole number")
        total += max(0, weight)
    if not 0 < total <= LARGEST_SUM:
        raise RuleWrong(place, f"the weights have to come to between 1 and {LARGEST_SUM}")

"""What a flag's value is for somebody, and why. Nothing here raises: what goes wrong is a reason like another.

Rules are flagd's: JsonLogic with `fractional`, `sem_ver`, `starts_with` and `ends_with`, run by flagd's own operators
(openfeature-flagd-core). They are imported when the first flag with a rule is asked for: few houses have one.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fumetto.people.flags.kinds import Fault, FlagKind, Reason
from fumetto.people.flags.rules.flags import SPLITTING, Flag, resolved, splits

BUCKETS = 1 << 32
LARGEST_SUM = (1 << 31) - 1  # of all weights


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A value, with the name of its variant where it is one of the flag's.

    `rule` is the path of the part of the targeting that decided; `bucket` the place of the person among the shares
    (from 0 to before the sum of weights, and that sum). Both are found by `explained` only.
    """

    value: Any
    reason: Reason
    variant: str | None = None
    fault: Fault | None = None
    message: str = ""
    metadata: Mapping[str, bool | str | int | float] = field(default_factory=dict)
    rule: str | None = None
    bucket: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A flag made ready: its rule with the shared ones in place, or what is wrong with it."""

    flag: Flag
    targeting: Any = None
    splits: bool = False
    broken: str = ""


def prepare(flag: Flag, shared: Mapping[str, Any]) -> Prepared:
    if flag.targeting is None or flag.targeting == {}:
        return Prepared(flag)
    try:
        targeting = resolved(flag.targeting, shared)
    except LookupError as error:
        return Prepared(flag, broken=str(error.args[0]))
    return Prepared(flag, targeting, splits(targeting))


def evaluate(
    prepared: Prepared | None,
    default: Any,
    claims: Mapping[str, Any],
    *,
    targeting_key: str | None = None,
    wanted: type | None = None,
    trace: list[tuple[int, int]] | None = None,
) -> Evaluation:
    """The value for somebody of whom `claims` are known, or `default`, the caller's own, with the reason.

    wanted: bool, str, int, float or dict (any object); None takes any. trace: gets the bucket of every share that was
    dealt out on the way.
    """
    if prepared is None:
        return Evaluation(default, Reason.ERROR, fault=Fault.FLAG_NOT_FOUND, message="there is no such flag")
    flag = prepared.flag
    if not flag.is_enabled:
        return Evaluation(default, Reason.DISABLED, metadata=flag.metadata)
    if prepared.broken:
        return failed(flag, default, Fault.PARSE_ERROR, prepared.broken)
    name: str | None
    if prepared.targeting is None:
        name, reason = flag.default_variant, Reason.STATIC
    else:
        dealt: list[tuple[int, int]] = [] if trace is None else trace
        try:
            named = apply(flag.name, prepared.targeting, claims, targeting_key, dealt)
        except ReferenceError as error:
            return failed(flag, default, Fault.PARSE_ERROR, str(error))
        except Exception as error:  # operators raise whatever they meet; a flag never does
            return failed(flag, default, Fault.GENERAL, f"{type(error).__name__}: {error}")
        if named is None:
            name, reason = flag.default_variant, Reason.DEFAULT
        else:
            name = str(named).lower() if isinstance(named, bool) else str(named)
            reason = Reason.SPLIT if dealt else Reason.TARGETING_MATCH
    if not name:
        return Evaluation(default, Reason.DEFAULT, metadata=flag.metadata)
    if name not in flag.variants:
        return failed(flag, default, Fault.GENERAL, f"there is no variant {name!r}")
    value = flag.variants[name]
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if wanted is not None and not fits(value, wanted):
        return failed(flag, default, Fault.TYPE_MISMATCH, f"the value is no {wanted.__name__}")
    return Evaluation(value, reason, name, metadata=flag.metadata)


def failed(flag: Flag, default: Any, fault: Fault, message: str) -> Evaluation:
    return Evaluation(default, Reason.ERROR, fault=fault, message=message, metadata=flag.metadata)


def fits(value: Any, wanted: type) -> bool:
    """Whether a value is of the kind that was asked for; what is true or false is no number."""
    if wanted is dict:
        return isinstance(value, (Mapping, list))
    if wanted is bool:
        return isinstance(value, bool)
    return isinstance(value, wanted) and not isinstance(value, bool)


def apply(
    key: str, rule: Any, claims: Mapping[str, Any], targeting_key: str | None, dealt: list[tuple[int, int]]
) -> Any:
    """What JsonLogic makes of a rule. Raises what its operators raise."""
    data = {**claims, "$flagd": {"flagKey": key, "timestamp": int(time.time())}, "targetingKey": targeting_key}
    json_logic, operators = logic()

    def fractional(data: Mapping[str, Any], *shares: Any) -> Any:
        return share(f"{key}{targeting_key}" if targeting_key else None, shares, dealt)

    return json_logic(rule, data, {**operators, SPLITTING: fractional})


@functools.cache
def logic() -> tuple[Callable[..., Any], Mapping[str, Callable[..., Any]]]:
    """JsonLogic, and the operators that flagd adds to it."""
    from json_logic import jsonLogic  # type: ignore[import-untyped]  # it ships no types
    from openfeature.contrib.tools.flagd.core.targeting.targeting import OPERATORS

    return jsonLogic, OPERATORS


def share(by: str | None, shares: Sequence[Any], dealt: list[tuple[int, int]]) -> Any:
    """flagd's `fractional`: the variant in whose share somebody falls, None where that cannot be said.

    `by` is what is dealt by when the shares do not begin with something else. The place is murmur3 (x86, 32 bits) of
    its text, times the sum of the weights, without the lower 32 bits: integers only, alike on every machine, and a
    share that grows at the end of a list loses nobody. (openfeature-flagd-core hashes the text's CBOR instead, unlike
    flagd's own suite.)
    """
    import mmh3

    if shares and not isinstance(shares[0], list | tuple):
        by, shares = shares[0], shares[1:]
    if not isinstance(by, str) or not shares:
        return None
    weighted = [weight_of(one) for one in shares]
    if None in weighted:
        return None
    weights = [weight or 0 for weight in weighted]
    total = sum(weights)
    if not 0 < total <= LARGEST_SUM:
        return None
    place = mmh3.hash(by.encode(), signed=False) * total // BUCKETS
    dealt.append((place, total))
    end = 0
    for one, weight in zip(shares, weights, strict=True):
        end += weight
        if place < end:
            return one[0]
    return None


def weight_of(one: Any) -> int | None:
    """A share's weight; 1 when it has none, 0 for less than nothing, None for what is no share."""
    if not isinstance(one, list | tuple) or not 1 <= len(one) <= 2:
        return None
    weight = one[1] if len(one) > 1 else 1
    return max(0, weight) if isinstance(weight, int) and not isinstance(weight, bool) else None


def explained(
    prepared: Prepared, default: Any, claims: Mapping[str, Any], *, targeting_key: str | None = None
) -> Evaluation:
    """The same evaluation, with the rule that decided and the bucket."""
    trace: list[tuple[int, int]] = []
    made = evaluate(prepared, default, claims, targeting_key=targeting_key, trace=trace)
    rule = None
    if made.reason in {Reason.TARGETING_MATCH, Reason.SPLIT, Reason.DEFAULT} and prepared.targeting is not None:
        rule = deciding(prepared.flag.name, prepared.targeting, claims, targeting_key)
    last = trace[-1] if trace else None
    return Evaluation(
        made.value,
        made.reason,
        made.variant,
        made.fault,
        made.message,
        made.metadata,
        rule,
        last,
    )


def deciding(key: str, rule: Any, claims: Mapping[str, Any], targeting_key: str | None) -> str:
    """The path of the branch that was taken, such as `targeting.if[1].fractional`."""
    path = "targeting"
    while isinstance(rule, Mapping) and len(rule) == 1:
        operator, arguments = next(iter(rule.items()))
        path += f".{operator}"
        if operator != "if" or not isinstance(arguments, list):
            break
        taken = branch(key, arguments, claims, targeting_key)
        if taken is None:
            break
        path += f"[{taken}]"
        rule = arguments[taken]
    return path


def branch(key: str, arguments: list[Any], claims: Mapping[str, Any], targeting_key: str | None) -> int | None:
    """Which argument of an `if` is its result; None when there is none for whoever fits no condition."""
    for place in range(0, len(arguments) - 1, 2):
        if apply(key, {"!!": [arguments[place]]}, claims, targeting_key, []):
            return place + 1
    return len(arguments) - 1 if len(arguments) % 2 else None


TYPES: Mapping[FlagKind, tuple[type, ...]] = {
    FlagKind.BOOLEAN: (bool,),
    FlagKind.STRING: (str,),
    FlagKind.NUMBER: (int, float),
    FlagKind.OBJECT: (dict, list),
}

"""A flag as it is evaluated, in flagd's shape and with what ours adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fumetto.people.flags.kinds import Audience, Environment, FlagKind, Visibility

REFERENCE = "$ref"
SPLITTING = "fractional"


@dataclass(frozen=True, slots=True)
class Flag:
    """See `FeatureFlag`. `metadata` is what an evaluation tells beside the value: strings, numbers, booleans."""

    name: str
    kind: FlagKind = FlagKind.BOOLEAN
    is_enabled: bool = True
    variants: Mapping[str, Any] = field(default_factory=dict)
    default_variant: str | None = None
    targeting: Mapping[str, Any] | None = None
    description: str = ""
    environment: Environment = Environment.ALL
    visibility: Visibility = Visibility.ALL
    variant: Audience = Audience.ALL
    targeting_rules: Mapping[str, Any] | None = None
    version: int = 0
    metadata: Mapping[str, bool | str | int | float] = field(default_factory=dict)

    def is_for(self, audience: Audience, claims: Mapping[str, Any]) -> bool:
        """Whether the audience is this flag's, and every key of its short rules holds."""
        if self.variant not in {Audience.ALL, audience}:
            return False
        return all(agrees(claims.get(key), wanted) for key, wanted in (self.targeting_rules or {}).items())

    def is_seen_by(self, side: Visibility, environment: Environment) -> bool:
        return (
            self.kind is not FlagKind.RULE
            and self.visibility in {Visibility.ALL, side}
            and self.environment in {Environment.ALL, environment}
        )


def agrees(claim: Any, wanted: Any) -> bool:
    """Whether a claim is the value that is wanted, or one of several; of a claim with several values, one will do."""
    accepted = wanted if isinstance(wanted, list) else [wanted]
    held = claim if isinstance(claim, (list, tuple)) else [claim]
    return any(one in accepted for one in held)


def resolved(rule: Any, shared: Mapping[str, Any], inside: frozenset[str] = frozenset()) -> Any:
    """A rule with every `{"$ref": name}` replaced by the shared rule of that name.

    Raises LookupError for one that is not there or that refers to itself.
    """
    if isinstance(rule, Mapping):
        if set(rule) == {REFERENCE}:
            name = rule[REFERENCE]
            if not isinstance(name, str) or name not in shared:
                raise LookupError(f"there is no shared rule {name!r}")
            if name in inside:
                raise LookupError(f"the shared rule {name!r} refers to itself")
            return resolved(shared[name], shared, inside | {name})
        return {key: resolved(value, shared, inside) for key, value in rule.items()}
    if isinstance(rule, list):
        return [resolved(value, shared, inside) for value in rule]
    return rule


def splits(rule: Any) -> bool:
    """Whether a rule deals people out by shares."""
    if isinstance(rule, Mapping):
        return SPLITTING in rule or any(splits(value) for value in rule.values())
    return isinstance(rule, list) and any(splits(value) for value in rule)

"""Pure: what fits whom, and what several rules come to together.

Komga's rule, one age and labels of which the excluded ones win, with Kavita's switch for what has no rating; both are
described in their sources (`ContentRestrictions.kt`; `AgeRestrictionDto.cs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fumetto.people.accounts.kinds import AgeClass, UserType

Labels = frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `max_age` None: any age. `unrated`: whether what has no rating fits. `labels_allowed` None: any label,
    else at least one of them is needed. `only_shelves`: nothing fits but what is on a shared shelf."""

    max_age: int | None = None
    unrated: bool = True
    labels_allowed: Labels | None = None
    labels_excluded: Labels = frozenset()
    only_shelves: bool = False

    @property
    def restricts(self) -> bool:
        return self != UNRESTRICTED


UNRESTRICTED: Final = Rule()


@dataclass(frozen=True, slots=True)
class Fits:
    """What rules come to for one reader, with the collectives whose shelves count. Of a reader who is restricted."""

    rule: Rule = UNRESTRICTED
    collective_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Rated:
    """What rules look at: of a series, or of an episode together with its series."""

    min_age: int | None = None
    labels: Labels = frozenset()
    on_shelf: bool = False


DEFAULTS: Final = {
    AgeClass.CHILD: Rule(max_age=9, unrated=False),
    AgeClass.PRETEEN: Rule(max_age=12, unrated=False),
    AgeClass.TEENAGER: Rule(max_age=16),
}
"""For minors whom nobody has made a rule for."""


def default_for(user_type: UserType, age_class: AgeClass | None) -> Rule:
    """The rule for somebody without one of their own: by age class, else by what kind of person they are.

    Of the two the younger counts: one who says that they are a child and a teenager is held for a child.
    """
    by_type = {UserType.CHILD: AgeClass.CHILD, UserType.TEENAGER: AgeClass.TEENAGER}.get(user_type)
    if user_type is UserType.CHILD and age_class is AgeClass.PRETEEN:
        return DEFAULTS[AgeClass.PRETEEN]
    return strictest(DEFAULTS[one] for one in (by_type, age_class) if one in DEFAULTS)


def strictest(rules: Iterable[Rule]) -> Rule:
    """What fits by all of the rules. A label has to be allowed by every rule that names any."""
    found = UNRESTRICTED
    for rule in rules:
        found = Rule(
            max_age=lower(found.max_age, rule.max_age),
            unrated=found.unrated and rule.unrated,
            labels_allowed=both(found.labels_allowed, rule.labels_allowed),
            labels_excluded=found.labels_excluded | rule.labels_excluded,
            only_shelves=found.only_shelves or rule.only_shelves,
        )
    return found


def lower(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


def both(one: Labels | None, other: Labels | None) -> Labels | None:
    return other if one is None else one if other is None else one & other


def fits(rule: Rule, rated: Rated) -> bool:
    """Whether a series fits by a rule: what both walls say in SQL, and what their tests compare them with."""
    if rated.min_age is None:
        if not rule.unrated:
            return False
    elif rule.max_age is not None and rated.min_age > rule.max_age:
        return False
    if rated.labels & rule.labels_excluded:
        return False
    if rule.labels_allowed is not None and not rated.labels & rule.labels_allowed:
        return False
    return rated.on_shelf or not rule.only_shelves


def effective(own: Rule | None, default: Rule, collectives: Sequence[Rule]) -> Rule:
    """What counts for a reader: their own rule, or the default where nobody made one, and all their collectives'."""
    return strictest([default if own is None else own, *collectives])

"""Decisions about consent that need nothing but the facts: who has to agree, and what holds now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.consent.kinds import Purpose

WITHOUT_ASKING = frozenset({Purpose.ACCOUNT, Purpose.AI_LOCAL, Purpose.SHARING})
"""What an adult has without saying so. They can say no to it."""

AI = frozenset({Purpose.AI_LOCAL, Purpose.AI_CLOUD})
YOUNGEST_TEENAGER = 14
ADULT_AGE = 18
"""In full years; a preteen is younger, an adult is 18."""

NO = "-"
"""Before a purpose in the marks of a visit: its person said no to it."""


@dataclass(frozen=True, slots=True)
class CountryRule:
    """From which age somebody agrees for themselves; `ai_age` is the age for any use of AI, where there is one."""

    country: str
    age: int
    ai_age: int | None = None

    def age_for(self, purpose: Purpose) -> int:
        return max(self.age, self.ai_age or 0) if purpose in AI else self.age


def is_minor(user_type: UserType, age_class: AgeClass | None) -> bool:
    """The more cautious of what they say they are and how old they say they are."""
    return user_type in {UserType.CHILD, UserType.TEENAGER} or age_class not in {None, AgeClass.ADULT}


def class_of(user_type: UserType, age_class: AgeClass | None) -> AgeClass:
    """The younger of the two, where they disagree."""
    by_type = {UserType.CHILD: AgeClass.CHILD, UserType.TEENAGER: AgeClass.TEENAGER}.get(user_type, AgeClass.ADULT)
    order = list(AgeClass)
    if user_type is UserType.CHILD and age_class is AgeClass.PRETEEN:
        return AgeClass.PRETEEN  # a preteen is a child, more exactly
    return min(by_type, age_class or by_type, key=order.index)


def held(user_type: UserType, age_class: AgeClass | None, marks: Iterable[str]) -> frozenset[Purpose]:
    """The purposes that somebody may be served for now.

    marks: the purposes of their active receipts, their own and their guardians', and those they said no to after a
    "-". A minor has what there is a receipt for and nothing else.
    """
    known = set(marks)
    active = frozenset(purpose for purpose in Purpose if purpose.value in known)
    if is_minor(user_type, age_class):
        return active
    return active | {purpose for purpose in WITHOUT_ASKING if NO + purpose.value not in known} | {Purpose.ACCOUNT}


def needs_guardian(purpose: Purpose, age_class: AgeClass, country: CountryRule | None) -> bool:
    """Whether somebody of this class cannot agree to it alone. A teenager can, where the law of their country lets
    people of some age below 18 do so.

    country: the rule that the operator has confirmed; None, and a guardian is asked.
    """
    if age_class is AgeClass.ADULT:
        return False
    return age_class is not AgeClass.TEENAGER or country is None or country.age_for(purpose) >= ADULT_AGE


def has_to_declare(purpose: Purpose, age_class: AgeClass, country: CountryRule | None) -> int | None:
    """The age that a teenager has to say they have reached before they agree alone; None when being one says it."""
    if age_class is AgeClass.ADULT or country is None:
        return None
    age = country.age_for(purpose)
    return age if age > YOUNGEST_TEENAGER else None


def asked_now(minor: bool, *, ai: bool, cloud: bool, analytics: bool, shares: bool) -> frozenset[Purpose]:
    """What somebody is asked at all: nothing that is not needed now.

    ai, cloud, analytics: the house has a companion, a model of a company, and counts what is talked about. shares: the
    person is with others in a collective.
    """
    switched = {
        Purpose.ACCOUNT: minor,
        Purpose.AI_LOCAL: ai,
        Purpose.AI_CLOUD: ai and cloud,
        Purpose.SHARING: shares,
        Purpose.ANALYTICS: ai and analytics,
    }
    return frozenset(purpose for purpose, on in switched.items() if on)


def in_order(purposes: Collection[Purpose]) -> list[Purpose]:
    return [purpose for purpose in Purpose if purpose in purposes]

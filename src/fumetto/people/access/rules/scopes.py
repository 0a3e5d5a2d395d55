"""How far somebody has come on the way from stranger to full member: a state machine of three states.

    ONBOARDING --says who they are--> PENDING_CONSENT --nothing is asked, or it is given--> FULL

and back, one state at a time, when consent is revoked, runs out or is asked for again, or who they are is in doubt.
"""

from __future__ import annotations

from dataclasses import dataclass

from fumetto.people.access.kinds import SessionScope

WIDTHS = {SessionScope.ONBOARDING: 0, SessionScope.PENDING_CONSENT: 1, SessionScope.FULL: 2}


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides how far somebody has come.

    onboarded: they have said who they are, or somebody has who may. needed: their account waits for consent, as a
    minor's does. given: such consent is in force now.
    """

    onboarded: bool
    needed: bool
    given: bool

    @property
    def settled(self) -> bool:
        return self.given or not self.needed


def step(scope: SessionScope, standing: Standing) -> SessionScope:
    """The next state, or the same where nothing moves."""
    if scope is SessionScope.ONBOARDING:
        return SessionScope.PENDING_CONSENT if standing.onboarded else scope
    if scope is SessionScope.PENDING_CONSENT:
        if not standing.onboarded:
            return SessionScope.ONBOARDING
        return SessionScope.FULL if standing.settled else scope
    return scope if standing.onboarded and standing.settled else SessionScope.PENDING_CONSENT


def standing_of(standing: Standing, scope: SessionScope = SessionScope.ONBOARDING) -> SessionScope:
    """Where the steps come to rest, which is the same from wherever they begin."""
    while (after := step(scope, standing)) is not scope:
        scope = after
    return scope


def reaches(scope: SessionScope, needed: SessionScope) -> bool:
    return WIDTHS[scope] >= WIDTHS[needed]


def narrower(one: SessionScope, other: SessionScope) -> SessionScope:
    return one if WIDTHS[one] <= WIDTHS[other] else other

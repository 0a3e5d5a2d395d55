"""What endpoints of every context ask for: the reader, a role, and the gate that stands before all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from fumetto.kernel.errors import NotAllowed, NotFound, NotSignedIn
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import best_language
from fumetto.kernel.web.gate import SAFE_METHODS
from fumetto.kernel.web.identity import CurrentIdentity, Identity
from fumetto.people.access.errors import ConsentNeeded, KeyTooNarrow, OnboardingNeeded
from fumetto.people.access.kinds import KeyScope, SessionScope
from fumetto.people.access.readers import Reader, Visit, anonymous_reader
from fumetto.people.access.rules.scopes import reaches
from fumetto.people.accounts.kinds import Role
from fumetto.people.consent.kinds import Purpose


def visit_of(identity: Identity) -> Visit | None:
    return identity.account if isinstance(identity.account, Visit) else None


STANDING = "fumetto.standing"  # in a request's scope: how far one must have come for the route


def gate(
    writing: KeyScope = KeyScope.MANAGE, standing: SessionScope = SessionScope.FULL
) -> Callable[[Request, Identity], Awaitable[None]]:
    """A dependency for a whole router: nobody passes who is not signed in, or whose key is too narrow to write.

    `writing` is the scope that a program's key needs for what is not a GET. `standing` is how far one must have come:
    what somebody needs on the way to being a full member says ONBOARDING. Where the operator serves the library to
    everybody, a GET passes for anybody.
    """

    async def pass_gate(request: Request, identity: CurrentIdentity) -> None:
        request.scope[STANDING] = standing
        visit = visit_of(identity)
        if visit is None:
            if not serves_anybody(request):
                raise NotSignedIn
            return
        admit(visit, standing)
        if request.method not in SAFE_METHODS and not visit.may_write(writing):
            raise KeyTooNarrow(needed=writing.value)

    return pass_gate


def open_from(standing: SessionScope) -> Callable[[Request], Awaitable[None]]:
    """A dependency for a router whose routes ask for themselves who it is: how far one must have come for them."""

    async def mark(request: Request) -> None:
        request.scope[STANDING] = standing

    return mark


def admit(visit: Visit, standing: SessionScope = SessionScope.FULL) -> Visit:
    """The visit, when it has come as far as `standing`. Raises OnboardingNeeded or ConsentNeeded (403)."""
    if reaches(visit.scope, standing):
        return visit
    if visit.scope is SessionScope.ONBOARDING:
        raise OnboardingNeeded
    raise ConsentNeeded(purpose=Purpose.ACCOUNT.value, whose="guardian")


def serves_anybody(request: Request) -> bool:
    settings: Settings = request.app.state.settings
    return settings.public_reading and request.method in SAFE_METHODS


async def current_reader(request: Request, identity: CurrentIdentity) -> Reader:
    """Whoever reads: somebody signed in, or, for a GET where the operator allows it, an anonymous reader.

    Raises NotSignedIn (401), OnboardingNeeded and ConsentNeeded (403).
    """
    visit = visit_of(identity)
    if visit is not None:
        return admit(visit, request.scope.get(STANDING, SessionScope.FULL)).reader
    if serves_anybody(request):
        return anonymous_reader(best_language(request.headers.get("accept-language")))
    raise NotSignedIn


async def current_visit(request: Request, identity: CurrentIdentity) -> Visit:
    """The reader, never anonymous, together with the session or key that they came by. Raises as `current_reader`."""
    visit = visit_of(identity)
    if visit is None:
        raise NotSignedIn
    return admit(visit, request.scope.get(STANDING, SessionScope.FULL))


async def current_person(visit: Annotated[Visit, Depends(current_visit)]) -> Visit:
    """A visit by somebody themselves, or by a program that may do all that they may. Raises KeyTooNarrow (403).

    For what is one's own and opens doors: a key that can only read must not make itself another.
    """
    if not visit.may_write(KeyScope.MANAGE):
        raise KeyTooNarrow(needed=KeyScope.MANAGE.value)
    return visit


def require_role(role: Role | str) -> Callable[[Request, Visit], Awaitable[Reader]]:
    """A dependency that returns the reader when their role is `role` or includes it.

    Raises NotSignedIn (401) for nobody. For somebody of a lesser role, NotFound (404) where they wanted to see
    something, since what one may not see looks like what is not there, and NotAllowed (403) where they wanted to act.
    """
    needed = Role(role)

    async def reader_in_role(request: Request, visit: Annotated[Visit, Depends(current_visit)]) -> Reader:
        if visit.reader.may_act_as(needed):
            return visit.reader
        raise NotFound if request.method in SAFE_METHODS else NotAllowed

    return reader_in_role


CurrentReader = Annotated[Reader, Depends(current_reader)]
CurrentVisit = Annotated[Visit, Depends(current_visit)]
CurrentPerson = Annotated[Visit, Depends(current_person)]

"""The door before what needs consent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request

from fumetto.kernel.web.identity import CurrentIdentity, Identity
from fumetto.people.access.dependencies import visit_of
from fumetto.people.access.errors import ConsentNeeded
from fumetto.people.access.readers import Reader
from fumetto.people.consent.kinds import Purpose

GUARDIAN = "guardian"
OWN = "own"


def allows(reader: Reader, purpose: Purpose) -> bool:
    """Whether what somebody, or a guardian for them, agreed to lets them be served for a purpose now."""
    return purpose in reader.consents


def require(reader: Reader, purpose: Purpose) -> None:
    """Raises ConsentNeeded, which says who can give it."""
    if not allows(reader, purpose):
        raise ConsentNeeded(purpose=purpose.value, whose=GUARDIAN if reader.is_minor else OWN)


def require_consent(purpose: Purpose) -> Callable[[Request, Identity], Awaitable[None]]:
    """A dependency for a router: whoever is signed in passes while the purpose is agreed to; what is there of before
    can be deleted without. Who is not signed in is stopped, or let through, by the router's gate."""

    async def pass_consent(request: Request, identity: CurrentIdentity) -> None:
        visit = visit_of(identity)
        if visit is not None and request.method != "DELETE":
            require(visit.reader, purpose)

    return pass_consent

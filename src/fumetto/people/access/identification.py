"""From a request to the person behind it: cookie, Bearer, Basic, or a key in the address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import structlog
from fastapi import Request

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.audience import Variant, address
from fumetto.kernel.web.identity import NOBODY, Identity
from fumetto.kernel.web.proxies import client_address
from fumetto.people.access.errors import CredentialsWrong, TooManyAttempts
from fumetto.people.access.kinds import SessionScope
from fumetto.people.access.repository import failures, visits
from fumetto.people.access.repository.visits import Known
from fumetto.people.access.rules.tokens import TokenKind, from_authorization, hash_token, is_token, place_of
from fumetto.people.accounts.kinds import Role

log = structlog.get_logger(__name__)

COOKIE = "fumetto_session"
QUERY_PARAMETER = "token"
MOST_FAILURES = 20
FAILURE_WINDOW = timedelta(minutes=5)


async def identify_request(request: Request) -> Identity:
    """Who asks; NOBODY without credentials, or with a cookie whose session has ended.

    Raises CredentialsWrong for a key or token that was shown on purpose and is not valid, and TooManyAttempts after 20
    such failures from one place in five minutes. A valid one is let in even then: 256 bits are not found by trying, and
    a program with an old key must not lock its household out.
    """
    shown, on_purpose = shown_token(request)
    if not on_purpose:
        return NOBODY
    database: Database = request.app.state.database
    known = None
    if shown is not None:
        by_key = is_token(shown, TokenKind.KEY)
        known = await visits.find_visit(database, hash_token(shown), by_key=by_key)
    if known is None:
        if is_cookie_only(request):
            await note_replay(database, shown)
            return NOBODY
        await refuse(database, client_address(request.scope), shown)
        raise CredentialsWrong
    if known.stale:
        await note_visit(request, database, known)
    visit = known.visit
    address(Variant.TEENAGER if visit.reader.is_minor else Variant.PARENT)
    full = visit.scope is SessionScope.FULL
    operates, edits = full and visit.reader.role is Role.OWNER, full and visit.reader.may_act_as(Role.EDITOR)
    fits = visit.reader.fits
    return Identity(reader=visit.reader.id, operates=operates, edits=edits, account=visit, narrowed_to=fits)


def shown_token(request: Request) -> tuple[str | None, bool]:
    """(the token, or None for something that is none; whether any credential was shown at all)."""
    header = request.headers.get("authorization")
    if header is not None:
        return from_authorization(header).token, True
    # Only for reading, and only a key: a session in an address could be bookmarked and shared.
    if request.method == "GET" and (key := request.query_params.get(QUERY_PARAMETER)):
        return (key if is_token(key, TokenKind.KEY) else None), True
    cookie = request.cookies.get(COOKIE, "")
    return (cookie, True) if is_token(cookie, TokenKind.SESSION) else (None, False)


def is_cookie_only(request: Request) -> bool:
    has_key = request.method == "GET" and bool(request.query_params.get(QUERY_PARAMETER))
    return "authorization" not in request.headers and not has_key


async def refuse(database: Database, address: str, shown: str | None = None) -> None:
    """Count a failed attempt from this address, and put on record what was shown, as far as it can be told.

    Raises TooManyAttempts when the place has had too many of them.
    """
    place = place_of(address)
    async with database.read() as session:
        blocked = await failures.seconds_blocked(session, place, MOST_FAILURES, FAILURE_WINDOW)
    if blocked:
        raise TooManyAttempts(retry_after=blocked)
    # In a transaction of its own: the request's is rolled back with the error, the count must stay.
    async with database.write() as session:
        count = await failures.count_failure(session, place, FAILURE_WINDOW)
        why, user_id = await visits.why_refused(session, hash_token(shown)) if shown else ("forged", None)
        await audit(session, None, "credentials.refused", "user", user_id or "", details={"reason": why})
    log.warning("sign_in.failed", failures=count, reason=why)


async def note_replay(database: Database, shown: str | None) -> None:
    """Put on record, once in five minutes, that a session's cookie from before its token was exchanged is shown.

    Whoever shows it is nobody: it was copied, or a browser has missed the exchange.
    """
    if shown is None:
        return
    async with database.read() as session:
        replayed = await visits.session_before(session, hash_token(shown))
    if replayed is None:
        return
    async with database.write() as session:
        if await failures.count_failure(session, f"replay:{replayed.id}", FAILURE_WINDOW) == 1:
            details = {"reason": "replayed", "session": replayed.id}
            await audit(session, None, "credentials.refused", "user", replayed.user_id, details=details)


async def note_refused(
    database: Database, action: str, error: FumettoError, user_id: UUID | None = None, **details: object
) -> None:
    """Put on record that somebody was turned away, in a transaction of its own: theirs is rolled back."""
    async with database.write() as session:
        await audit(session, user_id, action, "user", user_id or "", details={"code": error.code} | details)


@asynccontextmanager
async def on_record(database: Database, action: str, user_id: UUID | None, **details: object) -> AsyncIterator[None]:
    """Put on record what is refused within, before the one who tried is told."""
    try:
        yield
    except FumettoError as error:
        await note_refused(database, action, error, user_id, **details)
        raise


async def note_visit(request: Request, database: Database, known: Known) -> None:
    settings: Settings = request.app.state.settings
    try:
        async with database.write() as session:
            await visits.touch(session, known.visit, timedelta(days=settings.session_idle_days))
    except FumettoError as error:
        log.info("visit.not_noted", code=error.code)  # who asks is known; that they were here can be noted next time

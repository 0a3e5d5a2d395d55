"""A minor asks, a guardian decides: by a link, or by a code of eight letters and digits that can be read out.

Who may decide is who answers for the minor already. Where nobody does, an adult who was given the link or the code does
from then on, if more than their own word says that they are one; another family's guardian never.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.errors import TooManyAttempts
from fumetto.people.access.readers import Reader
from fumetto.people.access.rules.tokens import hash_token
from fumetto.people.accounts.kinds import AgeClass
from fumetto.people.accounts.service import require_vouched
from fumetto.people.collectives import repository as belonging
from fumetto.people.collectives.errors import CollectiveNotFound, MinorNotAllowed, NotGuardian
from fumetto.people.collectives.kinds import CollectiveKind, GuardianshipOrigin
from fumetto.people.collectives.repository import Person
from fumetto.people.consent import service
from fumetto.people.consent.errors import NotAMinor, RequestDecided, RequestExpired, RequestNotFound
from fumetto.people.consent.kinds import Method, Purpose, RequestState, Whom
from fumetto.people.consent.models import ParentalAuthorizationRequest
from fumetto.people.consent.repository import receipts
from fumetto.people.consent.repository import requests as rows
from fumetto.people.consent.rules import class_of, in_order

PATH = "/allow"
PREFIX = "fum_c_"
TOKEN = re.compile(r"fum_c_[A-Za-z0-9_-]{43}", re.ASCII)
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that can be taken for another
CODE_LENGTH = 8
LIFETIME = timedelta(days=7)
MOST_A_DAY = 20
MOST_ATTEMPTS = 10
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewRequest:
    """`token` goes into the link and `code` onto a slip of paper; neither is shown again."""

    id: UUID
    token: str
    code: str
    purposes: tuple[Purpose, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """A request as a guardian sees it who has its link or code."""

    id: UUID
    child_id: UUID
    child: str
    age_class: AgeClass
    purposes: tuple[Purpose, ...]
    state: RequestState
    created_at: datetime
    expires_at: datetime
    has_guardian: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What a guardian decided. `purposes` are those of the asked ones that they agree to; all where none are named."""

    approve: bool
    purposes: Collection[Purpose] | None = None
    whom: Whom = Whom.ONE
    collective_id: UUID | None = None


def address(base: str, token: str) -> str:
    """The link to send. The token is in the fragment, which no log sees."""
    return f"{base}{PATH}#token={token}"


def as_code(text: str) -> str | None:
    """What somebody typed as a code, without what they put between; None for what is none."""
    code = re.sub(r"[\s·.-]", "", text).upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(LETTERS) else None


def secret_of(text: str) -> bytes:
    """The hash that a link's token or a code is kept by. Raises RequestNotFound for what is neither."""
    if TOKEN.fullmatch(text):
        return hash_token(text)
    code = as_code(text)
    if code is None:
        raise RequestNotFound
    return hash_token(f"code:{code}")


async def ask(session: WriteSession, child_id: UUID, purposes: Collection[Purpose]) -> NewRequest:
    """A minor asks for some purposes; a request that waits already is withdrawn for it.

    Raises NotAMinor, TooManyAttempts.
    """
    await receipts.lock_consents_of(session, child_id)
    child = await service.existing(session, child_id)
    if not child.is_minor:
        raise NotAMinor
    if await rows.asked_lately(session, child_id, A_DAY) >= MOST_A_DAY:
        raise TooManyAttempts(retry_after=int(A_DAY.total_seconds()))
    await rows.withdraw_requests(session, child_id)
    token = PREFIX + secrets.token_urlsafe(32)
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    listed = in_order(purposes)
    kept = await rows.add_request(session, child_id, secret_of(token), secret_of(code), listed, LIFETIME)
    await audit(session, child_id, "consent.request", "consent_request", kept.id, new={"purposes": listed})
    return NewRequest(kept.id, token, f"{code[:4]}-{code[4:]}", tuple(listed), kept.expires_at)


async def withdraw(session: WriteSession, child_id: UUID) -> None:
    """A minor takes back what they asked."""
    if await rows.withdraw_requests(session, child_id):
        await audit(session, child_id, "consent.request_withdraw", "user", child_id)


async def look(session: ReadSession, secret: str) -> Asking:
    """What is asked, for whoever has the link or the code. Raises RequestNotFound, RequestExpired, RequestDecided."""
    found = await rows.request_by(session, secret_of(secret))
    child = await require_open(session, found)
    return await shown(session, found, child)


async def require_open(session: ReadSession, found: ParentalAuthorizationRequest | None) -> Person:
    """The child. Raises RequestNotFound, RequestDecided, RequestExpired, NotAMinor."""
    if found is None:
        raise RequestNotFound
    if found.state is RequestState.EXPIRED or (
        found.state is RequestState.WAITING and await rows.has_expired(session, found.id)
    ):
        raise RequestExpired
    if found.state is not RequestState.WAITING:
        raise RequestDecided(state=found.state.value)
    child = await belonging.person(session, found.child_id)
    if child is None:
        raise RequestNotFound
    if not child.is_minor:
        raise NotAMinor
    return child


async def shown(session: ReadSession, found: ParentalAuthorizationRequest | None, child: Person) -> Asking:
    if found is None:
        raise RequestNotFound
    return Asking(
        id=found.id,
        child_id=child.id,
        child=child.name,
        age_class=class_of(child.user_type, child.age_class),
        purposes=tuple(Purpose(each) for each in found.purposes),
        state=found.state,
        created_at=found.created_at,
        expires_at=found.expires_at,
        has_guardian=bool(await belonging.guardianships(session, child_id=child.id)),
    )


async def decide(session: WriteSession, guardian: Reader, secret: str | UUID, decision: Decision) -> Asking:
    """Decide a request, once: of two who do so at the same time, one does.

    secret: the link's token, the code, or the request's id for a guardian who sees it on their page. Raises what `look`
    raises, MinorNotAllowed, NotGuardian for who may not decide about this child, NotVouched, CollectiveNotFound.
    """
    by_id = isinstance(secret, UUID)
    found = (
        await rows.request_with_id(session, secret, lock=True)
        if isinstance(secret, UUID)
        else await rows.request_by(session, secret_of(secret), lock=True)
    )
    child = await require_open(session, found)
    if found is None:
        raise RequestNotFound
    await require_right(session, guardian, child, by_id=by_id)
    method = Method.GUARDIAN if by_id else Method.LINK if TOKEN.fullmatch(str(secret)) else Method.CODE
    state = RequestState.APPROVED if decision.approve else RequestState.DECLINED
    together = decision.collective_id if decision.whom is Whom.COLLECTIVE and decision.approve else None
    await rows.decide(session, found.id, state, guardian.id, together)
    told = {"child": child.id, "whom": decision.whom}
    await audit(session, guardian.id, f"consent.request_{state.value}", "consent_request", found.id, new=told)
    if decision.approve:
        asked = {Purpose(each) for each in found.purposes}
        agreed = asked if decision.purposes is None else asked & set(decision.purposes)
        await service.agree_for(
            session, guardian.id, child.id, agreed, language=guardian.language, method=method, request_id=found.id
        )
        if decision.whom is Whom.COLLECTIVE:
            family = await require_family(session, guardian, child, together)
            await service.grant_for_all(session, guardian.id, family, agreed, language=guardian.language, method=method)
    await session.refresh(found)
    return await shown(session, found, child)


async def require_right(session: WriteSession, guardian: Reader, child: Person, *, by_id: bool) -> None:
    """Raises MinorNotAllowed, NotGuardian, NotVouched. Somebody who was given the secret of a child that has nobody
    becomes its guardian, if another than themselves has said that they are an adult."""
    if guardian.is_minor or guardian.id == child.id:
        raise MinorNotAllowed
    guarding = await belonging.guardianships(session, child_id=child.id)
    if any(row.guardian_id == guardian.id for row in guarding):
        return
    if guarding or by_id:
        raise NotGuardian
    await require_vouched(session, guardian.id)
    begun = await belonging.begin_guardianship(session, guardian.id, child.id, GuardianshipOrigin.REQUEST, None)
    new = {"guardian": guardian.id, "child": child.id, "origin": GuardianshipOrigin.REQUEST}
    await audit(session, guardian.id, "guardianship.begin", "guardianship", begun, new=new)


async def require_family(session: ReadSession, guardian: Reader, child: Person, collective_id: UUID | None) -> UUID:
    """The collective to decide for: the one named, else the family that guardian and child share. Raises
    CollectiveNotFound where they do not share it."""
    theirs = {row[0].id for row in await belonging.collectives_of(session, child.id)}
    shared = [row[0] for row in await belonging.collectives_of(session, guardian.id) if row[0].id in theirs]
    for each in shared:
        if each.id == collective_id or (collective_id is None and each.kind is CollectiveKind.FAMILY):
            return each.id
    raise CollectiveNotFound

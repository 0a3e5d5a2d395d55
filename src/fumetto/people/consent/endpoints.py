"""One's own consent, requests to a guardian, a guardian's page, and the ages of countries."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request, Response, status

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.errors import FumettoError, Invalid, NotSignedIn
from fumetto.kernel.text.catalogues import best_language
from fumetto.kernel.web.identity import CurrentIdentity
from fumetto.kernel.web.pagination import Listing
from fumetto.kernel.web.proxies import base_address, client_address
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.people.access.dependencies import CurrentVisit, admit, require_role, visit_of
from fumetto.people.access.errors import KeyTooNarrow
from fumetto.people.access.identification import note_refused, refuse
from fumetto.people.access.kinds import KeyScope
from fumetto.people.access.readers import Reader, Visit
from fumetto.people.accounts.errors import NotVouched
from fumetto.people.accounts.kinds import Role
from fumetto.people.collectives import repository as belonging
from fumetto.people.collectives.endpoints import qr_picture
from fumetto.people.collectives.errors import ChildNotFound, MinorNotAllowed, NotGuardian
from fumetto.people.collectives.guardians import children_of, guardians_of
from fumetto.people.collectives.repository import Person
from fumetto.people.consent import countries, requests, service, showing
from fumetto.people.consent.errors import CountryUnknown, NotAMinor, RequestNotFound
from fumetto.people.consent.kinds import Purpose, RequestState
from fumetto.people.consent.repository import requests as rows
from fumetto.people.consent.requests import MOST_ATTEMPTS, Asking, Decision, as_code
from fumetto.people.consent.schemas import (
    Agreement,
    ChildDetail,
    ChildOut,
    ConsentOut,
    CountriesIn,
    CountryIn,
    CountryOut,
    DecisionIn,
    GuardianAgreement,
    MyConsents,
    NewRequestOut,
    PolicyOut,
    RequestCreate,
    RequestOut,
    SightOut,
)
from fumetto.people.consent.seeing import who_sees
from fumetto.people.consent.showing import Offers
from fumetto.people.consent.standing import purposes_of
from fumetto.people.flags.switches import is_on

router = Routes(tags=["consent"])
"""Open to whoever waits for consent, too."""

guarding = Routes(prefix="/guardian", tags=["guardian"])
operating = Routes(prefix="/consents/countries", tags=["consent"])

Secret = Annotated[str, Path(max_length=100, description="The token of a link, a code, or a request's id.")]
Owner = Annotated[Reader, Depends(require_role(Role.OWNER))]


def offers_of(request: Request, reader: Reader) -> Offers:
    """What there is in this house for them to agree to, as it is switched on."""
    offers: Offers = request.app.state.offers
    ai = offers.ai and is_on(reader, "ai")
    return Offers(ai=ai, cloud=ai and offers.cloud, analytics=ai and (offers.analytics or is_on(reader, "analytics")))


async def oneself(session: ReadSession, visit: Visit) -> Person:
    return await service.existing(session, visit.reader.id)


@router.get("/consents")
async def list_consents(request: Request, session: ReadTransaction, visit: CurrentVisit) -> MyConsents:
    """What one has agreed to and is asked, in plain words, and who sees what of oneself."""
    person = await oneself(session, visit)
    last = await rows.requests_of(session, [person.id])
    return MyConsents(
        items=await showing.consents(session, person, visit.reader.language, offers_of(request, visit.reader)),
        receipts=await showing.receipts(session, person.id),
        requests=[row.state for row in last[:1]],
        sees=[SightOut.model_validate(each) for each in await who_sees(session, person, visit.reader.language)],
    )


@router.post("/consents")
async def give_consent(
    request: Request, session: WriteTransaction, visit: CurrentVisit, body: Agreement
) -> list[ConsentOut]:
    """Agree to a purpose for oneself."""
    require_wide(visit)
    language = body.language or visit.reader.language
    await service.agree(session, visit.reader.id, body.purpose, language=language, version=body.version, age=body.age)
    return await showing.consents(session, await oneself(session, visit), language, offers_of(request, visit.reader))


@router.get("/consents/policies/{purpose}")
async def get_consent_policy(
    request: Request, session: ReadTransaction, purpose: Purpose, language: str | None = None
) -> PolicyOut:
    """What is agreed to; needs no account."""
    spoken = language or best_language(request.headers.get("accept-language"))
    return await showing.policy(session, purpose, spoken[:35])


@router.post("/consents/requests", status_code=status.HTTP_201_CREATED)
async def create_consent_request(
    request: Request, response: Response, session: WriteTransaction, visit: CurrentVisit, body: RequestCreate
) -> NewRequestOut:
    """A minor asks a guardian: a link to send and a code to read out. A request that waits is withdrawn for it."""
    require_wide(visit)
    person = await oneself(session, visit)
    if not person.is_minor:
        raise NotAMinor
    purposes = (
        body.purposes
        or await showing.for_guardians(session, person, offers_of(request, visit.reader))
        or [Purpose.ACCOUNT]
    )
    new = await requests.ask(session, person.id, purposes)
    address = requests.address(base_address(request, request.app.state.settings.public_url), new.token)
    response.headers["Cache-Control"] = "no-store"
    return NewRequestOut(
        id=new.id,
        token=new.token,
        code=new.code,
        address=address,
        qr=qr_picture(address),
        purposes=list(new.purposes),
        expires_at=new.expires_at,
    )


@router.delete("/consents/requests", status_code=status.HTTP_204_NO_CONTENT)
async def withdraw_consent_request(session: WriteTransaction, visit: CurrentVisit) -> None:
    """Take back what one has asked."""
    require_wide(visit)
    await requests.withdraw(session, visit.reader.id)


@router.get("/consents/requests/{secret}")
async def get_consent_request(
    request: Request, response: Response, identity: CurrentIdentity, secret: Secret
) -> RequestOut:
    """What a child asks. A link needs no account to be looked at; a code, which can be guessed, does."""
    response.headers["Cache-Control"] = "no-store"
    visit = visit_of(identity)
    database = database_of(request)
    if visit is None and as_code(secret) is not None:
        raise NotSignedIn
    try:
        async with database.read() as session:
            return await request_out(request, session, await requests.look(session, secret), visit)
    except RequestNotFound as error:
        await note_refused(database, "consent.request_refused", error, visit.reader.id if visit else None)
        await refuse(database, client_address(request.scope))
        raise


@router.post("/consents/requests/{secret}/decide")
async def decide_consent_request(request: Request, visit: CurrentVisit, secret: Secret, body: DecisionIn) -> RequestOut:
    """A guardian agrees, or not. Once: whoever comes second is told so."""
    admit(visit)
    require_wide(visit)
    database = database_of(request)
    wanted: str | UUID = as_id(secret) or secret
    try:
        async with database.write() as session:
            done = await requests.decide(session, visit.reader, wanted, Decision(**body.model_dump()))
            return await request_out(request, session, done, visit)
    except FumettoError as error:
        await note_refused(database, "consent.request_refused", error, visit.reader.id)
        if isinstance(error, RequestNotFound):
            await refuse(database, client_address(request.scope))
        if isinstance(error, NotGuardian | MinorNotAllowed | NotVouched):
            await count_attempt(request, wanted)
        raise


async def count_attempt(request: Request, secret: str | UUID) -> None:
    async with database_of(request).write() as session:
        found = (
            await rows.request_with_id(session, secret)
            if isinstance(secret, UUID)
            else await rows.request_by(session, requests.secret_of(secret))
        )
        if found is not None:
            await rows.count_attempt(session, found.id, MOST_ATTEMPTS)


async def request_out(request: Request, session: ReadSession, asked: Asking, visit: Visit | None) -> RequestOut:
    language = visit.reader.language if visit else best_language(request.headers.get("accept-language"))
    mine = None
    if visit is not None:
        own = await belonging.guardianships(session, guardian_id=visit.reader.id, child_id=asked.child_id)
        mine = bool(own) or not (asked.has_guardian or visit.reader.is_minor)
    shown = [await showing.policy(session, purpose, language) for purpose in asked.purposes]
    return RequestOut(**asdict(replace(asked)), policies=shown, mine=mine)


@router.delete("/consents/{purpose}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_consent(session: WriteTransaction, visit: CurrentVisit, purpose: Purpose) -> None:
    """Take it back, or say no. It acts at once: sessions are narrowed and running answers stopped."""
    require_wide(visit)
    await service.withdraw(session, visit.reader.id, purpose)


@guarding.get("/children")
async def list_children(session: ReadTransaction, visit: CurrentVisit) -> Listing[ChildOut]:
    """The minors that one answers for, by name, with what waits for a decision."""
    children = await children_of(session, visit.reader.id)
    waiting = await rows.requests_of(session, [child.id for child in children])
    held = await purposes_of(session, [child.id for child in children])
    items = [
        ChildOut(
            **facts_of(child),
            held=[purpose for purpose in Purpose if purpose in held.get(child.id, frozenset())],
            waiting=[row.id for row in waiting if row.child_id == child.id and row.state is RequestState.WAITING],
        )
        for child in children
    ]
    return Listing(items=items, total=len(items))


@guarding.get("/children/{child_id}")
async def get_child(request: Request, session: ReadTransaction, visit: CurrentVisit, child_id: UUID) -> ChildDetail:
    """A minor: what was agreed to, what is asked, and who sees what. What they write to the companion is not here, and
    nowhere else that a guardian looks."""
    _, child = await service.guarded(session, visit.reader.id, child_id)
    return await child_detail(request, session, visit, child)


@guarding.put("/children/{child_id}/consents/{purpose}")
async def give_consent_for_child(
    request: Request, visit: CurrentVisit, child_id: UUID, purpose: Purpose, body: GuardianAgreement | None = None
) -> ChildDetail:
    """Agree to a purpose for a minor."""
    language = (body.language if body else None) or visit.reader.language
    try:
        async with database_of(request).write() as session:
            await service.agree_for(session, visit.reader.id, child_id, [purpose], language=language)
            _, child = await service.guarded(session, visit.reader.id, child_id)
            return await child_detail(request, session, visit, child)
    except ChildNotFound as error:
        await note_refused(database_of(request), "consent.give_for.refused", error, visit.reader.id, child=child_id)
        raise


@guarding.delete("/children/{child_id}/consents/{purpose}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_consent_for_child(request: Request, visit: CurrentVisit, child_id: UUID, purpose: Purpose) -> None:
    """Take it back: sessions are narrowed at once, and answers being written stop."""
    try:
        async with database_of(request).write() as session:
            await service.withdraw_for(session, visit.reader.id, child_id, purpose)
    except ChildNotFound as error:
        await note_refused(database_of(request), "consent.revoke_for.refused", error, visit.reader.id, child=child_id)
        raise


@operating.get("")
async def list_consent_countries(session: ReadTransaction, owner: Owner) -> Listing[CountryOut]:
    """From which age people agree for themselves, by country, with source and date. Unconfirmed rows count for
    nothing."""
    items = [CountryOut.model_validate(each) for each in await countries.list_countries(session)]
    return Listing(items=items, total=len(items))


@operating.put("")
async def confirm_consent_countries(session: WriteTransaction, owner: Owner, body: CountriesIn) -> Listing[CountryOut]:
    """Confirm rows, as they are shipped or as one puts them, or take a confirmation back."""
    await service.confirm_countries(session, owner.id, [confirmed(each) for each in body.confirm])
    for country in body.doubt:
        await service.doubt_country(session, owner.id, country)
    items = [CountryOut.model_validate(each) for each in await countries.list_countries(session)]
    return Listing(items=items, total=len(items))


def confirmed(row: CountryIn) -> countries.Country:
    """Raises CountryUnknown for a country that is not shipped and not described."""
    brought = countries.shipped().get(row.country)
    if row.age is None:
        if brought is None:
            raise CountryUnknown(country=row.country)
        return brought
    if row.law is None or row.source is None or row.as_of is None:
        raise Invalid
    return countries.Country(row.country, row.age, row.ai_age, row.law, row.source, row.as_of)


async def child_detail(request: Request, session: ReadSession, visit: Visit, child: Person) -> ChildDetail:
    language = visit.reader.language
    asked = await rows.requests_of(session, [child.id])
    held = (await purposes_of(session, [child.id])).get(child.id, frozenset())
    return ChildDetail(
        **facts_of(child),
        held=[purpose for purpose in Purpose if purpose in held],
        waiting=[row.id for row in asked if row.state is RequestState.WAITING],
        guardians=[each.name for each in await guardians_of(session, child.id)],
        items=await showing.consents(session, child, language, offers_of(request, visit.reader)),
        receipts=await showing.receipts(session, child.id),
        requests=await showing.requests(session, asked),
        sees=[SightOut.model_validate(each) for each in await who_sees(session, child, language, as_guardian=True)],
    )


def facts_of(child: Person) -> dict[str, object]:
    return {
        "id": child.id,
        "name": child.name,
        "user_type": child.user_type,
        "age_class": child.age_class,
        "country": child.country,
        "language": child.language,
        "onboarded": child.onboarded,
    }


def require_wide(visit: Visit) -> None:
    """Raises KeyTooNarrow: programs agree to nothing unless they may do everything."""
    if not visit.may_write(KeyScope.MANAGE):
        raise KeyTooNarrow(needed=KeyScope.MANAGE.value)


def as_id(secret: str) -> UUID | None:
    try:
        return UUID(secret)
    except ValueError:
        return None

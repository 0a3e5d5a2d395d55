"""Use cases of consent: somebody agrees, a guardian agrees for a minor, and either takes it back.

Whatever changes is settled in the same transaction: sessions that reach too far are narrowed, and every process hears
of it and stops what it does for them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from fumetto.kernel.audit import audit
from fumetto.kernel.context import origin
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.service import settle
from fumetto.people.ages.refitting import refit
from fumetto.people.collectives import repository as belonging
from fumetto.people.collectives.errors import ChildNotFound
from fumetto.people.collectives.models import Guardianship
from fumetto.people.collectives.repository import Person
from fumetto.people.consent import countries, policies
from fumetto.people.consent.countries import Country, rule_for
from fumetto.people.consent.errors import AgeNotDeclared, CountryUnknown, GuardianDecides, NotAMinor, PolicyChanged
from fumetto.people.consent.kinds import EndReason, Method, Purpose
from fumetto.people.consent.repository import grants, receipts, requests
from fumetto.people.consent.repository.receipts import Given
from fumetto.people.consent.rules import WITHOUT_ASKING, class_of, has_to_declare, in_order, needs_guardian

LIFETIME = timedelta(days=365)
"""After which a minor, or their guardian, is asked again."""


async def agree(
    session: WriteSession,
    user_id: UUID,
    purpose: Purpose,
    *,
    language: str,
    version: int | None = None,
    age: int | None = None,
) -> None:
    """Somebody agrees for themselves. Agreeing to what holds already changes nothing.

    version: of the wording that they read, where they say so. age: how old they say they are, where the law of their
    country draws a line within their age class. Raises ChildNotFound for no account, GuardianDecides, AgeNotDeclared,
    PolicyChanged.
    """
    await receipts.lock_consents_of(session, user_id)
    person = await existing(session, user_id)
    evidence = await may_alone(session, person, purpose, age)
    wording = await policies.wording(session, purpose, language)
    if version is not None and version != wording.version:
        raise PolicyChanged(purpose=purpose.value, version=wording.version)
    await receipts.end_expired_of(session, user_id)
    lifetime = LIFETIME if person.is_minor else None
    given = Given(purpose, wording, Method.SELF, present_address(), lifetime, evidence)
    receipt = await receipts.add_own(session, user_id, given)
    if receipt is not None:
        new = {"purpose": purpose, "version": wording.version, "language": wording.language}
        await audit(session, user_id, "consent.give", "consent", receipt, new=new)
        await changed(session, [user_id])


async def may_alone(session: ReadSession, person: Person, purpose: Purpose, age: int | None) -> dict[str, Any]:
    """What a receipt says of the right to agree alone. Raises GuardianDecides, AgeNotDeclared."""
    if not person.is_minor:
        return {}
    age_class = class_of(person.user_type, person.age_class)
    country = await rule_for(session, person.country)
    if needs_guardian(purpose, age_class, country):
        raise GuardianDecides(purpose=purpose.value)
    needed = has_to_declare(purpose, age_class, country)
    if needed is not None and (age is None or age < needed):
        raise AgeNotDeclared(purpose=purpose.value, age=needed)
    said = {"declared_age": needed} if needed is not None else {}
    return {"country": person.country, "age_class": age_class.value} | said


async def withdraw(session: WriteSession, user_id: UUID, purpose: Purpose) -> None:
    """Somebody takes back what they, or a guardian for them, agreed to; an adult also says no to what nobody asked
    them. Only an account itself an adult does not take back: they erase it."""
    await receipts.lock_consents_of(session, user_id)
    person = await existing(session, user_id)
    ended = await receipts.end_own(session, user_id, [purpose], EndReason.REVOKED)
    if person.is_minor:
        ended += await receipts.end_parental(session, EndReason.REVOKED, child_id=user_id, purposes=[purpose])
    elif not ended and purpose in WITHOUT_ASKING - {Purpose.ACCOUNT}:
        wording = await policies.wording(session, purpose, person.language)
        await receipts.add_own(session, user_id, Given(purpose, wording, Method.SELF, present_address(), None, {}))
        ended = await receipts.end_own(session, user_id, [purpose], EndReason.REVOKED)
    if ended:
        await audit(session, user_id, "consent.revoke", "user", user_id, old={"purpose": purpose, "receipts": ended})
        await changed(session, [user_id])


async def agree_for(
    session: WriteSession,
    guardian_id: UUID,
    child_id: UUID,
    purposes: Collection[Purpose],
    *,
    language: str,
    method: Method = Method.GUARDIAN,
    request_id: UUID | None = None,
    evidence: dict[str, Any] | None = None,
) -> list[UUID]:
    """A guardian agrees for a minor; returns the new receipts. Raises ChildNotFound, also for another's child, and
    NotAMinor."""
    await receipts.lock_consents_of(session, child_id)
    guardianship, child = await guarded(session, guardian_id, child_id)
    if not child.is_minor:
        raise NotAMinor
    await receipts.end_expired_of(session, child_id)
    made = []
    for purpose in in_order(purposes):
        wording = await policies.wording(session, purpose, language)
        given = Given(purpose, wording, method, present_address(), LIFETIME, evidence or {})
        receipt = await receipts.add_parental(session, child_id, guardian_id, guardianship.id, request_id, given)
        if receipt is not None:
            made.append(receipt)
            new = {"purpose": purpose, "version": wording.version, "method": method, "for": child_id}
            await audit(session, guardian_id, "consent.give_for", "consent", receipt, new=new)
    if made:
        await changed(session, [child_id])
    return made


async def withdraw_for(session: WriteSession, guardian_id: UUID, child_id: UUID, purpose: Purpose) -> None:
    """A guardian takes it back: whoever gave it, guardian or child, it ends. Raises ChildNotFound."""
    await receipts.lock_consents_of(session, child_id)
    await guarded(session, guardian_id, child_id)
    ended = await receipts.end_parental(session, EndReason.REVOKED, child_id=child_id, purposes=[purpose])
    ended += await receipts.end_own(session, child_id, [purpose], EndReason.REVOKED)
    for grant in await grants.grants_by(session, guardian_id):
        if purpose.value in grant.purposes:
            left = [Purpose(each) for each in grant.purposes if each != purpose.value]
            await grants.set_grant(session, grant.collective_id, guardian_id, left)
    if ended:
        old = {"purpose": purpose, "receipts": ended}
        await audit(session, guardian_id, "consent.revoke_for", "user", child_id, old=old)
        await changed(session, [child_id])


async def grant_for_all(
    session: WriteSession,
    guardian_id: UUID,
    collective_id: UUID,
    purposes: Collection[Purpose],
    *,
    language: str,
    method: Method = Method.GUARDIAN,
) -> list[UUID]:
    """A guardian agrees for all of their minors in a collective, and for those who come later; returns whom that is
    now. Others' minors are not theirs to decide about, and keep what they have."""
    mine = {each.child_id for each in await belonging.guardianships(session, guardian_id=guardian_id)}
    members = [one.person for one in await belonging.members(session, collective_id)]
    children = [one.id for one in members if one.is_minor and one.id in mine]
    await grants.set_grant(session, collective_id, guardian_id, purposes)
    new = {"purposes": in_order(purposes), "children": children}
    await audit(session, guardian_id, "consent.grant", "collective", collective_id, new=new)
    for child_id in sorted(children):
        await agree_for(session, guardian_id, child_id, purposes, language=language, method=method)
    return children


async def guardianship_began(session: WriteSession, guardian_id: UUID, child_id: UUID, collective_id: UUID) -> None:
    """What the guardian has agreed to for all minors of that collective holds for this one too."""
    grant = await grants.grant_of(session, collective_id, guardian_id)
    if grant is not None:
        purposes = [Purpose(each) for each in grant.purposes]
        guardian = await existing(session, guardian_id)
        evidence = {"grant": str(grant.id)}
        await agree_for(
            session,
            guardian_id,
            child_id,
            purposes,
            language=guardian.language,
            method=Method.STANDING,
            evidence=evidence,
        )


async def forget_grant(session: WriteSession, collective_id: UUID, guardian_id: UUID) -> None:
    """Who comes later is not agreed for any more by somebody who has left, even should they come back."""
    await grants.set_grant(session, collective_id, guardian_id, ())


async def guardianships_ended(session: WriteSession, ended: Iterable[tuple[UUID, UUID, UUID]]) -> None:
    """What these guardians agreed to ends with their right to; what another guardian agreed to holds on.

    ended: (guardianship, guardian, child) of each.
    """
    rows = list(ended)
    if rows:
        await receipts.end_parental(session, EndReason.GUARDIANSHIP_ENDED, guardianship_ids=[row[0] for row in rows])
        await changed(session, {row[2] for row in rows})


async def reconsider(session: WriteSession, user_id: UUID) -> None:
    """After somebody has become older or younger, or is of another country: what they may not agree to alone any more
    ends, and so do guardians' rights over an adult."""
    await receipts.lock_consents_of(session, user_id)
    person = await belonging.person(session, user_id)
    if person is None:
        return
    if person.is_minor:
        country = await rule_for(session, person.country)
        age_class = class_of(person.user_type, person.age_class)
        alone = [purpose for purpose in Purpose if needs_guardian(purpose, age_class, country)]
        await receipts.end_own(session, user_id, alone, EndReason.AGE)
        own = [each.id for each in await belonging.guardianships(session, guardian_id=user_id)]
        if own:
            await guardianships_ended(session, await belonging.end_guardianships(session, guardian_id=user_id))
    else:
        await belonging.end_guardianships(session, child_id=user_id)
        await receipts.end_parental(session, EndReason.AGE, child_id=user_id)
    await changed(session, [user_id])


async def confirm_countries(session: WriteSession, actor: UUID, rows: list[Country]) -> None:
    """The operator confirms from which age people agree for themselves; who did and now may not is asked again."""
    await countries.confirm(session, actor, rows)
    await session.flush()
    for row in rows:
        await reconsider_country(session, row.country)


async def doubt_country(session: WriteSession, actor: UUID, country: str) -> None:
    """Take a confirmation back: guardians are asked from now on. Raises CountryUnknown."""
    if not await countries.doubt(session, actor, country):
        raise CountryUnknown(country=country)
    await session.flush()
    await reconsider_country(session, country)


async def reconsider_country(session: WriteSession, country: str) -> None:
    for user_id in sorted(await receipts.agreeing_alone_in(session, country)):
        await reconsider(session, user_id)


async def sync_policies(session: WriteSession) -> None:
    """Put wordings that came with this version on record, and end what was agreed to before an edition that says
    something else: it is asked again."""
    for purpose in Purpose:
        if await policies.version_of(session, purpose) is None:
            await policies.put_on_record(session, purpose)
        whose = await receipts.end_outdated(session, purpose, policies.EDITIONS[purpose])
        await changed(session, whose)


async def tidy(session: WriteSession) -> None:
    """Say of receipts, requests and invitations whose time is over that they ended."""
    await changed(session, await receipts.end_expired(session))
    await requests.expire_requests(session)
    await belonging.seal_invitations(session)


async def changed(session: WriteSession, user_ids: Iterable[UUID]) -> None:
    """Settle what somebody may now, after what they, or others for them, agreed to, or whom they belong to, has
    changed."""
    ids = sorted(set(user_ids))
    await refit(session, ids)
    for user_id in ids:
        await settle(session, user_id)


async def guarded(session: ReadSession, guardian_id: UUID, child_id: UUID) -> tuple[Guardianship, Person]:
    """The guardianship in force, and the child. Raises ChildNotFound: another's child looks like none."""
    found = await belonging.guardianships(session, guardian_id=guardian_id, child_id=child_id)
    child = await belonging.person(session, child_id) if found else None
    if not found or child is None:
        raise ChildNotFound
    return found[0], child


async def existing(session: ReadSession, user_id: UUID) -> Person:
    """Raises ChildNotFound for an account that is closed or gone."""
    person = await belonging.person(session, user_id)
    if person is None:
        raise ChildNotFound
    return person


def present_address() -> str | None:
    """The address that the present request came from, as text; None in jobs and commands, and for what is none."""
    source = origin()
    try:
        return str(ipaddress.ip_address(source.address)) if source else None
    except ValueError:
        return None

"""What there is to show of consent: to the person, and to their guardian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fumetto.kernel.db.sessions import ReadSession
from fumetto.people.collectives import repository as belonging
from fumetto.people.collectives.repository import Person
from fumetto.people.consent import policies
from fumetto.people.consent.countries import rule_for
from fumetto.people.consent.kinds import Purpose
from fumetto.people.consent.models import ParentalAuthorizationRequest, ParentalConsent, UserConsent
from fumetto.people.consent.repository import grants, terms
from fumetto.people.consent.repository import receipts as rows
from fumetto.people.consent.rules import asked_now, class_of, has_to_declare, needs_guardian
from fumetto.people.consent.schemas import ChildRequestOut, ConsentOut, PolicyOut, ReceiptOut
from fumetto.people.consent.standing import purposes_of


@dataclass(frozen=True, slots=True)
class Offers:
    """What there is in this house that somebody may have to agree to."""

    ai: bool = True
    cloud: bool = False
    analytics: bool = False


async def policy(session: ReadSession, purpose: Purpose, language: str) -> PolicyOut:
    text = policies.text_of(purpose, language)
    return PolicyOut(
        purpose=purpose,
        version=await policies.version_of(session, purpose),
        edition=policies.EDITIONS[purpose],
        hash=text.hash.hex(),
        language=text.language,
        title=text.title,
        what=text.what,
        why=text.why,
        stop=text.stop,
    )


async def consents(session: ReadSession, person: Person, language: str, offers: Offers) -> list[ConsentOut]:
    """Each purpose as it stands for somebody."""
    held = (await purposes_of(session, [person.id])).get(person.id, frozenset())
    asked = await asked_of(session, person, offers)
    country = await rule_for(session, person.country)
    until = await ends(session, person.id)
    age_class = class_of(person.user_type, person.age_class)
    rows = []
    for purpose in Purpose:
        guardian = person.is_minor and needs_guardian(purpose, age_class, country)
        rows.append(
            ConsentOut(
                policy=await policy(session, purpose, language),
                held=purpose in held,
                asked=purpose in asked,
                whose="guardian" if guardian else "own",
                declare_age=None if guardian else has_to_declare(purpose, age_class, country),
                until=until.get(purpose),
            )
        )
    return rows


async def asked_of(session: ReadSession, person: Person, offers: Offers) -> frozenset[Purpose]:
    """What somebody is asked at all, here and now."""
    return asked_now(
        person.is_minor,
        ai=offers.ai,
        cloud=offers.cloud,
        analytics=offers.analytics,
        shares=await grants.is_with_others(session, person.id),
    )


async def for_guardians(session: ReadSession, person: Person, offers: Offers) -> list[Purpose]:
    """What a minor may ask a guardian for: what is asked here, is not held, and they cannot agree to alone."""
    held = (await purposes_of(session, [person.id])).get(person.id, frozenset())
    country = await rule_for(session, person.country)
    age_class = class_of(person.user_type, person.age_class)
    asked = await asked_of(session, person, offers)
    return [
        purpose
        for purpose in Purpose
        if purpose in asked and purpose not in held and needs_guardian(purpose, age_class, country)
    ]


async def ends(session: ReadSession, user_id: UUID) -> dict[Purpose, datetime]:
    """When each purpose that holds is asked again, where it is."""
    found: dict[Purpose, datetime] = {}
    now = await terms.database_time(session)
    given: list[UserConsent | ParentalConsent] = [
        *await rows.own_receipts(session, user_id),
        *await rows.parental_receipts(session, user_id),
    ]
    for row in given:
        if row.revoked_at is None and row.expires_at is not None and row.expires_at > now:
            found[row.purpose] = max(row.expires_at, found.get(row.purpose, row.expires_at))
    return found


async def receipts(session: ReadSession, user_id: UUID) -> list[ReceiptOut]:
    """All that was ever agreed to by somebody or for them, the newest first."""
    own = await rows.own_receipts(session, user_id)
    parental = await rows.parental_receipts(session, user_id)
    names = await belonging.people(session, {row.actor_id for row in parental if row.actor_id})
    shown = [receipt(row, None) for row in own]
    shown += [receipt(row, names[row.actor_id].name if row.actor_id in names else "") for row in parental]
    return sorted(shown, key=lambda row: row.created_at, reverse=True)


def receipt(row: UserConsent | ParentalConsent, by: str | None) -> ReceiptOut:
    return ReceiptOut(
        id=row.id,
        purpose=row.purpose,
        policy_version=row.policy_version,
        policy_edition=row.policy_edition,
        language=row.language,
        method=row.method,
        by=by,
        evidence=row.evidence,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        end_reason=row.end_reason,
    )


async def requests(session: ReadSession, rows: Sequence[ParentalAuthorizationRequest]) -> list[ChildRequestOut]:
    names = await belonging.people(session, {row.decided_by for row in rows if row.decided_by})
    return [
        ChildRequestOut(
            id=row.id,
            purposes=[Purpose(each) for each in row.purposes],
            state=row.state,
            created_at=row.created_at,
            expires_at=row.expires_at,
            decided_at=row.decided_at,
            decided_by=names[row.decided_by].name if row.decided_by in names else None,
        )
        for row in rows
    ]

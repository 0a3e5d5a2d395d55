"""Agreeing, for oneself and for a minor, and taking it back: on a real database, through the services."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import psycopg.errors
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from fumetto.kernel.context import Origin, in_request
from fumetto.kernel.db.sessions import Database
from fumetto.people.access.kinds import SessionScope
from fumetto.people.access.service import reader_of, settle
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.accounts.models import User
from fumetto.people.collectives import invitations
from fumetto.people.collectives.errors import ChildNotFound, NotGuardian
from fumetto.people.collectives.guardians import forgotten, guardians_of
from fumetto.people.collectives.kinds import CollectiveKind
from fumetto.people.consent import countries, policies, requests, service
from fumetto.people.consent.errors import (
    AgeNotDeclared,
    GuardianDecides,
    PolicyChanged,
    RequestDecided,
    RequestExpired,
    RequestNotFound,
)
from fumetto.people.consent.kinds import EndReason, Method, Purpose, RequestState, Whom
from fumetto.people.consent.models import ConsentPolicy, ParentalConsent, UserConsent
from fumetto.people.consent.repository import receipts
from fumetto.people.consent.requests import Decision
from tests.builders.families import MINE, a_child, a_collective, a_family, a_newcomer, a_token, an_adult, held

ITALY = "IT"


async def carry_out(database: Database, statement: str) -> None:
    async with database.write() as session:
        await session.execute(text(statement))


async def test_adult_is_asked_nothing_for_what_stays_in_the_house_and_can_say_no_to_it(database: Database) -> None:
    async with database.write() as session:
        reader = await an_adult(session)
        assert await held(session, reader.id) == {Purpose.ACCOUNT, Purpose.AI_LOCAL, Purpose.SHARING}
        await service.withdraw(session, reader.id, Purpose.AI_LOCAL)
        assert Purpose.AI_LOCAL not in await held(session, reader.id)
        await service.agree(session, reader.id, Purpose.AI_LOCAL, language="it")
        await service.agree(session, reader.id, Purpose.AI_CLOUD, language="it")
        assert await held(session, reader.id) >= {Purpose.AI_LOCAL, Purpose.AI_CLOUD}
        await service.withdraw(session, reader.id, Purpose.ACCOUNT)
        assert Purpose.ACCOUNT in await held(session, reader.id)


async def test_minor_may_do_nothing_before_a_guardian_agrees_and_everything_that_they_agreed_to_after(
    database: Database,
) -> None:
    async with database.write() as session:
        parent = await an_adult(session)
        family = await a_collective(session, parent)
        child = await a_newcomer(session, parent, family)
        assert await held(session, child.id) == frozenset()
        assert await settle(session, child.id) is SessionScope.PENDING_CONSENT
        for purpose in Purpose:
            with pytest.raises(GuardianDecides):
                await service.agree(session, child.id, purpose, language="en")
        await service.agree_for(session, parent.id, child.id, [Purpose.ACCOUNT], language="en")
        assert await held(session, child.id) == {Purpose.ACCOUNT}
        assert await settle(session, child.id) is SessionScope.FULL


async def test_child_takes_back_for_themselves_what_a_guardian_agreed_to(database: Database) -> None:
    _, child, _ = await a_family(database)
    async with database.write() as session:
        await service.withdraw(session, child.id, Purpose.AI_LOCAL)
        assert await held(session, child.id) == set(MINE) - {Purpose.AI_LOCAL}
        with pytest.raises(GuardianDecides):
            await service.agree(session, child.id, Purpose.AI_LOCAL, language="en")


async def test_foreign_guardian_decides_nothing_and_learns_nothing(database: Database) -> None:
    _, child, _ = await a_family(database)
    stranger, own, _ = await a_family(database)
    async with database.write() as session:
        for deed in (
            service.agree_for(session, stranger.id, child.id, [Purpose.AI_CLOUD], language="en"),
            service.withdraw_for(session, stranger.id, child.id, Purpose.ACCOUNT),
            service.agree_for(session, child.id, own.id, [Purpose.AI_CLOUD], language="en"),
        ):
            with pytest.raises(ChildNotFound):
                await deed
        new = await requests.ask(session, child.id, [Purpose.AI_CLOUD])
        with pytest.raises(NotGuardian):
            await requests.decide(session, stranger, new.token, Decision(approve=True))
        assert await held(session, child.id) == set(MINE)


async def test_teenager_agrees_alone_only_where_the_operator_has_confirmed_the_law_that_lets_them(
    database: Database,
) -> None:
    async with database.write() as session:
        teacher = await an_adult(session)
        group = await a_collective(session, teacher, CollectiveKind.CLASS)
        teen = await a_newcomer(session, teacher, group, age_class=AgeClass.TEENAGER, country="FR")
        with pytest.raises(GuardianDecides):
            await service.agree(session, teen.id, Purpose.ACCOUNT, language="fr", age=16)
        await service.confirm_countries(session, teacher.id, [countries.shipped()["FR"]])
        with pytest.raises(AgeNotDeclared):
            await service.agree(session, teen.id, Purpose.ACCOUNT, language="fr", age=14)
        await service.agree(session, teen.id, Purpose.ACCOUNT, language="fr", age=15)
        assert await settle(session, teen.id) is SessionScope.FULL
        [receipt] = await receipts.own_receipts(session, teen.id)
        assert receipt.evidence == {"country": "FR", "age_class": "teenager", "declared_age": 15}
        assert receipt.policy_hash == policies.text_of(Purpose.ACCOUNT, "fr").hash
        await service.doubt_country(session, teacher.id, "FR")
        assert await settle(session, teen.id) is SessionScope.PENDING_CONSENT
        await session.refresh(receipt)
        assert receipt.end_reason is EndReason.AGE


async def test_italian_child_below_fourteen_needs_a_guardian_for_ai_on_ones_own_machine_too(database: Database) -> None:
    row = countries.shipped()[ITALY]
    assert (row.age, row.ai_age) == (14, 14)
    async with database.write() as session:
        teacher = await an_adult(session)
        group = await a_collective(session, teacher, CollectiveKind.CLASS)
        await service.confirm_countries(session, teacher.id, [row])
        preteen = await a_newcomer(session, teacher, group, age_class=AgeClass.PRETEEN, country=ITALY)
        teen = await a_newcomer(session, teacher, group, age_class=AgeClass.TEENAGER, country=ITALY)
        with pytest.raises(GuardianDecides):
            await service.agree(session, preteen.id, Purpose.AI_LOCAL, language="it")
        await service.agree(session, teen.id, Purpose.AI_LOCAL, language="it")
        assert Purpose.AI_LOCAL in await held(session, teen.id)


async def test_two_approvals_at_once_make_one_receipt(database: Database) -> None:
    parent, child, family = await a_family(database)
    async with database.write() as session:
        other = await an_adult(session)
        await invitations.join(session, await a_token(session, parent, family, guardian_of=child.id), other.id)
        new = await requests.ask(session, child.id, [Purpose.AI_CLOUD])

    async def approve(guardian: object, secret: str) -> str:
        try:
            async with database.write() as session:
                await requests.decide(session, guardian, secret, Decision(approve=True))  # type: ignore[arg-type] # readers
        except RequestDecided as error:
            return error.code
        return "approved"

    told = await asyncio.gather(approve(parent, new.token), approve(other, new.code))
    assert sorted(told) == ["approved", "consent_request_decided"]
    async with database.read() as session:
        kept = [row for row in await receipts.parental_receipts(session, child.id) if row.request_id == new.id]
        assert [row.purpose for row in kept] == [Purpose.AI_CLOUD]
        assert kept[0].method in {Method.LINK, Method.CODE}


async def test_adult_who_is_given_the_code_of_a_child_that_has_nobody_answers_for_it(database: Database) -> None:
    async with database.write() as session:
        teacher, parent = await an_adult(session), await an_adult(session)
        group = await a_collective(session, teacher, CollectiveKind.CLASS)
        pupil = await a_newcomer(session, teacher, group)
        new = await requests.ask(session, pupil.id, [Purpose.ACCOUNT, Purpose.AI_LOCAL])
        typed = f" {new.code.lower().replace('-', ' ')} "
        decided = await requests.decide(session, parent, typed, Decision(approve=True, purposes=[Purpose.ACCOUNT]))
        assert decided.state is RequestState.APPROVED
        assert await held(session, pupil.id) == {Purpose.ACCOUNT}
        assert [each.id for each in await guardians_of(session, pupil.id)] == [parent.id]
        with pytest.raises(RequestDecided):
            await requests.look(session, new.code)


async def test_consent_granted_for_all_minors_of_a_family_reaches_those_who_come_later(database: Database) -> None:
    parent, child, family = await a_family(database)
    async with database.write() as session:
        new = await requests.ask(session, child.id, [Purpose.AI_CLOUD])
        await requests.decide(session, parent, new.token, Decision(approve=True, whom=Whom.COLLECTIVE))
        sibling = await a_newcomer(session, parent, family)
        assert await held(session, sibling.id) == {Purpose.AI_CLOUD}
        await service.withdraw_for(session, parent.id, sibling.id, Purpose.AI_CLOUD)
        third = await a_newcomer(session, parent, family)
        assert await held(session, third.id) == frozenset()
        assert Purpose.AI_CLOUD in await held(session, child.id)


async def test_request_that_ran_out_or_was_replaced_or_never_was_is_told_apart(database: Database) -> None:
    _, child, _ = await a_family(database)
    async with database.write() as session:
        first = await requests.ask(session, child.id, [Purpose.AI_CLOUD])
        second = await requests.ask(session, child.id, [Purpose.AI_CLOUD])
        with pytest.raises(RequestDecided):
            await requests.look(session, first.token)
        await session.execute(text("UPDATE app.parental_authorization_requests SET expires_at = now()"))
        with pytest.raises(RequestExpired):
            await requests.look(session, second.code)
        for secret in ("ABCD-EFGH", "x" * 49, f"fum_c_{'A' * 43}", ""):
            with pytest.raises(RequestNotFound):
                await requests.look(session, secret)


async def test_expired_receipt_serves_nobody_even_before_the_job_says_that_it_ended(database: Database) -> None:
    parent, child, family = await a_family(database)
    async with database.write() as session:
        other = await an_adult(session)
        await invitations.join(session, await a_token(session, parent, family, guardian_of=child.id), other.id)
        wording = await policies.wording(session, Purpose.AI_CLOUD, "en")
        over = receipts.Given(Purpose.AI_CLOUD, wording, Method.GUARDIAN, None, timedelta(seconds=-1), {})
        await receipts.lock_consents_of(session, child.id)
        guardianship, _ = await service.guarded(session, other.id, child.id)
        await receipts.add_parental(session, child.id, other.id, guardianship.id, None, over)
        assert Purpose.AI_CLOUD not in await held(session, child.id)
        await service.tidy(session)
        ended = [row for row in await receipts.parental_receipts(session, child.id) if row.end_reason]
        assert [row.end_reason for row in ended] == [EndReason.EXPIRED]
        await service.agree_for(session, other.id, child.id, [Purpose.AI_CLOUD], language="en")
        assert Purpose.AI_CLOUD in await held(session, child.id)


async def test_policy_that_says_something_else_is_asked_again_and_one_that_says_it_better_is_not(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, child, _ = await a_family(database)
    better = policies.PolicyText(Purpose.AI_LOCAL, "en", "Asking", "what", "why", "stop")
    monkeypatch.setattr(policies, "text_of", lambda purpose, language: better)
    async with database.write() as session:
        await service.sync_policies(session)
        assert Purpose.AI_LOCAL in await held(session, child.id)
        monkeypatch.setitem(policies.EDITIONS, Purpose.AI_LOCAL, 2)
        await service.sync_policies(session)
        assert await held(session, child.id) == set(MINE) - {Purpose.AI_LOCAL}
        rows = await session.execute(
            select(ConsentPolicy.version, ConsentPolicy.edition, ConsentPolicy.material)
            .where(ConsentPolicy.purpose == Purpose.AI_LOCAL)
            .order_by(ConsentPolicy.version)
        )
        assert [tuple(row) for row in rows] == [(1, 1, False), (2, 1, False), (3, 2, True)]
        adult = await an_adult(session)
        with pytest.raises(PolicyChanged):
            await service.agree(session, adult.id, Purpose.AI_LOCAL, language="en", version=1)


REWRITINGS = (
    "purpose = 'ai_cloud'",
    "created_at = now() - interval '1 year'",
    "expires_at = NULL",
    "revoked_at = NULL, end_reason = NULL",
    "end_reason = 'expired'",
    "evidence = jsonb_build_object('a', 1)",
    "ip_address = '198.51.100.1'",
    "ip_address = '10.0.0.0', ip_truncated_at = now()",
    "child_id = actor_id",
)


async def test_database_lets_nobody_rewrite_a_receipt(database: Database) -> None:
    with in_request(None, Origin("203.0.113.77", "test")):
        parent, child, _ = await a_family(database)
        async with database.write() as session:
            await service.withdraw_for(session, parent.id, child.id, Purpose.AI_LOCAL)
    for change in REWRITINGS:
        with pytest.raises(DBAPIError) as refused:
            await carry_out(database, f"UPDATE app.parental_consents SET {change} WHERE purpose = 'ai_local'")  # noqa: S608 - from the list above
        assert isinstance(refused.value.orig, psycopg.errors.RestrictViolation), change


async def test_receipt_keeps_its_address_for_its_term_then_its_network_and_outlives_its_people(
    database: Database,
) -> None:
    with in_request(None, Origin("203.0.113.77", "test")):
        parent, _, _ = await a_family(database)
    with in_request(None, Origin("2001:db8:1:2:3:4:5:6", "test")):
        async with database.write() as session:
            await service.agree(session, parent.id, Purpose.AI_CLOUD, language="en")
    async with database.write() as session:
        assert await receipts.shorten_addresses(session, timedelta(days=1)) == 0
        assert await receipts.shorten_addresses(session, timedelta(seconds=-1)) == len(MINE) + 1
        addresses = await session.scalars(select(ParentalConsent.ip_address))
        assert set(addresses) == {"203.0.113.0"}
        assert list(await session.scalars(select(UserConsent.ip_address))) == ["2001:db8:1::"]
    with pytest.raises(DBAPIError):
        await carry_out(database, "DELETE FROM app.parental_consents")
    async with database.write() as session:
        await forgotten(session, parent.id, None)
        await session.execute(text("DELETE FROM app.users"))
        left = (await session.execute(select(ParentalConsent.child_id, ParentalConsent.end_reason))).all()
        assert [tuple(row) for row in left] == [(None, EndReason.GUARDIANSHIP_ENDED)] * len(MINE)
        await session.execute(text("DELETE FROM app.parental_consents"))


async def test_somebody_who_grows_up_or_is_younger_than_thought_is_looked_at_again(database: Database) -> None:
    _, child, _ = await a_family(database)
    async with database.write() as session:
        adult = {"user_type": UserType.ADULT, "age_class": AgeClass.ADULT}
        await session.execute(update(User).where(User.id == child.id).values(**adult))
        await service.reconsider(session, child.id)
        assert await guardians_of(session, child.id) == []
        assert (await reader_of(session, child.id)).consents >= {Purpose.ACCOUNT, Purpose.AI_LOCAL}
        young = {"user_type": UserType.CHILD, "age_class": AgeClass.CHILD}
        await session.execute(update(User).where(User.id == child.id).values(**young))
        await service.reconsider(session, child.id)
        assert await held(session, child.id) == frozenset()


async def test_every_shipped_country_names_its_law_and_source_and_counts_for_nothing_before_it_is_confirmed(
    database: Database,
) -> None:
    rows = countries.shipped()
    assert len(rows) == 38
    assert all(13 <= row.age <= 18 and row.law and row.source.startswith("https://") for row in rows.values())
    async with database.read() as session:
        assert {row.confirmed_at for row in await countries.list_countries(session)} == {None}
        assert await countries.rule_for(session, ITALY) is None
        assert await session.scalar(select(func.count()).select_from(User)) == 0


async def test_siblings_of_another_family_keep_what_their_own_guardians_agreed_to(database: Database) -> None:
    parent, child, family = await a_family(database)
    async with database.write() as session:
        cousin = await a_child(session, parent, family)
        await service.withdraw_for(session, parent.id, child.id, Purpose.ACCOUNT)
        assert await held(session, cousin.id) == set(MINE)

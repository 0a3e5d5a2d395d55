"""An adult by their own word only answers for nobody: not by founding a family, not by the code of a child."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.access.service import onboard, reader_of
from fumetto.people.accounts.errors import AgeSetAlready, NotVouched
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.collectives import invitations, service
from fumetto.people.collectives.guardians import guardians_of
from fumetto.people.collectives.invitations import Wanted
from fumetto.people.collectives.kinds import CollectiveKind, MemberRole
from fumetto.people.consent import requests
from fumetto.people.consent.kinds import Purpose
from fumetto.people.public import Account, Role, create_user
from tests.builders.api import a_client_as, an_app
from tests.builders.families import a_collective, a_newcomer, an_adult

API = "/api/v1"


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


async def by_their_own_word(database: Database) -> Account:
    """Somebody whose account says nothing of them, and who says that they are a parent."""
    async with database.write() as session:
        account = await create_user(session, name="Stranger", user_type=None)
        await onboard(session, account.id, UserType.PARENT, AgeClass.ADULT, "en", None)
    return account


async def codes(client: httpx.AsyncClient, code: str) -> list[str]:
    """What is answered where somebody would come to answer for a child."""
    founding = await client.post(f"{API}/collectives", json={"kind": "family", "name": "Ours"})
    deciding = await client.post(f"{API}/consents/requests/{code}/decide", json={"approve": True})
    return [each.json().get("code", str(each.status_code)) for each in (founding, deciding)]


async def test_adult_by_their_own_word_answers_for_no_child_before_the_owner_has_confirmed_it(
    app: FastAPI, database: Database
) -> None:
    stranger = await by_their_own_word(database)
    async with database.write() as session:
        teacher = await an_adult(session)
        pupil = await a_newcomer(session, teacher, await a_collective(session, teacher, CollectiveKind.CLASS))
        asked = await requests.ask(session, pupil.id, [Purpose.ACCOUNT])
    async with a_client_as(app, account=stranger) as client:
        assert await codes(client, asked.code) == ["user_not_vouched", "user_not_vouched"]
        async with database.read() as session:
            assert await guardians_of(session, pupil.id) == []
            noted = await session.scalars(select(AuditLog.action).where(AuditLog.actor_id == stranger.id))
            assert "consent.request_refused" in noted.all()
        assert (await client.patch(f"{API}/users/{stranger.id}", json={"vouched": True})).status_code == 403
        async with a_client_as(app, Role.OWNER) as owner:
            changed = await owner.patch(f"{API}/users/{stranger.id}", json={"vouched": True})
            assert changed.json()["vouched"] is True
        assert (await client.post(f"{API}/consents/requests/{asked.code}/decide", json={"approve": True})).is_success
        async with database.read() as session:
            assert [each.id for each in await guardians_of(session, pupil.id)] == [stranger.id]
        async with a_client_as(app, Role.OWNER) as owner:
            doubted = await owner.patch(f"{API}/users/{stranger.id}", json={"vouched": False})
            assert doubted.json()["vouched"] is False
        refused = await client.post(f"{API}/collectives", json={"kind": "class", "name": "4b"})
        assert (refused.status_code, refused.json()["code"]) == (403, "user_not_vouched")


async def test_who_is_invited_to_look_after_others_is_an_adult_by_the_word_of_who_invites(database: Database) -> None:
    async with database.write() as session:
        parent = await an_adult(session)
        family = await a_collective(session, parent)
        child = await a_newcomer(session, parent, family)
        made = await invitations.invite(session, parent, family, Wanted(role=MemberRole.ADMIN))
        assert made.invitation.age_class is AgeClass.ADULT
        other = await invitations.join_as_new(session, made.token, "Other", "en")
        with pytest.raises(AgeSetAlready):  # or a child with that link could answer for its siblings
            await onboard(session, other, UserType.TEENAGER, AgeClass.TEENAGER, "en", None)
        await onboard(session, other, UserType.PARENT, AgeClass.ADULT, "en", None)
        assert {each.id for each in await guardians_of(session, child.id)} == {parent.id, other}
        founded = await service.found(session, await reader_of(session, other), CollectiveKind.FAMILY, "Theirs")
        assert founded.role is MemberRole.OWNER


async def test_nobody_is_an_adult_by_the_word_of_an_invitation_that_says_no_age(database: Database) -> None:
    async with database.write() as session:
        teacher = await an_adult(session)
        group = await a_collective(session, teacher, CollectiveKind.CLASS)
        made = await invitations.invite(session, teacher, group, Wanted())
        user_id = await invitations.join_as_new(session, made.token, "Anybody", "en")
        await onboard(session, user_id, UserType.PARENT, AgeClass.ADULT, "en", None)
        with pytest.raises(NotVouched):
            await service.found(session, await reader_of(session, user_id), CollectiveKind.FAMILY, "Ours")

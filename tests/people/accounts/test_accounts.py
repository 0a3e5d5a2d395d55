"""Who may come in, as what; and that somebody is always left to look after the rest."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from fastapi import FastAPI

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.accounts.errors import LastOwner, NameConfusing, NameTaken, NameUnusable, UserNotFound
from fumetto.people.public import (
    AccountChanges,
    Role,
    change_user,
    create_user,
    ensure_owner,
    find_user,
    list_users,
)
from tests.builders.api import a_client, a_client_as, an_app


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


async def test_first_start_makes_one_owner_however_many_start_at_once(database: Database) -> None:
    async def start() -> uuid.UUID:
        async with database.write() as session:
            return (await ensure_owner(session)).id

    assert len(set(await asyncio.gather(*(start() for _ in range(8))))) == 1
    async with database.read() as session:
        (owner,) = await list_users(session)
    assert (owner.role, owner.is_first, owner.name) == (Role.OWNER, True, "owner")


async def test_name_is_found_and_taken_whatever_its_capitals(database: Database) -> None:
    async with database.write() as session:
        made = await create_user(session, name=" Zoe\u0308  B", role=Role.EDITOR, language="fr")
        assert (made.name, made.role, made.language) == ("Zoë B", Role.EDITOR, "fr")
        for taken in ("zoë b", "ZOË B"):
            with pytest.raises(NameTaken):
                await create_user(session, name=taken)
        found = await find_user(session, "zOË b")
        assert found == made
        assert await find_user(session, "nobody") is None
        with pytest.raises(NameUnusable):
            await create_user(session, name=" \u202e ")
    async with database.read() as session:
        assert [user.name for user in await list_users(session)] == ["Zoë B"]


async def test_last_owner_can_neither_step_down_nor_be_closed(database: Database) -> None:
    async with database.write() as session:
        owner = await ensure_owner(session)
        for changes in (AccountChanges(role=Role.READER), AccountChanges(is_active=False)):
            with pytest.raises(LastOwner):
                await change_user(session, owner.id, changes)
        second = await create_user(session, name="Bea", role=Role.OWNER)
        assert (await change_user(session, owner.id, AccountChanges(role=Role.EDITOR))).role is Role.EDITOR
        with pytest.raises(LastOwner):
            await change_user(session, second.id, AccountChanges(is_active=False))


async def test_of_two_owners_who_leave_at_once_one_stays(database: Database) -> None:
    async with database.write() as session:
        owners = [await create_user(session, name=name, role=Role.OWNER) for name in ("Ada", "Bea")]

    async def leave(user_id: uuid.UUID) -> bool:
        try:
            async with database.write() as session:
                await change_user(session, user_id, AccountChanges(role=Role.READER))
        except LastOwner:
            return False
        return True

    assert sorted(await asyncio.gather(*(leave(owner.id) for owner in owners))) == [False, True]


async def test_unknown_person_cannot_be_changed(database: Database) -> None:
    async with database.write() as session:
        await ensure_owner(session)
        with pytest.raises(UserNotFound):
            await change_user(session, uuid.uuid4(), AccountChanges(role=Role.EDITOR))


BEA = {"name": "Bea", "role": "editor", "language": "it", "user_type": "adult"}


async def test_owner_adds_somebody_who_signs_in_with_the_link_and_is_closed_again(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as owner, a_client(app) as guest:
        made = (await owner.post("/api/v1/users", json=BEA)).json()
        started = await guest.post("/api/v1/session", json={"token": made["sign_in_token"]})
        assert (started.json()["user"]["name"], started.json()["user"]["language"]) == ("Bea", "it")
        guest.cookies.update(started.cookies)
        assert (await guest.get("/api/v1/series")).status_code == 200
        closed = await owner.patch(f"/api/v1/users/{made['id']}", json={"is_active": False})
        assert (closed.json()["is_active"], closed.json()["role"]) == (False, "editor")
        assert (await guest.get("/api/v1/series")).status_code == 401
        await owner.patch(f"/api/v1/users/{made['id']}", json={"is_active": True})
        assert (await guest.get("/api/v1/series")).status_code == 401  # opened again, but not signed in again


async def test_role_counts_from_the_next_request_on(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as owner, a_client_as(app, Role.READER, name="Bea") as bea:
        bea_id = (await bea.get("/api/v1/session")).json()["user"]["id"]
        assert (await bea.get("/api/v1/users")).status_code == 404
        await owner.patch(f"/api/v1/users/{bea_id}", json={"role": "owner"})
        assert (await bea.get("/api/v1/users")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": "x", "role": "queen"}, {"name": "x", "is_superuser": True}, {"name": "x" * 300}, []],
)
async def test_malformed_person_is_refused_field_by_field(app: FastAPI, body: object) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        answer = await owner.post("/api/v1/users", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("coco", "\u0441\u043e\u0441\u043e"),  # Cyrillic all through
        ("\u03bf\u03bf", "oo"),  # Greek
        ("Polo", "P0lo"),
        ("Ada Lovelace", "\uff21da Lovelace"),  # full-width: the same name
    ],
)
async def test_name_that_can_be_taken_for_another_is_refused(database: Database, first: str, second: str) -> None:
    async with database.write() as session:
        await create_user(session, name=first)
    with pytest.raises((NameConfusing, NameTaken)):
        async with database.write() as session:
            await create_user(session, name=second)
    async with database.write() as session:
        bea = await create_user(session, name="Bea")
    with pytest.raises((NameConfusing, NameTaken)):
        async with database.write() as session:
            await change_user(session, bea.id, AccountChanges(name=second))
    async with database.read() as session:
        assert {account.name for account in await list_users(session)} == {first, "Bea"}


async def test_name_of_mixed_alphabets_or_piled_up_marks_is_unusable(database: Database) -> None:
    async with database.write() as session:
        for name in ("Ad\u0430", "p\u03bfp", "Z\u0300\u0301\u0302\u0303\u0304algo", "\u0301a"):
            with pytest.raises(NameUnusable):
                await create_user(session, name=name)


ALPHABETS = (
    "\u0410\u043d\u043d\u0430",
    "\u0395\u03bb\u03ad\u03bd\u03b7",
    "\u592a\u90ce Taro",
    "Zo\u00eb",
    "Nguy\u1ec5n",
    "\u0645\u0631\u064a\u0645",
)


async def test_names_of_all_alphabets_are_names(database: Database) -> None:
    async with database.write() as session:
        for name in ALPHABETS:
            assert (await create_user(session, name=name)).name == name


async def test_minor_owns_and_edits_nothing_and_who_they_are_must_be_one_person(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        for wrong, code in (
            ({"role": "editor", "user_type": "child"}, "user_minor_in_charge"),
            ({"user_type": "parent", "age_class": "teenager"}, "user_age_unfitting"),
            ({"email": "ada@x, eve@y"}, "invalid"),
            ({"country": "Italy"}, "invalid"),
        ):
            answer = await owner.post("/api/v1/users", json={"name": "Bea"} | wrong)
            assert (answer.status_code, answer.json()["code"]) == (422, code)
        made = (await owner.post("/api/v1/users", json={"name": "Bea", "user_type": "child", "country": "it"})).json()
        assert (made["onboarded"], made["country"], made["has_password"]) == (True, "IT", False)
        raised = await owner.patch(f"/api/v1/users/{made['id']}", json={"role": "owner"})
        assert raised.json()["code"] == "user_minor_in_charge"
        grown = await owner.patch(f"/api/v1/users/{made['id']}", json={"user_type": "adult", "age_class": "adult"})
        assert (grown.json()["user_type"], grown.json()["age_class"]) == ("adult", "adult")

"""A tablet in the kitchen: paired by a grown-up who sees which it is, and children come in with picture and PIN."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.access.devices.models import ChildSecret, DeviceCode
from fumetto.people.access.devices.rules import (
    FREE_TRIES,
    LETTERS,
    LONGEST_WAIT,
    is_pin,
    new_code,
    read_code,
    shown_code,
    wait_after,
)
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.collectives.kinds import CollectiveKind, GuardianshipOrigin
from fumetto.people.collectives.models import Collective, Guardianship
from fumetto.people.public import Account, Role, create_user
from tests.builders.api import a_client, a_client_as, an_app

SECRET = {"picture": "owl", "pin": "2704"}


@dataclass
class Home:
    """Marta looks after Pepe; Zia is a child of another family; `tablet` is nobody's."""

    app: FastAPI
    database: Database
    pepe: Account
    zia: Account
    marta: httpx.AsyncClient
    tablet: httpx.AsyncClient

    async def pair(self, *children: Account) -> dict[str, Any]:
        code = (await self.tablet.post("/api/v1/devices/codes")).json()
        body = {"number": code["number"], "name": "Kitchen", "children": [str(each.id) for each in children]}
        decided = await self.marta.post(f"/api/v1/devices/codes/{code['user_code']}", json=body)
        assert decided.status_code == 200, decided.text
        claimed = await self.tablet.post("/api/v1/devices/claim", json={"device_code": code["device_code"]})
        assert claimed.status_code == 200, claimed.text
        device: dict[str, Any] = decided.json()["device"]
        return device

    async def come_in(self, child: Account, **secret: str) -> httpx.Response:
        body = {"user_id": str(child.id)} | SECRET | secret
        return await self.tablet.post("/api/v1/session/child", json=body)

    async def count(self, action: str) -> int:
        async with self.database.read() as session:
            return await session.scalar(select(func.count()).where(AuditLog.action == action)) or 0


@pytest.fixture
async def home(settings: Settings, database: Database) -> AsyncIterator[Home]:
    app = an_app(settings, database)
    async with database.write() as session:
        marta = await create_user(session, name="Marta", user_type=UserType.PARENT)
        other = await create_user(session, name="Olmo", user_type=UserType.PARENT)
        pepe, zia = [
            await create_user(session, name=name, user_type=UserType.CHILD, age_class=AgeClass.CHILD)
            for name in ("Pepe", "Zia")
        ]
        for guardian, child in ((marta, pepe), (other, zia)):
            family = Collective(name="Family", kind=CollectiveKind.FAMILY)
            session.add(family)
            await session.flush()
            session.add(
                Guardianship(
                    guardian_id=guardian.id,
                    child_id=child.id,
                    collective_id=family.id,
                    origin=GuardianshipOrigin.FAMILY,
                )
            )
    async with a_client_as(app, account=marta) as client, a_client(app) as tablet:
        await client.put(f"/api/v1/users/{pepe.id}/secret", json=SECRET)
        yield Home(app, database, pepe, zia, client, tablet)


@given(st.integers(min_value=0, max_value=10_000))
def test_waits_only_grow_and_never_beyond_four_hours(failures: int) -> None:
    wait, after = wait_after(failures), wait_after(failures + 1)
    assert (wait is None) is (failures < FREE_TRIES)
    assert (wait or timedelta(0)) <= (after or timedelta(0)) <= LONGEST_WAIT


@given(st.text(alphabet=LETTERS + LETTERS.lower() + "- ", max_size=12))
def test_code_is_read_however_it_is_typed(text: str) -> None:
    code = read_code(text)
    letters = [letter for letter in text if letter not in "- "]
    assert (code is not None) is (len(letters) == 8)
    assert code is None or read_code(shown_code(code)) == code


def test_codes_spell_no_words_and_pins_are_not_the_first_to_be_tried() -> None:
    assert not set("AEIOUY01") & {letter for _ in range(50) for letter in new_code()}
    pins = ("1111", "1234", "4321", "123456", "123", "1234567", "12a4", "\u0661\u0662\u0664\u0668", "2704")
    assert [pin for pin in pins if is_pin(pin)] == ["2704"]


async def test_child_comes_in_on_a_device_that_its_guardian_has_paired(home: Home) -> None:
    await home.pair(home.pepe)
    here = (await home.tablet.get("/api/v1/session/children")).json()
    assert (here["paired"], here["device_name"], len(here["pictures"])) == (True, "Kitchen", 12)
    assert here["items"] == [{"id": str(home.pepe.id), "name": "Pepe", "ready": True}]
    answer = await home.come_in(home.pepe)
    assert (answer.status_code, answer.json()["user"]["name"]) == (201, "Pepe")
    assert answer.json()["scope"] == "PENDING_CONSENT"  # nobody has agreed to the account yet
    assert (await home.tablet.get("/api/v1/series")).json()["code"] == "consent_needed"


async def test_grown_up_sees_the_number_of_the_very_device_that_asks(home: Home) -> None:
    code = (await home.tablet.post("/api/v1/devices/codes", headers={"User-Agent": "Safari/1 (iPad)"})).json()
    seen = (await home.marta.get(f"/api/v1/devices/codes/{code['user_code'].lower()}")).json()
    assert (seen["number"], seen["device_name"], seen["state"]) == (code["number"], "Safari on iPad", "open")
    assert code["address"].endswith(f"/pair#code={code['user_code']}")
    wrong = {"number": "00", "children": []}
    answer = await home.marta.post(f"/api/v1/devices/codes/{code['user_code']}", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (404, "device_code_not_found")


async def test_device_waits_until_somebody_decides_and_claims_once(home: Home) -> None:
    code = (await home.tablet.post("/api/v1/devices/codes")).json()
    claim = {"device_code": code["device_code"]}
    waiting = await home.tablet.post("/api/v1/devices/claim", json=claim)
    assert (waiting.status_code, waiting.json()["code"], waiting.headers["retry-after"]) == (
        425,
        "pairing_pending",
        "3",
    )
    body = {"number": code["number"], "children": [str(home.pepe.id)]}
    assert (await home.marta.post(f"/api/v1/devices/codes/{code['user_code']}", json=body)).status_code == 200
    again = await home.marta.post(f"/api/v1/devices/codes/{code['user_code']}", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "device_code_decided")
    assert (await home.tablet.post("/api/v1/devices/claim", json=claim)).status_code == 200
    async with a_client(home.app) as thief:
        replayed = await thief.post("/api/v1/devices/claim", json=claim)
        assert (replayed.status_code, "set-cookie" in replayed.headers) == (404, False)


async def test_refused_or_expired_code_pairs_nothing(home: Home) -> None:
    refused, late = [(await home.tablet.post("/api/v1/devices/codes")).json() for _ in range(2)]
    await home.marta.post(f"/api/v1/devices/codes/{refused['user_code']}", json={"allow": False})
    answer = await home.tablet.post("/api/v1/devices/claim", json={"device_code": refused["device_code"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "pairing_denied")
    async with home.database.write() as session:
        await session.execute(update(DeviceCode).values(expires_at=func.now() - timedelta(seconds=1)))
    body = {"number": late["number"], "children": [str(home.pepe.id)]}
    answer = await home.marta.post(f"/api/v1/devices/codes/{late['user_code']}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (410, "device_code_expired")


async def test_code_made_before_the_clock_was_set_back_is_good_no_longer(home: Home) -> None:
    code = (await home.tablet.post("/api/v1/devices/codes")).json()
    ahead = {"created_at": func.now() + timedelta(days=1), "expires_at": func.now() + timedelta(days=1, minutes=10)}
    async with home.database.write() as session:
        await session.execute(update(DeviceCode).values(**ahead))
    assert (await home.marta.get(f"/api/v1/devices/codes/{code['user_code']}")).status_code == 410


async def test_guardian_of_another_family_and_a_child_pair_nothing_for_pepe(home: Home) -> None:
    code = (await home.tablet.post("/api/v1/devices/codes")).json()
    address = f"/api/v1/devices/codes/{code['user_code']}"
    body = {"number": code["number"], "children": [str(home.zia.id)]}
    answer = await home.marta.post(address, json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "child_unknown")
    assert (await home.marta.put(f"/api/v1/users/{home.zia.id}/secret", json=SECRET)).status_code == 404
    async with a_client_as(home.app, Role.OWNER) as owner:
        assert (await owner.put(f"/api/v1/users/{home.pepe.id}/secret", json=SECRET)).status_code == 404


async def test_wrong_pins_make_the_child_wait_and_leave_a_sign(home: Home) -> None:
    await home.pair(home.pepe)
    for left in range(FREE_TRIES - 1, 0, -1):
        answer = await home.come_in(home.pepe, pin="9305")
        assert (answer.status_code, answer.json()["code"], answer.json()["values"]["left"]) == (
            401,
            "child_secret_wrong",
            left,
        )
    assert (await home.come_in(home.pepe, picture="fox")).json()["code"] == "child_secret_locked"
    locked = await home.come_in(home.pepe)  # right, and too early
    assert (locked.status_code, int(locked.headers["retry-after"]) <= 60) == (429, True)
    assert await home.count("child_secret.locked") == 1
    async with home.database.write() as session:
        await session.execute(update(ChildSecret).values(locked_until=func.now() - timedelta(seconds=1)))
    assert (await home.come_in(home.pepe, pin="9305")).json()["values"]["retry_after"] == 120
    await home.marta.put(f"/api/v1/users/{home.pepe.id}/secret", json={"picture": "kite", "pin": "7091"})
    assert (await home.come_in(home.pepe, picture="kite", pin="7091")).status_code == 201


async def test_nobody_tries_a_childs_pin_without_a_device_that_it_may_use(home: Home) -> None:
    unpaired = await home.come_in(home.pepe)
    assert (unpaired.status_code, unpaired.json()["code"]) == (401, "device_not_paired")
    await home.pair()  # for no child
    assert (await home.come_in(home.pepe)).json()["code"] == "child_secret_wrong"
    async with home.database.read() as session:
        assert await session.scalar(select(ChildSecret.failures)) == 0  # and cannot be locked out so
    home.tablet.cookies.set("fumetto_device", "fum_d_" + "A" * 43)
    assert (await home.come_in(home.pepe)).json()["code"] == "device_not_paired"


async def test_four_digits_on_the_tablet_become_no_other_way_in(home: Home) -> None:
    await home.pair(home.pepe)
    await home.come_in(home.pepe)
    answer = await home.tablet.put("/api/v1/session/password", json={"new": "seven lanterns under the bridge"})
    assert (answer.status_code, answer.json()["code"]) == (403, "on_paired_device")


async def test_taking_a_pairing_back_signs_its_children_out_there(home: Home) -> None:
    device = await home.pair(home.pepe)
    await home.come_in(home.pepe)
    assert (await home.tablet.get("/api/v1/session")).json()["user"]["name"] == "Pepe"
    assert (await home.marta.delete(f"/api/v1/devices/{device['id']}")).status_code == 204
    assert (await home.tablet.get("/api/v1/session")).json()["user"] is None
    assert (await home.tablet.get("/api/v1/session/children")).json()["paired"] is False
    assert (await home.marta.get("/api/v1/devices")).json()["items"] == []


async def test_child_taken_from_the_list_is_signed_out_there_and_one_no_longer_looked_after_cannot_come_back(
    home: Home,
) -> None:
    device = await home.pair(home.pepe)
    await home.come_in(home.pepe)
    changed = await home.marta.put(f"/api/v1/devices/{device['id']}/children", json={"children": []})
    assert changed.json()["children"] == []
    assert (await home.tablet.get("/api/v1/session")).json()["user"] is None
    await home.marta.put(f"/api/v1/devices/{device['id']}/children", json={"children": [str(home.pepe.id)]})
    assert (await home.come_in(home.pepe)).status_code == 201
    async with home.database.write() as session:
        await session.execute(update(Guardianship).values(ended_at=func.now()))
    assert (await home.come_in(home.pepe)).status_code == 401

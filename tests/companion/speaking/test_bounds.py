"""No question leaves the house without consent, and what a family or a class decided binds its minors."""

from __future__ import annotations

import uuid
from contextlib import AbstractAsyncContextManager

import pytest

from fumetto.companion.answering.ports import Look, Turn
from fumetto.companion.kinds import Mode
from fumetto.companion.speaking.errors import ChatNoConsent
from fumetto.companion.speaking.rules import Bounds, Decision, model_for
from fumetto.companion.speaking.service import HouseSpeakers
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.providers.chat.naming import is_in_cloud
from fumetto.kernel.settings import Settings, load_settings
from fumetto.people.collectives.kinds import CollectiveKind, MemberRole
from fumetto.people.collectives.models import Collective, CollectiveMembership
from fumetto.people.consent.kinds import Method, Purpose
from fumetto.people.consent.models import ParentalConsent, UserConsent
from fumetto.people.public import Role, UserType, create_user
from tests.builders.api import a_client_as, an_app
from tests.builders.library import a_series
from tests.builders.people import a_user

CLOUD = "anthropic/claude-haiku-4-5"
RECEIPT = {
    "purpose": Purpose.AI_CLOUD,
    "policy_version": 1,
    "policy_edition": 1,
    "policy_hash": b"\0" * 32,
    "language": "en",
}


class Somewhere:
    def __init__(self, series_id: uuid.UUID, reader_id: uuid.UUID | None) -> None:
        self.series_id = series_id
        self.reader_id = reader_id

    def look(self) -> AbstractAsyncContextManager[Look]:
        raise LookupError("nothing is looked up to choose a model")


@pytest.fixture
def cloudy(settings: Settings) -> Settings:
    named = {"chat_provider": "anthropic", "anthropic_api_key": "k", "chat_models": "ollama/llama3.1:8b"}
    return load_settings({}, data_dir=settings.data_dir, **named)


async def chosen(settings: Settings, database: Database, reader: uuid.UUID | None, model: str | None = None) -> str:
    async with database.write() as session:
        series = await a_series(session)
    turn = Turn(
        uuid.uuid4(), uuid.uuid4(), Somewhere(series.id, reader), "Who?", Mode.PAGE, "en", model=model
    )  # fmt: skip
    speaker = await HouseSpeakers(settings, database).choose(turn, None)
    return speaker.name if speaker else "builtin"


async def a_class(session: WriteSession, pupil: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """A class in a school, with a pupil: (school, class)."""
    school = Collective(kind=CollectiveKind.SCHOOL, name="School")
    session.add(school)
    await session.flush()
    within = Collective(kind=CollectiveKind.CLASS, name="3b", parent_id=school.id)
    session.add(within)
    await session.flush()
    session.add(CollectiveMembership(collective_id=within.id, user_id=pupil, role=MemberRole.MEMBER))
    return school.id, within.id


async def test_grown_up_is_answered_from_the_cloud_when_they_agreed_and_not_before(
    cloudy: Settings, database: Database
) -> None:
    async with database.write() as session:
        adult = (await a_user(session)).id
    with pytest.raises(ChatNoConsent) as refused:
        await chosen(cloudy, database, adult)
    assert refused.value.note == "fallback_consent"
    assert await chosen(cloudy, database, adult, "ollama/llama3.1:8b") == "ollama/llama3.1:8b"
    assert await chosen(cloudy, database, None) == CLOUD  # the operator, at the command line
    async with database.write() as session:
        session.add(UserConsent(user_id=adult, method=Method.SELF, **RECEIPT))
    assert await chosen(cloudy, database, adult) == CLOUD


async def test_what_a_class_or_its_school_decided_binds_its_minors_whatever_their_guardians_agreed_to(
    cloudy: Settings, database: Database
) -> None:
    app = an_app(cloudy, database)
    async with database.write() as session:
        child = await create_user(session, name="Pim", user_type=UserType.CHILD)
        school, within = await a_class(session, child.id)
        session.add(ParentalConsent(child_id=child.id, method=Method.GUARDIAN, **RECEIPT))
        teacher = await create_user(session, name="Ms Moss")
        session.add(CollectiveMembership(collective_id=school, user_id=teacher.id, role=MemberRole.ADMIN))
    assert await chosen(cloudy, database, child.id) == CLOUD
    async with a_client_as(app, account=teacher) as client:
        kept = await client.put(f"/api/v1/collectives/{school}/models", json={"model": None, "cloud_off": True})
        assert kept.status_code == 200
        with pytest.raises(ChatNoConsent):
            await chosen(cloudy, database, child.id)
        local = {"model": "ollama/llama3.1:8b", "cloud_off": False}
        assert (await client.put(f"/api/v1/collectives/{within}/models", json=local)).json() == local
        assert await chosen(cloudy, database, child.id, CLOUD) == "ollama/llama3.1:8b"
        unknown = await client.put(f"/api/v1/collectives/{within}/models", json=local | {"model": "made/up"})
        assert (unknown.status_code, unknown.json()["code"]) == (422, "chat_model_unknown")
    async with a_client_as(app, Role.EDITOR) as stranger:
        assert (await stranger.get(f"/api/v1/collectives/{school}/models")).status_code == 404
        assert (await stranger.put(f"/api/v1/collectives/{school}/models", json=local)).status_code == 404


def test_grown_up_member_may_choose_otherwise_than_their_class_and_a_minor_may_not() -> None:
    decided = [Decision(chat_model="ollama/small"), Decision(chat_model="builtin", cloud_off=True)]
    adult, minor = Bounds(False, True, decided), Bounds(True, True, decided)
    assert model_for(adult, "openai/x", None, CLOUD) == "openai/x"
    assert model_for(adult, None, None, CLOUD) == "builtin"
    assert model_for(minor, "openai/x", "openai/y", CLOUD) == "builtin"
    assert model_for(Bounds(True, True, decided[:1]), "openai/x", None, CLOUD) == "ollama/small"
    assert (adult.cloud, minor.cloud, Bounds(True, False, []).cloud) == (True, False, False)


@pytest.mark.parametrize(
    ("address", "cloud"),
    [
        ("https://api.openai.com/v1", True),
        ("http://localhost:11434", False),
        ("http://127.0.0.1:8000/v1", False),
        ("http://[::1]:8000", False),
        ("http://192.168.1.9:8000", False),
        ("http://nas.local:8000", False),
        ("http://ollama:11434", False),
        ("http://8.8.8.8", True),
        ("https://localhost.evil.example", True),
    ],
)
def test_model_is_in_the_cloud_when_its_address_is_not_of_this_house(
    settings: Settings, address: str, cloud: bool
) -> None:
    named = load_settings({}, data_dir=settings.data_dir, openai_base_url=address)
    assert is_in_cloud(named, "openai/gpt") is cloud
    assert not is_in_cloud(named, "builtin")

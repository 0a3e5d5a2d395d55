"""Shelves that are shared, rules of a class, and how far its members have read."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.public import create_user
from tests.builders.api import a_client_as, an_app
from tests.builders.library import a_series, an_episode

API = "/api/v1"


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


async def joined(teacher: httpx.AsyncClient, pupil: httpx.AsyncClient, group: str) -> None:
    invited = await teacher.post(f"{API}/collectives/{group}/invitations", json={})
    accepted = await pupil.post(f"{API}/invitations/{invited.json()['token']}/accept", json={})
    assert accepted.status_code < 300, accepted.text


async def test_class_reads_what_its_teacher_shares_and_the_teacher_sees_how_far(
    app: FastAPI, database: Database
) -> None:
    async with database.write() as session:
        shared, other = await a_series(session, title="For class"), await a_series(session, title="Not for class")
        episode = await an_episode(session, shared, pages=1)
        await an_episode(session, other, pages=1)
        teacher, pupil = await create_user(session, name="Teacher"), await create_user(session, name="Pupil")
    async with a_client_as(app, account=teacher) as teaching, a_client_as(app, account=pupil) as learning:
        group = (await teaching.post(f"{API}/collectives", json={"kind": "class", "name": "4b"})).json()["id"]
        await joined(teaching, learning, group)
        shelf = (await teaching.post(f"{API}/shelves", json={"name": "This term"})).json()["id"]
        assert (await learning.get(f"{API}/shelves/{shelf}")).status_code == 404
        await teaching.put(f"{API}/shelves/{shelf}/series", json=[str(shared.id)])
        assert (await teaching.put(f"{API}/shelves/{shelf}/collectives", json=[group])).status_code == 204
        assert (await learning.patch(f"{API}/shelves/{shelf}", json={"name": "Mine"})).status_code == 403

        rule = {"only_shelves": True}
        assert (await learning.put(f"{API}/collectives/{group}/reading-rule", json=rule)).status_code == 403
        assert (await teaching.put(f"{API}/collectives/{group}/reading-rule", json=rule)).status_code == 204
        assert [one["title"] for one in (await learning.get(f"{API}/series")).json()["items"]] == ["For class"]
        assert (await teaching.get(f"{API}/series")).json()["total"] == 2
        told = (await learning.get(f"{API}/users/{pupil.id}/reading-rule")).json()
        assert (told["rule"], told["because"][0]["collective_name"]) == (None, "4b")
        assert told["effective"]["only_shelves"] is True

        read = {"episode_id": str(episode.id), "state": "read"}
        assert (await learning.post(f"{API}/reading/mark", json=read)).status_code == 200
        assert (await learning.get(f"{API}/collectives/{group}/progress")).status_code == 404
        progress = (await teaching.get(f"{API}/collectives/{group}/progress")).json()
        assert [one["title"] for one in progress["series"]] == ["For class"]
        (member,) = progress["members"]
        assert (member["name"], member["series"][0]["read"]) == ("Pupil", 1)

        assert (await teaching.delete(f"{API}/collectives/{group}/reading-rule")).status_code == 204
        assert (await learning.get(f"{API}/series")).json()["total"] == 2


async def test_preview_counts_what_a_rule_hides_and_names_it(app: FastAPI, database: Database) -> None:
    async with database.write() as session:
        for title, rating in (("Little", "Everyone"), ("Grim", "Mature 17+"), ("Who knows", None)):
            await an_episode(session, await a_series(session, title=title, age_rating=rating))
        someone = await create_user(session, name="Someone")
    async with a_client_as(app, "owner") as owner, a_client_as(app, account=someone) as other:
        path = f"{API}/users/{someone.id}/reading-rule"
        assert (await owner.put(path, json={"max_age": 12, "unrated": False})).status_code == 204
        assert (await owner.get(f"{path}/preview")).json() == {
            "shown": 1,
            "hidden": 2,
            "unrated": 1,
            "examples": ["Grim", "Who knows"],
        }
        assert (await other.get(f"{API}/users/{owner.account.id}/reading-rule")).status_code == 404  # type: ignore[attr-defined]

"""Shelves that are shared, rules of a class, and how far its members have read."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.public import AgeClass, create_user, reader_of
from tests.builders.api import a_client_as, an_app
from tests.builders.families import a_child, a_newcomer
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


async def test_before_a_rule_holds_it_says_who_would_lose_and_gain_what_and_names_only_ones_own(
    app: FastAPI, database: Database
) -> None:
    async with database.write() as session:
        ratings = {"Little": "Everyone", "Older": "12+", "Teen": "Teen", "Grim": "Mature 17+", "Who knows": None}
        books = {title: await a_series(session, title=title, age_rating=it) for title, it in ratings.items()}
        for one in books.values():
            await an_episode(session, one)
        teacher = await create_user(session, name="Teacher")
    async with a_client_as(app, account=teacher) as teaching:
        group = (await teaching.post(f"{API}/collectives", json={"kind": "class", "name": "4b"})).json()["id"]
        home = (await teaching.post(f"{API}/collectives", json={"kind": "family", "name": "Home"})).json()["id"]
        path = f"{API}/collectives/{group}/reading-rule"
        nobody = await teaching.post(f"{path}/preview", json={"max_age": 6})
        assert nobody.json() == {"items": [], "examples": []}
        async with database.write() as session:
            looks = await reader_of(session, teacher.id)
            own = await a_child(session, looks, home, "Leo")
            pupils = [
                await a_newcomer(session, looks, group, name, AgeClass.TEENAGER) for name in ("Ada", "Bo", "Cleo")
            ]
        async with a_client_as(app, account=own) as leo, a_client_as(app, "owner") as owner:
            invited = await teaching.post(f"{API}/collectives/{group}/invitations", json={"age_class": "child"})
            assert (await leo.post(f"{API}/invitations/{invited.json()['token']}/accept", json={})).status_code < 300
            strict = {"max_age": 6}  # by her parents; the teacher is not to see whose it is
            assert (await owner.put(f"{API}/users/{pupils[0].id}/reading-rule", json=strict)).status_code == 204
            tried = (await teaching.post(f"{path}/preview", json={"max_age": 12, "unrated": False})).json()
            assert tried["items"] == [
                {
                    "name": "Leo",
                    "age_class": "child",
                    "people": 1,
                    "shown": {"least": 1, "most": 1},
                    "gained": {"least": 0, "most": 0},
                    "lost": {"least": 0, "most": 0},
                },
                {
                    "name": None,
                    "age_class": "teenager",
                    "people": 3,
                    "shown": {"least": 1, "most": 2},
                    "gained": {"least": 0, "most": 0},
                    "lost": {"least": 1, "most": 2},
                },
            ]
            assert tried["examples"] == ["Teen", "Who knows"]
            assert (await teaching.get(path)).json()["rule"] is None
            assert (await teaching.put(path, json={"max_age": 12, "unrated": False})).status_code == 204
            lifted = (await teaching.post(f"{path}/preview", json={})).json()["items"]
            assert (lifted[1]["gained"], lifted[1]["lost"]) == ({"least": 1, "most": 2}, {"least": 0, "most": 0})

            mine = f"{API}/users/{own.id}/reading-rule/preview"
            wider = (await teaching.post(mine, json={"max_age": 16})).json()["items"][0]
            assert (wider["name"], wider["shown"]["most"], wider["gained"]["most"]) == ("Leo", 2, 1)
            assert (await leo.post(mine, json={})).status_code == 403
            assert (await leo.post(f"{path}/preview", json={})).status_code == 403
            assert (await teaching.post(mine.replace(str(own.id), str(pupils[0].id)), json={})).status_code == 404

"""The owner says a text otherwise: it is said at once, everywhere, unless it would break where it is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest
import yaml
from fastapi import FastAPI
from sqlalchemy import text

from fumetto.kernel.db.notices import Listening
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.audience import Variant, addressed
from fumetto.kernel.text.catalogues import Words, catalogue, every_text, say, say_from, words
from fumetto.people.localization.errors import WordsFileUnreadable
from fumetto.people.localization.files import texts_in
from fumetto.people.localization.live import load_words, reloading
from fumetto.people.localization.repository import CHANNEL
from fumetto.people.localization.service import put_text
from fumetto.people.public import Role, UserType, create_user
from tests.builders.api import a_client, a_client_as, an_app

ADMIN = "/api/v1/admin/words"
TITLE = "fr/all/shelf.continue"


@pytest.fixture(autouse=True)
def said_as_ever() -> Iterator[None]:
    yield
    say_from(Words())


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


async def put(client: httpx.AsyncClient, place: str, value: str) -> httpx.Response:
    return await client.put(f"{ADMIN}/{place}", json={"value": value})


async def test_owner_says_a_text_otherwise_and_whoever_signs_in_reads_it_until_it_is_taken_back(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as owner, a_client(app) as anybody:
        before = await anybody.get("/api/v1/words/fr.json")
        assert before.json() == {"version": "", "texts": {}}
        assert (await put(owner, "fr/all/people.title", "Les gens d’ici")).json()["state"] == "overridden"
        after = await anybody.get("/api/v1/words/fr.json", headers={"If-None-Match": before.headers["etag"]})
        assert after.json()["texts"] == {"people.title": "Les gens d’ici"}
        again = await anybody.get("/api/v1/words/fr.json", headers={"If-None-Match": after.headers["etag"]})
        assert again.status_code == 304
        assert (await anybody.get("/api/v1/words/it.json")).json()["texts"] == {}
        young = (await anybody.get("/api/v1/words/fr.json?variant=teenager")).json()["texts"]
        assert (young["people.title"], young["account.consents.sees"]) == ("Les gens d’ici", "Qui voit quoi de toi")
        assert (await owner.delete(f"{ADMIN}/fr/all/people.title")).status_code == 204
        assert (await anybody.get("/api/v1/words/fr.json")).json()["texts"] == {}
        history = (await owner.get(f"{ADMIN}/fr/all/people.title/history")).json()["items"]
        assert [(one["old"], one["new"]) for one in history] == [("Les gens d’ici", None), (None, "Les gens d’ici")]
        assert history[0]["by"] == owner.account.name  # type: ignore[attr-defined]


async def test_error_is_told_in_the_operators_words_and_to_the_young_in_theirs(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        await put(owner, "en/all/errors.words_unknown", "No such text: {key}")
        await put(owner, "en/teenager/errors.words_unknown", "Hm, {key}?")
        refused = await put(owner, "en/all/no.such.key", "x")
        assert (refused.status_code, refused.json()["detail"]) == (404, "No such text: no.such.key")
    assert words().say(Variant.TEENAGER, "en", "errors.words_unknown", key="a") == "Hm, a?"
    assert words().say(Variant.TEENAGER, "fr", "errors.words_unknown", key="a").startswith("Aucun texte")


async def test_young_person_is_answered_in_words_for_the_young(app: FastAPI, database: Database) -> None:
    async with database.write() as session:
        teenager = await create_user(session, name="Noa", user_type=UserType.TEENAGER)
        kindly = f"Hello! {every_text('en')['errors.consent_needed']}"
        await put_text(session, None, "en", Variant.TEENAGER, "errors.consent_needed", kindly, "en")
    await load_words(database)
    async with a_client_as(app, account=teenager) as young, a_client_as(app, Role.READER) as grown_up:
        refused = (await young.get("/api/v1/series")).json()
        assert (refused["code"], refused["detail"][:6]) == ("consent_needed", "Hello!")
        assert (await grown_up.get("/api/v1/series")).status_code == 200
    assert addressed() is Variant.ALL


async def test_text_that_would_break_a_page_is_refused_with_the_place_and_changes_nothing(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        refused = await put(owner, "fr/all/editing.merge.title", "Réunir <b>{nombre}</b>")
        assert (refused.status_code, refused.json()["code"]) == (422, "words_refused")
        found = {(one["kind"], one["place"]) for one in refused.json()["values"]["problems"]}
        assert found == {("unknown_argument", "{nombre}"), ("missing_argument", "{count}"), ("markup", "1:8")}
        tried = {"key": "editing.merge.title", "language": "fr", "value": "{count, plural, one {#"}
        (problem,) = (await owner.post(f"{ADMIN}/preview", json=tried)).json()["problems"]
        assert (problem["kind"], problem["place"]) == ("malformed", "1:23")
        for tag, status in (("qq", 422), ("FR", 422), ("../..", 404)):
            assert (await put(owner, f"{tag}/all/people.title", "x")).status_code == status
        page = (await owner.get(ADMIN, params={"language": "fr", "state": "overridden"})).json()
        assert (page["items"], page["counts"]["overridden"]) == ([], 0)


async def test_text_whose_original_changed_since_is_marked_and_shows_what_it_was_made_for(
    app: FastAPI, database: Database
) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        await put(owner, "fr/all/people.title", "Les gens")
        await put(owner, "fr/all/people.you", "Toi")
        async with database.write() as session:
            told = (
                "UPDATE app.localized_content SET base = 'Autrefois', base_hash = md5('x') WHERE key = 'people.title'"
            )
            await session.execute(text(told))
            await session.execute(text("UPDATE app.localized_content SET value = '{who}' WHERE key = 'people.you'"))
        await load_words(database)
        stale = (await owner.get(ADMIN, params={"language": "fr", "state": "stale"})).json()
        assert [one["key"] for one in stale["items"]] == ["people.title"]
        detail = (await owner.get(f"{ADMIN}/fr/all/people.title")).json()
        assert (detail["was"], detail["said"], detail["original"]) == (
            "Autrefois",
            "Les gens",
            every_text("fr")["people.title"],
        )
        broken = (await owner.get(ADMIN, params={"language": "fr", "state": "broken"})).json()
        assert [one["key"] for one in broken["items"]] == ["people.you"]
        assert broken["items"][0]["said"] == broken["items"][0]["original"]
        await put(owner, "fr/all/people.title", "Les gens")
        assert (await owner.get(f"{ADMIN}/fr/all/people.title")).json()["was"] is None


async def test_list_finds_by_words_of_key_original_and_override_and_pages_without_gaps(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        await put(owner, "de/all/people.title", "Menschen mit Zugang")
        found = (await owner.get(ADMIN, params={"language": "de", "search": "ZUGANG menschen"})).json()
        assert [one["key"] for one in found["items"]] == ["people.title"]
        assert found["languages"] == ["de", "en", "fr", "it"]
        assert found["counts"]["missing"] > 1000
        prompts: dict[str, str | int] = {"language": "en", "variant": "teenager", "category": "prompts", "limit": 7}
        keys: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = (await owner.get(ADMIN, params=prompts | {"cursor": cursor})).json()
            keys += [one["key"] for one in page["items"]]
            cursor = page["next_cursor"]
        assert keys == sorted(key for key in catalogue("en") if key.startswith("prompts."))


async def test_preview_shows_each_form_and_the_pseudo_languages(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        wanted = {"key": "opds.episodes", "language": "pl", "value": PAGES}
        shown = (await owner.post(f"{ADMIN}/preview", json=wanted)).json()
        assert shown["problems"] == []
        assert [one["text"] for one in shown["samples"]] == ["1 odcinek", "0 odcinków", "2 odcinki"]
        odd = (await owner.post(f"{ADMIN}/preview", json={"key": "people.you", "language": "en-XA"})).json()
        assert odd["samples"][0]["text"].startswith("[")
        detail = (await owner.get(f"{ADMIN}/pl/all/opds.episodes")).json()
        assert detail["arguments"][0] == {
            "name": "count",
            "kind": "plural",
            "cases": [],
            "forms": ["few", "many", "one", "other"],
        }


PAGES = "{count, plural, one {# odcinek} few {# odcinki} many {# odcinków} other {# odcinka}}{unread, plural, other {}}"


async def test_file_of_texts_goes_out_and_comes_back_whole_or_not_at_all(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        await put(owner, "fr/all/people.title", "Les gens")
        await put(owner, "fr/teenager/prompts.companion", "Salut.")
        out = await owner.get(f"{ADMIN}/file")
        tree = yaml.safe_load(out.text)
        assert tree == {"fr": {"all": {"people.title": "Les gens"}, "teenager": {"prompts.companion": "Salut."}}}
        tree["fr"]["all"] = {"people": {"title": "Nous", "you": every_text("fr")["people.you"]}}
        checked = await owner.post(f"{ADMIN}/file", json={"yaml": yaml.safe_dump(tree), "check": True})
        assert checked.json() == {"written": 1, "removed": 0, "unchanged": 2}
        assert (await owner.get(f"{ADMIN}/fr/all/people.title")).json()["value"] == "Les gens"
        broken = tree | {"it": {"all": {"people.title": "{who}"}}}
        refused = await owner.post(f"{ADMIN}/file", json={"yaml": yaml.safe_dump(broken)})
        assert refused.json()["code"] == "words_file_refused"
        assert (await owner.get(f"{ADMIN}/fr/all/people.title")).json()["value"] == "Les gens"
        await owner.post(f"{ADMIN}/file", json={"yaml": yaml.safe_dump(tree)})
        assert (await owner.get(f"{ADMIN}/fr/all/people.title")).json()["said"] == "Nous"
        whole = yaml.safe_load((await owner.get(f"{ADMIN}/file", params={"language": "fr", "everything": 1})).text)
        assert whole["fr"]["all"]["people.title"] == "Nous"
        assert whole["fr"]["all"]["people.you"] == every_text("fr")["people.you"]


@pytest.mark.parametrize(
    "file",
    [
        "[1, 2]",
        "fr: [",
        "fr: {all: {people.title: [a]}}",
        "fr: {grandparent: {people.title: a}}",
        "klingon: {all: {people.title: a}}",
        "fr: &a {all: {people.title: a}}\nit: *a",
        "fr: {all: " + "{a: " * 400 + "x" + "}" * 401 + "}",
        "fr: {all: {1: a}}",
        "\x00",
    ],
)
def test_file_that_is_none_is_refused_with_what_is_wrong(file: str) -> None:
    with pytest.raises(WordsFileUnreadable) as refused:
        texts_in(file)
    assert refused.value.detail["problem"]


async def test_only_the_owner_looks_after_texts(app: FastAPI) -> None:
    async with a_client_as(app, Role.EDITOR) as editor, a_client(app) as nobody:
        for path in ("", "/file", f"/{TITLE}", f"/{TITLE}/history"):
            assert (await editor.get(f"{ADMIN}{path}", params={"language": "fr"})).status_code == 404
            assert (await nobody.get(f"{ADMIN}{path}", params={"language": "fr"})).status_code == 401
        assert (await put(editor, TITLE, "x")).status_code == 403
        assert (await editor.post(f"{ADMIN}/file", json={"yaml": ""})).status_code == 403
        assert (await editor.delete(f"{ADMIN}/{TITLE}")).status_code == 403


async def test_other_processes_say_it_too_and_go_on_saying_it_when_the_database_is_away(
    database: Database, database_server: DatabaseServer
) -> None:
    heard = asyncio.Event()

    async def reload(notices: frozenset[str] | None) -> None:
        await reloading(database)(notices)
        heard.set()

    async with Listening(database_server, {CHANNEL: reload}) as listening:
        await listening.ready.wait()
        async with database.write() as session:
            await put_text(session, None, "en", Variant.ALL, "companion.untitled", "A talk", "en")
            assert say("en", "companion.untitled") == "Conversation"
        await heard.wait()
    assert say("en", "companion.untitled") == "A talk"
    await database.close()
    await load_words(database)
    assert say("en", "companion.untitled") == "A talk"

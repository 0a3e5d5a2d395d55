"""What editors do to a world over HTTP: import, review, change, merge, delete; all audited, none of it for readers."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.events import bind, unbind
from fumetto.kernel.settings import Settings
from fumetto.library.world.events import Thing, WorldChanged
from fumetto.library.world.models import CharacterAlias, WorldEntity
from fumetto.library.world.service.placing import place_awaited, propose_places
from fumetto.people.public import Role
from tests.builders.api import a_client_as, an_app
from tests.builders.world import EditedStory, Story, said_on

WORLD = """\
entities:
- {slug: ada, name: Ada, kind: character, episode_debut: 1, page_debut: 1, summary: Ada stole the silver crown.}
- {slug: bo, name: Bo, kind: character, episode_debut: 1, page_debut: 2}
- {slug: later, name: Later, kind: place, episode_debut: 3, page_debut: 1}
relationships:
- {source: ada, target: bo, kind: friend_of, episode_debut: 1, page_debut: 2}
"""


class Desk(EditedStory):
    """An editor with a series of two episodes, and a reader who has read all of it."""

    async def upload(self, where: str, status: int = 200, **files: str | bytes) -> Any:
        sent = [("files", (name.replace("__", "."), data)) for name, data in files.items()]
        return await self.ask("POST", f"/editing/series/{self.series.slug}/{where}/import", status, files=sent)

    async def seen_by_reader(self) -> dict[str, Any]:
        return (await self.reader.get(f"/api/v1/series/{self.series.slug}/world")).json()  # type: ignore[no-any-return]

    async def entity(self, slug: str) -> uuid.UUID:
        async with self.database.read(EVERY_READER) as session:
            return await session.scalar(select(WorldEntity.id).where(WorldEntity.slug == slug))  # type: ignore[return-value]

    async def deeds(self) -> list[str]:
        async with self.database.read() as session:
            return list(await session.scalars(select(AuditLog.action).order_by(AuditLog.created_at, AuditLog.id)))


@pytest.fixture
async def desk(database: Database, settings: Settings) -> AsyncIterator[Desk]:
    made = Desk(database)
    await made.build(3, 3)
    app = an_app(settings, database)
    async with a_client_as(app, Role.EDITOR) as editor, a_client_as(app) as reader:
        made.editor, made.reader = editor, reader
        await made.sees(reader.account.id, *made.pages)  # type: ignore[attr-defined]
        yield made


async def test_world_is_imported_by_upload_and_mistakes_come_back_with_their_lines(desk: Desk) -> None:
    report = await desk.upload("world", world__yaml=WORLD)
    assert (report["entities"], report["relationships"], report["waiting"]) == (3, 1, ["3:1"])
    wrong = await desk.upload("world", 422, world__yaml=WORLD.replace("friend_of", "Friend Of"))
    assert (wrong["code"], wrong["values"]["line"], wrong["values"]["file"]) == ("world_file_invalid", 6, "world.yaml")
    assert "world.import" in await desk.deeds()


async def test_upload_without_a_fitting_file_says_what_is_wanted(desk: Desk) -> None:
    answer = await desk.upload("wiki", 422, notes__txt="Hello")
    assert (answer["code"], answer["values"]["wanted"]) == ("world_files_missing", ".md / .markdown")


async def test_reader_may_not_edit_or_see_the_editing_view(desk: Desk) -> None:
    slug = desk.series.slug
    answers = [
        await desk.reader.get(f"/api/v1/editing/series/{slug}/world"),
        await desk.reader.get(f"/api/v1/editing/series/{slug}/review"),
        await desk.reader.post(f"/api/v1/editing/series/{slug}/entities", json={"name": "X", "kind": "place"}),
    ]
    assert {answer.status_code for answer in answers} <= {403, 404}


async def test_statement_is_placed_by_what_pages_say_and_read_once_an_editor_accepts_it(desk: Desk) -> None:
    async with desk.database.write(EVERY_READER) as session:
        for page in (1, 2, 3):
            await said_on(session, desk.page(1, page), f"Filler number {page}", f"Weather is fine {page}")
        await said_on(session, desk.page(2, 2), "Who stole the silver crown?", language="en")
    await desk.upload("world", world__yaml=WORLD)
    async with desk.database.write(EVERY_READER) as session:
        assert await propose_places(session, desk.series.id) == 1
    (waiting,) = [
        item
        for item in (await desk.ask("GET", f"/editing/series/{desk.series.slug}/review?thing=entity_fact"))["items"]
        if item["text"] == "Ada stole the silver crown."
    ]
    assert [(page["episode_number"], page["page_number"]) for page in waiting["pages"]] == [("1", 1), ("2", 2)]
    assert waiting["quote"] == "Who stole the silver crown?"
    ada = await desk.entity("ada")
    assert (await desk.reader.get(f"/api/v1/entities/{ada}")).json()["facts"] == []
    done = await desk.ask("POST", "/editing/review", json={"action": "accept", "ids": [waiting["id"]]})
    assert done == {"changed": 1, "left": []}
    facts = (await desk.reader.get(f"/api/v1/entities/{ada}")).json()["facts"]
    assert [fact["text"] for fact in facts] == ["Ada stole the silver crown."]
    await desk.ask("POST", "/editing/review", json={"action": "reopen", "ids": [waiting["id"]]})
    assert (await desk.reader.get(f"/api/v1/entities/{ada}")).json()["facts"] == []
    assert [deed for deed in await desk.deeds() if deed.startswith("review")] == ["review.accept", "review.reopen"]


async def test_what_has_no_page_cannot_be_accepted_alone_and_is_left_out_of_many(desk: Desk) -> None:
    await desk.upload("world", world__yaml=WORLD)
    items = (await desk.ask("GET", f"/editing/series/{desk.series.slug}/review"))["items"]
    ids = [item["id"] for item in items]
    refused = await desk.ask("POST", "/editing/review", 422, json={"action": "accept", "ids": ids[:1]})
    assert refused["code"] == "review_needs_pages"
    corrected = {"action": "correct", "ids": ids[:1], "page_ids": [str(desk.page(1, 3))]}
    assert (await desk.ask("POST", "/editing/review", json=corrected))["changed"] == 1
    done = await desk.ask("POST", "/editing/review", json={"action": "accept", "ids": ids})
    assert done["changed"] == 1
    assert set(done["left"]) == set(ids[1:])


async def test_correction_with_a_page_of_another_series_is_refused(desk: Desk) -> None:
    await desk.upload("world", world__yaml=WORLD)
    other = await Story(desk.database).build(1)
    item = (await desk.ask("GET", f"/editing/series/{desk.series.slug}/review"))["items"][0]
    body = {"action": "correct", "ids": [item["id"]], "page_ids": [str(other.page(1, 1))]}
    assert (await desk.ask("POST", "/editing/review", 422, json=body))["code"] == "pages_elsewhere"


async def test_review_list_pages_through_everything_once(desk: Desk) -> None:
    await desk.upload("wiki", a__md="# A\n" + "".join(f"Statement number {n}.\n\n" for n in range(25)))
    met: list[str] = []
    cursor = ""
    while True:
        page = await desk.ask("GET", f"/editing/series/{desk.series.slug}/review?limit=10&cursor={cursor}")
        met += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"] or ""
        if not cursor:
            break
    assert len(met) == len(set(met)) == page["total"] == 25


async def test_article_declared_safe_in_review_is_known_whole_and_taken_back_is_unknown(desk: Desk) -> None:
    await desk.upload("wiki", people__md="# People\n\nAda bakes. Ada is the queen.\n")
    item = (await desk.ask("GET", f"/editing/series/{desk.series.slug}/review"))["items"][0]
    await desk.ask("POST", "/editing/review", json={"action": "safe", "ids": [item["id"]]})
    assert len((await desk.reader.get(f"/api/v1/series/{desk.series.slug}/wiki")).json()["items"]) == 1
    assert (await desk.ask("GET", f"/editing/series/{desk.series.slug}/review"))["total"] == 0
    await desk.ask("PUT", f"/editing/wiki/{item['about_id']}/safe-lore", 204, json={"safe_lore": False})
    assert (await desk.reader.get(f"/api/v1/series/{desk.series.slug}/wiki")).json()["items"] == []
    assert (await desk.deeds()).count("wiki.safe_lore") == 2


async def test_article_imported_again_keeps_what_was_decided_and_edited(desk: Desk) -> None:
    await desk.upload("wiki", people__md="# People\n\nAda bakes. Ada sings. Ada naps.\n")
    items = (await desk.ask("GET", f"/editing/series/{desk.series.slug}/review"))["items"]
    by_text = {item["text"]: item for item in items}
    accept = {"action": "correct", "ids": [by_text["Ada bakes."]["id"]], "page_ids": [str(desk.page(1, 1))]}
    await desk.ask("POST", "/editing/review", json=accept)
    await desk.ask("PATCH", f"/editing/facts/{by_text['Ada sings.']['subject_id']}", 204, json={"text": "Ada hums."})
    report = await desk.upload("wiki", people__md="# People\n\nAda jumps. Ada sings. Ada runs.\n")
    assert (report["facts"], report["dropped"]) == (2, 1)
    article = await desk.ask("GET", f"/editing/wiki/{items[0]['about_id']}")
    assert [fact["text"] for fact in article["facts"]] == ["Ada jumps.", "Ada hums.", "Ada runs.", "Ada bakes."]


async def test_entity_made_by_hand_is_known_from_its_pages_and_can_be_changed_and_deleted(desk: Desk) -> None:
    slug = desk.series.slug
    made = await desk.ask(
        "POST",
        f"/editing/series/{slug}/entities",
        201,
        json={"name": "The Mill", "kind": "place", "page_ids": [str(desk.page(2, 1))]},
    )
    assert [one["slug"] for one in (await desk.seen_by_reader())["entities"]] == ["the-mill"]
    taken = {"name": "Other", "kind": "place", "slug": "the-mill"}
    answer = await desk.ask("POST", f"/editing/series/{slug}/entities", 409, json=taken)
    assert answer["code"] == "entity_slug_taken"
    await desk.ask("PATCH", f"/editing/entities/{made['id']}", 204, json={"name": "The Ruin", "page_ids": []})
    assert (await desk.seen_by_reader())["entities"] == []
    await desk.ask("DELETE", f"/editing/entities/{made['id']}", 204)
    await desk.ask("GET", f"/editing/entities/{made['id']}", 404)
    deeds = [deed for deed in await desk.deeds() if deed.startswith("world")]
    assert deeds == ["world.entity_create", "world.entity_edit", "world.entity_delete"]


async def test_merged_entities_are_one_with_the_facts_and_ties_of_all(desk: Desk) -> None:
    await desk.upload("world", world__yaml=WORLD)
    ada, bo, later = [await desk.entity(slug) for slug in ("ada", "bo", "later")]
    tie = {"source_id": str(later), "target_id": str(bo), "kind": "friend_of", "page_ids": [str(desk.page(2, 1))]}
    await desk.ask("POST", f"/editing/series/{desk.series.slug}/relationships", 201, json=tie)
    await desk.ask("POST", "/editing/entities/merge", 204, json={"into": str(ada), "from": [str(later)]})
    world = await desk.ask("GET", f"/editing/series/{desk.series.slug}/world")
    assert {one["slug"] for one in world["entities"]} == {"ada", "bo"}
    assert [(one["source_id"], one["target_id"]) for one in world["relationships"]] == [(str(ada), str(bo))]
    assert len(world["relationships"][0]["evidence"]) == 2
    same = await desk.ask("POST", "/editing/entities/merge", 422, json={"into": str(ada), "from": [str(ada)]})
    assert same["code"] == "world_merge_unclear"


async def test_merged_characters_share_pages_and_the_others_name_waits_to_be_placed(desk: Desk) -> None:
    slug = desk.series.slug
    ada = await desk.ask(
        "POST", f"/editing/series/{slug}/characters", 201, json={"name": "Ada", "page_ids": [str(desk.page(1, 1))]}
    )
    thief = await desk.ask(
        "POST", f"/editing/series/{slug}/characters", 201, json={"name": "Thief", "page_ids": [str(desk.page(2, 1))]}
    )
    await desk.ask("POST", "/editing/characters/merge", 204, json={"into": ada["id"], "from": [thief["id"]]})
    (chip,) = (await desk.reader.get(f"/api/v1/series/{slug}/characters")).json()["items"]
    detail = (await desk.reader.get(f"/api/v1/characters/{chip['id']}")).json()
    assert (detail["name"], detail["aliases"], len(detail["appearances"])) == ("Ada", [], 2)
    roster = (await desk.ask("GET", f"/editing/series/{slug}/characters"))["items"]
    assert [(one["name"], [alias["alias"] for alias in one["aliases"]]) for one in roster] == [("Ada", ["Thief"])]


async def test_open_name_is_known_on_every_page_that_says_it_and_can_become_somebody_else(desk: Desk) -> None:
    slug = desk.series.slug
    async with desk.database.write(EVERY_READER) as session:
        await said_on(session, desk.page(1, 2), "Hey Addie!")
        await said_on(session, desk.page(2, 2), "Addie, run")
    ada = await desk.ask("POST", f"/editing/series/{slug}/characters", 201, json={"name": "Ada"})
    alias = await desk.ask(
        "POST", f"/editing/characters/{ada['id']}/aliases", 201, json={"alias": "Addie", "open": True}
    )
    chips = (await desk.reader.get(f"/api/v1/pages/{desk.page(1, 2)}/characters")).json()["items"]
    assert [chip["name"] for chip in chips] == ["Ada"]
    assert (await desk.reader.get(f"/api/v1/characters/{ada['id']}")).json()["aliases"] == ["Addie"]
    await desk.ask("POST", "/editing/characters/split", 201, json={"alias_id": alias["id"]})
    chips = (await desk.reader.get(f"/api/v1/pages/{desk.page(1, 2)}/characters")).json()["items"]
    assert [chip["name"] for chip in chips] == ["Addie"]
    async with desk.database.read(EVERY_READER) as session:
        assert list(await session.scalars(select(CharacterAlias.id))) == []


async def test_name_that_another_has_is_refused_however_it_is_written(desk: Desk) -> None:
    path = f"/editing/series/{desk.series.slug}/characters"
    await desk.ask("POST", path, 201, json={"name": "Éloïse"})
    assert (await desk.ask("POST", path, 409, json={"name": "ELOISE"}))["code"] == "character_name_taken"


async def test_editor_puts_somebody_on_a_page_chooses_their_portrait_and_takes_them_off(desk: Desk) -> None:
    page = desk.page(1, 2)
    ada = await desk.ask("POST", f"/editing/series/{desk.series.slug}/characters", 201, json={"name": "Ada"})
    await desk.ask("PUT", f"/editing/characters/{ada['id']}/pages/{page}", 204, json={"presence": "shown"})
    portrait = {"portrait_page_id": str(page), "portrait_box": [0.1, 0.2, 0.3, 0.4]}
    await desk.ask("PATCH", f"/editing/characters/{ada['id']}", 204, json=portrait)
    (chip,) = (await desk.reader.get(f"/api/v1/pages/{page}/characters")).json()["items"]
    assert (chip["portrait"]["page_id"], chip["portrait"]["width"]) == (str(page), 0.3)
    assert chip["portrait"]["url"].startswith(f"/api/v1/pages/{page}/crop?x=0.1000&")
    (mention,) = (await desk.ask("GET", f"/editing/characters/{ada['id']}/pages"))["items"]
    assert (mention["page_id"], mention["presence"], mention["origin"]) == (str(page), "shown", "person")
    await desk.ask("PUT", f"/editing/characters/{ada['id']}/pages/{page}", 204, json={"presence": None})
    assert (await desk.reader.get(f"/api/v1/pages/{page}/characters")).json()["items"] == []


async def test_proposed_character_is_unknown_until_accepted(desk: Desk) -> None:
    async with desk.database.write(EVERY_READER) as session:
        for page in ((1, 1), (1, 2)):
            await said_on(session, desk.page(*page), "Zorblax! Come here", language="en")
            await said_on(session, desk.page(*page), "Zorblax ! Viens", language="fr")
    found = await desk.ask("POST", f"/editing/series/{desk.series.slug}/world/propose")
    assert found["characters"] == 1
    assert (await desk.reader.get(f"/api/v1/series/{desk.series.slug}/characters")).json()["items"] == []
    (item,) = (await desk.ask("GET", f"/editing/series/{desk.series.slug}/review?thing=character"))["items"]
    assert (item["text"], len(item["pages"])) == ("Zorblax", 2)
    await desk.ask("POST", "/editing/review", json={"action": "accept", "ids": [item["id"]]})
    (chip,) = (await desk.reader.get(f"/api/v1/series/{desk.series.slug}/characters")).json()["items"]
    assert chip["name"] == "Zorblax"
    again = await desk.ask("POST", f"/editing/series/{desk.series.slug}/world/propose")
    assert again["characters"] == 0


async def test_debut_in_an_episode_that_has_come_is_known_from_it(desk: Desk) -> None:
    await desk.upload("world", world__yaml=WORLD)
    async with desk.database.write(EVERY_READER) as session:
        await desk.add(session, 3, 2)
        assert await place_awaited(session, desk.series.id) == 1
    assert "later" not in {one["slug"] for one in (await desk.seen_by_reader())["entities"]}
    await desk.sees(desk.reader.account.id, (3, 1))  # type: ignore[attr-defined]
    assert "later" in {one["slug"] for one in (await desk.seen_by_reader())["entities"]}


async def test_every_decision_is_told_to_whoever_indexes_the_world(desk: Desk) -> None:
    await desk.upload("wiki", people__md="# People\n\nAda bakes.\n")
    item = (await desk.ask("GET", f"/editing/series/{desk.series.slug}/review"))["items"][0]
    told: list[tuple[Thing, tuple[uuid.UUID, ...]]] = []

    async def note(_: WriteSession, fact: WorldChanged) -> None:
        told.append((fact.thing, fact.ids))

    bind(WorldChanged, note)
    try:
        body = {"action": "correct", "ids": [item["id"]], "page_ids": [str(desk.page(1, 1))]}
        await desk.ask("POST", "/editing/review", json=body)
    finally:
        unbind(WorldChanged, note)
    assert (Thing.WIKI_FACT, (uuid.UUID(item["subject_id"]),)) in told
    assert (Thing.WIKI_ARTICLE, (uuid.UUID(item["about_id"]),)) in told

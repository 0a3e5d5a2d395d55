"""A world graph comes in from YAML: what its author placed is known from there, the rest waits, people's work stays."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from fumetto.entry.first_start import SAMPLE
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.library.world.errors import WorldFileInvalid
from fumetto.library.world.kinds import EntityKind, Origin, ReviewState
from fumetto.library.world.models import Character, EntityFact, Evidence, WorldEntity, WorldRelationship
from fumetto.library.world.rules.world_files import read_world
from fumetto.library.world.service.beside import read_world_beside
from fumetto.library.world.service.importing import WorldImported, import_world
from fumetto.library.world.service.placing import place_awaited, propose_places
from fumetto.library.world.service.wiki import read_articles
from tests.builders.world import Story

ENTITIES = b"""\
entities:
- slug: ada
  name: Ada
  kind: character
  summary: Ada is a baker. She hides a crown.
  episode_debut: 1
  page_debut: 1
- slug: mill
  name: The Old Mill
  kind: place
  episode_debut: 2
  page_debut: 2
- slug: order
  name: The Order
  kind: coven
  episode_debut: 9
  page_debut: 1
"""
RELATIONSHIPS = b"""\
relationships:
- source: ada
  target: mill
  kind: lives_in
  summary: Ada has the key to it.
  episode_debut: 2
  page_debut: 2
"""
FILES = {"entities.yaml": ENTITIES, "relationships.yaml": RELATIONSHIPS}


@pytest.fixture
async def story(database: Database) -> Story:
    return await Story(database).build(3, 3)


async def bring(story: Story, files: dict[str, bytes] | None = None) -> WorldImported:
    async with story.database.write(EVERY_READER) as session:
        return await import_world(session, story.series.id, files or FILES, None)


async def names_known(story: Story, reader: uuid.UUID | str) -> set[str]:
    async with story.database.read(reader) as session:
        return set(await session.scalars(select(WorldEntity.name)))


async def known_to(story: Story, reader: uuid.UUID, what: Any) -> list[Any]:
    """What the database itself lets a reader see."""
    async with story.database.read(reader) as session:
        return list(await session.scalars(what))


async def all_of(story: Story, what: Any) -> list[Any]:
    async with story.database.read(EVERY_READER) as session:
        return list(await session.scalars(what))


async def test_entity_is_known_from_the_page_that_its_author_gives(story: Story) -> None:
    await bring(story)
    assert await names_known(story, await story.a_reader((1, 1))) == {"Ada"}
    assert await names_known(story, await story.a_reader((1, 1), (2, 2))) == {"Ada", "The Old Mill"}
    assert await names_known(story, await story.a_reader((2, 3))) == set()


async def test_sentences_of_a_blurb_wait_for_review_and_nobody_reads_them(story: Story) -> None:
    report = await bring(story)
    assert report.facts == 3
    reader = await story.a_reader(*story.pages)
    async with story.database.read(reader) as session:
        assert await session.scalar(select(func.count()).select_from(EntityFact)) == 0
    facts = await all_of(story, select(EntityFact.text).order_by(EntityFact.order_index))
    assert facts == ["Ada is a baker.", "She hides a crown.", "Ada has the key to it."]
    states = await all_of(story, select(Evidence.state).where(Evidence.entity_fact_id.is_not(None)))
    assert states == [ReviewState.PROPOSED] * 3


async def test_debut_in_an_episode_that_is_not_there_waits_for_it(story: Story) -> None:
    report = await bring(story)
    assert report.waiting == ["9:1"]
    assert "The Order" not in await names_known(story, await story.a_reader(*story.pages))


async def test_character_of_the_graph_is_in_the_roster_on_the_page_of_their_debut(story: Story) -> None:
    await bring(story)
    async with story.database.read(await story.a_reader((1, 1))) as session:
        assert list(await session.scalars(select(Character.name))) == ["Ada"]
    async with story.database.read(await story.a_reader((1, 2))) as session:
        assert list(await session.scalars(select(Character.name))) == []


async def test_importing_the_same_again_adds_and_changes_nothing(story: Story) -> None:
    await bring(story)
    before = await all_of(story, select(Evidence.id).order_by(Evidence.id))
    again = await bring(story)
    assert (again.added, again.changed, again.facts) == (0, 0, 0)
    assert await all_of(story, select(Evidence.id).order_by(Evidence.id)) == before


async def test_import_moves_a_debut_that_the_file_moved_and_drops_a_sentence_that_it_dropped(story: Story) -> None:
    await bring(story)
    moved = ENTITIES.replace(b"episode_debut: 2\n  page_debut: 2", b"episode_debut: 1\n  page_debut: 3")
    await bring(story, {"e.yaml": moved.replace(b" She hides a crown.", b"")})
    assert await names_known(story, await story.a_reader((1, 3))) == {"The Old Mill"}
    assert "She hides a crown." not in await all_of(story, select(EntityFact.text))


async def test_import_leaves_what_people_edited_and_decided(story: Story) -> None:
    await bring(story)
    async with story.database.write(EVERY_READER) as session:
        mill = await session.scalar(select(WorldEntity).where(WorldEntity.slug == "mill"))
        assert mill is not None
        mill.name, mill.origin = "The Ruin", Origin.PERSON
        placed = await session.scalar(select(Evidence).where(Evidence.entity_id == mill.id))
        assert placed is not None
        placed.reviewed_at = func.now()
        crown = await session.scalar(select(EntityFact).where(EntityFact.text == "She hides a crown."))
        assert crown is not None
        crown.text = "She hides something golden."
        baker = await session.scalar(select(EntityFact).where(EntityFact.text == "Ada is a baker."))
        assert baker is not None
        rejected = await session.scalar(select(Evidence).where(Evidence.entity_fact_id == baker.id))
        assert rejected is not None
        rejected.state, rejected.reviewed_at = ReviewState.REJECTED, func.now()
    moved = ENTITIES.replace(b"episode_debut: 2\n  page_debut: 2", b"episode_debut: 1\n  page_debut: 3")
    report = await bring(story, FILES | {"entities.yaml": moved.replace(b"Ada is a baker.", b"Ada is a smith.")})
    assert report.kept > 0
    assert await names_known(story, await story.a_reader((1, 3))) == set()
    texts = await all_of(story, select(EntityFact.text))
    assert {"She hides something golden.", "Ada is a baker.", "Ada is a smith."} <= set(texts)
    assert "She hides a crown." not in texts
    assert await all_of(story, select(WorldEntity.name).where(WorldEntity.slug == "mill")) == ["The Ruin"]


async def test_other_words_for_a_kind_become_ours(story: Story) -> None:
    await bring(story)
    kinds = await all_of(story, select(WorldEntity.kind).where(WorldEntity.slug == "order"))
    assert kinds == [EntityKind.GROUP]


async def test_relationship_may_name_an_entity_that_is_there_already(story: Story) -> None:
    await bring(story, {"e.yaml": ENTITIES})
    await bring(story, {"r.yaml": RELATIONSHIPS})
    assert await all_of(story, select(WorldRelationship.kind)) == ["lives_in"]


async def test_file_with_mistakes_writes_nothing_and_names_every_line(story: Story) -> None:
    wrong = (
        b"entities:\n- slug: a\n  name: 3\n  kind: ghost\n  colour: red\n- slug: mill\n  name: Mill\n  kind: place\n"
    )
    with pytest.raises(WorldFileInvalid) as caught:
        await bring(story, {"world.yaml": wrong})
    problems = caught.value.detail["problems"]
    assert {(each["line"], each["kind"]) for each in problems} == {(5, "unknown_key"), (3, "type"), (4, "one_of")}
    assert "world.yaml" in str(caught.value)
    assert "line 3" in str(caught.value)
    assert await all_of(story, select(WorldEntity.id)) == []


async def test_fact_that_its_author_placed_is_known_from_there_and_waits_for_an_episode_that_is_to_come(
    story: Story,
) -> None:
    placed = (
        b"entities:\n- slug: ada\n  name: Ada\n  kind: character\n  summary: She hides a crown.\n  episode_debut: 1\n"
        b"  facts:\n  - {text: Ada bakes., episode: 1, page: 2}\n  - {text: Ada reigns., episode: 9, page: 1}\n"
    )
    report = await bring(story, {"world.yaml": placed})
    assert report.waiting == ["9:1"]
    reader = await story.a_reader((1, 1))
    known = select(EntityFact.text).order_by(EntityFact.order_index)
    assert await known_to(story, reader, known) == []
    await story.sees(reader, (1, 2))
    assert await known_to(story, reader, known) == ["Ada bakes."]
    async with story.database.write(EVERY_READER) as session:
        await propose_places(session, story.series.id)
        await story.add(session, 9, 1)
        await place_awaited(session, story.series.id)
    await story.sees(reader, (9, 1))
    assert await known_to(story, reader, known) == ["Ada bakes.", "Ada reigns."]
    await bring(story, {"world.yaml": placed})
    assert await known_to(story, reader, known) == ["Ada bakes.", "Ada reigns."]


async def test_place_of_a_fact_without_an_episode_or_with_another_field_is_told_with_its_line(story: Story) -> None:
    wrong = (
        b"entities:\n- slug: a\n  name: A\n  kind: place\n  facts:\n  - {text: One}\n"
        b"  - {text: Two, episode: 1, pages: 2}\n"
    )
    with pytest.raises(WorldFileInvalid) as caught:
        await bring(story, {"world.yaml": wrong})
    problems = caught.value.detail["problems"]
    assert {(each["line"], each["kind"], each["name"]) for each in problems} == {
        (6, "missing", "episode"), (7, "unknown_key", "pages"),
    }  # fmt: skip


def test_world_of_the_sample_is_sound_and_knows_nobody_before_they_are_named() -> None:
    beside = read_world_beside(SAMPLE / "ep01-found-in-a-tree")
    assert beside is not None
    world = read_world(beside.world)
    assert world.problems == []
    debuts = {one.name: (int(one.debut.episode), one.debut.page) for one in world.entities if one.debut}
    named = {
        name: (episode, page)
        for episode, folder in ((2, "ep02-the-keepers-word"), (1, "ep01-found-in-a-tree"))
        for page in (4, 3, 2, 1)
        for name in named_on(SAMPLE / folder / "art" / f"page_{page:03}.json")
    }
    assert {name: debuts[name] for name in named} == named
    for one in world.entities:
        assert all(one.debut and (fact.debut.episode, fact.debut.page) >= debuts[one.name] for fact in one.facts)
    assert [article.safe_lore for article in read_articles(beside.wiki)] == [True, True]


def named_on(sidecar: Path) -> list[str]:
    return [str(each["name"]) for each in json.loads(sidecar.read_text("utf-8")).get("characters", [])]


def test_nothing_beside_an_episode_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "ep01").mkdir()
    assert read_world_beside(tmp_path / "ep01") is None
    (tmp_path / "world" / "wiki").mkdir(parents=True)
    assert read_world_beside(tmp_path / "ep01") is None
    (tmp_path / "world" / "wiki" / "a.md").write_text("# A\n\nAda bakes.\n", "utf-8")
    found = read_world_beside(tmp_path / "ep01")
    assert found is not None
    assert (list(found.world), list(found.wiki)) == ([], ["a.md"])

"""The same story with something else beyond the horizon: nothing, other words, or other things altogether."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Collection
from random import Random

from tests.builders.story import (
    SUBJECTS,
    TABLES,
    Key,
    Row,
    Story,
    a_character,
    an_article,
    an_entity,
    an_evidence,
    box,
    key_of,
    shown_on,
    what_is_on,
    words,
)

OWNERS = {
    "episodes": ("series_id", "series"),
    "pages": ("episode_id", "episodes"),
    "page_texts": ("page_id", "pages"),
    "balloons": ("page_text_id", "page_texts"),
    "episode_summaries": ("episode_id", "episodes"),
    "page_descriptions": ("page_id", "pages"),
    "panels": ("page_id", "pages"),
    "character_aliases": ("character_id", "characters"),
    "page_characters": ("character_id", "characters"),
    "balloon_speakers": ("character_id", "characters"),
    "wiki_sources": ("article_id", "wiki_articles"),
    "wiki_facts": ("article_id", "wiki_articles"),
    "entity_facts": ("entity_id", "world_entities"),
    "evidence_pages": ("evidence_id", "evidences"),
    "commentary_notes": ("episode_id", "episodes"),
}
"""The column by which a row belongs to another, and is gone with it."""

ALSO = {
    "page_characters": (("page_id", "pages"),),
    "balloon_speakers": (("balloon_id", "balloons"),),
    "world_relationships": (("source_entity_id", "world_entities"), ("target_entity_id", "world_entities")),
    "evidence_pages": (("page_id", "pages"),),
    "evidences": tuple((column, table) for table, column in SUBJECTS.items()),
}
WORDED = ("text", "visual_description", "description", "name", "alias", "title", "heading", "label", "quote", "body")
MARK = "beyondness"


def absent(story: Story, known: dict[str, set[Key]], seen: set[uuid.UUID]) -> Story:
    """Without any row that may not be known."""
    left = copy.deepcopy(story)
    for row in left.rows["characters"]:
        row["portrait_page_id"] = row["portrait_page_id"] if row["portrait_page_id"] in seen else None
    for table, keys in known.items():
        left.rows[table] = [row for row in left.rows[table] if key_of(table, row) in keys]
    return without_orphans(left)


def without_orphans(story: Story) -> Story:
    """Without what belongs to rows that are gone, as foreign keys have it. `TABLES` puts owners first."""
    for table in TABLES:
        owners = (*((OWNERS[table],) if table in OWNERS else ()), *ALSO.get(table, ()))
        for column, owner in owners:
            there = {row["id"] for row in story.rows[owner]}
            story.rows[table] = [row for row in story.rows[table] if row[column] is None or row[column] in there]
    pages = {row["id"] for row in story.rows["pages"]}
    for row in story.rows["characters"]:
        row["portrait_page_id"] = row["portrait_page_id"] if row["portrait_page_id"] in pages else None
    characters = {row["id"] for row in story.rows["characters"]}
    for row in story.rows["world_entities"]:
        row["character_id"] = row["character_id"] if row["character_id"] in characters else None
    return story


def reworded(story: Story, known: dict[str, set[Key]], random: Random) -> Story:
    """With other words in every row that may not be known."""
    other = copy.deepcopy(story)
    for table, keys in known.items():
        for index, row in enumerate(other.rows[table]):
            if key_of(table, row) not in keys:
                for column in WORDED:
                    if isinstance(row.get(column), str):
                        row[column] = f"{words(random, MARK)} {index}"
                row |= {f"folded_{name}": row[name].lower() for name in ("name", "alias") if f"folded_{name}" in row}
                if "x" in row:
                    row |= box(random)
    return other


def replaced(story: Story, known: dict[str, set[Key]], seen: set[uuid.UUID], random: Random) -> Story:
    """With other rows instead of those that may not be known, more of them, some about things that may be known."""
    other = absent(story, known, seen)
    for page in story.rows["pages"]:
        if page["id"] not in seen:
            new_words_on(other, random, page["id"])
    for series in story.rows["series"]:
        series_id = series["id"]
        pages = [row["id"] for row in story.pages_of(series_id)]
        unseen = [page_id for page_id in pages if page_id not in seen]
        if not unseen:
            continue
        summaries_and_notes(other, random, series_id, seen)
        before = {table: len(other.rows[table]) for table in SUBJECTS}
        known_cast = other.of("characters", series_id=series_id)
        newcomer = a_character(other, random, series_id, [], MARK)
        for character in [*known_cast, newcomer]:
            for page_id in random.sample(unseen, min(2, len(unseen))):
                shown_on(other, page_id, character["id"])
            alias = f"{words(random, MARK)} {len(other.rows['character_aliases'])}"
            other.add(
                "character_aliases", id=uuid.uuid4(), character_id=character["id"], alias=alias,
                folded_alias=alias.lower(), language="en", origin="import",
            )  # fmt: skip
        more_of_the_world(other, random, series_id, [*known_cast, newcomer])
        for table, column in SUBJECTS.items():
            for row in other.rows[table]:
                if belongs(other, table, row, series_id) and (
                    other.rows[table].index(row) >= before[table] or random.random() < 0.6
                ):
                    beyond_evidence(other, random, series_id, column, row, pages, unseen)
    return other


def new_words_on(other: Story, random: Random, page_id: uuid.UUID) -> None:
    drawn = Story()
    what_is_on(drawn, random, page_id, MARK)
    texts = other.of("page_texts", page_id=page_id)
    spoken = [row for row in drawn.rows["balloons"] if texts]
    for index, row in enumerate(spoken):
        other.rows["balloons"].append({**row, "page_text_id": texts[0]["id"], "order_index": index})
    for table in ("page_descriptions", "panels"):
        other.rows[table] += drawn.rows[table]


def summaries_and_notes(other: Story, random: Random, series_id: uuid.UUID, seen: Collection[uuid.UUID]) -> None:
    for episode in other.of("episodes", series_id=series_id):
        pages = {row["id"] for row in other.of("pages", episode_id=episode["id"])}
        if pages <= set(seen):
            continue
        other.add("episode_summaries", episode_id=episode["id"], language="und", text=words(random, MARK))
        for index, page_id in enumerate([None, *sorted(pages - set(seen))][:2]):
            other.add(
                "commentary_notes", id=uuid.uuid4(), episode_id=episode["id"], page_id=page_id, order_index=90 + index,
                text=words(random, MARK), language="en", origin="import", page_hint=None, url=None,
            )  # fmt: skip


def more_of_the_world(other: Story, random: Random, series_id: uuid.UUID, cast: list[Row]) -> None:
    known = other.of("world_entities", series_id=series_id)
    for article in other.of("wiki_articles", series_id=series_id):
        other.add(
            "wiki_facts", id=uuid.uuid4(), article_id=article["id"], order_index=90, heading=words(random, MARK),
            text=words(random, MARK), safe_lore=False,
        )  # fmt: skip
    drawn = Story()
    an_article(drawn, random, series_id, MARK)
    for table in ("wiki_articles", "wiki_sources", "wiki_facts"):
        other.rows[table] += [row | ({"safe_lore": False} if "safe_lore" in row else {}) for row in drawn.rows[table]]
    newcomer = an_entity(other, random, series_id, cast, MARK)
    for entity in known:
        other.add(
            "entity_facts", id=uuid.uuid4(), entity_id=entity["id"], order_index=90, text=words(random, MARK),
            language="en", origin="import",
        )  # fmt: skip
        other.add(
            "world_relationships", id=uuid.uuid4(), series_id=series_id, source_entity_id=entity["id"],
            target_entity_id=random.choice([one["id"] for one in [*known, newcomer] if one is not entity]),
            kind="fears", label=words(random, MARK), origin="import",
        )  # fmt: skip


def belongs(story: Story, table: str, row: Row, series_id: uuid.UUID) -> bool:
    if "series_id" in row:
        return bool(row["series_id"] == series_id)
    column, owner = OWNERS[table]
    return any(one["id"] == row[column] and one["series_id"] == series_id for one in story.rows[owner])


def beyond_evidence(
    other: Story,
    random: Random,
    series_id: uuid.UUID,
    column: str,
    row: Row,
    pages: list[uuid.UUID],
    unseen: list[uuid.UUID],
) -> None:
    """An evidence that needs an unseen page, perhaps with a seen one, or that nobody has accepted."""
    an_evidence(other, random, series_id, column, row["id"], pages, MARK)
    evidence = other.rows["evidences"][-1]
    needed = {one["page_id"] for one in other.of("evidence_pages", evidence_id=evidence["id"])}
    if needed.isdisjoint(unseen):
        other.add("evidence_pages", evidence_id=evidence["id"], page_id=random.choice(unseen))
        evidence["page_count"] = len(needed) + 1


def without_unseen_episodes(story: Story, seen: set[uuid.UUID]) -> Story:
    """Without episodes of which no page may be known, as if they had never been added."""
    left = copy.deepcopy(story)
    begun = {row["episode_id"] for row in left.rows["pages"] if row["id"] in seen}
    left.rows["episodes"] = [row for row in left.rows["episodes"] if row["id"] in begun]
    return without_orphans(left)

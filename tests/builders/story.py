"""Small made-up stories: what is on their pages and known of their worlds, and who may know it, in plain Python.

`Story` is the specification that row-level security, the queries and the routes are held against: `visible_rows` says
which rows a reader may see, by the rules of the horizon and without any SQL. Sessions that write one must be for
EVERY_READER.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from fumetto.kernel.db.base import Base, uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.catalogue.kinds import PageKind, PageState, TextSource
from fumetto.library.catalogue.models import Episode
from fumetto.library.catalogue.rules import sort_title_of
from fumetto.library.contents.models import EpisodeSummary
from fumetto.library.reading.models import ReadingLedger
from fumetto.library.reading.repository import as_multirange
from fumetto.library.reading.rules import UNNUMBERED_FROM, cells_of, positions_of

Row = dict[str, Any]
Key = tuple[Any, ...]

TABLES = (
    "series",
    "episodes",
    "pages",
    "page_texts",
    "balloons",
    "episode_summaries",
    "page_descriptions",
    "panels",
    "characters",
    "character_aliases",
    "page_characters",
    "balloon_speakers",
    "wiki_articles",
    "wiki_sources",
    "wiki_facts",
    "world_entities",
    "entity_facts",
    "world_relationships",
    "evidences",
    "evidence_pages",
    "commentary_notes",
)
"""In an order in which each refers to those before it."""

SUBJECTS = {
    "world_entities": "entity_id",
    "entity_facts": "entity_fact_id",
    "world_relationships": "relationship_id",
    "wiki_facts": "wiki_fact_id",
    "character_aliases": "alias_id",
}
WORDS = ("potion", "owl", "moon", "cat", "crown", "broom", "forest", "secret", "tower", "magic", "storm", "letter")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NUMBERS = (Decimal(1), Decimal(2), Decimal(12), Decimal("12.5"), Decimal(13), None)


async def a_summary(session: WriteSession, episode: Episode, text: str, language: str = "und") -> EpisodeSummary:
    summary = EpisodeSummary(episode_id=episode.id, language=language, text=text)
    session.add(summary)
    await session.flush()
    return summary


def key_of(table: str, row: Row) -> Key:
    return tuple(row[column.name] for column in Base.metadata.tables[f"library.{table}"].primary_key)


@dataclass
class Story:
    """A library as rows by table."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in TABLES})

    def add(self, table: str, **values: Any) -> Row:
        self.rows[table].append(values)
        return values

    def of(self, table: str, **values: Any) -> list[Row]:
        return [row for row in self.rows[table] if all(row.get(name) == value for name, value in values.items())]

    def pages_of(self, series_id: uuid.UUID) -> list[Row]:
        episodes = {row["id"] for row in self.of("episodes", series_id=series_id)}
        found = [row for row in self.rows["pages"] if row["episode_id"] in episodes]
        return sorted(found, key=lambda row: (row["position"], row["order_index"]))

    def series_of(self, page_id: uuid.UUID) -> uuid.UUID:
        (page,) = self.of("pages", id=page_id)
        (episode,) = self.of("episodes", id=page["episode_id"])
        found: uuid.UUID = episode["series_id"]
        return found

    def seen_at(self, seen: Iterable[uuid.UUID], present: uuid.UUID | None = None) -> set[uuid.UUID]:
        """The pages whose positions a ledger with these pages has, none of them after the present page."""
        by_id = {row["id"]: row for row in self.rows["pages"]}
        places = {(self.series_of(page_id), by_id[page_id]["position"]) for page_id in seen}
        last = by_id[present]["position"] if present is not None else None
        return {
            row["id"]
            for row in self.rows["pages"]
            if (self.series_of(row["id"]), row["position"]) in places and (last is None or row["position"] <= last)
        }

    def visible_rows(self, seen: set[uuid.UUID]) -> dict[str, set[Key]]:
        """The rows of each revealing table that one who may know these pages may know."""
        rules = self.rules(seen)
        return {
            table: {key_of(table, row) for row in self.rows[table] if visible(row)} for table, visible in rules.items()
        }

    def rules(self, seen: set[uuid.UUID]) -> Mapping[str, Callable[[Row], bool]]:
        pages_by_episode: dict[uuid.UUID, set[uuid.UUID]] = {}
        for page in self.rows["pages"]:
            pages_by_episode.setdefault(page["episode_id"], set()).add(page["id"])
        needed: dict[uuid.UUID, set[uuid.UUID]] = {}
        for row in self.rows["evidence_pages"]:
            needed.setdefault(row["evidence_id"], set()).add(row["page_id"])
        page_of_text = {row["id"]: row["page_id"] for row in self.rows["page_texts"]}
        text_of_balloon = {row["id"]: row["page_text_id"] for row in self.rows["balloons"]}

        def on_page(row: Row) -> bool:
            return row["page_id"] in seen

        def of_episode(row: Row) -> bool:
            pages = pages_by_episode.get(row["episode_id"], set())
            return bool(pages) and pages <= seen

        def evidence(row: Row) -> bool:
            pages = needed.get(row["id"], set())
            return row["state"] == "accepted" and len(pages) == row["page_count"] > 0 and pages <= seen

        def evidenced(table: str) -> Callable[[Row], bool]:
            known = {row[SUBJECTS[table]] for row in self.rows["evidences"] if evidence(row)}
            return lambda row: row["id"] in known

        placed = evidenced("wiki_facts")

        def wiki_fact(row: Row) -> bool:
            return row["safe_lore"] or placed(row)

        told = {row["article_id"] for row in self.rows["wiki_facts"] if wiki_fact(row)}
        met = {row["character_id"] for row in self.rows["page_characters"] if on_page(row)}
        return {
            "balloons": lambda row: page_of_text[row["page_text_id"]] in seen,
            "balloon_speakers": lambda row: page_of_text[text_of_balloon[row["balloon_id"]]] in seen,
            "episode_summaries": of_episode,
            "page_descriptions": on_page,
            "panels": on_page,
            "characters": lambda row: row["state"] == "accepted" and row["id"] in met,
            "character_aliases": evidenced("character_aliases"),
            "page_characters": on_page,
            "wiki_articles": lambda row: row["id"] in told,
            "wiki_sources": lambda row: False,
            "wiki_facts": wiki_fact,
            "world_entities": evidenced("world_entities"),
            "entity_facts": evidenced("entity_facts"),
            "world_relationships": evidenced("world_relationships"),
            "evidences": evidence,
            "evidence_pages": on_page,
            "commentary_notes": lambda row: on_page(row) if row["page_id"] else of_episode(row),
        }


def a_story(random: Random, *, series: int = 2, episodes: int = 3, mark: str = "") -> Story:
    """A library of so many series at most, each with a world of its own. `mark` is in every revealing text."""
    story = Story()
    for _ in range(random.randint(1, series)):
        a_told_series(story, random, episodes, mark)
    return story


def words(random: Random, mark: str = "") -> str:
    said = " ".join(random.choice(WORDS) for _ in range(random.randint(1, 4)))
    return f"{said} {mark}".strip().capitalize()


def a_told_series(story: Story, random: Random, episodes: int, mark: str) -> None:
    series_id = uuid7()
    title = f"Series {series_id.hex[-8:]}"
    story.add(
        "series", id=series_id, slug=series_id.hex, title=title, sort_title=sort_title_of(title), language="en",
        tags=[], credits=[], locked_fields=[], created_at=LONG_AGO, updated_at=LONG_AGO,
    )  # fmt: skip
    for number in random.sample(NUMBERS, random.randint(1, episodes)):
        an_episode_of(story, random, series_id, number, mark)
    what_is_known(story, random, series_id, mark)


def an_episode_of(story: Story, random: Random, series_id: uuid.UUID, number: Decimal | None, mark: str) -> None:
    episode_id, sort_key = uuid7(), number if number is not None else UNNUMBERED_FROM
    kinds = [(PageKind.COVER, None), *((PageKind.STORY, index + 1) for index in range(random.randint(1, 3)))]
    if random.random() < 0.3:
        kinds.append((PageKind.CREDITS, None))
    story.add(
        "episodes", id=episode_id, series_id=series_id, slug=episode_id.hex, episode_number=number, sort_key=sort_key,
        title=f"Episode {number}", language="en", languages=["en"], credits=[], locked_fields=[], page_count=len(kinds),
        ingested_at=LONG_AGO, updated_at=LONG_AGO,
    )  # fmt: skip
    for index, ((kind, page_number), position) in enumerate(zip(kinds, positions_of(sort_key, kinds), strict=True)):
        story.add(
            "pages", id=uuid7(), episode_id=episode_id, order_index=index, position=position, page_number=page_number,
            kind=kind, member=f"{index}.png", media_type="image/png", fingerprint=f"{index:08x}",
            state=PageState.READY, image_metadata={"width": 1000, "height": 1400},
        )  # fmt: skip
        what_is_on(story, random, story.rows["pages"][-1]["id"], mark)
    if random.random() < 0.7:
        story.add("episode_summaries", episode_id=episode_id, language="und", text=words(random, mark))
    for index in range(random.randint(0, 2)):
        page_id = random.choice([None, *(row["id"] for row in story.of("pages", episode_id=episode_id))])
        story.add(
            "commentary_notes", id=uuid7(), episode_id=episode_id, page_id=page_id, order_index=index,
            text=words(random, mark), language="en", origin="import", page_hint=None, url=None,
        )  # fmt: skip


def box(random: Random) -> Row:
    return {"x": random.randint(0, 8) / 10, "y": random.randint(0, 8) / 10, "width": 0.1, "height": 0.1}


def what_is_on(story: Story, random: Random, page_id: uuid.UUID, mark: str) -> None:
    for language in random.sample(["en", "fr"], random.randint(0, 2)):
        text_id = uuid7()
        story.add(
            "page_texts", id=text_id, page_id=page_id, language=language, source=TextSource.SIDECAR,
            state=PageState.READY, fingerprint="f",
        )  # fmt: skip
        for index in range(random.randint(0, 3)):
            story.add(
                "balloons", id=uuid7(), page_text_id=text_id, order_index=index, text=words(random, mark),
                kind=random.choice(["speech", "sound"]), speaker_name=random.choice([None, "Pepper"]), **box(random),
            )  # fmt: skip
    if random.random() < 0.6:
        story.add(
            "page_descriptions", id=uuid7(), page_id=page_id, language="en", source="sidecar",
            visual_description=words(random, mark), mood_tags=[random.choice(WORDS)],
        )  # fmt: skip
    for index in range(random.randint(0, 2)):
        story.add(
            "panels", id=uuid7(), page_id=page_id, order_index=index, source="sidecar", language="en",
            description=words(random, mark), **box(random),
        )  # fmt: skip


def what_is_known(story: Story, random: Random, series_id: uuid.UUID, mark: str) -> None:
    pages = [row["id"] for row in story.pages_of(series_id)]
    cast = [a_character(story, random, series_id, pages, mark) for _ in range(random.randint(1, 3))]
    on_pages = {row["id"] for row in story.rows["page_texts"] if row["page_id"] in set(pages)}
    for balloon in story.rows["balloons"]:
        if balloon["page_text_id"] in on_pages and random.random() < 0.5:
            story.add("balloon_speakers", balloon_id=balloon["id"], character_id=random.choice(cast)["id"])
    for _ in range(random.randint(0, 2)):
        an_article(story, random, series_id, mark)
    entities = [an_entity(story, random, series_id, cast, mark) for _ in range(random.randint(1, 3))]
    for source, target in pairwise(entities):
        story.add(
            "world_relationships", id=uuid7(), series_id=series_id, source_entity_id=source["id"],
            target_entity_id=target["id"], kind="knows", label=words(random, mark), origin="import",
        )  # fmt: skip
    mine = {row["id"] for table in ("characters", "wiki_articles") for row in story.of(table, series_id=series_id)}
    for table, column in SUBJECTS.items():
        for row in story.rows[table]:
            owner = row.get("series_id") or row.get("character_id") or row.get("article_id") or row.get("entity_id")
            if owner == series_id or owner in mine or owner in {one["id"] for one in entities}:
                for _ in range(random.choice([0, 1, 1, 2])):
                    an_evidence(story, random, series_id, column, row["id"], pages, mark)


def a_character(story: Story, random: Random, series_id: uuid.UUID, pages: Sequence[uuid.UUID], mark: str) -> Row:
    name = f"{words(random, mark)} {len(story.rows['characters'])}"
    character = story.add(
        "characters", id=uuid7(), series_id=series_id, name=name, folded_name=name.lower(), origin="import",
        state=random.choice(["accepted", "accepted", "accepted", "proposed"]),
        portrait_page_id=random.choice([None, *pages]), portrait_x=0.1, portrait_y=0.1, portrait_width=0.2,
        portrait_height=0.2,
    )  # fmt: skip
    for page_id in pages:
        if random.random() < 0.3:
            shown_on(story, page_id, character["id"])
    for _ in range(random.randint(0, 2)):
        alias = f"{words(random, mark)} {len(story.rows['character_aliases'])}"
        story.add(
            "character_aliases", id=uuid7(), character_id=character["id"], alias=alias, folded_alias=alias.lower(),
            language="en", origin="import",
        )  # fmt: skip
    return character


def an_article(story: Story, random: Random, series_id: uuid.UUID, mark: str) -> None:
    article_id, safe = uuid7(), random.random() < 0.2
    story.add(
        "wiki_articles", id=article_id, series_id=series_id, slug=article_id.hex, title=words(random, mark),
        kind="place", language="en", safe_lore=safe,
    )  # fmt: skip
    story.add("wiki_sources", article_id=article_id, body=words(random, mark), front_matter={})
    for index in range(random.randint(1, 3)):
        story.add(
            "wiki_facts", id=uuid7(), article_id=article_id, order_index=index, heading=words(random, mark),
            text=words(random, mark), safe_lore=safe,
        )  # fmt: skip


def an_entity(story: Story, random: Random, series_id: uuid.UUID, cast: Sequence[Row], mark: str) -> Row:
    entity = story.add(
        "world_entities", id=uuid7(), series_id=series_id, slug=uuid7().hex, name=words(random, mark), kind="character",
        origin="import", character_id=random.choice([None, *(one["id"] for one in cast)]),
    )  # fmt: skip
    for index in range(random.randint(0, 2)):
        story.add(
            "entity_facts", id=uuid7(), entity_id=entity["id"], order_index=index, text=words(random, mark),
            language="en", origin="import",
        )  # fmt: skip
    return entity


def shown_on(story: Story, page_id: uuid.UUID, character_id: uuid.UUID) -> None:
    """A character on a page; two of three pages have a panel that can stand for them."""
    at = len(story.rows["page_characters"])
    rank = (0, 1, None)[at % 3]
    box = (None,) * 4 if rank is None else (0.01 * (at % 50), 0.1, 0.4, 0.3)
    story.add(
        "page_characters", page_id=page_id, character_id=character_id, presence="shown", origin="import",
        face_rank=rank, face_x=box[0], face_y=box[1], face_width=box[2], face_height=box[3],
    )  # fmt: skip


def an_evidence(
    story: Story,
    random: Random,
    series_id: uuid.UUID,
    column: str,
    subject: uuid.UUID,
    pages: Sequence[uuid.UUID],
    mark: str,
) -> None:
    needed = random.sample(list(pages), min(len(pages), random.choice([1, 1, 2])))
    state = random.choice(["accepted", "accepted", "accepted", "proposed", "rejected"])
    lost = random.random() < 0.1  # a page that was deleted
    evidence = story.add(
        "evidences", id=uuid7(), series_id=series_id, state=state, origin="import", quote=words(random, mark),
        page_count=len(needed) + lost, **{one: subject if one == column else None for one in SUBJECTS.values()},
    )  # fmt: skip
    for page_id in needed:
        story.add("evidence_pages", evidence_id=evidence["id"], page_id=page_id)


async def write_story(session: WriteSession, story: Story) -> None:
    for table in TABLES:
        await write_rows(session, table, story.rows[table])


async def write_rows(session: WriteSession, table: str, rows: Sequence[Row]) -> None:
    if rows:
        await session.execute(insert(Base.metadata.tables[f"library.{table}"]), list(rows))


async def write_ledger(session: WriteSession, story: Story, reader_id: uuid.UUID, seen: Iterable[uuid.UUID]) -> None:
    """What the reader has seen is these pages, and nothing else in any series of the story."""
    pages = set(seen)
    for series in story.rows["series"]:
        cells = cells_of(row["position"] for row in story.pages_of(series["id"]) if row["id"] in pages)
        row = upsert(ReadingLedger).values(reader_id=reader_id, series_id=series["id"], seen=as_multirange(cells))
        await session.execute(
            row.on_conflict_do_update(index_elements=["reader_id", "series_id"], set_={"seen": row.excluded.seen})
        )


def a_gappy_choice(random: Random, pages: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Some of the pages, with gaps."""
    share = random.choice([0.0, 0.3, 0.6, 0.9, 1.0])
    return [page_id for page_id in pages if random.random() < share]

"""From rows to passages: what the index is told of pages, articles and entities, each with what it takes to know it.

Runs in sessions for EVERY_READER: the index holds everything, and is asked through scopes.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.index import Passage, Span, Whereabouts
from fumetto.library.catalogue.kinds import TextSource
from fumetto.library.contents.kinds import DescriptionSource
from fumetto.library.contents.rules import TRUST
from fumetto.library.search.chunking import present_chunking
from fumetto.library.search.kinds import PassageKind
from fumetto.library.search.rules import MOST_ALTERNATIVES, combined, span_of

UNKNOWN_LANGUAGE = "und"


@dataclass(frozen=True, slots=True)
class Owned:
    """A passage with what it is renewed with, and the episode it is of; where it is a piece of a row's text, which."""

    passage: Passage
    owner_id: uuid.UUID
    episode_id: uuid.UUID | None
    row_id: uuid.UUID | None = None
    piece: tuple[int, int] | None = None


def cut(whole: Passage, owner_id: uuid.UUID, episode_id: uuid.UUID | None, before: str = "") -> Iterator[Owned]:
    """A row's text as one passage, or as several where it is long; `before` is searched with each of them."""
    pieces = list(present_chunking().pieces(whole.id, PassageKind(whole.kind), whole.text))
    for piece in pieces:
        passage = replace(whole, id=piece.id, text=before + whole.text[piece.start : piece.stop])
        if len(pieces) == 1:
            yield Owned(passage, owner_id, episode_id)
        else:
            yield Owned(passage, owner_id, episode_id, whole.id, (piece.start, piece.stop))


def ranked(column: str, order: Sequence[str]) -> str:
    """SQL that sorts by trust."""
    listed = ", ".join(f"'{name}'" for name in order)
    return f"array_position(ARRAY[{listed}]::text[], {column})"


TEXTS = ranked("t.source", [source.value for source in sorted(TextSource, key=lambda source: TRUST[source])])
DESCRIPTIONS = ranked("d.source", [source.value for source in DescriptionSource])

PAGES = """
    FROM library.pages p JOIN library.episodes e ON e.id = p.episode_id
    LEFT JOIN LATERAL (
        SELECT array_agg(c.character_id ORDER BY c.character_id) AS ids
        FROM library.page_characters c WHERE c.page_id = p.id
    ) AS people ON true
"""
DIALOGUE = f"""
    SELECT b.id, e.series_id, e.id, p.id, p.position, best.language, b.text, people.ids, s.character_id
    {PAGES}
    JOIN LATERAL (
        SELECT DISTINCT ON (t.language) t.id, t.language FROM library.page_texts t
        WHERE t.page_id = p.id AND t.state = 'ready' ORDER BY t.language, {TEXTS}
    ) AS best ON true
    JOIN library.balloons b ON b.page_text_id = best.id
    LEFT JOIN library.balloon_speakers s ON s.balloon_id = b.id
    WHERE p.id = ANY (%s) ORDER BY b.id
"""  # noqa: S608 - put together from our own constants
DESCRIBED = f"""
    SELECT best.id, e.series_id, e.id, p.id, p.position, best.language, best.visual_description, people.ids, NULL
    {PAGES}
    JOIN LATERAL (
        SELECT DISTINCT ON (d.language) d.id, d.language, d.visual_description FROM library.page_descriptions d
        WHERE d.page_id = p.id ORDER BY d.language, {DESCRIPTIONS}
    ) AS best ON true
    WHERE p.id = ANY (%s) ORDER BY best.id
"""  # noqa: S608 - put together from our own constants
PANELS = f"""
    SELECT n.id, e.series_id, e.id, p.id, p.position, n.language, n.description, people.ids, NULL
    {PAGES} JOIN library.panels n ON n.page_id = p.id AND n.description <> ''
    WHERE p.id = ANY (%s) ORDER BY n.id
"""
OF_PAGES = ((PassageKind.DIALOGUE, DIALOGUE), (PassageKind.DESCRIPTION, DESCRIBED), (PassageKind.PANEL, PANELS))

NOTES = """
    SELECT n.id, e.series_id, e.id, n.id, n.language, n.text,
           CASE WHEN n.page_id IS NULL
                THEN ARRAY(SELECT a.position FROM library.pages a WHERE a.episode_id = e.id)
                ELSE ARRAY(SELECT a.position FROM library.pages a WHERE a.id = n.page_id) END
    FROM library.commentary_notes n JOIN library.episodes e ON e.id = n.episode_id
    WHERE e.id = ANY (%s) ORDER BY n.id
"""

PLACES = """
    SELECT i.id, e.series_id, p.position
    FROM library.indexed_passages i JOIN library.pages p ON p.id = i.owner_id
    JOIN library.episodes e ON e.id = p.episode_id
    WHERE i.episode_id = ANY (%s) AND i.kind <> 'note'
"""
PIECES_OF_NOTES = """
    SELECT id, coalesce(row_id, id) FROM library.indexed_passages WHERE episode_id = ANY (%s) AND kind = 'note'
"""
EVIDENCE = """
    SELECT v.{subject}, array_agg(p.position ORDER BY p.position)
    FROM library.evidences v
    JOIN library.evidence_pages n ON n.evidence_id = v.id JOIN library.pages p ON p.id = n.page_id
    WHERE v.{subject} = ANY (%s) AND v.state = 'accepted'
    GROUP BY v.id HAVING count(*) = v.page_count ORDER BY v.id
"""
ARTICLES = """
    SELECT f.id, a.series_id, a.id, a.language, a.title, f.heading, f.text, f.safe_lore
    FROM library.wiki_facts f JOIN library.wiki_articles a ON a.id = f.article_id
    WHERE a.id = ANY (%s) ORDER BY f.id
"""
ENTITIES = """
    SELECT f.id, w.series_id, w.id, f.language, w.name, f.text, w.character_id
    FROM library.entity_facts f JOIN library.world_entities w ON w.id = f.entity_id
    WHERE w.id = ANY (%s) ORDER BY f.id
"""


async def passages_of_pages(session: ReadSession, page_ids: Collection[uuid.UUID]) -> list[Owned]:
    """What is said and shown on pages: of each language the words of its best source, descriptions likewise."""
    found: list[Owned] = []
    for kind, statement in OF_PAGES:
        for row in await fetched(session, statement, list(page_ids)):
            passage_id, series_id, episode_id, page_id, position, language, text, people, speaker = row
            labels = tuple(dict.fromkeys([*([speaker] if speaker else []), *(people or [])]))
            sources = ((span_of(position),),)
            passage = Passage(passage_id, series_id, kind.value, known(language), text, sources, labels)
            found += cut(passage, page_id, episode_id)
    return found


async def passages_of_notes(session: ReadSession, episode_ids: Collection[uuid.UUID]) -> list[Owned]:
    """What the makers said of episodes; without a page, a note takes all of its episode."""
    found: list[Owned] = []
    for row in await notes_of(session, episode_ids):
        note_id, series_id, episode_id, owner_id, language, text, positions = row
        passage = Passage(note_id, series_id, PassageKind.NOTE.value, known(language), text, needed(positions))
        found += cut(passage, owner_id, episode_id)
    return found


async def passages_of_articles(session: ReadSession, article_ids: Collection[uuid.UUID]) -> list[Owned]:
    """The statements of wiki articles. The article's title and heading are searched with them: they are known with
    the first statement that is."""
    rows = await fetched(session, ARTICLES, list(article_ids))
    sources = await evidence_for(session, "wiki_fact_id", [row[0] for row in rows])
    found: list[Owned] = []
    for fact_id, series_id, article_id, language, title, heading, text, safe in rows:
        places: tuple[tuple[Span, ...], ...] = ((),) if safe else sources.get(fact_id, ())
        passage = Passage(fact_id, series_id, PassageKind.WIKI.value, known(language), text, places)
        found += cut(passage, article_id, None, "".join(f"{part}\n" for part in (title, heading) if part))
    return found


async def passages_of_entities(session: ReadSession, entity_ids: Collection[uuid.UUID]) -> list[Owned]:
    """What is known of entities, each with the entity's name: so it takes the pages of both to be found."""
    rows = await fetched(session, ENTITIES, list(entity_ids))
    facts = await evidence_for(session, "entity_fact_id", [row[0] for row in rows])
    names = await evidence_for(session, "entity_id", list(entity_ids))
    found: list[Owned] = []
    for fact_id, series_id, entity_id, language, name, text, character_id in rows:
        places = combined(facts.get(fact_id, ()), names.get(entity_id, ()))
        labels = (entity_id,) if character_id is None else (entity_id, character_id)
        kind = PassageKind.FACT.value
        passage = Passage(fact_id, series_id, kind, known(language), text, places, labels)
        found += cut(passage, entity_id, None, f"{name}\n")
    return found


async def places_of_episodes(session: ReadSession, episode_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Whereabouts]:
    """Where the passages of episodes' pages and notes are: each one's series, and what it takes to know it."""
    found = {
        passage_id: Whereabouts(series_id, ((span_of(position),),))
        for passage_id, series_id, position in await fetched(session, PLACES, list(episode_ids))
    }
    notes = {
        note_id: Whereabouts(series_id, needed(positions))
        for note_id, series_id, _, _, _, _, positions in await notes_of(session, episode_ids)
    }
    for passage_id, note_id in await fetched(session, PIECES_OF_NOTES, list(episode_ids)):
        if note_id in notes:
            found[passage_id] = notes[note_id]
    return found


async def notes_of(session: ReadSession, episode_ids: Collection[uuid.UUID]) -> list[tuple[Any, ...]]:
    return await fetched(session, NOTES, list(episode_ids))


async def evidence_for(
    session: ReadSession, subject: str, ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, tuple[tuple[Span, ...], ...]]:
    """The accepted evidences of rows, each as the positions that it needs."""
    found: dict[uuid.UUID, list[tuple[Span, ...]]] = {}
    for row_id, positions in await fetched(session, EVIDENCE.format(subject=subject), list(ids)):
        places = found.setdefault(row_id, [])
        if len(places) < MOST_ALTERNATIVES:
            places.append(tuple(span_of(position) for position in positions))
    return {row_id: tuple(places) for row_id, places in found.items()}


def needed(positions: Sequence[int]) -> tuple[tuple[Span, ...], ...]:
    """One alternative that needs all of them; none where there is no page to need."""
    return (tuple(span_of(position) for position in positions),) if positions else ()


def known(language: str | None) -> str | None:
    return None if language == UNKNOWN_LANGUAGE else language


async def fetched(session: ReadSession, statement: str, ids: Sequence[uuid.UUID]) -> list[tuple[Any, ...]]:
    if not ids:
        return []
    return await (await session.raw().execute(statement.encode(), (list(ids),))).fetchall()

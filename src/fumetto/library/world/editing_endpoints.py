"""Routes for who edits a story's world: all of it, read or not. Everything they change is audited."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import asdict
from typing import Annotated

from fastapi import File, Path, Query, UploadFile, status

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.web.pagination import CursorText, Limit, Listing
from fumetto.kernel.web.routes import Routes
from fumetto.library.catalogue.service.browse import require_series
from fumetto.library.reading.editing_view import EditingRead, EditingWrite, Editor
from fumetto.library.world.editing_schemas import (
    AliasCreate,
    ArticleFull,
    ArticleRows,
    CharacterCreate,
    CharacterPatch,
    Decision,
    DecisionBody,
    EntityCreate,
    EntityFull,
    EntityPatch,
    ExtractedItem,
    FactCreate,
    FactPatch,
    Made,
    MentionRow,
    MergeBody,
    NoteCreate,
    NotedEpisodes,
    NotePatch,
    NoteRows,
    PresenceBody,
    RelationshipCreate,
    RelationshipPatch,
    ReviewItem,
    RosterList,
    SafeLore,
    SplitAlias,
    WikiImportedItem,
    WorldImportedItem,
    WorldRows,
)
from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import ReviewState
from fumetto.library.world.rules.articles import LARGEST_ARTICLE
from fumetto.library.world.rules.world_files import LARGEST_FILE
from fumetto.library.world.service import (
    editing,
    extracting,
    importing,
    listing,
    notes_by_hand,
    people,
    placing,
    review,
    wiki,
)
from fumetto.library.world.tasks import schedule_proposals
from fumetto.library.world.uploads import received

router = Routes(prefix="/editing", tags=["editing"])

SeriesKey = Annotated[str, Path(max_length=128, description="A series' slug or id.")]
Files = Annotated[list[UploadFile], File(description="One or more files.")]
GONE = status.HTTP_204_NO_CONTENT
NEW = status.HTTP_201_CREATED


async def series_id_of(session: ReadSession, key: str) -> uuid.UUID:
    return (await require_series(session, key)).id


@router.post("/series/{slug}/world/import")
async def import_world(session: EditingWrite, editor: Editor, slug: SeriesKey, files: Files) -> WorldImportedItem:
    """Bring a world graph in from YAML. What is wrong with the files is said with file and line, and writes nothing."""
    series_id = await series_id_of(session, slug)
    sent = await received(files, (".yaml", ".yml"), LARGEST_FILE)
    report = await importing.import_world(session, series_id, sent, editor.id)
    await schedule_proposals(session, series_id)
    return WorldImportedItem(**asdict(report))


@router.post("/series/{slug}/wiki/import")
async def import_wiki(session: EditingWrite, editor: Editor, slug: SeriesKey, files: Files) -> WikiImportedItem:
    """Bring a folder of Markdown in. Its statements wait for review; nobody reads them until then."""
    series_id = await series_id_of(session, slug)
    sent = await received(files, (".md", ".markdown"), LARGEST_ARTICLE)
    articles = await asyncio.to_thread(wiki.read_articles, sent)
    report = await wiki.import_articles(session, series_id, articles, editor.id)
    await schedule_proposals(session, series_id)
    return WikiImportedItem(**asdict(report))


@router.post("/series/{slug}/world/propose")
async def propose_world(session: EditingWrite, _: Editor, slug: SeriesKey) -> ExtractedItem:
    """Look through dialogue and wiki now for what they seem to say. All of it waits for review."""
    series_id = await series_id_of(session, slug)
    report = await extracting.extract(session, series_id)
    await placing.propose_places(session, series_id)
    return ExtractedItem(**asdict(report))


@router.get("/series/{slug}/world")
async def list_world(session: EditingRead, _: Editor, slug: SeriesKey) -> WorldRows:
    """Every entity and relationship, with its evidence."""
    return await listing.world_rows(session, await series_id_of(session, slug))


@router.post("/series/{slug}/entities", status_code=NEW)
async def create_entity(session: EditingWrite, editor: Editor, slug: SeriesKey, body: EntityCreate) -> Made:
    """Add an entity, known from the pages given together; with none, it waits for review."""
    series_id = await series_id_of(session, slug)
    return Made(id=await editing.create_entity(session, editor.id, series_id, body))


@router.get("/entities/{entity_id}")
async def get_entity_to_edit(session: EditingRead, _: Editor, entity_id: uuid.UUID) -> EntityFull:
    """An entity with all its facts, whether placed or not."""
    return await listing.entity_full(session, entity_id)


@router.patch("/entities/{entity_id}", status_code=GONE)
async def edit_entity(session: EditingWrite, editor: Editor, entity_id: uuid.UUID, body: EntityPatch) -> None:
    """Change an entity, or from where it is known. An import leaves it alone from now on."""
    await editing.edit_entity(session, editor.id, entity_id, body)


@router.delete("/entities/{entity_id}", status_code=GONE)
async def delete_entity(session: EditingWrite, editor: Editor, entity_id: uuid.UUID) -> None:
    """Delete an entity with its facts and relationships. This cannot be undone; rejecting it in review can."""
    await editing.delete_entity(session, editor.id, entity_id)


@router.post("/entities/merge", status_code=GONE)
async def merge_entities(session: EditingWrite, editor: Editor, body: MergeBody) -> None:
    """Make several entities one."""
    await editing.merge_entities(session, editor.id, body.into, body.from_)


@router.post("/entities/{entity_id}/facts", status_code=NEW)
async def create_fact(session: EditingWrite, editor: Editor, entity_id: uuid.UUID, body: FactCreate) -> Made:
    """Add a fact, known from the pages given together; with none, it waits for review."""
    return Made(id=await editing.create_fact(session, editor.id, entity_id, body))


@router.patch("/facts/{fact_id}", status_code=GONE)
async def edit_fact(session: EditingWrite, editor: Editor, fact_id: uuid.UUID, body: FactPatch) -> None:
    """Change a fact of an entity or an article, or from where it is known."""
    await editing.edit_fact(session, editor.id, fact_id, body)


@router.delete("/facts/{fact_id}", status_code=GONE)
async def delete_fact(session: EditingWrite, editor: Editor, fact_id: uuid.UUID) -> None:
    """Delete a fact of an entity or an article."""
    await editing.delete_fact(session, editor.id, fact_id)


@router.post("/series/{slug}/relationships", status_code=NEW)
async def create_relationship(session: EditingWrite, editor: Editor, slug: SeriesKey, body: RelationshipCreate) -> Made:
    """Tie two entities."""
    series_id = await series_id_of(session, slug)
    return Made(id=await editing.create_relationship(session, editor.id, series_id, body))


@router.patch("/relationships/{relationship_id}", status_code=GONE)
async def edit_relationship(
    session: EditingWrite, editor: Editor, relationship_id: uuid.UUID, body: RelationshipPatch
) -> None:
    """Change a relationship, or from where it is known."""
    await editing.edit_relationship(session, editor.id, relationship_id, body)


@router.delete("/relationships/{relationship_id}", status_code=GONE)
async def delete_relationship(session: EditingWrite, editor: Editor, relationship_id: uuid.UUID) -> None:
    """Untie two entities."""
    await editing.delete_relationship(session, editor.id, relationship_id)


@router.get("/series/{slug}/review")
async def list_review(
    session: EditingRead,
    _: Editor,
    slug: SeriesKey,
    state: ReviewState = ReviewState.PROPOSED,
    thing: Annotated[list[Thing], Query(description="Only of these kinds.")] = [],  # noqa: B006 - FastAPI copies it
    about: Annotated[uuid.UUID | None, Query(description="Only of one article, entity or character.")] = None,
    cursor: CursorText = None,
    limit: Limit = 100,
) -> Listing[ReviewItem]:
    """What waits for a decision, or had one: the surest proposals first."""
    series_id = await series_id_of(session, slug)
    return await listing.review_list(session, series_id, state, thing, about, cursor, limit)


@router.post("/review")
async def decide(session: EditingWrite, editor: Editor, body: DecisionBody) -> Decision:
    """Accept, correct, reject, declare safe, or reopen proposals, one by one or in bulk."""
    done = await review.decide(session, editor.id, review.Decision(body.action), body.ids, body.page_ids, body.quote)
    return Decision(changed=done.changed, left=list(done.left))


@router.get("/series/{slug}/wiki")
async def list_articles(session: EditingRead, _: Editor, slug: SeriesKey) -> ArticleRows:
    """Every article, with how much of it is decided."""
    return await listing.article_rows(session, await series_id_of(session, slug))


@router.get("/wiki/{article_id}")
async def get_article_to_edit(session: EditingRead, _: Editor, article_id: uuid.UUID) -> ArticleFull:
    """An article as it was written, with all its statements."""
    return await listing.article_full(session, article_id)


@router.put("/wiki/{article_id}/safe-lore", status_code=GONE)
async def declare_safe(session: EditingWrite, editor: Editor, article_id: uuid.UUID, body: SafeLore) -> None:
    """Say that all of an article may be known at once, or take it back."""
    await wiki.declare_safe(session, article_id, body.safe_lore, editor.id)


@router.delete("/wiki/{article_id}", status_code=GONE)
async def delete_article(session: EditingWrite, editor: Editor, article_id: uuid.UUID) -> None:
    """Delete an article with its statements."""
    await wiki.remove_article(session, article_id, editor.id)


@router.get("/series/{slug}/notes")
async def list_noted_episodes(session: EditingRead, _: Editor, slug: SeriesKey) -> NotedEpisodes:
    """Every episode of a series, with how many notes its makers' commentary makes."""
    return await notes_by_hand.episodes(session, await series_id_of(session, slug))


@router.get("/episodes/{episode_id}/notes")
async def list_notes(session: EditingRead, _: Editor, episode_id: uuid.UUID) -> NoteRows:
    """The notes of an episode: its pages' first, then those that need all of it."""
    return await notes_by_hand.notes(session, episode_id)


@router.post("/episodes/{episode_id}/notes", status_code=NEW)
async def create_note(session: EditingWrite, editor: Editor, episode_id: uuid.UUID, body: NoteCreate) -> Made:
    """Add a note to an episode, beside one of its pages or at its end."""
    return Made(id=await notes_by_hand.create_note(session, editor.id, episode_id, body))


@router.post("/episodes/{episode_id}/notes/restore")
async def restore_notes(session: EditingWrite, editor: Editor, episode_id: uuid.UUID) -> NoteRows:
    """Bring back what was deleted of an episode's commentary, out of the file beside it."""
    return await notes_by_hand.restore_notes(session, editor.id, episode_id)


@router.patch("/notes/{note_id}", status_code=GONE)
async def edit_note(session: EditingWrite, editor: Editor, note_id: uuid.UUID, body: NotePatch) -> None:
    """Change a note, or where it stands. Reading the commentary again leaves it alone from now on."""
    await notes_by_hand.edit_note(session, editor.id, note_id, body)


@router.delete("/notes/{note_id}", status_code=GONE)
async def delete_note(session: EditingWrite, editor: Editor, note_id: uuid.UUID) -> None:
    """Delete a note; reading the commentary again does not bring it back."""
    await notes_by_hand.delete_note(session, editor.id, note_id)


@router.get("/series/{slug}/characters")
async def list_roster(session: EditingRead, _: Editor, slug: SeriesKey) -> RosterList:
    """Everybody in the roster, proposed and rejected too, with other names and first pages."""
    return await listing.roster_list(session, await series_id_of(session, slug))


@router.post("/series/{slug}/characters", status_code=NEW)
async def create_character(session: EditingWrite, editor: Editor, slug: SeriesKey, body: CharacterCreate) -> Made:
    """Add somebody to the roster."""
    series_id = await series_id_of(session, slug)
    return Made(id=await people.create_character(session, editor.id, series_id, body))


@router.post("/characters/merge", status_code=GONE)
async def merge_characters(session: EditingWrite, editor: Editor, body: MergeBody) -> None:
    """Make several characters one; the others' names become other names, which wait to be placed."""
    await people.merge_characters(session, editor.id, body.into, body.from_)


@router.get("/characters/{character_id}/pages")
async def list_all_character_pages(
    session: EditingRead, _: Editor, character_id: uuid.UUID, cursor: CursorText = None, limit: Limit = 60
) -> Listing[MentionRow]:
    """Every page that somebody is on, in reading order, with who says so and the panel that would show them."""
    return await listing.mentions(session, character_id, cursor, limit)


@router.patch("/characters/{character_id}", status_code=GONE)
async def edit_character(session: EditingWrite, editor: Editor, character_id: uuid.UUID, body: CharacterPatch) -> None:
    """Rename somebody, accept or reject them, or choose their portrait."""
    await people.edit_character(session, editor.id, character_id, body)


@router.delete("/characters/{character_id}", status_code=GONE)
async def delete_character(session: EditingWrite, editor: Editor, character_id: uuid.UUID) -> None:
    """Take somebody out of the roster."""
    await people.delete_character(session, editor.id, character_id)


@router.put("/characters/{character_id}/pages/{page_id}", status_code=GONE)
async def set_presence(
    session: EditingWrite, editor: Editor, character_id: uuid.UUID, page_id: uuid.UUID, body: PresenceBody
) -> None:
    """Put somebody on a page, or take them off it."""
    await people.set_presence(session, editor.id, character_id, page_id, body.presence)


@router.post("/characters/{character_id}/aliases", status_code=NEW)
async def add_alias(session: EditingWrite, editor: Editor, character_id: uuid.UUID, body: AliasCreate) -> Made:
    """Give somebody another name, with the pages that tell whose it is."""
    return Made(id=await people.add_alias(session, editor.id, character_id, body))


@router.delete("/aliases/{alias_id}", status_code=GONE)
async def remove_alias(session: EditingWrite, editor: Editor, alias_id: uuid.UUID) -> None:
    """Take another name away."""
    await people.remove_alias(session, editor.id, alias_id)


@router.post("/characters/split", status_code=NEW)
async def split_alias(session: EditingWrite, editor: Editor, body: SplitAlias) -> Made:
    """Make a character of their own of somebody's other name."""
    return Made(id=await people.split_alias(session, editor.id, body.alias_id))

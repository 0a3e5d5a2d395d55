"""Bringing a world graph in from its YAML files. What people have edited or decided stays as it is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from fumetto.kernel.audit import audit
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.errors import SeriesNotFound
from fumetto.library.world.errors import WorldFileInvalid
from fumetto.library.world.events import Thing, Touched
from fumetto.library.world.kinds import Origin, Presence, ReviewState
from fumetto.library.world.models import CharacterAlias, EntityFact, WorldEntity, WorldRelationship
from fumetto.library.world.repository import evidence, graph, pages, roster
from fumetto.library.world.repository.evidence import Kept, NewEvidence
from fumetto.library.world.rules.articles import digest_of
from fumetto.library.world.rules.words import folded, sentences_of
from fumetto.library.world.rules.world_files import (
    Debut,
    FileEntity,
    FileFact,
    FileRelationship,
    WorldFiles,
    read_world,
)
from fumetto.library.world.service.names import new_character
from fumetto.library.world.service.telling import tell

MOST_FACTS_OF_ONE = 200


@dataclass(slots=True)
class WorldImported:
    """What an import brought. `waiting` names places that the library does not have yet: "episode 8, page 1"."""

    entities: int = 0
    relationships: int = 0
    added: int = 0
    changed: int = 0
    facts: int = 0
    kept: int = 0
    waiting: list[str] = field(default_factory=list)


async def check_world(session: ReadSession, series_id: uuid.UUID, files: Mapping[str, bytes]) -> WorldFiles:
    """Read the files against what the series has. Raises WorldFileInvalid with all that is wrong."""
    read = read_world(files, await graph.entity_slugs(session, series_id))
    if read.problems:
        raise WorldFileInvalid(problems=read.problems)
    return read


async def import_world(
    session: WriteSession, series_id: uuid.UUID, files: Mapping[str, bytes], actor: uuid.UUID | None
) -> WorldImported:
    """Write what the files say; in a session that was begun for EVERY_READER.

    Where they give a debut, or the place of a fact, that is their author's word: it is known from that page on.
    Sentences of blurbs are placed nowhere, and wait for review. Raises SeriesNotFound, WorldFileInvalid.
    """
    if not await pages.hold_series(session, series_id):
        raise SeriesNotFound
    read = await check_world(session, series_id, files)
    work = _Import(session, series_id, actor)
    await work.prepare()
    await work.entities(read.entities)
    await work.relationships(read.relationships)
    await work.facts()
    await work.finish()
    counts = {"entities": len(read.entities), "relationships": len(read.relationships), "files": sorted(files)}
    await audit(session, actor, "world.import", "series", series_id, None, counts)
    return work.report


class _Import:
    def __init__(self, session: WriteSession, series_id: uuid.UUID, actor: uuid.UUID | None) -> None:
        self.session = session
        self.series_id = series_id
        self.actor = actor
        self.report = WorldImported()
        self.touched = Touched(series_id)
        self.evidence: list[NewEvidence] = []
        self.superseded: list[uuid.UUID] = []
        self.on_pages: list[dict[str, object]] = []
        self.blurbs: dict[uuid.UUID, list[tuple[str, str | None]]] = {}
        self.placed: dict[uuid.UUID, dict[str, tuple[FileFact, str | None]]] = {}

    async def prepare(self) -> None:
        self.known = await graph.entities_of(self.session, self.series_id)
        self.places: dict[tuple[Decimal, int], uuid.UUID] = {}
        for place in await pages.places(self.session, self.series_id):
            if place.episode_number is not None and place.page_number is not None:
                self.places.setdefault((place.episode_number, place.page_number), place.id)
        self.roster = {one.folded_name: one for one in await roster.characters_of(self.session, self.series_id)}

    async def entities(self, given: Sequence[FileEntity]) -> None:
        evidences = await evidence.of_series(self.session, Thing.ENTITY, self.series_id)
        for each in given:
            entity = self.known.get(each.slug)
            if entity is None:
                entity = WorldEntity(
                    id=uuid7(), series_id=self.series_id, slug=each.slug, name=each.name, kind=each.kind,
                    origin=Origin.IMPORT,
                )  # fmt: skip
                self.session.add(entity)
                self.known[each.slug] = entity
                self.report.added += 1
            elif entity.origin is Origin.PERSON:
                self.report.kept += 1
            elif (entity.name, entity.kind) != (each.name, each.kind):
                entity.name, entity.kind, entity.origin = each.name, each.kind, Origin.IMPORT
                self.report.changed += 1
            self.report.entities += 1
            self.touched.note(Thing.ENTITY, [entity.id])
            self.debut(Thing.ENTITY, entity.id, each.debut, evidences.get(entity.id, []))
        await self.session.flush()
        await self.characters(given)
        for each in given:
            entity_id = self.known[each.slug].id
            self.blurbs.setdefault(entity_id, []).append((each.summary, each.language))
            self.placed[entity_id] = {digest_of(fact.text): (fact, each.language) for fact in each.facts}

    async def characters(self, given: Sequence[FileEntity]) -> None:
        """Those whom the files call characters, in the roster too, on the page where they debut."""
        aliases: list[CharacterAlias] = []
        for each in given:
            if not each.is_character:
                continue
            entity = self.known[each.slug]
            character = self.roster.get(folded(entity.name))
            if character is None:
                character = new_character(self.series_id, entity.name, Origin.IMPORT)
                self.session.add(character)
                self.roster[character.folded_name] = character
            elif character.state is ReviewState.PROPOSED:
                character.state, character.origin = ReviewState.ACCEPTED, Origin.IMPORT
            entity.character_id = entity.character_id or character.id
            self.touched.note(Thing.CHARACTER, [character.id])
            page_id = self.places.get((each.debut.episode, each.debut.page)) if each.debut else None
            if page_id:
                self.on_pages.append(
                    {"page_id": page_id, "character_id": character.id, "presence": Presence.SHOWN,
                     "origin": Origin.IMPORT, "confidence": None}
                )  # fmt: skip
            aliases += [
                CharacterAlias(
                    id=uuid7(), character_id=character.id, alias=alias, folded_alias=folded(alias), language=language,
                    origin=Origin.IMPORT,
                )
                for alias, language in each.aliases
                if folded(alias) != character.folded_name
            ]  # fmt: skip
        await self.session.flush()
        had = await roster.aliases_of(self.session, [one.id for one in self.roster.values()])
        taken = {(one.character_id, one.folded_alias) for one in had}
        for alias in aliases:
            key = (alias.character_id, alias.folded_alias)
            if key not in taken:
                taken.add(key)
                self.session.add(alias)
                self.touched.note(Thing.ALIAS, [alias.id])
                self.evidence.append(NewEvidence(Thing.ALIAS, alias.id, ReviewState.PROPOSED, Origin.IMPORT))
        await self.session.flush()

    async def facts(self) -> None:
        """The sentences of blurbs: those that are there stay as they are, with what was decided about them.

        What is said of an edge is kept with where the edge begins.
        """
        had = await graph.facts_of(self.session, self.blurbs)
        evidences = await evidence.of_series(self.session, Thing.ENTITY_FACT, self.series_id)
        gone: list[uuid.UUID] = []
        for entity_id, blurbs in self.blurbs.items():
            placed = self.placed.get(entity_id, {})
            coming = {digest: (fact.text, language) for digest, (fact, language) in placed.items()}
            for text, language in blurbs:
                for sentence in sentences_of(text):
                    coming.setdefault(digest_of(sentence), (sentence, language))
            facts = had.get(entity_id, [])
            known = {fact.imported_as: fact.id for fact in facts}
            order = max((fact.order_index for fact in facts), default=-1)
            for digest, (sentence, language) in list(coming.items())[:MOST_FACTS_OF_ONE]:
                if digest in known:
                    if digest in placed:
                        self.fact_place(known[digest], placed[digest][0].debut, evidences.get(known[digest], []))
                    continue
                order += 1
                fact = EntityFact(
                    id=uuid7(), entity_id=entity_id, order_index=order, text=sentence, language=language,
                    imported_as=digest, origin=Origin.IMPORT,
                )  # fmt: skip
                self.session.add(fact)
                self.report.facts += 1
                self.touched.note(Thing.ENTITY_FACT, [fact.id])
                if digest in placed:
                    self.fact_place(fact.id, placed[digest][0].debut, [])
                else:
                    self.evidence.append(NewEvidence(Thing.ENTITY_FACT, fact.id, ReviewState.PROPOSED, Origin.IMPORT))
            gone += [fact.id for fact in facts if is_untouched(fact) and fact.imported_as not in coming]
        decided = await evidence.reviewed_among(self.session, Thing.ENTITY_FACT, gone)
        dropped = [fact_id for fact_id in gone if fact_id not in decided]
        self.report.kept += len(decided)
        self.touched.note(Thing.ENTITY_FACT, dropped)
        self.touched.note(Thing.ENTITY, self.blurbs)
        await graph.remove_facts(self.session, dropped)
        await self.session.flush()

    async def relationships(self, given: Sequence[FileRelationship]) -> None:
        had = {
            (one.source_entity_id, one.target_entity_id, one.kind, one.label): one
            for one in await graph.relationships_of(self.session, self.series_id)
        }
        evidences = await evidence.of_series(self.session, Thing.RELATIONSHIP, self.series_id)
        for each in given:
            source, target = self.known[each.source], self.known[each.target]
            key = (source.id, target.id, each.kind, each.label)
            edge = had.get(key)
            if edge is None:
                edge = WorldRelationship(
                    id=uuid7(), series_id=self.series_id, source_entity_id=source.id, target_entity_id=target.id,
                    kind=each.kind, label=each.label, origin=Origin.IMPORT,
                )  # fmt: skip
                self.session.add(edge)
                had[key] = edge
                self.report.added += 1
            self.report.relationships += 1
            self.touched.note(Thing.RELATIONSHIP, [edge.id])
            self.debut(Thing.RELATIONSHIP, edge.id, each.debut, evidences.get(edge.id, []))
            if each.summary:
                self.blurbs.setdefault(source.id, []).append((each.summary, None))
        await self.session.flush()

    def debut(self, thing: Thing, subject_id: uuid.UUID, debut: Debut | None, had: Sequence[Kept]) -> None:
        """The evidence that the files give; where somebody decided otherwise, or it is so already, nothing changes."""
        if any(one.reviewed or one.origin is Origin.PERSON for one in had):
            self.report.kept += 1
            return
        mine = [one for one in had if one.origin is Origin.IMPORT]
        page_id = self.places.get((debut.episode, debut.page)) if debut else None
        wanted_pages = (page_id,) if page_id else ()
        awaits = (debut.episode, debut.page) if debut and not page_id else None
        if awaits and debut:
            self.report.waiting.append(f"{debut.episode}:{debut.page}")
        if any(one.pages == wanted_pages and one.awaits == awaits for one in mine):
            return
        self.superseded += [one.id for one in mine]
        state = ReviewState.ACCEPTED if page_id else ReviewState.PROPOSED
        self.evidence.append(NewEvidence(thing, subject_id, state, Origin.IMPORT, pages=wanted_pages, awaits=awaits))

    def fact_place(self, fact_id: uuid.UUID, debut: Debut, had: Sequence[Kept]) -> None:
        """The place that the files give a fact counts as reviewed: nothing else is proposed while it is awaited."""
        if any(one.reviewed or one.origin is Origin.PERSON for one in had):
            return
        page_id = self.places.get((debut.episode, debut.page))
        self.superseded += [one.id for one in had]
        self.evidence.append(
            NewEvidence(
                Thing.ENTITY_FACT,
                fact_id,
                ReviewState.ACCEPTED if page_id else ReviewState.PROPOSED,
                Origin.IMPORT,
                pages=(page_id,) if page_id else (),
                awaits=None if page_id else (debut.episode, debut.page),
                reviewed_at=datetime.now(UTC),
            )
        )
        self.touched.note(Thing.ENTITY_FACT, [fact_id])
        if not page_id:
            self.report.waiting.append(f"{debut.episode}:{debut.page}")

    async def finish(self) -> None:
        await evidence.remove(self.session, self.superseded)
        await evidence.add(self.session, self.series_id, self.evidence)
        await roster.put_on_pages(self.session, self.on_pages)
        self.report.waiting = sorted(set(self.report.waiting))
        await tell(self.session, self.touched)


def is_untouched(fact: EntityFact) -> bool:
    """Whether a fact says what an import brought."""
    return fact.origin is Origin.IMPORT and digest_of(fact.text) == fact.imported_as

"""Reading people, things, statements and ties out of dialogue and wiki. All of it is proposed, none of it is shown."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.world.events import Thing, Touched
from fumetto.library.world.kinds import EntityKind, Origin, Presence, ReviewState
from fumetto.library.world.models import EntityFact, WikiFact, WorldEntity, WorldRelationship
from fumetto.library.world.repository import evidence, graph, pages, roster, wiki
from fumetto.library.world.repository.evidence import NewEvidence
from fumetto.library.world.repository.pages import Said
from fumetto.library.world.rules.articles import digest_of, slug_from
from fumetto.library.world.rules.names import NameFinder
from fumetto.library.world.rules.placing import Line
from fumetto.library.world.rules.proposing import (
    Spoken,
    kind_of_article,
    often_together,
    propose_names,
    statements_about,
    ties_in,
)
from fumetto.library.world.rules.words import folded
from fumetto.library.world.service.linking import on_page
from fumetto.library.world.service.names import new_character
from fumetto.library.world.service.telling import tell

MOST_LINES = 200_000
MOST_FROM_WIKI = 500
PAGES_OF_A_NAME = 50
SURE_OF_STATEMENT, SURE_OF_TIE, SURE_OF_COMPANY, SURE_OF_HEADING = 0.5, 0.4, 0.2, 0.3


@dataclass(slots=True)
class Extracted:
    """How much was proposed that was not there yet."""

    characters: int = 0
    entities: int = 0
    facts: int = 0
    relationships: int = 0


async def extract(session: WriteSession, series_id: uuid.UUID) -> Extracted:
    """Propose what a series' dialogue and wiki seem to say; what was proposed before, and rejected, is not again.

    In a session that was begun for EVERY_READER.
    """
    if not await pages.hold_series(session, series_id):
        return Extracted()
    work = _Extraction(session, series_id)
    said = (await pages.said(session, series_id))[:MOST_LINES]
    await work.people(said)
    await work.prepare()
    await work.headings()
    await work.statements(said)
    await work.ties()
    await work.finish()
    return work.report


class _Extraction:
    def __init__(self, session: WriteSession, series_id: uuid.UUID) -> None:
        self.session = session
        self.series_id = series_id
        self.report = Extracted()
        self.touched = Touched(series_id)
        self.evidence: list[NewEvidence] = []

    async def people(self, said: Sequence[Said]) -> None:
        """Words used as names, as characters that are only proposed, on the pages that say them."""
        everybody = await roster.characters_of(self.session, self.series_id)
        aliases = await roster.aliases_of_series(self.session, self.series_id)
        entities = await graph.entities_of(self.session, self.series_id)
        named = {folded(one.name) for one in entities.values()} | {one.folded_alias for one in aliases}
        for one in everybody:
            if one.state is ReviewState.PROPOSED and one.origin is Origin.EXTRACTION and one.folded_name in named:
                await self.session.delete(one)  # proposed before it was known as something else
        known = [one.name for one in everybody] + [one.alias for one in aliases]
        known += [one.name for one in entities.values()]
        finder = NameFinder((name, index) for index, name in enumerate(known))
        lines = [Spoken(one.page_id, one.position, one.text, one.balloon_id, one.language) for one in said]
        taken = {folded(name) for name in known}
        on_pages = []
        for each in await asyncio.to_thread(propose_names, lines, finder):
            if folded(each.name) in taken:
                continue
            character = new_character(self.series_id, each.name, Origin.EXTRACTION, ReviewState.PROPOSED)
            taken.add(character.folded_name)
            self.session.add(character)
            self.report.characters += 1
            self.touched.note(Thing.CHARACTER, [character.id])
            first = sorted(each.places, key=lambda place: each.places[place])[:PAGES_OF_A_NAME]
            on_pages += [
                on_page(page_id, character.id, Presence.MENTIONED, Origin.EXTRACTION, each.confidence)
                for page_id in first
            ]
        await self.session.flush()
        await roster.put_on_pages(self.session, on_pages)

    async def prepare(self) -> None:
        """Entities and their names, with an entity for everybody in the roster who has none."""
        self.entities = await graph.entities_of(self.session, self.series_id)
        tied = {entity.character_id for entity in self.entities.values() if entity.character_id}
        first = await roster.first_pages(self.session, self.series_id)
        by_name = {folded(entity.name) for entity in self.entities.values()}
        for character in await roster.characters_of(self.session, self.series_id):
            accepted = character.state is ReviewState.ACCEPTED
            if accepted and character.id not in tied and character.folded_name not in by_name:
                page_id = first.get(character.id)
                self.new_entity(character.name, EntityKind.CHARACTER, character.id, (page_id,) if page_id else (), 0.9)
        await self.session.flush()
        self.names = [(entity.name, entity.id) for entity in self.entities.values()]
        owner = {entity.character_id: entity.id for entity in self.entities.values() if entity.character_id}
        for alias in await roster.aliases_of_series(self.session, self.series_id):
            if alias.character_id in owner:
                self.names.append((alias.alias, owner[alias.character_id]))

    def new_entity(
        self,
        name: str,
        kind: EntityKind,
        character_id: uuid.UUID | None,
        page_ids: tuple[uuid.UUID, ...],
        confidence: float,
    ) -> None:
        base = slug_from(name) or "entity"
        slug, number = base, 2
        while slug in self.entities:
            slug, number = f"{base}-{number}", number + 1
        entity = WorldEntity(
            id=uuid7(), series_id=self.series_id, slug=slug[:128], name=name[:512], kind=kind,
            origin=Origin.EXTRACTION, character_id=character_id,
        )  # fmt: skip
        self.session.add(entity)
        self.entities[slug] = entity
        self.report.entities += 1
        self.touched.note(Thing.ENTITY, [entity.id])
        self.evidence.append(
            NewEvidence(
                Thing.ENTITY, entity.id, ReviewState.PROPOSED, Origin.EXTRACTION, page_ids, confidence=confidence
            )
        )

    async def headings(self) -> None:
        """What the wiki has a heading for, as entities that nothing places yet."""
        known = {folded(entity.name) for entity in self.entities.values()}
        count = 0
        for article in (await wiki.articles_of(self.session, self.series_id)).values():
            met: dict[str, None] = {}
            for fact in await wiki.facts_of(self.session, article.id):
                met.setdefault(fact.heading or "", None)
            for heading in met:
                parts = [part for part in heading.split(" › ") if part]
                if not parts or count >= MOST_FROM_WIKI:
                    continue
                name = parts[-1].split("(")[0].strip(" :-–—")
                kind = kind_of_article(article.title, parts[:-1])
                if (
                    kind is None
                    or not is_a_name(name)
                    or folded(name) in known
                    or folded(name) == folded(article.title)
                ):
                    continue
                known.add(folded(name))
                count += 1
                self.new_entity(name, kind, None, (), SURE_OF_HEADING)
        await self.session.flush()
        self.names = [*self.names, *((one.name, one.id) for one in self.entities.values())]
        self.finder = NameFinder(set(self.names))

    async def statements(self, said: Sequence[Said]) -> None:
        """What is said of somebody: "Carrot is my familiar"."""
        lines = [Line(one.page_id, one.position, one.text, one.balloon_id) for one in said]
        languages = {one.balloon_id: one.language for one in said}
        found = await asyncio.to_thread(lambda: list(statements_about(lines, self.finder)))
        had = await graph.facts_of(self.session, [entity.id for entity in self.entities.values()])
        texts = {entity_id: {digest_of(fact.text) for fact in facts} for entity_id, facts in had.items()}
        orders = {entity_id: facts[-1].order_index for entity_id, facts in had.items()}
        for entity_id, sentence, line in found:
            digest = digest_of(sentence)
            if digest in texts.setdefault(entity_id, set()):
                continue
            texts[entity_id].add(digest)
            balloon_id = line.source if isinstance(line.source, uuid.UUID) else None
            fact = EntityFact(
                id=uuid7(), entity_id=entity_id, order_index=orders.get(entity_id, -1) + 1, text=sentence,
                language=languages.get(balloon_id) if balloon_id else None, imported_as=digest,
                origin=Origin.EXTRACTION,
            )  # fmt: skip
            orders[entity_id] = fact.order_index
            self.session.add(fact)
            self.report.facts += 1
            self.touched.note(Thing.ENTITY_FACT, [fact.id])
            self.evidence.append(
                NewEvidence(
                    Thing.ENTITY_FACT, fact.id, ReviewState.PROPOSED, Origin.EXTRACTION, (line.place,), sentence,
                    SURE_OF_STATEMENT, balloon_id,
                )
            )  # fmt: skip
        await self.session.flush()

    async def ties(self) -> None:
        """Ties that the wiki's sentences tell of, and between those who are often on a page together."""
        self.edges = {
            (edge.source_entity_id, edge.target_entity_id, edge.kind)
            for edge in await graph.relationships_of(self.session, self.series_id)
        }
        for article in (await wiki.articles_of(self.session, self.series_id)).values():
            for fact in await wiki.facts_of(self.session, article.id):
                for source, kind, target in ties_in(about(fact), self.finder):
                    self.new_tie(source, kind, target, (), fact.text, SURE_OF_TIE)
        owner = {entity.character_id: entity.id for entity in self.entities.values() if entity.character_id}
        present = [
            (page_id, position, [owner[one] for one in characters if one in owner])
            for page_id, position, characters in await roster.present_on_pages(self.session, self.series_id)
        ]
        for one, other, at in often_together(present, [(source, target) for source, target, _ in self.edges]):
            self.new_tie(one, "appears_with", other, tuple(at[:1]), None, SURE_OF_COMPANY)
        await self.session.flush()

    def new_tie(
        self,
        source: uuid.UUID,
        kind: str,
        target: uuid.UUID,
        page_ids: tuple[uuid.UUID, ...],
        quote: str | None,
        confidence: float,
    ) -> None:
        if source == target or (source, target, kind) in self.edges:
            return
        self.edges.add((source, target, kind))
        edge = WorldRelationship(
            id=uuid7(), series_id=self.series_id, source_entity_id=source, target_entity_id=target, kind=kind, label="",
            origin=Origin.EXTRACTION,
        )  # fmt: skip
        self.session.add(edge)
        self.report.relationships += 1
        self.touched.note(Thing.RELATIONSHIP, [edge.id])
        self.evidence.append(
            NewEvidence(
                Thing.RELATIONSHIP, edge.id, ReviewState.PROPOSED, Origin.EXTRACTION, page_ids,
                quote[:500] if quote else None, confidence,
            )
        )  # fmt: skip

    async def finish(self) -> None:
        await evidence.add(self.session, self.series_id, self.evidence)
        await tell(self.session, self.touched)


def is_a_name(heading: str) -> bool:
    """Whether a heading can be what something is called, and is no sentence, question, or part of an article."""
    words = heading.split()
    plain = {"history", "overview", "description", "trivia", "notes", "appearance", "gallery", "references", "see also"}
    return 0 < len(words) <= 5 and heading[:1].isupper() and heading[-1] not in ".?!:" and folded(heading) not in plain


def about(fact: WikiFact) -> str:
    """A statement with whom it stands under: "Pepper. Familiar: Carrot"."""
    under = (fact.heading or "").split(" › ")[-1].split("(")[0].strip()
    return f"{under}. {fact.text}" if under else fact.text

"""The YAML pair of a world graph, checked to the last key: what is wrong is said with file and line, all at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from fumetto.kernel.text.languages import language_of_code
from fumetto.library.world.kinds import EntityKind
from fumetto.library.world.rules.located import Problem, Unreadable, Value, load

LARGEST_FILE: Final = 8 * 1024 * 1024
MOST_ENTITIES: Final = 20_000
MOST_RELATIONSHIPS: Final = 60_000
MOST_ALIASES: Final = 20_000
LONGEST_NAME: Final = 512
LONGEST_SLUG: Final = 128
LONGEST_SUMMARY: Final = 20_000
LONGEST_FACT: Final = 4_000
MOST_FACTS: Final = 200  # of one entity
MOST_PROBLEMS: Final = 50

ENTITIES, RELATIONSHIPS = "entities", "relationships"
ENTITY_KEYS: Final = frozenset(
    {
        "slug", "name", "kind", "summary", "facts", "episode_debut", "page_debut", "layout", "character_slug",
        "aliases", "language",
    }
)  # fmt: skip
RELATIONSHIP_KEYS: Final = frozenset({"source", "target", "kind", "label", "summary", "episode_debut", "page_debut"})
FACT_KEYS: Final = frozenset({"text", "episode", "page"})
SLUG: Final = re.compile(r"[^\W_]+(?:[-_.][^\W_]+)*\Z")
KIND_OF_EDGE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
INWARD: Final = frozenset({"located_in", "part_of", "inside", "child_of", "parent_of", "contains"})
"""Kinds of relationship that cannot lead back to where they began."""

OTHER_NAMES: Final = {
    "coven": EntityKind.GROUP, "school": EntityKind.GROUP, "faction": EntityKind.GROUP, "team": EntityKind.GROUP,
    "organization": EntityKind.GROUP, "organisation": EntityKind.GROUP, "family": EntityKind.GROUP,
    "person": EntityKind.CHARACTER, "witch": EntityKind.CHARACTER, "animal": EntityKind.CREATURE,
    "species": EntityKind.CREATURE, "monster": EntityKind.CREATURE, "location": EntityKind.PLACE,
    "city": EntityKind.PLACE, "item": EntityKind.OBJECT, "artifact": EntityKind.OBJECT, "potion": EntityKind.OBJECT,
    "spell": EntityKind.CONCEPT, "magic": EntityKind.CONCEPT, "idea": EntityKind.CONCEPT,
}  # fmt: skip
KINDS: Final = {kind.value: kind for kind in EntityKind} | OTHER_NAMES


@dataclass(frozen=True, slots=True)
class Debut:
    """Where something is first there, as the file says it: an episode's number and a story page of it, from 1."""

    episode: Decimal
    page: int
    line: int


@dataclass(frozen=True, slots=True)
class FileFact:
    """A statement whose place its author gives."""

    text: str
    debut: Debut


@dataclass(frozen=True, slots=True)
class FileEntity:
    slug: str
    name: str
    kind: EntityKind
    summary: str
    facts: tuple[FileFact, ...]
    debut: Debut | None
    is_character: bool
    aliases: tuple[tuple[str, str | None], ...]
    language: str | None
    line: int


@dataclass(frozen=True, slots=True)
class FileRelationship:
    source: str
    target: str
    kind: str
    label: str
    summary: str
    debut: Debut | None
    line: int


@dataclass(slots=True)
class WorldFiles:
    """What the files say, as far as it is sound, and all that is wrong with them."""

    entities: list[FileEntity] = field(default_factory=list)
    relationships: list[FileRelationship] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_world(files: Mapping[str, bytes], known: Sequence[str] = ()) -> WorldFiles:
    """Read files by name; each holds `entities`, `relationships`, or both. `known` are slugs that are there already,
    which relationships may name too."""
    reading = _Reading()
    for name, data in files.items():
        reading.read(name, data)
    reading.finish(set(known))
    return WorldFiles(
        reading.entities, reading.relationships, sorted(reading.problems, key=lambda one: (one.file, one.line))
    )


class _Reading:
    def __init__(self) -> None:
        self.entities: list[FileEntity] = []
        self.relationships: list[FileRelationship] = []
        self.problems: list[Problem] = []
        self.places: dict[str, tuple[str, int]] = {}
        self.edges: dict[tuple[str, str, str, str], int] = {}
        self.edge_files: list[str] = []
        self.aliases = 0
        self.file = ""

    def wrong(self, line: int, kind: str, name: object = "", other: object = "") -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(self.file, line, kind, str(name)[:200], str(other)[:400]))

    def read(self, file: str, data: bytes) -> None:
        self.file = file
        if len(data) > LARGEST_FILE:
            self.wrong(1, "too_large", other=LARGEST_FILE)
            return
        try:
            root = load(data, file)
        except Unreadable as error:
            self.problems.append(error.problem)
            return
        if not isinstance(root.content, dict):
            self.wrong(root.line, "type", ENTITIES, "mapping")
            return
        for key, value in root.content.items():
            if key not in {ENTITIES, RELATIONSHIPS}:
                self.wrong(root.keys[key], "unknown_key", key, f"{ENTITIES}, {RELATIONSHIPS}")
            elif value.content is None:
                continue
            elif not isinstance(value.content, list):
                self.wrong(value.line, "type", key, "list")
            else:
                most = MOST_ENTITIES if key == ENTITIES else MOST_RELATIONSHIPS
                if len(value.content) > most:
                    self.wrong(value.line, "too_many", key, most)
                for item in value.content[:most]:
                    (self.entity if key == ENTITIES else self.relationship)(item)

    def entity(self, item: Value) -> None:
        fields = self.fields(item, ENTITY_KEYS)
        if fields is None:
            return
        slug = self.text(fields, "slug", item, LONGEST_SLUG, SLUG)
        name = self.text(fields, "name", item, LONGEST_NAME)
        kind = self.kind(fields, item)
        summary = self.text(fields, "summary", item, LONGEST_SUMMARY, needed=False)
        character = self.text(fields, "character_slug", item, LONGEST_NAME, needed=False)
        language = self.language(fields)
        facts = self.fact_list(fields)
        debut = self.debut(fields, item)
        aliases = self.alias_list(fields)
        self.layout(fields)
        if slug and slug in self.places:
            file, line = self.places[slug]
            self.wrong(fields["slug"].line, "twice", slug, line if file == self.file else f"{file}:{line}")
            return
        if slug:
            self.places[slug] = (self.file, item.line)
        if slug and name and kind:
            is_character = bool(character) or kind is EntityKind.CHARACTER
            self.entities.append(
                FileEntity(slug, name, kind, summary or "", facts, debut, is_character, aliases, language, item.line)
            )

    def relationship(self, item: Value) -> None:
        fields = self.fields(item, RELATIONSHIP_KEYS)
        if fields is None:
            return
        source = self.text(fields, "source", item, LONGEST_SLUG)
        target = self.text(fields, "target", item, LONGEST_SLUG)
        kind = self.text(fields, "kind", item, 64, KIND_OF_EDGE)
        label = self.text(fields, "label", item, LONGEST_NAME, needed=False) or ""
        summary = self.text(fields, "summary", item, LONGEST_SUMMARY, needed=False) or ""
        debut = self.debut(fields, item)
        if not (source and target and kind):
            return
        if source == target:
            self.wrong(item.line, "itself", source)
            return
        key = (source, target, kind, label)
        if key in self.edges:
            self.wrong(item.line, "twice", f"{source} {kind} {target}", self.edges[key])
            return
        self.edges[key] = item.line
        self.relationships.append(FileRelationship(source, target, kind, label, summary, debut, item.line))
        self.edge_files.append(self.file)

    def finish(self, known: set[str]) -> None:
        """What can only be said once everything was read: ends that are not there, and chains that bite their tail."""
        kept: list[FileRelationship] = []
        for file, edge in zip(self.edge_files, self.relationships, strict=True):
            self.file = file
            missing = [end for end in (edge.source, edge.target) if end not in self.places and end not in known]
            for end in missing:
                self.wrong(edge.line, "dangling", end)
            if not missing:
                kept.append(edge)
        files = {id(edge): file for file, edge in zip(self.edge_files, self.relationships, strict=True)}
        for edge, way in cycles(kept):
            self.file = files[id(edge)]
            self.wrong(edge.line, "cycle", edge.kind, " → ".join(way[:8]) + (" …" if len(way) > 8 else ""))
        self.relationships = kept

    def fields(self, item: Value, known: frozenset[str]) -> dict[str, Value] | None:
        if not isinstance(item.content, dict):
            self.wrong(item.line, "type", "entry", "mapping")
            return None
        for key in item.content:
            if key not in known:
                self.wrong(item.keys[key], "unknown_key", key, ", ".join(sorted(known)))
        return {key: value for key, value in item.content.items() if key in known and value.content is not None}

    def text(
        self,
        fields: Mapping[str, Value],
        key: str,
        item: Value,
        longest: int,
        form: re.Pattern[str] | None = None,
        needed: bool = True,
    ) -> str | None:
        value = fields.get(key)
        if value is None:
            if needed:
                self.wrong(item.line, "missing", key)
            return None
        if not isinstance(value.content, str) and not (form is SLUG and type(value.content) is int):
            self.wrong(value.line, "type", key, "text")
            return None
        text = " ".join(str(value.content).split())
        if not text and needed:
            self.wrong(value.line, "missing", key)
        elif len(text) > longest:
            self.wrong(value.line, "too_long", key, longest)
        elif "\0" in text or (form is not None and not form.match(text)):
            self.wrong(value.line, "form", key, text)
        else:
            return text
        return None

    def kind(self, fields: Mapping[str, Value], item: Value) -> EntityKind | None:
        text = self.text(fields, "kind", item, 64)
        if text is None:
            return None
        kind = KINDS.get(text.lower())
        if kind is None:
            self.wrong(fields["kind"].line, "one_of", text, ", ".join(KINDS))
        return kind

    def language(self, fields: Mapping[str, Value]) -> str | None:
        value = fields.get("language")
        if value is None:
            return None
        tag = language_of_code(value.content) if isinstance(value.content, str) else None
        if tag is None:
            self.wrong(value.line, "type", "language", "language")
        return tag

    def debut(
        self, fields: Mapping[str, Value], item: Value, keys: tuple[str, str] = ("episode_debut", "page_debut")
    ) -> Debut | None:
        episode, page = (fields.get(key) for key in keys)
        if episode is None and page is None:
            return None
        if episode is None:
            self.wrong(item.line, "missing", keys[0])
            return None
        number = decimal_of(episode.content)
        if number is None or not 0 <= number < 1_000_000:
            self.wrong(episode.line, "type", keys[0], "number")
            return None
        story_page = 1 if page is None else page.content
        if type(story_page) is not int or not 1 <= story_page <= 100_000:
            self.wrong((page or episode).line, "type", keys[1], "page")
            return None
        return Debut(number, story_page, episode.line)

    def fact_list(self, fields: Mapping[str, Value]) -> tuple[FileFact, ...]:
        value = fields.get("facts")
        if value is None:
            return ()
        if not isinstance(value.content, list):
            self.wrong(value.line, "type", "facts", "list")
            return ()
        if len(value.content) > MOST_FACTS:
            self.wrong(value.line, "too_many", "facts", MOST_FACTS)
        found: list[FileFact] = []
        for each in value.content[:MOST_FACTS]:
            inner = self.fields(each, FACT_KEYS)
            if inner is None:
                continue
            text = self.text(inner, "text", each, LONGEST_FACT)
            if "episode" not in inner and "page" not in inner:
                self.wrong(each.line, "missing", "episode")
            debut = self.debut(inner, each, ("episode", "page"))
            if text and debut:
                found.append(FileFact(text, debut))
        return tuple(found)

    def layout(self, fields: Mapping[str, Value]) -> None:
        """Where other programs draw it; checked for its form, and not kept, since ours lays the graph out by itself."""
        value = fields.get("layout")
        if value is None:
            return
        if not isinstance(value.content, dict):
            self.wrong(value.line, "type", "layout", "mapping")
            return
        for key, each in value.content.items():
            if key not in {"x", "y"}:
                self.wrong(value.keys[key], "unknown_key", key, "x, y")
            elif type(each.content) not in {int, float}:
                self.wrong(each.line, "type", key, "number")

    def alias_list(self, fields: Mapping[str, Value]) -> tuple[tuple[str, str | None], ...]:
        value = fields.get("aliases")
        if value is None:
            return ()
        if not isinstance(value.content, list):
            self.wrong(value.line, "type", "aliases", "list")
            return ()
        found: list[tuple[str, str | None]] = []
        for each in value.content:
            inner = (
                {"name": each} if isinstance(each.content, str) else self.fields(each, frozenset({"name", "language"}))
            )
            if inner is None:
                continue
            name = self.text(inner, "name", each, LONGEST_NAME)
            if name:
                found.append((name, self.language(inner)))
        self.aliases += len(found)
        if self.aliases > MOST_ALIASES:
            self.wrong(value.line, "too_many", "aliases", MOST_ALIASES)
            return ()
        return tuple(found)


NO_MORE: Final = FileRelationship("", "", "", "", "", None, 0)


def decimal_of(value: Any) -> Decimal | None:
    if type(value) is int or type(value) is float:
        number = Decimal(str(value))
        return number if number.is_finite() and number == round(number, 3) else None
    return None


def cycles(edges: Sequence[FileRelationship]) -> list[tuple[FileRelationship, list[str]]]:
    """For each kind that must not lead in a circle, an edge of every circle, and the way round from its source."""
    found: list[tuple[FileRelationship, list[str]]] = []
    for kind in sorted({edge.kind for edge in edges} & INWARD):
        ahead: dict[str, list[FileRelationship]] = {}
        for edge in edges:
            if edge.kind == kind:
                ahead.setdefault(edge.source, []).append(edge)
        done: set[str] = set()
        for start in ahead:
            way: list[str] = []
            stack = [(start, iter(ahead[start]))] if start not in done else []
            on_way = {start}
            way.append(start)
            while stack:
                node, rest = stack[-1]
                edge = next(rest, NO_MORE)
                if edge is NO_MORE:
                    stack.pop()
                    way.pop()
                    on_way.discard(node)
                    done.add(node)
                elif edge.target in on_way:
                    found.append((edge, [*way[way.index(edge.target) :], edge.target]))
                elif edge.target not in done:
                    stack.append((edge.target, iter(ahead.get(edge.target, ()))))
                    way.append(edge.target)
                    on_way.add(edge.target)
    return found

"""Who sees what of somebody: one table that is shown to both sides and that doors are built by.

The parts of a life here are those that an export has (`kernel.db.personal.Section`), so that what a guardian's page
and a guardian's export show is told by the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from fumetto.kernel.db.personal import FOR_GUARDIANS
from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.text.catalogues import say
from fumetto.people.collectives import repository as belonging
from fumetto.people.collectives.kinds import CollectiveKind
from fumetto.people.collectives.repository import Person
from fumetto.people.collectives.rules import looks_after
from fumetto.people.consent.kinds import Purpose, Seen, Viewer
from fumetto.people.consent.standing import purposes_of

SIGHT: Final[Mapping[Viewer, frozenset[Seen]]] = MappingProxyType(
    {
        Viewer.GUARDIAN: frozenset(Seen(section.value) for section in FOR_GUARDIANS),
        Viewer.TEACHER: frozenset({Seen.NAME, Seen.PROGRESS}),
        Viewer.MEMBER: frozenset({Seen.NAME}),
        Viewer.OPERATOR: frozenset({Seen.ACCOUNT, Seen.CONSENTS, Seen.DEEDS}),
    }
)
WITH_SHARING: Final = frozenset({(Viewer.TEACHER, Seen.PROGRESS), (Viewer.MEMBER, Seen.NAME)})
"""What is seen only while its person agrees to be seen. Names within a family always are."""

ON_REQUEST: Final = frozenset({(Viewer.OPERATOR, Seen.CHAT)})
"""What a formal request shows, which is audited and shown to the person."""

NEVER: Final[Mapping[Viewer, frozenset[Seen]]] = MappingProxyType(
    {
        Viewer.GUARDIAN: frozenset({Seen.CHAT}),
        Viewer.TEACHER: frozenset({Seen.CHAT, Seen.SIGNALS}),
        Viewer.MEMBER: frozenset({Seen.CHAT, Seen.SIGNALS, Seen.PROGRESS}),
        Viewer.OPERATOR: frozenset(),
    }
)


def sees(viewer: Viewer, thing: Seen, held: frozenset[Purpose]) -> bool:
    """Whether such a viewer sees it of somebody who holds these purposes."""
    return thing in SIGHT[viewer] and ((viewer, thing) not in WITH_SHARING or Purpose.SHARING in held)


@dataclass(frozen=True, slots=True)
class Sight:
    """One kind of viewer of somebody, who that is, what they see, and what they never see."""

    viewer: Viewer
    whose: str
    names: tuple[str, ...]
    sees: tuple[Seen, ...]
    never: tuple[Seen, ...]
    on_request: tuple[Seen, ...]
    lines: tuple[str, ...]


async def who_sees(session: ReadSession, person: Person, language: str, *, as_guardian: bool = False) -> list[Sight]:
    """Who sees what of a person, told to themselves or to their guardian."""
    held = (await purposes_of(session, [person.id])).get(person.id, frozenset())
    sights = []
    rows = await belonging.guardianships(session, child_id=person.id) if person.is_minor else []
    guardians = await belonging.people(session, [row.guardian_id for row in rows])
    if guardians:
        names = sorted(each.name for each in guardians.values())
        key = "of_child" if as_guardian else "guardian"
        sights.append(sight(Viewer.GUARDIAN, key, names, held, language, child=person.name))
    for collective, _ in await belonging.collectives_of(session, person.id):
        sights += await in_collective(
            session, collective.id, collective.name, collective.kind, person.id, set(guardians), held, language
        )
    sights.append(sight(Viewer.OPERATOR, "operator", [], held, language))
    return sights


async def in_collective(
    session: ReadSession,
    collective_id: UUID,
    name: str,
    kind: CollectiveKind,
    person_id: UUID,
    guardians: set[UUID],
    held: frozenset[Purpose],
    language: str,
) -> list[Sight]:
    members = [one for one in await belonging.members(session, collective_id) if one.person.id != person_id]
    above = [one.person.name for one in members if looks_after(one.role) and one.person.id not in guardians]
    found = [sight(Viewer.TEACHER, "teacher", above, held, language, collective=name)] if above else []
    if any(not looks_after(one.role) for one in members):
        shared = held | {Purpose.SHARING} if kind is CollectiveKind.FAMILY else held
        found.append(sight(Viewer.MEMBER, "members", [], shared, language, collective=name))
    return found


def sight(
    viewer: Viewer, key: str, names: Sequence[str], held: frozenset[Purpose], language: str, **words: str
) -> Sight:
    shown = tuple(thing for thing in Seen if sees(viewer, thing, held))
    never = tuple(thing for thing in Seen if thing in NEVER[viewer])
    formal = tuple(thing for thing in Seen if (viewer, thing) in ON_REQUEST)
    whose = say(language, f"consent.sees.viewers.{key}", names=", ".join(names), **words)

    def line(kind: str, things: Sequence[Seen]) -> list[str]:
        listed = ", ".join(say(language, f"consent.sees.things.{thing.value}") for thing in things)
        return [say(language, f"consent.sees.lines.{kind}", things=listed)] if things else []

    lines = (*line("sees", shown), *line("never", never), *line("formal", formal))
    return Sight(viewer, whose, tuple(names), shown, never, formal, lines)

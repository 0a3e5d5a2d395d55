"""Who answers for whom. A guardianship comes of belonging to a family, of an invitation to be one child's guardian, or
of a request of a child who had nobody; whatever ends it ends what was agreed to by it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.collectives import repository
from fumetto.people.collectives.kinds import CollectiveKind, GuardianshipOrigin, MemberRole
from fumetto.people.collectives.models import Collective
from fumetto.people.collectives.repository import Person
from fumetto.people.collectives.rules import makes_guardian
from fumetto.people.consent import service as consent


async def guardians_of(session: ReadSession, child_id: UUID) -> list[Person]:
    """The adults who answer for a minor, the first first."""
    rows = await repository.guardianships(session, child_id=child_id)
    known = await repository.people(session, [row.guardian_id for row in rows])
    return [known[row.guardian_id] for row in rows if row.guardian_id in known]


async def children_of(session: ReadSession, guardian_id: UUID) -> list[Person]:
    """The minors that somebody answers for, by name."""
    rows = await repository.guardianships(session, guardian_id=guardian_id)
    known = await repository.people(session, [row.child_id for row in rows])
    return sorted((each for each in known.values() if each.is_minor), key=lambda each: each.name.casefold())


async def is_guardian(session: ReadSession, guardian_id: UUID, child_id: UUID) -> bool:
    return bool(await repository.guardianships(session, guardian_id=guardian_id, child_id=child_id))


async def begin(
    session: WriteSession,
    guardian_id: UUID,
    child_id: UUID,
    origin: GuardianshipOrigin,
    collective_id: UUID | None,
    actor: UUID | None,
) -> None:
    """Somebody answers for a minor from now on; nothing where they do already."""
    begun = await repository.begin_guardianship(session, guardian_id, child_id, origin, collective_id)
    if begun is None:
        return
    new = {"guardian": guardian_id, "child": child_id, "origin": origin}
    await audit(session, actor, "guardianship.begin", "guardianship", begun, new=new)
    if collective_id is not None:
        await consent.guardianship_began(session, guardian_id, child_id, collective_id)


async def joined(session: WriteSession, collective: Collective, person: Person, role: MemberRole, actor: UUID) -> None:
    """What follows for guardians from somebody having joined, or having been given a role."""
    if collective.kind is not CollectiveKind.FAMILY:
        return
    others = [one for one in await repository.members(session, collective.id) if one.person.id != person.id]
    if person.is_minor:
        pairs = [
            (one.person.id, person.id)
            for one in others
            if makes_guardian(collective.kind, one.role, one.person.is_minor)
        ]
    elif makes_guardian(collective.kind, role, person.is_minor):
        pairs = [(person.id, one.person.id) for one in others if one.person.is_minor]
    else:
        pairs = []
    for guardian_id, child_id in pairs:
        await begin(session, guardian_id, child_id, GuardianshipOrigin.FAMILY, collective.id, actor)


async def left(session: WriteSession, collective_id: UUID, user_id: UUID, actor: UUID) -> None:
    """What follows from somebody having left, or looking after others no more: guardianships that came of it end."""
    await consent.forget_grant(session, collective_id, user_id)
    ended = await repository.end_guardianships(session, guardian_id=user_id, collective_id=collective_id)
    ended += await repository.end_guardianships(session, child_id=user_id, collective_id=collective_id)
    await note_ended(session, ended, actor)


async def forgotten(session: WriteSession, user_id: UUID, actor: UUID | None) -> None:
    """Somebody is about to be erased, or their account closed: they answer for nobody any more."""
    await note_ended(session, await repository.end_guardianships(session, guardian_id=user_id), actor)


async def dissolved(session: WriteSession, collective_id: UUID, actor: UUID) -> None:
    await note_ended(session, await repository.end_guardianships(session, collective_id=collective_id), actor)


async def note_ended(session: WriteSession, ended: Iterable[tuple[UUID, UUID, UUID]], actor: UUID | None) -> None:
    rows = list(ended)
    for guardianship_id, guardian_id, child_id in rows:
        old = {"guardian": guardian_id, "child": child_id}
        await audit(session, actor, "guardianship.end", "guardianship", guardianship_id, old=old)
    await consent.guardianships_ended(session, rows)

"""Rules of what fits: of people, and of collectives."""

from __future__ import annotations

from uuid import UUID

from fastapi import status

from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction
from fumetto.people.access.dependencies import CurrentVisit
from fumetto.people.ages import repository, service
from fumetto.people.ages.schemas import (
    ReadingRuleIn,
    ReadingRuleOfCollective,
    ReadingRuleOfUser,
    ReadingRuleOut,
    RuleSource,
    SourceOfRule,
)
from fumetto.people.ages.service import Counts

router = Routes(tags=["ages"])


@router.get("/users/{user_id}/reading-rule")
async def get_reading_rule(session: ReadTransaction, visit: CurrentVisit, user_id: UUID) -> ReadingRuleOfUser:
    """What counts for oneself, or for somebody whom one answers for, and what it comes of."""
    found = await service.of_user(session, visit.reader, user_id)
    return ReadingRuleOfUser(
        user_id=user_id,
        rule=ReadingRuleOut.of(found.own) if found.own else None,
        effective=ReadingRuleOut.of(found.fits.rule) if found.fits else None,
        because=[source_of(one) for one in found.because],
        may_change=found.may_change,
    )


def source_of(one: Counts) -> SourceOfRule:
    rule = ReadingRuleOut.of(one.rule)
    if one.collective is not None:
        named, known = one.collective.name, one.collective.id
        return SourceOfRule(source=RuleSource.COLLECTIVE, collective_id=known, collective_name=named, rule=rule)
    return SourceOfRule(source=RuleSource.OWN if one.own else RuleSource.DEFAULT, rule=rule)


@router.put("/users/{user_id}/reading-rule", status_code=status.HTTP_204_NO_CONTENT)
async def put_reading_rule(session: WriteTransaction, visit: CurrentVisit, user_id: UUID, body: ReadingRuleIn) -> None:
    """Make a rule for somebody whom one answers for, or for oneself. What does not fit is gone with their next look."""
    await service.set_for_user(session, visit.reader, user_id, body.rule())


@router.delete("/users/{user_id}/reading-rule", status_code=status.HTTP_204_NO_CONTENT)
async def delete_reading_rule(session: WriteTransaction, visit: CurrentVisit, user_id: UUID) -> None:
    """Have no rule of their own: what is usual for their age counts."""
    await service.set_for_user(session, visit.reader, user_id, None)


@router.get("/collectives/{collective_id}/reading-rule")
async def get_collective_rule(
    session: ReadTransaction, visit: CurrentVisit, collective_id: UUID
) -> ReadingRuleOfCollective:
    """What a collective lets its people read, for who looks after it."""
    row, bound = await service.of_collective(session, visit.reader, collective_id)
    rule = ReadingRuleOut.of(repository.rule_from(row)) if row else None
    return ReadingRuleOfCollective(
        collective_id=collective_id, rule=rule, updated_at=row.updated_at if row else None, bound=bound
    )


@router.put("/collectives/{collective_id}/reading-rule", status_code=status.HTTP_204_NO_CONTENT)
async def put_collective_rule(
    session: WriteTransaction, visit: CurrentVisit, collective_id: UUID, body: ReadingRuleIn
) -> None:
    """Make a rule for all minors in a collective and for its plain members. Theirs can be stricter, not laxer."""
    await service.set_for_collective(session, visit.reader, collective_id, body.rule())


@router.delete("/collectives/{collective_id}/reading-rule", status_code=status.HTTP_204_NO_CONTENT)
async def delete_collective_rule(session: WriteTransaction, visit: CurrentVisit, collective_id: UUID) -> None:
    """Have the collective limit nobody."""
    await service.set_for_collective(session, visit.reader, collective_id, None)

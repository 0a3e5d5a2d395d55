"""GET /usage/limits."""

from __future__ import annotations

from fastapi import Request

from fumetto.billing.usage import service
from fumetto.billing.usage.schemas import SpendingLimits
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import database_of
from fumetto.people.public import CurrentVisit, Role

router = Routes(tags=["usage"])


@router.get("/usage/limits")
async def get_limits(request: Request, visit: CurrentVisit) -> SpendingLimits:
    """What may still be spent on models that cost something: by the reader today, by everybody today, and in all."""
    reader = visit.reader
    return await service.limits_for(
        database_of(request), request.app.state.settings, reader.id, amounts=reader.may_act_as(Role.OWNER)
    )

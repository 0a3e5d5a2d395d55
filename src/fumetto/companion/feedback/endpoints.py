"""Routes of feedback on answers, and of how answers do."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from fumetto.companion.conversations.service import require_answer
from fumetto.companion.feedback import repository, service
from fumetto.companion.feedback.schemas import Analytics, FeedbackGiven
from fumetto.companion.kinds import Mode
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction
from fumetto.people.public import CurrentVisit, Purpose, Role, require, require_role

router = Routes(prefix="/companion", tags=["companion"])

First = Annotated[date | None, Query(description="The first day, in UTC; left out, thirty days before the last.")]
Last = Annotated[date | None, Query(description="The last day; left out, today.")]
FOR_THE_OWNER = [Depends(require_role(Role.OWNER))]


@router.put("/answers/{answer_id}/feedback", status_code=204)
async def give_feedback(
    session: WriteTransaction, visit: CurrentVisit, answer_id: uuid.UUID, body: FeedbackGiven
) -> None:
    """Say what you think of an answer; it replaces what you said before. Of the helper's answers only who agreed that
    what is talked about is counted."""
    answer, _ = await require_answer(session, visit.reader.id, answer_id)
    if answer.mode is Mode.SUPPORT:
        require(visit.reader, Purpose.ANALYTICS)
    await repository.keep(session, visit.reader.id, answer.session_id, answer_id, body)


@router.delete("/answers/{answer_id}/feedback", status_code=204)
async def take_feedback_back(session: WriteTransaction, visit: CurrentVisit, answer_id: uuid.UUID) -> None:
    """Take back what you said of an answer."""
    await require_answer(session, visit.reader.id, answer_id)
    await repository.drop(session, visit.reader.id, answer_id)


@router.get("/analytics", dependencies=FOR_THE_OWNER)
async def get_analytics(session: ReadTransaction, since: First = None, until: Last = None) -> Analytics:
    """How answers did, by mode and model and by day; nobody's words and nobody's name. For the owner."""
    return await service.analytics(session, *service.days(since, until))


@router.get("/analytics.csv", dependencies=FOR_THE_OWNER, response_class=Response)
async def get_analytics_csv(session: ReadTransaction, since: First = None, until: Last = None) -> Response:
    """The same as a table."""
    first, last = service.days(since, until)
    text = await service.analytics_csv(session, first, last)
    headers = {"Content-Disposition": f'attachment; filename="answers-{first}-{last}.csv"', "Cache-Control": "no-store"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

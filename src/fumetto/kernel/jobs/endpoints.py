"""Following long work, and stopping it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import StreamingResponse

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.kernel.errors import NotSignedIn
from fumetto.kernel.jobs import activities
from fumetto.kernel.jobs.errors import ActivityNotFound
from fumetto.kernel.jobs.feed import Feed
from fumetto.kernel.jobs.schemas import ActivityDetail, ActivityItem
from fumetto.kernel.jobs.views import Viewer, detail_of, page_of
from fumetto.kernel.text.catalogues import best_language
from fumetto.kernel.web.identity import CurrentIdentity
from fumetto.kernel.web.pagination import CursorText, Limit, Listing, decode_cursor, encode_cursor
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction
from fumetto.kernel.web.sse import LastEventId, event_stream

router = Routes(tags=["activities"])

ORDER = "activities:created"


async def viewer_of(identity: CurrentIdentity) -> Viewer:
    """Somebody signed in; there is nothing here for others. Raises NotSignedIn (401)."""
    if identity.reader is None:
        raise NotSignedIn
    return Viewer(identity.reader, identity.edits)


CurrentViewer = Annotated[Viewer, Depends(viewer_of)]


@router.get("/activities")
async def list_activities(
    session: ReadTransaction, viewer: CurrentViewer, cursor: CursorText = None, limit: Limit = 60
) -> Listing[ActivityItem]:
    """One's own activities, newest first; those who edit also see whatever is going on."""
    before = decode_cursor(cursor, ORDER, (datetime, UUID))
    items, total = await page_of(session, viewer, limit + 1, (before[0], before[1]) if before else None)
    more = items[limit - 1] if len(items) > limit else None
    return Listing(
        items=items[:limit],
        total=total,
        next_cursor=encode_cursor(ORDER, (more.created_at, more.id)) if more else None,
    )


@router.get("/activities/events", response_class=StreamingResponse)
async def follow_activities(
    request: Request, viewer: CurrentViewer, last_event_id: LastEventId = None
) -> StreamingResponse:
    """Server-sent events of type `activity`: what goes on now, and then each activity whenever it changes.

    The data is an ActivityItem. With `Last-Event-ID`, everything that changed since that event comes first.
    """
    return event_stream(request, feed_of(request).follow(viewer, last_event_id))


@router.get("/activities/{activity_id}")
async def read_activity(
    request: Request, session: ReadTransaction, viewer: CurrentViewer, activity_id: UUID
) -> ActivityDetail:
    """One activity, with what could not be done and why."""
    return await found(request, session, viewer, activity_id)


@router.post("/activities/{activity_id}/cancel")
async def cancel_activity(
    request: Request, session: WriteTransaction, viewer: CurrentViewer, activity_id: UUID
) -> ActivityDetail:
    """Stop it: what waits does not begin, what runs is interrupted, what is done stays done."""
    await found(request, session, viewer, activity_id)
    await activities.cancel(session, activity_id)
    await audit(session, viewer.person, "activity.cancel", "activity", activity_id)
    return await found(request, session, viewer, activity_id)


@router.post("/activities/{activity_id}/retry")
async def retry_activity(
    request: Request, session: WriteTransaction, viewer: CurrentViewer, activity_id: UUID
) -> ActivityDetail:
    """Try again what failed of it."""
    await found(request, session, viewer, activity_id)
    await activities.retry(session, activity_id)
    await audit(session, viewer.person, "activity.retry", "activity", activity_id)
    return await found(request, session, viewer, activity_id)


async def found(request: Request, session: ReadSession, viewer: Viewer, activity_id: UUID) -> ActivityDetail:
    language = best_language(request.headers.get("accept-language"))
    detail = await detail_of(session, viewer, activity_id, language)
    if detail is None:
        raise ActivityNotFound(id=str(activity_id))
    return detail


def feed_of(request: Request) -> Feed:
    """The one feed of this process; its looks at the database are shared by all streams."""
    state = request.app.state
    if not hasattr(state, "activity_feed"):
        database: Database = state.database
        state.activity_feed = Feed(database)
    feed: Feed = state.activity_feed
    return feed

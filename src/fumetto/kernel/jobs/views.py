"""Activities as people see them: counts with those of their parts, and only those that the person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.jobs.errors import ActivityNotFound
from fumetto.kernel.jobs.models import ActivityState
from fumetto.kernel.jobs.rules import pace
from fumetto.kernel.jobs.schemas import ActivityDetail, ActivityItem, FailureItem
from fumetto.kernel.text.catalogues import say

SELECT = """
SELECT a.id, a.kind, a.title, a.state, a.detail, a.started_by, a.created_at, a.started_at, a.finished_at, a.changed_at,
       a.done + coalesce(p.done, 0) AS done, a.total + coalesce(p.units, 0) AS total,
       a.failed_count + coalesce(p.failed, 0) AS failed_count, now() AS now
FROM app.activities a LEFT JOIN LATERAL (
    SELECT sum(units)::int AS units, sum(done)::int AS done, sum(failed_count)::int AS failed
    FROM app.activity_parts WHERE activity_id = a.id
) p ON true
"""
OPEN = "a.state IN ('queued', 'running')"
# One's own, and for those who edit whatever is going on.
VISIBLE = "(a.started_by = %(person)s::uuid OR %(edits)s::bool AND a.state IN ('queued', 'running'))"
PAGE = f"""
{SELECT} WHERE {VISIBLE}
AND (%(before)s::timestamptz IS NULL OR (a.created_at, a.id) < (%(before)s::timestamptz, %(before_id)s::uuid))
ORDER BY a.created_at DESC, a.id DESC LIMIT %(limit)s
"""
COUNT = f"SELECT count(*) FROM app.activities a WHERE {VISIBLE}"  # noqa: S608 - constants
ONE = f"{SELECT} WHERE a.id = %(id)s AND (a.started_by = %(person)s::uuid OR %(edits)s::bool)"
CHANGED = f"{SELECT} WHERE {OPEN} OR a.changed_at >= %(since)s ORDER BY a.created_at, a.id"
UNCOUNTED = """
SELECT job.task_name, count(*) FROM app.activity_parts part JOIN jobs.procrastinate_jobs job ON job.id = part.job_id
WHERE part.activity_id = %s AND part.state = 'open' AND part.units = 0 GROUP BY job.task_name
"""
FAILURES = "SELECT item, code, detail, at FROM app.activity_failures WHERE activity_id = %s ORDER BY id LIMIT 100"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a person's id, and whether they may follow what others started."""

    person: UUID
    edits: bool

    def sees(self, activity: ActivityItem) -> bool:
        """Whether an activity's events are for them. What ends stays visible to those who saw it run."""
        return activity.started_by == self.person or self.edits


async def page_of(
    session: ReadSession, viewer: Viewer, limit: int, before: tuple[datetime, UUID] | None
) -> tuple[list[ActivityItem], int]:
    """The newest activities that the viewer may see, and how many there are in all."""
    values = {"person": viewer.person, "edits": viewer.edits, "limit": limit}
    values |= dict(zip(("before", "before_id"), before or (None, None), strict=True))
    found = await rows(session, PAGE, values)
    cursor = await session.raw().execute(COUNT.encode(), values)
    row = await cursor.fetchone()
    return [item(row) for row in found], row[0] if row else 0


async def detail_of(session: ReadSession, viewer: Viewer, activity: UUID, language: str) -> ActivityDetail | None:
    """One activity with what failed of it; None when there is none, or none for this viewer."""
    found = await rows(session, ONE, {"person": viewer.person, "edits": viewer.edits, "id": activity})
    if not found:
        return None
    failures = await failures_of(session, activity, language)
    return ActivityDetail(**item(found[0]).model_dump(), failures=failures)


async def failures_of(session: ReadSession, activity: UUID, language: str) -> list[FailureItem]:
    """The first hundred things of an activity that could not be done."""
    cursor = await session.raw().execute(FAILURES, (activity,))
    return [
        FailureItem(item=name, code=code, message=message(language, code, detail), at=at)
        for name, code, detail, at in await cursor.fetchall()
    ]


async def progress_of(session: ReadSession, activity: UUID) -> ActivityItem:
    """How far an activity is, for the machine itself. Raises ActivityNotFound."""
    found = await rows(session, f"{SELECT} WHERE a.id = %(id)s", {"id": activity})
    if not found:
        raise ActivityNotFound(id=str(activity))
    return item(found[0])


async def uncounted_of(session: ReadSession, activity: UUID) -> dict[str, int]:
    """The jobs that an activity still waits for and that are no units of it, by task: what follows from the rest."""
    cursor = await session.raw().execute(UNCOUNTED.encode(), (activity,))
    return dict(await cursor.fetchall())


async def changed_since(session: ReadSession, since: datetime) -> list[ActivityItem]:
    """All that is going on, and all that changed since, whoever it belongs to."""
    return [item(row) for row in await rows(session, CHANGED, {"since": since})]


async def rows(session: ReadSession, query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    return await (await session.raw().cursor(row_factory=dict_row).execute(query.encode(), values)).fetchall()


def item(row: dict[str, Any]) -> ActivityItem:
    until = row["finished_at"] or row.pop("now")
    counted = pace(
        done=row["done"], failed=row["failed_count"], total=row["total"], started_at=row["started_at"], until=until
    )
    over = row["state"] not in {ActivityState.QUEUED, ActivityState.RUNNING}
    return ActivityItem.model_validate(
        row | {"rate": counted.rate, "seconds_left": None if over else counted.seconds_left}
    )


def message(language: str, code: str, detail: dict[str, Any]) -> str:
    """The failure's text, or the general one when an older or newer version knew the code."""
    try:
        return say(language, f"errors.{code}", **detail)
    except (KeyError, ValueError):
        return say(language, f"errors.{FumettoError.code}")

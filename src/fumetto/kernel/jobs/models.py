"""Tables of long work that people follow, and of work that comes round by the clock; the queue is Procrastinate's."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, String, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import TITLE, Base, checked, created_now, primary_key, values_check
from fumetto.kernel.db.personal import Erase, Section, elsewhere, personal
from fumetto.kernel.db.schemas import Schema

SCHEMA = Schema.APP.value


class ActivityState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"  # everything was tried; failed_count says how much of it could not be done
    FAILED = "failed"  # nothing of it could be done
    CANCELLED = "cancelled"


class PartState(StrEnum):
    OPEN = "open"
    ENDED = "ended"  # its counts are folded into the activity's, and the row goes
    FAILED = "failed"  # its job gave up; the row stays, so that the activity can be retried


class Activity(Base):
    """Long work that a person started and follows: an import, a scan. Its counts are its own and those of its parts."""

    __tablename__ = "activities"
    __table_args__ = (
        values_check("state", ActivityState),
        Index("ix_activities_changed_at", "changed_at"),
        Index("ix_activities_started_by_created_at", "started_by", "created_at"),
        {"schema": SCHEMA, "info": personal("started_by", export=Section.DEEDS, erase=Erase.FORGET)},
    )

    id: Mapped[uuid.UUID] = primary_key()
    kind: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(TITLE)
    state: Mapped[ActivityState] = mapped_column(checked(ActivityState), default=ActivityState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    failed_count: Mapped[int] = mapped_column(default=0)
    has_jobs: Mapped[bool] = mapped_column(default=False)  # then it ends with its last job; else somebody finishes it
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    started_by: Mapped[uuid.UUID | None]  # a person; people is a higher context, so no foreign key
    created_at: Mapped[datetime] = created_now()
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class ActivityPart(Base):
    """What one job, or one advance by hand, adds to an activity. Each writes its own row, so none waits for another."""

    __tablename__ = "activity_parts"
    __table_args__ = (
        values_check("state", PartState),
        UniqueConstraint("job_id"),
        Index("ix_activity_parts_activity_id_state", "activity_id", "state"),
        {"schema": SCHEMA},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    activity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.activities.id", ondelete="CASCADE"))
    job_id: Mapped[int | None] = mapped_column(BigInteger)  # in Procrastinate's table, which is not ours to refer to
    state: Mapped[PartState] = mapped_column(checked(PartState), default=PartState.OPEN)
    units: Mapped[int] = mapped_column(default=1)
    done: Mapped[int] = mapped_column(default=0)
    failed_count: Mapped[int] = mapped_column(default=0)


class ActivityFailure(Base):
    """One thing that an activity could not do, with the reason as a code that the catalogues have words for."""

    __tablename__ = "activity_failures"
    __table_args__ = (
        Index("ix_activity_failures_activity_id_id", "activity_id", "id"),
        Index("ix_activity_failures_job_id", "job_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    activity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.activities.id", ondelete="CASCADE"))
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    item: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    at: Mapped[datetime] = created_now()


class PeriodicRun(Base):
    """When each piece of periodic work was last enqueued; the row's lock lets one worker of many do it."""

    __tablename__ = "periodic_runs"
    __table_args__ = ({"schema": SCHEMA},)

    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


elsewhere(
    "jobs: arguments",
    erase=(
        """
        DELETE FROM jobs.procrastinate_jobs WHERE status <> 'doing'
            AND concat_ws(' ', args, lock, queueing_lock) LIKE '%%' || %(user)s || '%%'
        """,
    ),
)

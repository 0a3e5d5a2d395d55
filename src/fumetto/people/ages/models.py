"""Tables of what fits whom: the rules as they were made, and what they come to for each reader."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import Base, primary_key, updated_now
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.people.accounts.models import SCHEMA

USERS = f"{SCHEMA}.users.id"
COLLECTIVES = f"{SCHEMA}.collectives.id"
EMPTY = text("'{}'")

OF_RULE = personal("user_id", export=Section.READING, erase=Erase.CASCADE) | personal(
    "changed_by", export=None, erase=Erase.SET_NULL, because="whose deed it was is in the audit log"
)


class ReadingRule(Base):
    """What one person, or everybody in a collective, may read. NULL in `max_age` and `labels_allowed`: not limited."""

    __tablename__ = "reading_rules"
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, collective_id) = 1", name="of_one"),
        CheckConstraint("max_age BETWEEN 0 AND 99", name="age_sane"),
        Index("uq_reading_rules_user_id", "user_id", unique=True),
        Index("uq_reading_rules_collective_id", "collective_id", unique=True),
        Index("ix_reading_rules_changed_by", "changed_by"),
        {"schema": SCHEMA, "info": OF_RULE},
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(USERS, ondelete="CASCADE"))
    collective_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(COLLECTIVES, ondelete="CASCADE"))
    max_age: Mapped[int | None]
    unrated: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    labels_allowed: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    labels_excluded: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default=EMPTY)
    only_shelves: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    changed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(USERS, ondelete="SET NULL"))
    updated_at: Mapped[datetime] = updated_now()


class ReadingFits(Base):
    """What all rules for a reader come to: the strictest of them. Who has no row here is not restricted.

    Row-level security of the library looks here, once per query, for whoever a transaction was begun for.
    `collective_ids` are those whose shelves count where `only_shelves` says that nothing else fits.
    """

    __tablename__ = "reading_fits"
    __table_args__ = ({"schema": SCHEMA, "info": personal("user_id", export=Section.READING, erase=Erase.CASCADE)},)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(USERS, ondelete="CASCADE"), primary_key=True)
    max_age: Mapped[int | None]
    unrated: Mapped[bool]
    labels_allowed: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    labels_excluded: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default=EMPTY)
    only_shelves: Mapped[bool]
    collective_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default=EMPTY)
    updated_at: Mapped[datetime] = updated_now()

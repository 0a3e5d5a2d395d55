"""Tables of exports, of erasures that a restored backup has to repeat, and of how long things are kept."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import Base, checked, created_now, primary_key, updated_now, values_check
from fumetto.kernel.db.personal import Erase, Section, elsewhere, personal
from fumetto.kernel.db.schemas import Schema
from fumetto.people.privacy.kinds import ExportKind, ExportState, Term

APP = Schema.APP.value


class DataExport(Base):
    """A file of what is kept about a person, asked for by them, a guardian, or the operator on a formal request.

    `reason` is the formal request's, which the person is shown. The file is in the storage under `storage_key` until
    `expires_at`.
    """

    __tablename__ = "data_exports"
    __table_args__ = (
        values_check("kind", ExportKind),
        values_check("state", ExportState),
        CheckConstraint("(state = 'ready') = (storage_key IS NOT NULL)", name="ready_has_file"),
        CheckConstraint("kind <> 'formal' OR reason <> ''", name="formal_has_reason"),
        Index("ix_data_exports_user_id", "user_id", "created_at"),
        Index("ix_data_exports_requested_by", "requested_by"),
        {
            "schema": APP,
            "info": personal("user_id", export=Section.ACCOUNT, erase=Erase.CASCADE, hide=("storage_key",))
            | personal("requested_by", export=Section.DEEDS, erase=Erase.SET_NULL, hide=("storage_key",)),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{APP}.users.id", ondelete="CASCADE"))
    requested_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{APP}.users.id", ondelete="SET NULL"))
    kind: Mapped[ExportKind] = mapped_column(checked(ExportKind))
    reason: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    state: Mapped[ExportState] = mapped_column(checked(ExportState), default=ExportState.QUEUED)
    storage_key: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = created_now()
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Erasure(Base):
    """That somebody was erased: enough to do it again when an older backup brings them back, and no more.

    `subject` is the SHA-256 of the user's id, whose 74 random bits cannot be guessed; `pseudonym` the id that stands
    for them in the audit log from then on.
    """

    __tablename__ = "erasures"
    __table_args__ = ({"schema": APP},)

    subject: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    pseudonym: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = created_now()
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RetentionTerm(Base):
    """For how many days a kind of data is kept here, where the operator has decided otherwise than the program."""

    __tablename__ = "retention_terms"
    __table_args__ = (
        values_check("kind", Term),
        CheckConstraint("days BETWEEN 1 AND 36500", name="days_bounded"),
        Index("ix_retention_terms_updated_by", "updated_by"),
        {"schema": APP, "info": personal("updated_by", export=Section.DEEDS, erase=Erase.SET_NULL)},
    )

    kind: Mapped[Term] = mapped_column(checked(Term), primary_key=True)
    days: Mapped[int]
    updated_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{APP}.users.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime] = updated_now()


elsewhere(
    "storage: exports",
    files="SELECT storage_key FROM app.data_exports WHERE user_id = %(user)s::uuid AND storage_key IS NOT NULL",
)

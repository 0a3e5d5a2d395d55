"""Tables of where things came from: the folders that are watched, and each file or folder that became an episode."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import TITLE, Base, checked, created_now, primary_key, values_check
from fumetto.library.catalogue.models import SCHEMA
from fumetto.library.ingestion.kinds import RootState, SourceState


class LibraryRoot(Base):
    """A file or folder on this machine that is scanned; `series_title` puts all that it holds into one series.

    `notice_code` says what the owner should know of it, such as that it cannot be watched, with its particulars.
    """

    __tablename__ = "library_roots"
    __table_args__ = (values_check("state", RootState), {"schema": SCHEMA})

    id: Mapped[uuid.UUID] = primary_key()
    path: Mapped[str] = mapped_column(Text, unique=True)
    series_title: Mapped[str | None] = mapped_column(TITLE)
    managed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[RootState] = mapped_column(checked(RootState), default=RootState.AVAILABLE)
    notice_code: Mapped[str | None] = mapped_column(String(64))
    notice_detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    last_scanned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = created_now()


class Source(Base):
    """One file or folder of images below a root, with what is needed to see that it changed or moved.

    `path` is relative to the root, "." being the root itself. For a file, `byte_size` and `modified_ns` are the file's;
    for a folder, the sum of its files' sizes and a digest of their names, sizes and times. `fingerprint` is of the
    content and survives a move. `series_key` is the series that file and folder named when it was read: a later
    neighbour with the same key joins this one's series, whatever people have since called it.
    """

    __tablename__ = "sources"
    __table_args__ = (
        values_check("state", SourceState),
        UniqueConstraint("root_id", "path", deferrable=True, initially="DEFERRED"),
        Index("ix_sources_fingerprint", "fingerprint"),
        Index("ix_sources_episode_id", "episode_id"),
        Index("ix_sources_series_key", "series_key"),
        {"schema": SCHEMA},
    )

    id: Mapped[uuid.UUID] = primary_key()
    root_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.library_roots.id", ondelete="CASCADE"))
    episode_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.episodes.id", ondelete="SET NULL"))
    path: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    byte_size: Mapped[int] = mapped_column(BigInteger)
    modified_ns: Mapped[int] = mapped_column(BigInteger)
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    series_key: Mapped[str | None] = mapped_column(TITLE)
    state: Mapped[SourceState] = mapped_column(checked(SourceState), default=SourceState.PRESENT)
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    seen_at: Mapped[datetime] = created_now()

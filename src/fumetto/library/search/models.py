"""What stands in the index for what, so that it can be taken out when its row is gone."""

from __future__ import annotations

import uuid

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import Base, checked, values_check
from fumetto.kernel.db.personal import impersonal
from fumetto.library.catalogue.models import SCHEMA
from fumetto.library.search.kinds import PassageKind


class IndexedPassage(Base):
    """One passage in the index, by the id of the row that holds its text. No foreign keys: it outlives that row until
    the index has let go of it. `episode_id` is none for what belongs to a series as a whole; `owner_id` is the page,
    article, entity or note that the passage is renewed with. Of a text that was too long for one passage there are
    several: `row_id` is the row that holds it, and the passage is its characters from `piece_start` to before
    `piece_stop`."""

    __tablename__ = "indexed_passages"
    __table_args__ = (
        values_check("kind", PassageKind),
        Index("ix_indexed_passages_owner_id", "owner_id"),
        Index("ix_indexed_passages_episode_id", "episode_id", postgresql_where=text("episode_id IS NOT NULL")),
        Index("ix_indexed_passages_series_id", "series_id"),
        {"schema": SCHEMA, "info": impersonal("owner_id", "the page, article, entity or note that it stands for")},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    series_id: Mapped[uuid.UUID]
    episode_id: Mapped[uuid.UUID | None]
    owner_id: Mapped[uuid.UUID]
    kind: Mapped[PassageKind] = mapped_column(checked(PassageKind))
    row_id: Mapped[uuid.UUID | None]
    piece_start: Mapped[int | None]
    piece_stop: Mapped[int | None]

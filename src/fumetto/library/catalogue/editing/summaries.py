"""The summary of an episode as editors see and write it. The session must see every reader's rows."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.contents.kinds import SummarySource
from fumetto.library.contents.models import EpisodeSummary

LANGUAGE = "und"
"""Nobody says in which language a summary is: a file's is in its own, a person's in theirs."""


async def summary_of(session: ReadSession, episode_id: uuid.UUID) -> dict[str, Any]:
    """The text as `plot_summary` and who wrote it as `source`, both None where there is none."""
    row = (
        await session.execute(
            select(EpisodeSummary.text, EpisodeSummary.source).where(
                EpisodeSummary.episode_id == episode_id, EpisodeSummary.language == LANGUAGE
            )
        )
    ).one_or_none()
    return {"plot_summary": row[0] if row else None, "source": row[1].value if row else None}


async def put_summary(session: WriteSession, episode_id: uuid.UUID, told: dict[str, Any]) -> None:
    """Make it what `summary_of` returned, or will return."""
    mine = (EpisodeSummary.episode_id == episode_id, EpisodeSummary.language == LANGUAGE)
    if told["plot_summary"] is None:
        await session.execute(delete(EpisodeSummary).where(*mine))
        return
    row = insert(EpisodeSummary).values(
        episode_id=episode_id, language=LANGUAGE, text=told["plot_summary"], source=SummarySource(told["source"])
    )
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["episode_id", "language"],
            set_={"text": row.excluded.text, "source": row.excluded.source, "updated_at": func.now()},
        )
    )

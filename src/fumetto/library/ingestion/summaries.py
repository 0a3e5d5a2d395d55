"""What files say happens in their episodes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from fumetto.kernel.db.sessions import WriteSession


async def write_summaries(session: WriteSession, told: Sequence[tuple[uuid.UUID, str]]) -> None:
    """Set the summaries of some episodes. The session must be for EVERY_READER; COPY does not go with row security."""
    if not told:
        return
    await session.raw().execute(
        "INSERT INTO library.episode_summaries (episode_id, text, source)"
        " SELECT said.id, said.text, 'file' FROM unnest(%s::uuid[], %s::text[]) AS said (id, text)"
        " ON CONFLICT (episode_id, language) DO UPDATE"
        " SET text = excluded.text, source = excluded.source, updated_at = now()",
        ([episode_id for episode_id, _ in told], [text for _, text in told]),
    )

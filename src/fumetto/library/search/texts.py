"""The texts of passages by their ids, for the index, which keeps none: another model is to read them.

As they are put by `collecting`, pieces of long ones too. Runs in sessions for EVERY_READER.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.search.collecting import fetched
from fumetto.library.search.kinds import PassageKind

LINE: Final = "coalesce(nullif({column}, '') || E'\\n', '')"
BEFORE_STATEMENT: Final = f"{LINE.format(column='a.title')} || {LINE.format(column='r.heading')}"
ROWS: Final = {
    PassageKind.DIALOGUE: ("''", "r.text", "library.balloons", ""),
    PassageKind.DESCRIPTION: ("''", "r.visual_description", "library.page_descriptions", ""),
    PassageKind.PANEL: ("''", "r.description", "library.panels", ""),
    PassageKind.NOTE: ("''", "r.text", "library.commentary_notes", ""),
    PassageKind.WIKI: (
        BEFORE_STATEMENT,
        "r.text",
        "library.wiki_facts",
        "JOIN library.wiki_articles a ON a.id = r.article_id",
    ),
    PassageKind.FACT: (
        "w.name || E'\\n'",
        "r.text",
        "library.entity_facts",
        "JOIN library.world_entities w ON w.id = r.entity_id",
    ),
}
"""Of each kind: what is searched with the text, the text, the table, and what it takes for the first."""

BY_IDS: Final = """
SELECT i.id, {before}, {text}, i.piece_start, i.piece_stop
FROM library.indexed_passages i JOIN {table} r ON r.id = coalesce(i.row_id, i.id) {joined}
WHERE i.kind = '{kind}' AND i.id = ANY (%s)
"""


async def texts_of(session: ReadSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The texts as they would be indexed now, without those whose rows are gone."""
    found: dict[uuid.UUID, str] = {}
    for kind, (before, text, table, joined) in ROWS.items():
        statement = BY_IDS.format(before=before, text=text, table=table, joined=joined, kind=kind.value)
        for passage_id, head, whole, start, stop in await fetched(session, statement, ids):
            found[passage_id] = head + (whole or "")[start:stop]
    return found

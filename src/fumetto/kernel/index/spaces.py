"""Which vectors there are: spaces, each a table filled by one model."""

from __future__ import annotations

from dataclasses import dataclass

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.index.built_in import built_in

LIVE = """
SELECT number, model, dimensions, state, approximate FROM rag.spaces WHERE state IN ('active', 'filling')
ORDER BY state, number
"""
NEW = """
INSERT INTO rag.spaces (model, dimensions, state) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
RETURNING rag.make_space(number, dimensions)
"""


@dataclass(frozen=True, slots=True)
class LiveSpace:
    """A space that passages are put into: the one that is searched, or one that is being filled to take its place."""

    number: int
    model: str
    dimensions: int
    state: str
    approximate: bool

    @property
    def table(self) -> str:
        """Its name in the schema `rag`."""
        return f"space_{self.number}"


async def live_spaces(session: WriteSession) -> list[LiveSpace]:
    """The active space first. Where there is none yet, one for the built-in embeddings is made."""
    spaces = await known_spaces(session)
    if not any(space.state == "active" for space in spaces):
        await session.raw().execute(NEW, [built_in().name, built_in().dimensions, "active"])
        spaces = await known_spaces(session)
    return spaces


async def known_spaces(session: ReadSession) -> list[LiveSpace]:
    rows = await session.raw().execute(LIVE)
    return [LiveSpace(*row) for row in await rows.fetchall()]

"""Which rooms a companion's turn works with, put together for this process."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fumetto.companion.answering import turning
from fumetto.companion.answering.checkpoints import Checkpoints
from fumetto.companion.answering.ports import Happening, Rooms, Turn
from fumetto.companion.answering.prompts import LocalizedPrompts
from fumetto.companion.conversations.keeping import Recorder
from fumetto.companion.kinds import Mode
from fumetto.companion.memory.lake import Soon
from fumetto.companion.memory.recalling import Recalling
from fumetto.companion.memory.semantic import SemanticCache
from fumetto.companion.speaking.service import HouseSpeakers
from fumetto.companion.support import answering as support
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings


def answered(turn: Turn, rooms: Rooms) -> AsyncIterator[Happening]:
    """A question on its way: the helper's apart from those about a story."""
    return support.run(turn, rooms) if turn.mode is Mode.SUPPORT else turning.run(turn, rooms)


def companion_rooms(
    settings: Settings,
    database: Database,
    speakers: HouseSpeakers | None = None,
    shortcut: SemanticCache | None = None,
    soon: Soon | None = None,
) -> Rooms:
    """For the readers of this process; nothing is begun before it is asked for. speakers: those that there are, where
    others see how they do. shortcut: what was found before, where it is kept. soon: who has memory take answers in;
    without it that takes some minutes."""
    return Rooms(
        prompts=LocalizedPrompts(),
        speakers=speakers or HouseSpeakers(settings, database),
        memory=Recalling(),
        shortcut=shortcut,
        record=Recorder(database, soon),
        checkpoints=Checkpoints(database),
        passages_page=settings.passages_page,
        passages_wiki=settings.passages_wiki,
    )

"""What was counted of conversations, in groups."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from fumetto.companion.support import repository
from fumetto.companion.support.rules.suppressing import shown
from fumetto.companion.support.schemas import Counted, SupportAnalytics
from fumetto.kernel.db.sessions import ReadSession

COUNTED: Final = ("bullying_message", "mood", "strategy", "language", "variant", "moods", "strategies", "answer_types")


async def analytics(session: ReadSession, month: date) -> SupportAnalytics:
    """A whole month that is over: of days that go on, two looks would tell of one person by their difference."""
    first = month.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    if last >= datetime.now(UTC).date():
        return SupportAnalytics(month=f"{first:%Y-%m}", of=[])
    of = [Counted(what=what, counts=shown(await repository.people_by(session, what, first, last))) for what in COUNTED]
    return SupportAnalytics(month=f"{first:%Y-%m}", of=[one for one in of if one.counts])

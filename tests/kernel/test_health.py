"""Each part is asked by itself, and none can make the answer wait."""

from __future__ import annotations

import asyncio

from fumetto.kernel.db.errors import DatabaseBusy
from fumetto.kernel.health import Part, is_ready, readiness


async def fine() -> None:
    return None


async def hangs() -> None:
    """As a query to a frozen server does: it does not let itself be cancelled either, not for a while."""
    try:
        await asyncio.sleep(600)
    finally:
        await asyncio.sleep(600)


async def busy() -> None:
    raise DatabaseBusy(pool="general")


async def broken() -> None:
    raise RuntimeError("a mistake of ours")


async def nobody() -> int:
    return 0


async def two() -> int:
    return 2


async def test_parts_are_asked_side_by_side_and_one_that_hangs_is_given_up() -> None:
    async with asyncio.timeout(60):  # far below what either of those that hang takes
        parts = await readiness(
            {"a": (fine, True), "b": (hangs, True), "c": (hangs, False), "d": (busy, True), "e": (broken, True)},
            seconds=0.2,
        )
    assert parts == {
        "a": Part(ok=True),
        "b": Part(ok=False, code="timeout"),
        "c": Part(ok=False, needed=False, code="timeout"),
        "d": Part(ok=False, code="database_busy"),
        "e": Part(ok=False, code="internal"),
    }
    assert not is_ready(parts)


async def test_part_that_is_not_needed_does_not_stop_requests() -> None:
    parts = await readiness({"database": (fine, True), "workers": (nobody, False)})
    assert parts["workers"] == Part(ok=False, needed=False, code="none_running", count=0)
    assert is_ready(parts)
    assert (await readiness({"workers": (two, False)}))["workers"] == Part(ok=True, needed=False, count=2)

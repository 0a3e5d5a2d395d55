"""Streams that stay open: alive between events, gone with their client, ended by a shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fumetto.kernel.web.sse import ServerEvent, with_heartbeat


class Source:
    """Sends what is put into it, and knows whether it was closed."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[ServerEvent | None] = asyncio.Queue()
        self.closed = False

    async def events(self) -> AsyncIterator[ServerEvent]:
        try:
            while (event := await self.queue.get()) is not None:
                yield event
        finally:
            self.closed = True


async def collect(stream: AsyncIterator[bytes], count: int) -> list[bytes]:
    return [await anext(stream) for _ in range(count)]


def test_event_is_written_as_the_standard_says() -> None:
    event = ServerEvent({"title": "Épisode\n2"}, event="activity", id="7")
    assert event.encode() == 'id: 7\nevent: activity\ndata: {"title":"Épisode\\n2"}\n\n'.encode()


def test_id_cannot_smuggle_in_a_field() -> None:
    assert ServerEvent(1, id="7\ndata: evil\0").encode() == b"id: 7 data: evil\ndata: 1\n\n"


async def test_events_come_in_order_and_the_stream_ends_with_its_source() -> None:
    source = Source()
    for number in (1, 2):
        source.queue.put_nowait(ServerEvent(number))
    source.queue.put_nowait(None)
    sent = [part async for part in with_heartbeat(source.events(), asyncio.Event(), 5)]
    assert sent == [b"retry: 2000\n\n", b"data: 1\n\n", b"data: 2\n\n"]
    assert source.closed


async def test_heartbeats_fill_the_silence_and_lose_no_event() -> None:
    source = Source()
    stream = with_heartbeat(source.events(), asyncio.Event(), 0.01)
    assert (await collect(stream, 4))[1:] == [b": still here\n\n"] * 3
    source.queue.put_nowait(ServerEvent("late"))
    assert await anext(stream) == b'data: "late"\n\n'
    await stream.aclose()  # type: ignore[attr-defined]
    assert source.closed


async def test_shutdown_of_the_server_ends_the_stream_and_closes_the_source() -> None:
    source, closing = Source(), asyncio.Event()
    stream = with_heartbeat(source.events(), closing, 60)
    await anext(stream)
    asyncio.get_running_loop().call_later(0.01, closing.set)
    assert [part async for part in stream] == []
    assert source.closed


async def test_client_that_leaves_closes_the_source() -> None:
    source = Source()

    async def follow() -> None:
        async for _ in with_heartbeat(source.events(), asyncio.Event(), 60):
            pass

    following = asyncio.create_task(follow())
    await asyncio.sleep(0.01)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert source.closed


async def test_error_in_the_source_ends_the_stream_with_it() -> None:
    async def broken() -> AsyncIterator[ServerEvent]:
        yield ServerEvent(1)
        raise RuntimeError("broken")

    sent: list[bytes] = []
    try:
        async for part in with_heartbeat(broken(), asyncio.Event(), 60):
            sent.append(part)
    except RuntimeError as error:
        sent.append(str(error).encode())
    assert sent[1:] == [b"data: 1\n\n", b"broken"]

"""The application on a real socket: streams end when the server does, and a HEAD costs nothing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
from fastapi import FastAPI, Request
from starlette.middleware import Middleware
from starlette.responses import Response

from fumetto.kernel.web.headers import HeadAsGet
from fumetto.kernel.web.server import make_server
from fumetto.kernel.web.sse import OpenStreams, ServerEvent, event_stream


def an_app() -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.state.closing = asyncio.Event()
    app.state.streams = OpenStreams()
    app.state.ended = asyncio.Event()

    @app.get("/events")
    async def events(request: Request) -> Response:
        async def source() -> AsyncIterator[ServerEvent]:
            try:
                yield ServerEvent("first", id="1")
                await asyncio.Event().wait()
            finally:
                app.state.ended.set()

        return event_stream(request, source())

    return app


async def test_shutdown_ends_open_streams_at_once_and_a_client_that_leaves_ends_its_own() -> None:
    app = an_app()
    server = make_server(app)
    with socket.create_server(("127.0.0.1", 0)) as bound:
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        base = f"http://127.0.0.1:{bound.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=base, timeout=60) as client:
            async with client.stream("GET", "/events") as answer:
                assert answer.headers["x-accel-buffering"] == "no"
                assert answer.headers["cache-control"] == "no-store"
                assert "server" not in answer.headers
                lines = answer.aiter_lines()
                assert [await anext(lines) for _ in range(4)] == ["retry: 2000", "", "id: 1", 'data: "first"']
            await asyncio.wait_for(app.state.ended.wait(), 60)  # the client left, and the source knows

            app.state.ended.clear()
            async with client.stream("GET", "/events") as answer:
                lines = answer.aiter_lines()
                assert await anext(lines) == "retry: 2000"
                server.should_exit = True
                rest = [line async for line in lines]
                assert 'data: "first"' in rest
            await asyncio.wait_for(serving, 60)
            assert app.state.ended.is_set()


async def test_connection_stays_open_after_a_head_of_something_with_a_length() -> None:
    app = an_app()
    app.user_middleware = [Middleware(HeadAsGet)]

    @app.get("/picture")
    async def picture() -> Response:
        return Response(b"x" * 5000, media_type="image/png")

    server = make_server(app)
    with socket.create_server(("127.0.0.1", 0)) as bound:
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        reader, writer = await asyncio.open_connection(*bound.getsockname())
        for method, length in (("HEAD", 0), ("GET", 5000)):
            writer.write(f"{method} /picture HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ")
            assert b"content-length: 5000" in head
            assert await reader.readexactly(length) == b"x" * length
        writer.close()
        server.should_exit = True
        await asyncio.wait_for(serving, 60)

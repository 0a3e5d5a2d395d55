"""How the application is served: uvicorn, with the logs, limits and ending that Fumetto wants."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI


class Server(uvicorn.Server):
    """Uvicorn that tells open streams to end before it waits for them, and leaves signals to whoever runs it.

    Set `should_exit` to end it in good order, and `force_exit` besides to not wait for requests.
    """

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Installs nothing: uvicorn's handlers would answer each signal beside the process's own."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        app = self.config.app
        if isinstance(app, FastAPI):
            closing: asyncio.Event = app.state.closing
            closing.set()
        await super().shutdown(sockets)


def make_server(app: FastAPI) -> Server:
    """A server for `app`; `await make_server(app).serve(sockets=[bound])` runs until it is told to stop.

    Proxy headers and the access log are ours (proxies.py, requests.py), so uvicorn's are off.
    """
    return Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="on",
            h11_max_incomplete_event_size=64 * 1024,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=10,
        )
    )

"""How the application is served: uvicorn, with the logs, limits and ending that Fumetto wants."""

from __future__ import annotations

import asyncio
import socket

import uvicorn
from fastapi import FastAPI


class Server(uvicorn.Server):
    """Uvicorn that tells open streams to end before it waits for them."""

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

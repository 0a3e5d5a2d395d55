"""A Fumetto whose model keeps everybody waiting, for benches of streams that are open."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from page_latency import Server

HOME = Path(__file__).resolve().parents[1]
QUESTION = "What just happened?"

People = TypeVar("People")


@dataclass
class Model:
    """A chat model that answers over OpenAI's protocol, and waits until it is let speak."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
            )
            await reader.readexactly(length)
            self.asked += 1
            self.news.set()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            await writer.drain()
            await self.let.wait()
            for text in ("I cannot ", "say."):
                writer.write(b"data: " + json.dumps(piece(text)).encode() + b"\n\n")
            writer.write(b"data: " + json.dumps(piece(None)).encode() + b"\n\ndata: [DONE]\n\n")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


def piece(text: str | None) -> dict[str, Any]:
    delta = {} if text is None else {"content": text, "role": "assistant"}
    choice = {"index": 0, "delta": delta, "finish_reason": "stop" if text is None else None}
    return {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "slow", "choices": [choice]}


@asynccontextmanager
async def house_of(
    model: Model, streams: int, people: Callable[[Path], Awaitable[People]], **environment: str
) -> AsyncIterator[tuple[httpx.AsyncClient, People]]:
    """A server with the sample and that model, a way to ask it, and whom `people` made in its data directory."""
    slow = await asyncio.start_server(model.answer, "127.0.0.1", 0, backlog=streams)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        server = Server(data)
        server.environment |= {
            "CHAT_PROVIDER": "openai",
            "CHAT_MODEL": "slow",
            "OPENAI_BASE_URL": f"http://127.0.0.1:{slow.sockets[0].getsockname()[1]}/v1",
            "OPENAI_API_KEY": "none",
            "CHAT_FIRST_SECONDS": "600",
            "CHAT_TOTAL_SECONDS": "900",
            "FUMETTO_WORKERS": "0",
            **environment,
        }
        command = [sys.executable, "-m", "fumetto", "import", str(HOME / "src" / "fumetto" / "sample")]
        sample = [*command, "--series", "Sample", "--wait", "--data-dir", str(data)]
        await asyncio.to_thread(subprocess.run, sample, env=server.environment, check=True, stdout=subprocess.DEVNULL)
        made = await people(data)
        await asyncio.to_thread(server.__enter__)
        try:
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
            base = f"http://127.0.0.1:{server.port}/api/v1"
            async with httpx.AsyncClient(base_url=base, limits=limits, timeout=httpx.Timeout(900.0)) as client:
                yield client, made
        finally:
            model.let.set()
            await asyncio.to_thread(server.__exit__)


async def third_page(client: httpx.AsyncClient, headers: dict[str, str]) -> tuple[str, str]:
    """The ids of the sample's first episode and of its third page."""
    series = (await client.get("/series", headers=headers)).raise_for_status().json()["items"][0]
    episode = (await client.get(f"/series/{series['id']}/episodes", headers=headers)).json()["items"][0]
    pages = (await client.get(f"/episodes/{episode['id']}", headers=headers)).json()["pages"]
    return episode["id"], next(one["id"] for one in pages if one["page_number"] == 3)


async def ask(client: httpx.AsyncClient, headers: dict[str, str], episode: str, page: str) -> str:
    """Open the companion beside a page and ask; returns the address that the answer is told at."""
    body = {"episode_id": episode, "page_id": page}
    opened = (await client.post("/companion/sessions", json=body, headers=headers)).raise_for_status().json()
    asked = {"text": QUESTION, "request_id": str(uuid.uuid4())}
    told = await client.post(f"/companion/sessions/{opened['id']}/messages", json=asked, headers=headers)
    return str(client.base_url).removesuffix("/api/v1/") + str(told.raise_for_status().json()["events"])

"""A publisher on loopback: a real HTTP server with the tree of Pepper & Carrot, and with bad manners to order.

The fixture in the shared data lacks the list of episodes, titles, and a commentary page: they are made up here from the
files that are there. `python -m tests.builders.publisher TREE [PORT]` serves it for trying things by hand.
"""

from __future__ import annotations

import email.utils
import hashlib
import json
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from PIL import Image

NOT_FOUND = b"<!DOCTYPE html><html><body><h1>Sorry, this page does not exist</h1></body></html>"
TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
PAGE = re.compile(r"^en_(?P<file>.*_E\d+(?P<page>P\d+)?\.(?:jpg|png|gif))$")


@dataclass
class Request:
    """What was asked: the path decoded, and the headers with names in lower case."""

    path: str
    headers: dict[str, str]


@dataclass
class Reply:
    """An answer. `length` is what is claimed, `pause` seconds between its parts, `cut` what is really sent."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    cut: int | None = None
    pause: float = 0.0


Manner = Callable[[Request, Reply], Reply]


def truncated(share: float = 0.5) -> Manner:
    """The connection breaks off after a part of the body."""
    return lambda _, good: Reply(
        good.body, headers=good.headers, length=len(good.body), cut=int(len(good.body) * share)
    )


def silently_truncated(share: float = 0.5) -> Manner:
    """Only the first part is there, and the server claims that it is all."""
    return lambda _, good: Reply(good.body[: int(len(good.body) * share)], headers=good.headers)


def slow(pause: float) -> Manner:
    return lambda _, good: Reply(good.body, headers=good.headers, pause=pause)


def busy(times: int, status: int = 503, retry_after: str | None = "0") -> Manner:
    """Refused so many times, then served."""
    left = [times]

    def answer(_: Request, good: Reply) -> Reply:
        if left[0] <= 0:
            return good
        left[0] -= 1
        return Reply(b"busy", status, {"Retry-After": retry_after} if retry_after is not None else {})

    return answer


def vanish() -> Manner:
    """The connection is closed without a word."""
    return lambda _, __: Reply(b"", status=0)


def redirected(location: str, status: int = 302) -> Manner:
    return lambda _, __: Reply(b"", status, {"Location": location})


def said_to_be(content_type: str) -> Manner:
    return lambda _, good: Reply(good.body, headers={**good.headers, "Content-Type": content_type})


def replaced(body: bytes, content_type: str = "image/jpeg") -> Manner:
    return lambda _, __: Reply(body, headers={"Content-Type": content_type})


def lost() -> Manner:
    return lambda _, __: Reply(NOT_FOUND, 404, {"Content-Type": "text/html"})


class Publisher:
    """Serves `tree` as `/0_sources`. Use it with `with`; `base` is the address to acquire from.

    `made_up` adds files by path or replaces them. `manners` changes the answer to every path that holds its key.
    With `soft`, what is not there is answered with 200 and a web page, as the live site does. `requests` is what was
    asked so far; without `validators` the server gives nothing to recognise a version by.
    """

    def __init__(self, tree: Path, *, soft: bool = False, validators: bool = True, port: int = 0) -> None:
        self.tree = tree
        self.soft = soft
        self.validators = validators
        self.requests: list[Request] = []
        self.manners: dict[str, Manner] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.base = f"{self.address}/0_sources"
        self.made_up: dict[str, bytes] = made_up_for(tree, self.address)

    def __enter__(self) -> Publisher:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def asked(self, part: str) -> int:
        """How many requests held `part` in their path."""
        return sum(part in request.path for request in self.requests)

    def json(self, path: str, value: Any) -> None:
        self.made_up[f"/0_sources/{path}"] = json.dumps(value, ensure_ascii=False).encode()

    def answer(self, request: Request) -> Reply:
        good = self._good(request)
        for part, manner in self.manners.items():
            if part in request.path:
                return manner(request, good)
        return good

    def _good(self, request: Request) -> Reply:
        body, changed = self.made_up.get(request.path), 1_500_000_000.0
        if body is None and request.path.startswith("/0_sources/"):
            path = (self.tree / request.path.removeprefix("/0_sources/")).resolve()
            if path.is_relative_to(self.tree.resolve()) and path.is_file():
                body, changed = path.read_bytes(), path.stat().st_mtime
        if body is None:
            return Reply(NOT_FOUND, 200 if self.soft else 404, {"Content-Type": "text/html; charset=utf-8"})
        headers = {"Content-Type": TYPES.get(Path(request.path).suffix, "text/html")}
        if self.validators:
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            headers |= {"ETag": etag, "Last-Modified": email.utils.formatdate(changed, usegmt=True)}
            if request.headers.get("if-none-match") == etag:
                return Reply(b"", 304, headers)
        return Reply(body, headers=headers)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body are two writes: the second would wait for an ACK

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(unquote(urlsplit(self.path).path), headers)
                publisher.requests.append(request)
                reply = publisher.answer(request)
                if reply.status == 0:
                    self.close_connection = True
                    return
                body = reply.body if reply.cut is None else reply.body[: reply.cut]
                try:
                    self.send_response(reply.status)
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
                    self.end_headers()
                    step = max(1, len(body) // 4) if reply.pause else max(1, len(body))
                    for at in range(0, len(body), step):
                        self.wfile.write(body[at : at + step])
                        self.wfile.flush()
                        if reply.pause:
                            time.sleep(reply.pause)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the client had enough
                if reply.cut is not None:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                return

        return Handler


def made_up_for(tree: Path, address: str) -> dict[str, bytes]:
    """The list of episodes, titles, information and a commentary, from what the tree has."""
    files: dict[str, bytes] = {}
    episodes = []
    for number, folder in enumerate(sorted(path for path in tree.iterdir() if path.name.startswith("ep")), 1):
        slots: dict[str, str] = {}
        for path in sorted((folder / "hi-res").glob("en_*")):
            if match := PAGE.match(path.name):
                page = match["page"]
                slots["cover" if page is None else "title" if page == "P00" else str(int(page[1:]))] = match["file"]
        story = [slot for slot in slots if slot.isdigit()]
        if len(story) > 1:
            slots["credits"] = slots.pop(max(story, key=int))
        languages = sorted({path.name.partition("_")[0] for path in (folder / "hi-res").glob("*_E*.*")})
        episodes.append({"name": folder.name, "total_pages": 99, "pages": slots, "translated_languages": languages})
        root = f"/0_sources/{folder.name}"
        if not (folder / "info.json").exists():
            info: dict[str, Any] = {
                "id": number, "original-language": "en", "published": f"2014-0{number}-15",
                "supporters": [None, 12, "1 234"][number % 3], "credits": {"Proofreading": ["Somebody Else"]},
                "related-urls": ["https://www.peppercarrot.com/", f"{address}/blog/article{number}"],
                "background-color": "#ccddee",
            }  # fmt: skip
            if number == 2:
                info["related-urls"] = [f"{address}/blog/article{number}"]
            files[f"{root}/info.json"] = json.dumps(info).encode()
        if number != 3 and not (folder / "hi-res" / "titles.json").exists():
            words = folder.name.partition("_")[2].replace("-", " ")
            titles = {"en": f"Episode {number}: {words}", "fr": f"Épisode {number} : {words}", "cn": f"第{number}集"}
            files[f"{root}/hi-res/titles.json"] = json.dumps(titles, ensure_ascii=False).encode()
        files[f"/blog/article{number}"] = commentary(number)
    files["/0_sources/episodes-v1.json"] = json.dumps(episodes).encode()
    return files


def commentary(number: int) -> bytes:
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>Making of episode {number}</title></head>"
        f"<body><article><h1>Making of episode {number}</h1><p>I drew it in Krita.</p></article></body></html>"
    ).encode()


LANGUAGES: Mapping[str, Any] = {
    "en": {"translators": ["Alex Gryson"], "name": "English", "iso_code": "en"},
    "fr": {"translators": ["David Revoy"], "name": "French", "iso_code": "fr"},
    "cn": {
        "translators": ["Ran Zhuang"],
        "name": "Chinese",
        "iso_code": "zh",
        "iso_locale": "CN",
        "iso_script": "Hans",
    },
    "go": {"translators": [], "name": "Gallo", "iso_code": "", "iso_version": -1},
}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="420"><text x="30" y="60" '
    'style="font-size:20px">{words}</text></svg>'
)


def small_tree(folder: Path, *, episodes: int = 2, languages: tuple[str, ...] = ("en", "fr", "cn")) -> Path:
    """A tree of tiny pictures in the publisher's shape; the second episode's name has Chinese, Arabic and a space."""
    names = ["ep01_Potion-of-Flight", "ep02_彩虹 药水-قوس قزح", *(f"ep{n:02d}_More" for n in range(3, episodes + 1))]
    for number, name in enumerate(names[:episodes], 1):
        for index, page in enumerate(["", "P00", "P01", "P02", "P03"]):
            file = f"Pepper-and-Carrot by David-Revoy_E{number:02d}{page}.jpg"
            for language in languages:
                write(
                    folder / name / "hi-res" / f"{language}_{file}", picture(index * 40, number * 60, len(language) * 9)
                )
                words = SVG.format(words=f"{language} {page or 'cover'}")
                write(folder / name / "lang" / language / f"E{number:02d}{page}.svg", words.encode())
            write(folder / name / "hi-res" / "gfx-only" / f"gfx_{file}", picture(index * 40, number * 60, 200))
    write(folder / "langs.json", json.dumps(LANGUAGES).encode())
    return folder


def picture(red: int, green: int, blue: int, kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (300, 420), (red % 256, green % 256, blue % 256)).save(out, kind)
    return out.getvalue()


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def main() -> None:
    with Publisher(Path(sys.argv[1]), port=int(sys.argv[2]) if len(sys.argv) > 2 else 0) as publisher:
        print(publisher.base, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()

"""The web application: built files from memory, and its one page for every address that is not a file or the API's."""

from __future__ import annotations

import asyncio
import gzip
import html
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fastapi import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fumetto.kernel.web.caching import conditional, etag_of
from fumetto.kernel.web.errors import AddressUnknown, MethodUnsupported, WebApplicationMissing
from fumetto.kernel.web.headers import GZIP_LEVEL, SMALLEST_COMPRESSED

NOT_OURS = ("/api", "/opds", "/health", "/ready", "/metrics")
HASHED = "assets"
BASE = re.compile(r"<base\s+href=\"[^\"]*\"\s*/?>", re.IGNORECASE)
HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".txt": "text/plain",
}
COMPRESSIBLE = (".js", ".mjs", ".css", ".html", ".svg", ".json", ".webmanifest", ".txt", ".wasm")


@dataclass(frozen=True, slots=True)
class BuiltFile:
    content: bytes
    compressed: bytes | None
    media_type: str
    etag: str
    cache_control: str


class WebApplication:
    """ASGI application for all that the API does not answer. `folder` is what the build leaves: index.html, assets/."""

    def __init__(self, folder: Path, policy: str) -> None:
        self.folder = folder
        self.policy = policy
        self.kept: dict[tuple[str, str], tuple[int, BuiltFile]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        root_path: str = scope.get("root_path", "")
        path = scope["path"].removeprefix(root_path) or "/"
        if any(path == part or path.startswith(f"{part}/") for part in NOT_OURS):
            raise AddressUnknown
        scope["fumetto.route"] = "web"
        if request.method != "GET":
            raise MethodUnsupported
        found = await asyncio.to_thread(self.find, path.lstrip("/"), root_path) if path != "/" else None
        if found is None and ("text/html" in request.headers.get("accept", "") or path == "/"):
            found = await asyncio.to_thread(self.find, "index.html", root_path)
            if found is None:
                raise WebApplicationMissing
        if found is None:
            raise AddressUnknown
        await self.respond(request, found)(scope, receive, send)

    def find(self, name: str, root_path: str) -> BuiltFile | None:
        """The built file of that name, read once; None where there is none, or none inside the folder."""
        parts = PurePosixPath(name).parts
        if not parts or "\0" in name or "\\" in name or any(part.startswith(".") for part in parts):
            return None
        path = self.folder.joinpath(*parts)
        try:
            modified = path.stat().st_mtime_ns
            if not path.is_file() or not path.resolve().is_relative_to(self.folder.resolve()):
                return None
            key = (name, root_path if path.suffix == ".html" else "")
            known = self.kept.get(key)
            if known is None or known[0] != modified:
                known = self.kept[key] = (modified, self.read(path, parts[0] == HASHED, root_path))
        except OSError:  # none of that name, a name too long, or a file where a folder is named
            return None
        return known[1]

    def read(self, path: Path, hashed: bool, root_path: str) -> BuiltFile:
        content = path.read_bytes()
        if path.suffix == ".html":
            content = with_base(content.decode(), root_path).encode()
        media_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        worth_it = path.suffix in COMPRESSIBLE and len(content) >= SMALLEST_COMPRESSED
        return BuiltFile(
            content,
            gzip.compress(content, GZIP_LEVEL, mtime=0) if worth_it else None,
            f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type,
            etag_of(len(content), content),
            "public, max-age=31536000, immutable" if hashed else "no-cache",
        )

    def respond(self, request: Request, file: BuiltFile) -> Response:
        response = conditional(request, etag=file.etag, cache_control=file.cache_control)
        if response is None:
            zipped = file.compressed if "gzip" in request.headers.get("accept-encoding", "") else None
            response = Response(zipped or file.content, media_type=file.media_type)
            response.headers["Cache-Control"] = file.cache_control
            response.headers["ETag"] = f"W/{file.etag}" if zipped else file.etag
            if zipped:
                response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Security-Policy"] = self.policy
        response.headers["Vary"] = "Accept-Encoding"
        return response


def with_base(page: str, root_path: str) -> str:
    """The page with `<base href>` naming the base path, so that its relative addresses work below any."""
    element = f'<base href="{html.escape(root_path)}/" />'
    if BASE.search(page):
        return BASE.sub(element, page, count=1)
    return HEAD.sub(lambda head: head.group(0) + element, page, count=1)

"""Answers of which a client may ask for a part (RFC 9110 §14): bytes in memory, and streams that can start anywhere."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from fumetto.kernel.web.caching import REVALIDATE, conditional, parse_date, validators
from fumetto.kernel.web.errors import RangeUnsatisfiable

RANGE = re.compile(r"bytes\s*=\s*(\d{0,19})\s*-\s*(\d{0,19})", re.ASCII)

Open = Callable[[int, int], AsyncIterator[bytes]]
"""Bytes from `start` to before `end`; called when the answer leaves, after the transaction has ended."""


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, end) with end excluded, or None for all of it.

    A malformed header and several ranges are answered with everything, as the RFC allows. Raises RangeUnsatisfiable
    when the range lies beyond `size` bytes.
    """
    match = RANGE.fullmatch(header.strip()) if header else None
    if match is None:
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise RangeUnsatisfiable(size=size)
    return start, end


def wanted_range(request: Request, size: int, etag: str | None, modified: datetime | None) -> tuple[int, int] | None:
    """The range that the request asks for, unless its If-Range names another version than this one."""
    condition = request.headers.get("if-range")
    if condition is not None:
        same = condition == etag and not condition.startswith("W/")
        date = parse_date(condition) if not same else None
        if not same and not (date and modified and modified.replace(microsecond=0) == date):
            return None
    return parse_range(request.headers.get("range"), size)


def bytes_response(
    request: Request,
    data: bytes,
    media_type: str,
    *,
    etag: str | None = None,
    modified: datetime | None = None,
    cache_control: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """`data`, a part of it (206), or nothing because the client has it (304). Raises RangeUnsatisfiable."""
    unchanged = conditional(request, etag=etag, modified=modified, cache_control=cache_control)
    if unchanged:
        return unchanged
    part = wanted_range(request, len(data), etag, modified)
    start, end = part or (0, len(data))
    sent = range_headers(part, len(data)) | validators(etag, modified, cache_control) | dict(headers or {})
    return Response(data[start:end] if part else data, 206 if part else 200, sent, media_type)


def stream_response(
    request: Request,
    open_at: Open,
    size: int,
    media_type: str,
    *,
    etag: str | None = None,
    modified: datetime | None = None,
    cache_control: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Like `bytes_response` for `size` bytes that are read while they are sent.

    With a storage: `stream_response(request, lambda start, end: storage.stream(key, start, end), found.size, ...)`.
    """
    unchanged = conditional(request, etag=etag, modified=modified, cache_control=cache_control)
    if unchanged:
        return unchanged
    part = wanted_range(request, size, etag, modified)
    start, end = part or (0, size)
    sent = range_headers(part, size) | validators(etag, modified, cache_control) | dict(headers or {})
    sent["Content-Length"] = str(end - start)
    status = 206 if part else 200
    if request.scope.get("fumetto.head") or start == end:
        return Response(b"", status, sent, media_type)
    return StreamingResponse(open_at(start, end), status, sent, media_type)


def range_headers(part: tuple[int, int] | None, size: int) -> dict[str, str]:
    headers = {"Accept-Ranges": "bytes"}
    if part:
        headers["Content-Range"] = f"bytes {part[0]}-{part[1] - 1}/{size}"
    return headers

"""Validators and how long an answer may be kept (RFC 9110 §8.8 and §13, RFC 9111)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import Request
from starlette.responses import Response

IMMUTABLE = "private, max-age=31536000, immutable"
"""For an address that names its content's version. Private: another person behind the same cache may not see it."""

REVALIDATE = "private, no-cache"
"""Keep it, but ask each time; an unchanged one costs a 304."""


def etag_of(*parts: object) -> str:
    """A strong validator, quotes included, made of what the content depends on: a version, a size, a language."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        text = str(part).encode()
        digest.update(len(text).to_bytes(4, "big") + text)
    return f'"{digest.hexdigest()}"'


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def conditional(
    request: Request, *, etag: str | None = None, modified: datetime | None = None, cache_control: str = REVALIDATE
) -> Response | None:
    """A 304 when the client has this content already, else None: then answer with the same validators.

    If-None-Match decides alone where it is given; If-Modified-Since only without it.
    """
    if not is_fresh(request, etag, modified):
        return None
    return Response(status_code=304, headers=validators(etag, modified, cache_control))


def is_fresh(request: Request, etag: str | None, modified: datetime | None) -> bool:
    known = request.headers.get("if-none-match")
    if known is not None:
        return etag is not None and (known.strip() == "*" or opaque(etag) in {opaque(tag) for tag in known.split(",")})
    since = parse_date(request.headers.get("if-modified-since"))
    return since is not None and modified is not None and modified.astimezone(UTC).replace(microsecond=0) <= since


def validators(etag: str | None, modified: datetime | None, cache_control: str = REVALIDATE) -> dict[str, str]:
    """The headers that let a client ask again cheaply."""
    headers = {"Cache-Control": cache_control}
    if etag:
        headers["ETag"] = etag
    if modified:
        headers["Last-Modified"] = http_date(modified)
    return headers


def opaque(etag: str) -> str:
    """A validator for weak comparison: without the mark of weakness."""
    return etag.strip().removeprefix("W/")


def parse_date(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None

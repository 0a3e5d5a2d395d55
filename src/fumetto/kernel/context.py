"""What runs through a request or a job without being passed along: its id, where it came from, what it counts for."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from fumetto.kernel.text.audience import Variant, addressing

ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from: the address as far as trusted proxies tell it, and what the program calls itself."""

    address: str
    user_agent: str


_request_id: ContextVar[str | None] = ContextVar("fumetto_request_id", default=None)
_origin: ContextVar[Origin | None] = ContextVar("fumetto_origin", default=None)
_activity: ContextVar[UUID | None] = ContextVar("fumetto_activity", default=None)


def request_id() -> str | None:
    """The id of the request being answered, or of the one that a job was enqueued by; None outside both."""
    return _request_id.get()


def origin() -> Origin | None:
    """Where the request being answered came from; None in jobs and commands."""
    return _origin.get()


def present_activity() -> UUID | None:
    """The activity that the running job counts for, for jobs that follow from it; None for one that has none."""
    return _activity.get()


def new_request_id() -> str:
    return secrets.token_hex(8)


@contextmanager
def in_request(identifier: str | None, source: Origin | None = None) -> Iterator[str]:
    """Run the block under a request id: the given one where acceptable, else a new one. Yields the id in force."""
    chosen = identifier if identifier and ACCEPTABLE_ID.fullmatch(identifier) else new_request_id()
    id_token, origin_token = _request_id.set(chosen), _origin.set(source)
    try:
        with addressing(Variant.ALL):  # until it is known who asks
            yield chosen
    finally:
        _request_id.reset(id_token)
        _origin.reset(origin_token)


@contextmanager
def in_activity(identifier: UUID | None) -> Iterator[None]:
    """Run the block as part of an activity."""
    token = _activity.set(identifier)
    try:
        yield
    finally:
        _activity.reset(token)

"""Whoever a request is from, as far as the kernel needs to know; who they are is the business of `people`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request

from fumetto.kernel.db.narrowing import narrow_to


@dataclass(frozen=True, slots=True)
class Identity:
    """`reader` is the id that row-level security looks at, `account` what the people context knows about them."""

    reader: UUID | None = None
    operates: bool = False  # may look at the machine: metrics, parts that are not ready
    edits: bool = False  # may change the library, and follow what goes on in it
    account: Any = None
    narrowed_to: Hashable = None  # what every query for them is narrowed by: see kernel.db.narrowing


NOBODY = Identity()

Identify = Callable[[Request], Awaitable[Identity]]
"""Bound to `app.state.identify` where the application is put together. Raises for credentials that are wrong."""


async def identify(request: Request) -> Identity:
    """Who asks, found once per request."""
    known: Identity | None = request.scope.get("fumetto.identity")
    if known is None:
        find: Identify = request.app.state.identify
        known = request.scope["fumetto.identity"] = await find(request)
    narrow_to(known.narrowed_to)
    return known


CurrentIdentity = Annotated[Identity, Depends(identify)]

"""Whether something is switched on: what the rest of Fumetto asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from fastapi import Request

from fumetto.kernel.errors import FumettoError
from fumetto.kernel.web.identity import CurrentIdentity
from fumetto.people.access.dependencies import visit_of
from fumetto.people.access.readers import Reader
from fumetto.people.flags.board import BOARD
from fumetto.people.flags.claims import asker
from fumetto.people.flags.errors import AiOff, ImportsOff, SharingOff

if TYPE_CHECKING:
    from fumetto.people.flags.provider import HouseProvider

OFF: Final[dict[str, type[FumettoError]]] = {"ai": AiOff, "imports": ImportsOff, "sharing": SharingOff}


def is_on(reader: Reader | None, name: str) -> bool:
    """Whether a switch is on for this reader, or for nobody in particular; synchronous, from memory, never raises."""
    return BOARD.is_on(asker(reader), name)


def require_on(reader: Reader | None, name: str) -> None:
    """Raises `ai_switched_off`, `imports_switched_off` or `sharing_switched_off` (503)."""
    if not is_on(reader, name):
        raise OFF[name]


def switched_on(name: str) -> Callable[[Request, CurrentIdentity], Awaitable[None]]:
    """A dependency for a router or a route: nothing below it happens while the switch is off for whoever asks."""

    async def pass_switch(request: Request, identity: CurrentIdentity) -> None:
        visit = visit_of(identity)
        require_on(visit.reader if visit else None, name)

    return pass_switch


def provider() -> HouseProvider:
    """The flags as a provider of the OpenFeature SDK, which is imported for it."""
    from fumetto.people.flags.provider import HouseProvider

    return HouseProvider(BOARD)

"""Facts that one context states and others act on, inside this process and inside the transaction of the fact.

A lower context says what happened; a higher one, unknown to it, does what follows. `entry/wiring.py` binds the two:

    @dataclass(frozen=True)
    class UserDeactivated(Event):
        user_id: UUID

    bind(UserDeactivated, forget_devices)                   # once, while wiring
    await emit(session, UserDeactivated(user_id=user.id))   # in a service

A handler that raises fails the deed itself: both are rolled back. What may fail alone is a job, enqueued by it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from fumetto.kernel.db.sessions import WriteSession


@dataclass(frozen=True)
class Event:
    """The root of all facts; holds ids and plain values, never rows."""


Fact = TypeVar("Fact", bound=Event)
Handler = Callable[["WriteSession", Fact], Awaitable[None]]

_handlers: dict[type[Event], list[Handler[Any]]] = {}


def bind(kind: type[Fact], handler: Handler[Fact]) -> None:
    """Have `handler` follow every fact of exactly this kind. Binding the same pair again changes nothing."""
    bound = _handlers.setdefault(kind, [])
    if handler not in bound:
        bound.append(handler)


def unbind(kind: type[Fact], handler: Handler[Fact]) -> None:
    """Undo `bind`; a pair that is not bound is left alone."""
    if handler in _handlers.get(kind, []):
        _handlers[kind].remove(handler)


async def emit(session: WriteSession, fact: Event) -> None:
    """Run the handlers of this fact one after another, in the order of binding, in the caller's transaction."""
    for handler in tuple(_handlers.get(type(fact), ())):
        await handler(session, fact)

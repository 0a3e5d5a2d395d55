"""To whom something is said: texts may have a variant for the young and one for those who look after them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum


class Variant(StrEnum):
    TEENAGER = "teenager"
    PARENT = "parent"
    ALL = "all"


_addressed: ContextVar[Variant] = ContextVar("fumetto_addressed", default=Variant.ALL)


def addressed() -> Variant:
    """Whom the running request, or the task that it began, speaks to; ALL where nobody is known."""
    return _addressed.get()


def address(variant: Variant) -> None:
    """Speak to them from now on, in the running request and the tasks that it begins."""
    _addressed.set(variant)


@contextmanager
def addressing(variant: Variant) -> Iterator[None]:
    """Speak to them in the block, and to whom one spoke before after it."""
    token = _addressed.set(variant)
    try:
        yield
    finally:
        _addressed.reset(token)

"""What a search may look at: an opaque thing that can be made by few, narrowed by anybody, and widened by nobody."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from fumetto.kernel.index.places import LOWEST, Span, merged


class Everything(Enum):
    EVERYTHING = "everything"


EVERYTHING: Final = Everything.EVERYTHING
"""In the place of a key's spans: all its passages, those without a place too."""

Allowed = tuple[Span, ...] | Everything
ScopeFactory = Callable[[Mapping[uuid.UUID, Iterable[Span] | Everything]], "Scope"]

_FACTORIES: dict[str, ScopeFactory] = {}
_TOKEN = object()


@dataclass(frozen=True, init=False, eq=True, slots=True)
class Scope:
    """The positions of each key that may be looked at. A key that is not in it does not exist."""

    _allowed: tuple[tuple[uuid.UUID, Allowed], ...]
    _hash: int = field(compare=False)

    def __init__(self, allowed: Mapping[uuid.UUID, Allowed], *, token: object) -> None:
        if token is not _TOKEN:
            raise TypeError("a Scope is made by a factory that was registered, or by narrowing another")
        object.__setattr__(self, "_allowed", tuple(sorted(allowed.items())))
        object.__setattr__(self, "_hash", hash(self._allowed))

    def __hash__(self) -> int:
        """Worked out once: that of a thousand keys takes a while."""
        return self._hash

    def __repr__(self) -> str:
        return f"<Scope of {len(self._allowed)} keys>"

    @property
    def keys(self) -> tuple[uuid.UUID, ...]:
        return tuple(key for key, _ in self._allowed)

    def allowed(self) -> Mapping[uuid.UUID, Allowed]:
        return dict(self._allowed)

    def only(self, keys: Iterable[uuid.UUID]) -> Scope:
        """The same without all other keys."""
        wanted = set(keys)
        return Scope({key: allowed for key, allowed in self._allowed if key in wanted}, token=_TOKEN)

    def cut(self, position: int) -> Scope:
        """The same without what lies after a position, in every key; nothing without a place is left."""
        narrowed: dict[uuid.UUID, Allowed] = {}
        for key, allowed in self._allowed:
            spans = ((LOWEST, position + 1),) if allowed is EVERYTHING else allowed
            narrowed[key] = merged((low, min(high, position + 1)) for low, high in spans)
        return Scope(narrowed, token=_TOKEN)


def register_scope_factory(name: str) -> ScopeFactory:
    """The right to make scopes, once for each name. A test lists the modules that may ask for it."""
    if name in _FACTORIES:
        raise ValueError(f"scopes are made by {name} already")

    def make(allowed: Mapping[uuid.UUID, Iterable[Span] | Everything]) -> Scope:
        return Scope(
            {key: spans if isinstance(spans, Everything) else merged(spans) for key, spans in allowed.items()},
            token=_TOKEN,
        )

    _FACTORIES[name] = make
    return make

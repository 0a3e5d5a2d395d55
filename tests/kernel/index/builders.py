"""Passages and scopes for the tests of the index."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from fumetto.kernel.index import Everything, Passage, Scope, Span, register_scope_factory

make_scope = register_scope_factory("tests")


def page(number: int) -> Span:
    """The span of a page: ten positions for each."""
    return (number * 10, number * 10 + 1)


def passage(
    key: uuid.UUID, text: str, *pages: int, kind: str = "dialogue", language: str | None = "en",
    identifier: uuid.UUID | None = None, labels: tuple[uuid.UUID, ...] = (),
) -> Passage:  # fmt: skip
    """A passage that takes all of the pages to know; without pages it is unplaced."""
    sources = (tuple(page(number) for number in pages),) if pages else ()
    return Passage(identifier or uuid.uuid4(), key, kind, language, text, sources, labels)


def up_to(key: uuid.UUID, last: int) -> Scope:
    """What one who has read every page through `last` may see."""
    return make_scope({key: [(0, last * 10 + 1)]})


def scope(key: uuid.UUID, spans: Iterable[Span] | Everything) -> Scope:
    return make_scope({key: spans})

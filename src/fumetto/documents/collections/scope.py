"""What a search among documents may look at: whole collections, that were looked up in a reader's own transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fumetto.documents.collections.models import DocumentCollection
from fumetto.kernel.index import EVERYTHING, Scope, register_scope_factory

KIND: Final = "chunk"

_make_scope = register_scope_factory("document_collections")


def scope_of(collections: Iterable[DocumentCollection]) -> Scope:
    """Of rows, not of ids: what row-level security does not show has no row."""
    return _make_scope({collection.id: EVERYTHING for collection in collections})

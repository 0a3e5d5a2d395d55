"""Passages of any kind, found again by words and by meaning, and never beyond what whoever asks may see.

    await index.put(session, passages)            # in the caller's transaction, as everything that writes
    found = await index.search(session, scope, "who brewed the potion?", k=10)

Knows nothing of comics: a passage has a key (a series, a collection of documents), positions in it, and an id, which is
that of the row that holds its text.
"""

from fumetto.kernel.index.embedding import reach_models_by, think_ahead
from fumetto.kernel.index.moving import Whereabouts, move
from fumetto.kernel.index.passages import Found, Hit, Passage
from fumetto.kernel.index.places import Span
from fumetto.kernel.index.ranking import Weights
from fumetto.kernel.index.scope import EVERYTHING, Everything, Scope, ScopeFactory, register_scope_factory
from fumetto.kernel.index.searching import count, search
from fumetto.kernel.index.texts import TextsOf, register_texts
from fumetto.kernel.index.writing import put, remove, remove_key

__all__ = [
    "EVERYTHING",
    "Everything",
    "Found",
    "Hit",
    "Passage",
    "Scope",
    "ScopeFactory",
    "Span",
    "TextsOf",
    "Weights",
    "Whereabouts",
    "count",
    "move",
    "put",
    "reach_models_by",
    "register_scope_factory",
    "register_texts",
    "remove",
    "remove_key",
    "search",
    "think_ahead",
]

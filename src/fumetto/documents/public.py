"""What other contexts may use of documents."""

from fumetto.documents.collections.finding import FoundChunk, find

__all__ = ["FoundChunk", "find"]

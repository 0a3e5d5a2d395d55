"""What can be wrong with what is asked of memory."""

from __future__ import annotations

from fumetto.kernel.errors import NotFound


class MemoryNotFound(NotFound):
    """Nothing with that id is remembered of this reader, or not so that they may see it now: the two look the same."""

    code = "memory_not_found"

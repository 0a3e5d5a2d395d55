"""The built-in model, where it is wanted: what makes its vectors takes longer to load than most searches take, and the
server starts without."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fumetto.kernel.index.static import StaticModel


@cache
def built_in() -> StaticModel:
    """The model, loaded once for each process: 8 MB, mapped, so that processes share it."""
    from fumetto.kernel.index.static import StaticModel

    return StaticModel()

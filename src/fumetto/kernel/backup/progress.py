"""How far a backup or restore is, for whoever watches."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with a step (`database`, `files`, `checking`, `restoring`), how much of it is done, and how much there is, in
bytes; 0 of 0 for a step whose size is not known."""


def nobody_watches(step: str, done: int, total: int) -> None:
    """The progress that is shown to nobody."""

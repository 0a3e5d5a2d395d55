"""A rest for models that keep failing, so that nobody waits for one again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

FAILURES: Final = 3  # in a row
FIRST_REST: Final = 30.0  # seconds, doubled by each failure after it
LONGEST_REST: Final = 600.0


class Breaker:
    """Of one model in this process. While it rests nobody is let through; after that, one at a time, until one
    succeeds. `last` is the code of the last failure, empty while all is well."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._until = 0.0
        self._probe = 0.0  # until when somebody who was let through is waited for
        self.last = ""

    @property
    def rest(self) -> float:
        """Seconds that it still rests; 0 where it may be asked."""
        return max(0.0, self._until - self._clock())

    def admit(self, patience: float = LONGEST_REST) -> float:
        """0 where the caller may ask now and will tell how it went; else the seconds to wait. patience: how long one
        that was let through after a rest can take at most."""
        if wait := self.rest:
            return wait
        now = self._clock()
        if self._failures >= FAILURES:
            if now < self._probe:
                return self._probe - now
            self._probe = now + patience
        return 0.0

    def succeeded(self) -> None:
        self._failures, self._until, self._probe, self.last = 0, 0.0, 0.0, ""

    def failed(self, code: str, wait: float | None = None) -> None:
        """wait: seconds that the server asks to be left alone, whatever the number of failures."""
        self._failures += 1
        self._probe = 0.0
        self.last = code
        rest = wait or 0.0
        if self._failures >= FAILURES:
            rest = max(rest, FIRST_REST * 2 ** min(self._failures - FAILURES, 8))
        self._until = max(self._until, self._clock() + min(rest, LONGEST_REST))

    def left(self) -> None:
        """Whoever was let through went away without an answer either way."""
        self._probe = 0.0

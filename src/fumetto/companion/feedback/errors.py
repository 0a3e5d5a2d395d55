"""What goes wrong where answers are counted."""

from __future__ import annotations

from fumetto.kernel.errors import FumettoError


class DaysBackwards(FumettoError):
    """The first day is after the last, or they are further apart than is looked at."""

    status = 422
    code = "analytics_days_backwards"

"""Pure: what clocks that were set back must not bring back."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

CLOCKS_DIFFER: Final = timedelta(minutes=1)
"""What is made later than this from now was made before a clock was set back. Of a link nobody knows when its time is
over, so that it opens nothing; of a count of attempts it says nothing, so that it keeps nobody out."""

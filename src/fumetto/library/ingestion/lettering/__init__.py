"""Lettering: pages that come as art without words, and words as an SVG for each language.

`compose` makes one picture of the two and tells where each text is; `read_balloons` only tells.
"""

from fumetto.library.ingestion.lettering.balloons import LetteredBalloon
from fumetto.library.ingestion.lettering.compose import Composed, LetteringWarning, compose, read_balloons
from fumetto.library.ingestion.lettering.errors import LetteringUnreadable

__all__ = ["Composed", "LetteredBalloon", "LetteringUnreadable", "LetteringWarning", "compose", "read_balloons"]

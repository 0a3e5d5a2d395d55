"""What programs are told of an answer, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fumetto.companion.answering.model import Citation
from fumetto.library.public import Spot, spoken_number


def number_of(spot: Spot | None) -> str | None:
    """An episode's number as people write it: 12, or 12.5."""
    return spoken_number(spot.episode_number) if spot else None


def told(citation: Citation) -> Mapping[str, Any]:
    """A citation as `fumetto ask --json`, chat clients and assistants all have it."""
    return {
        "episode_number": number_of(citation.spot),
        "page_number": citation.spot.page_number if citation.spot else None,
        "quote": citation.quote,
        "kind": citation.kind,
        "speaker": citation.speaker,
        "language": citation.language,
    }

"""How a setting is written down."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Area(BaseModel):
    """Settings that belong together. Unknown ones are refused, and none is changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def outside(name: str, default: Any, description: str, **limits: Any) -> Any:
    """A key that is known by its own name outside Fumetto, and therefore has no prefix."""
    return Field(default, description=description, json_schema_extra={"key": name}, **limits)


def listed(text: str) -> list[str]:
    """The parts of a list with commas between."""
    return [part for part in (part.strip() for part in text.split(",")) if part]

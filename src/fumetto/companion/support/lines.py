"""People to turn to, by country: rows that come with the program, and what the operator has confirmed of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from fumetto.kernel.text.shipped import read_shipped

ALWAYS: Final = "24/7"
"""The one value of `hours` in the file; it is said in words, in the language of whoever is told."""

FILE: Final = Path(__file__).with_name("help_lines.yaml")


@dataclass(frozen=True, slots=True)
class Written:
    """A row of the file. `dangers`: what it is for, empty for anything; `source` and `source_date`: where it is from,
    and when that was written down. Nobody has called it."""

    country: str
    slug: str
    name: str
    phone: str
    url: str
    hours: str
    languages: tuple[str, ...]
    dangers: tuple[str, ...]
    is_emergency: bool
    source: str
    source_date: date
    position: int

    @property
    def digest(self) -> str:
        told = asdict(self) | {"position": 0}
        return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()


@cache
def written() -> tuple[Written, ...]:
    """All rows, country by country."""
    read: dict[str, list[dict[str, Any]]] = read_shipped(FILE)
    return tuple(
        Written(
            country=country,
            slug=row["slug"],
            name=row["name"],
            phone=str(row.get("phone", "")),
            url=row.get("url", ""),
            hours=row.get("hours", ""),
            languages=tuple(row.get("languages", ())),
            dangers=tuple(row.get("dangers", ())),
            is_emergency=bool(row.get("emergency", False)),
            source=row["source"],
            source_date=row["date"],
            position=position,
        )
        for country, rows in read.items()
        for position, row in enumerate(rows)
    )

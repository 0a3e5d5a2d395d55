"""The comics of the leak benchmark: the sample series, and the six real episodes with their sidecars and world.

A reader stands at some pages of each. Asked is who everybody of the cast is: those not met yet may not be known, and
those that were have to be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from fumetto.entry.wiring import House
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.library.public import Spot, evidence
from fumetto.library.reading.horizon import operator_horizon

HOME: Final = Path(__file__).resolve().parents[1]
SIX: Final = HOME.parent / "shared" / "data" / "pepper_carrot"
SIDECARS: Final = HOME / "tests" / "library" / "contents" / "sidecars"
TITLE: Final = "Pepper & Carrot"
SAMPLE: Final = "The sample"
COMICS: Final = (SAMPLE, TITLE)
STANDS: Final = 6  # pages of each series that are asked at


@dataclass(frozen=True, slots=True)
class Stand:
    """A reader at a page of a comic. `met` and `unmet` are names of its cast, there."""

    title: str
    at: tuple[Decimal, int]
    position: int
    read: str
    unread: str
    met: tuple[str, ...]
    unmet: tuple[str, ...]


def import_comics(place: Path, environment: dict[str, str]) -> None:
    """The sample and, where they are there, the six episodes, into the Fumetto at a place, by its own command."""

    def fumetto(*words: str | Path) -> None:
        command = [sys.executable, "-m", "fumetto", *words]
        subprocess.run(command, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)

    fumetto("import", HOME / "src" / "fumetto" / "sample", "--series", SAMPLE, "--wait")
    if SIX.is_dir():
        shelf = place / "comics" / TITLE
        shutil.copytree(SIX / "episodes", shelf)
        shutil.copytree(SIDECARS, shelf, dirs_exist_ok=True)
        fumetto("import", shelf, "--series", TITLE, "--wait")
        fumetto("world", "import", SIX / "world", "--series", TITLE)


async def stands(house: House, series_id: uuid.UUID, title: str) -> list[Stand]:
    """Some pages of a series, evenly apart, each with what was read there and what was not."""
    async with house.database.read(EVERY_READER) as session:
        everything = await operator_horizon(session, series_id)
        pages = await evidence.last_pages(session, everything, 10_000)
        texts = {}
        for page in pages:
            seen = await evidence.on_page(session, everything, page, ["en"])
            texts[page.page_id] = " ".join(" ".join(filter(None, [one.text, one.speaker])) for one in seen)
        cast = {one.id: one.names for one in await evidence.subjects(session, everything) if one.character_id}
        found = []
        for page in chosen([one for one in pages if numbered(one)]):
            assert page.episode_number is not None
            assert page.page_number is not None
            at = (page.episode_number, page.page_number)
            horizon = await operator_horizon(session, series_id, at)
            known = await evidence.subjects(session, horizon)
            met = {one.id for one in known}
            told = [
                fact.text
                for one in known
                for fact in [
                    *await evidence.facts_about(session, horizon, one),
                    *await evidence.ties_of(session, horizon, one),
                ]
            ]
            found.append(
                Stand(
                    title=title,
                    at=at,
                    position=page.position,
                    read=" ".join([*(texts[one.page_id] for one in pages if one.position <= page.position), *told]),
                    unread=" ".join(texts[one.page_id] for one in pages if one.position > page.position),
                    met=tuple(names[0] for key, names in cast.items() if key in met),
                    unmet=tuple(names[0] for key, names in cast.items() if key not in met),
                )
            )
        return found


def numbered(spot: Spot) -> bool:
    return spot.episode_number is not None and spot.page_number is not None


def chosen(pages: list[Spot]) -> Iterator[Spot]:
    for number in range(STANDS):
        yield pages[number * (len(pages) - 1) // STANDS]

"""What acquisition is asked for, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fumetto.kernel.errors import FumettoError
from fumetto.library.acquisition import publisher


@dataclass(frozen=True, slots=True)
class Source:
    """Where to fetch from, and how.

    `base` is the address of the publication tree, with or without its `/0_sources`. `pause` is the least time between
    two requests, in seconds. `resolution` is `hi-res` or `low-res`. `allow_private` lets addresses of this machine and
    network be asked.
    """

    base: str = publisher.BASE
    allow_private: bool = False
    pause: float = 0.5
    resolution: str = "hi-res"
    max_pixels: int = 200_000_000
    longest_wait: float = 60.0


@dataclass(frozen=True, slots=True)
class Step:
    """Something that just happened, for a progress bar. `done` of `total` files of `episode`; `file` is the last one.

    `outcome` is `fetched`, `kept` (it was there already), `absent`, `failed` or `waiting` (`seconds`).
    """

    episode: str
    file: str
    outcome: str
    done: int
    total: int
    seconds: float = 0.0


Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class EpisodeListing:
    """An episode that can be acquired. `languages` are BCP 47 tags; `pages` counts story pages."""

    slug: str
    name: str
    number: int | None
    title: str
    pages: int
    languages: list[str]
    credits_url: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be had. `error` is a FumettoError with code and text."""

    file: str
    url: str
    error: FumettoError

    @property
    def code(self) -> str:
        return self.error.code


@dataclass(slots=True)
class EpisodeResult:
    """What became of one episode. `complete` says that every page asked for is there and whole."""

    slug: str
    folder: Path
    title: str = ""
    fetched: int = 0
    kept: int = 0
    absent: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    complete: bool = False


@dataclass(slots=True)
class Summary:
    """What became of all of them. `failed` holds episodes of which nothing could be had at all, by slug."""

    episodes: list[EpisodeResult] = field(default_factory=list)
    failed: dict[str, FumettoError] = field(default_factory=dict)

    @property
    def fetched(self) -> int:
        return sum(each.fetched for each in self.episodes)

    @property
    def kept(self) -> int:
        return sum(each.kept for each in self.episodes)

    @property
    def problems(self) -> list[Problem]:
        return [problem for each in self.episodes for problem in each.problems]

    @property
    def complete(self) -> bool:
        return not self.failed and all(each.complete for each in self.episodes)

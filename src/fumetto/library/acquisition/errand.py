"""What belongs into an episode's folder, and bringing it there file by file."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from fumetto.kernel.errors import FumettoError
from fumetto.library.acquisition import publisher
from fumetto.library.acquisition.errors import NotThere, OutputRefused, PublisherGone
from fumetto.library.acquisition.fetcher import MIB, Answer, Fetcher, Validators
from fumetto.library.acquisition.folder import Folder, Kept
from fumetto.library.acquisition.model import EpisodeResult, Problem, Source
from fumetto.library.acquisition.publisher import Language, Published, part
from fumetto.library.acquisition.verify import SUFFIXES, checked_image, checked_lettering, is_page

LARGEST_IMAGE, LARGEST_LETTERING, LARGEST_PAGE = 128 * MIB, 16 * MIB, 16 * MIB

Check = Callable[[bytes, str, str], str]
Tell = Callable[[str, str, str, int, int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """A file to have: its name here without what its content decides, where it may be, and how to tell that it is it.

    An address after the first is tried when the one before has nothing. Without a `needed` file the episode is
    incomplete. A file that is wished `only_with` another is not wanted without it: art that nothing letters would hide
    the lettered page behind a wordless one.
    """

    name: str
    urls: tuple[str, ...]
    most: int
    check: Check
    needed: bool
    only_with: str = ""


def wishes(source: Source, root: str, episode: Published, languages: Sequence[Language]) -> list[Wish]:
    """Everything to fetch for an episode: lettered pages in the first language, then letterings, then art."""
    tree = f"{root}/{source.resolution}"
    first = languages[0]

    def image(data: bytes, url: str, content_type: str) -> str:
        return checked_image(data, url, content_type, source.max_pixels)

    found, slots = [], sorted(episode.pages, key=order_of)
    for slot in slots:
        name = "cover" if slot == "cover" else f"pages/{stem_of(slot)}"
        url = f"{tree}/{part(f'{first.code}_{episode.pages[slot]}')}"
        found.append(Wish(name, (url,), LARGEST_IMAGE, image, needed=True))
    # A page that moves has its words in every frame: art and lettering of it would stand still.
    still = [slot for slot in slots if publisher.suffix(episode.pages[slot]) != ".gif"]
    for language in languages:
        for slot in still:
            drawing = publisher.lettering_name(episode.pages[slot])
            whole = f"{episode.pages[slot].rpartition('.')[0]}.svg"
            names = [name for name in (drawing, whole) if name]
            urls = tuple(f"{root}/lang/{part(language.code)}/{part(name)}" for name in names)

            def check(data: bytes, url: str, _: str, tag: str = language.tag) -> str:
                return checked_lettering(data, url, tag)

            name = f"lettering/{language.tag}/{stem_of(slot)}"
            found.append(Wish(name, urls, LARGEST_LETTERING, check, needed=False))
    for slot in still:
        url = f"{tree}/gfx-only/{part(f'gfx_{episode.pages[slot]}')}"
        lettering = f"lettering/{first.tag}/{stem_of(slot)}"
        found.append(Wish(f"art/{stem_of(slot)}", (url,), LARGEST_IMAGE, image, needed=False, only_with=lettering))
    return found


class Errand:
    """Filling one folder, keeping count."""

    def __init__(self, fetcher: Fetcher, tell: Tell, episode: Published, folder: Folder, total: int) -> None:
        self.fetcher = fetcher
        self.folder = folder
        self.result = EpisodeResult(episode.slug, folder.path)
        self.total = total
        self.done = 0
        self._tell = tell

    def step(self, file: str, outcome: str) -> None:
        self.done += 1
        self._tell(self.result.slug, file, outcome, self.done, self.total)

    def has(self, name: str) -> bool:
        return self.present(name) is not None

    def present(self, name: str) -> str | None:
        """The full name of a file that is there and whole."""
        suffixes = ("", ".svg", *SUFFIXES.values())
        return next((f"{name}{each}" for each in suffixes if self.folder.holds(f"{name}{each}")), None)

    async def fulfil(self, wish: Wish, resuming: bool) -> None:
        """Have a file, or put down why not. When resuming, one that is there, intact and the one that is
        meant (not of another language or size) is not asked for again."""
        present = self.present(wish.name)
        if present and not await asyncio.to_thread(self.folder.is_intact, present):
            self.folder.drop(present)
            present = None
        if wish.only_with and not self.has(wish.only_with):
            if present:
                self.folder.drop(present)
            self.result.absent.append(wish.name)
            self.step(wish.name, "absent")
            return
        if present and resuming and self.folder.files[present].url in wish.urls:
            self.result.kept += 1
            self.step(present, "kept")
            return
        url = wish.urls[0]
        try:
            for url in wish.urls:
                outcome = await self.fetch(wish, url, present)
                if outcome:
                    break
            else:
                outcome = self.miss(wish, present)
        except (OutputRefused, PublisherGone):
            raise
        except FumettoError as error:
            self.result.problems.append(Problem(wish.name, url, error))
            outcome = "failed"
        self.step(wish.name, outcome)

    def miss(self, wish: Wish, present: str | None) -> str:
        """What to do about a file that the publisher does not have, or no longer."""
        if present:
            self.result.kept += 1
            return "kept"
        self.result.absent.append(wish.name)
        if wish.needed:
            self.result.problems.append(Problem(wish.name, wish.urls[0], NotThere(url=wish.urls[0])))
        return "absent"

    async def fetch(self, wish: Wish, url: str, present: str | None) -> str:
        """`fetched`, `kept`, or nothing where the address has nothing."""
        kept = self.folder.holds(present) if present else None
        known = Validators(kept.etag, kept.last_modified) if kept and kept.url == url else None
        with self.folder.part(wish.name) as file:
            try:
                answer = await self.fetcher.fetch(url, file, most=wish.most, known=known)
                if not answer.changed:
                    self.result.kept += 1
                    return "kept"
                return await asyncio.to_thread(self.store, wish, url, answer, file, kept)
            except NotThere:
                return ""

    def store(self, wish: Wish, url: str, answer: Answer, file: BinaryIO, before: Kept | None) -> str:
        """Check what came, and let it appear under its name."""
        file.seek(0)
        data = file.read()
        name = wish.name + wish.check(data, url, answer.content_type)
        digest = hashlib.sha256(data).hexdigest()
        kept = Kept(url, len(data), digest, answer.validators.etag, answer.validators.last_modified)
        self.folder.keep(file, wish.name, name, kept)
        if before and before.sha256 == digest:
            self.result.kept += 1
            return "kept"
        self.result.fetched += 1
        return "fetched"


def check_page(data: bytes, url: str, content_type: str) -> str:
    if not is_page(data) and content_type not in ("text/html", "application/xhtml+xml"):
        raise NotThere(url=url)
    return ""


def order_of(slot: str) -> tuple[int, int]:
    return {"cover": (0, 0), "title": (1, 0), "credits": (3, 0)}.get(slot) or (2, int(slot))


def stem_of(slot: str) -> str:
    return f"page_{int(slot):03d}" if slot.isdigit() else slot

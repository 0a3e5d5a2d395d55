"""Making an episode's images after its scan: sizes first, then what shelf and reader show, a few pages at a time.

What is done is committed every few pages, so that it may be interrupted anywhere and goes on there. A page that cannot
be read costs itself; one that takes its parser process along is found by halving what it was read with.
"""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.jobs.context import JobActivity
from fumetto.kernel.sandbox import ParserPool
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage import Storage, make_key
from fumetto.library.catalogue.kinds import PageKind
from fumetto.library.ingestion import images_repository as rows
from fumetto.library.ingestion.books import Limits
from fumetto.library.ingestion.books.errors import BookMissing, BookNotAccessible, PageChanged
from fumetto.library.ingestion.deriving import DeriveTask, Failure, LetteredImage, PageImages, PageTask, derive_pages
from fumetto.library.ingestion.images_repository import EpisodeToMake, PageToMake
from fumetto.library.ingestion.naming import episode_title_in
from fumetto.library.ingestion.parsing import measure_pages
from fumetto.library.ingestion.rules import spread_flags

REACHED_DIRECTLY = frozenset({"folder", "cbz", "pdf", "epub"})  # kinds of which pages are read without those before
FEW = 4  # pages made before they are committed
MANY = 48  # the same of books that are unpacked from the start for any page
SECONDS_PER_PAGE = 5.0


@dataclass(slots=True)
class Made:
    """What was made in one go, and where it was put."""

    pages: list[rows.MadePage] = field(default_factory=list)
    texts: list[rows.MadeText] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        of_pages = [key for page in self.pages for key in (page.thumbnail_key, page.image_key)]
        of_texts = [key for text in self.texts for key in (text.thumbnail_key, text.image_key)]
        return [key for key in (*of_pages, *of_texts) if key is not None]


class ImageMaker:
    """Makes the images of episodes for one job."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        settings: Settings,
        parsers: ParserPool,
        activity: JobActivity | None = None,
    ) -> None:
        self.database = database
        self.storage = storage
        self.settings = settings
        self.parsers = parsers
        self.limits = Limits.from_settings(settings)
        self.activity = activity

    async def make_cover(self, episode_id: uuid.UUID) -> None:
        """Only what a shelf shows of the episode: its first page, in all its languages."""
        async with self.database.read() as session:
            episode = await rows.episode_to_make(session, episode_id, first_only=True)
        if episode is not None and episode.pages:
            await self._make(episode, episode.pages)

    async def make_episode(self, episode_id: uuid.UUID) -> bool:
        """Everything of the episode that is not made yet; False when there is no such episode, or no file of it.

        A file that is away leaves everything as it is: it may come back.
        """
        async with self.database.read() as session:
            episode = await rows.episode_to_make(session, episode_id)
        if episode is None:
            return False
        if self.activity is not None:
            self.activity.expect(episode.page_count)
            self.activity.advance(episode.page_count - len(episode.pages))
        try:
            await self._measure(episode)
            step = FEW if episode.kind in REACHED_DIRECTLY else MANY
            for start in range(0, len(episode.pages), step):
                await self._make(episode, episode.pages[start : start + step])
        except (BookMissing, BookNotAccessible) as error:
            if self.activity is not None:
                self.activity.fail(str(episode.path), error, units=max(0, episode.page_count - self.activity.done))
            return False
        async with self.database.write() as session:
            await rows.finish_episode(session, episode_id)
        return True

    async def _measure(self, episode: EpisodeToMake) -> None:
        """Sizes of all pages from their headers, and with them which pages are spreads."""
        unknown = [page for page in episode.pages if page.size is None]
        if not unknown:
            return
        pages = [(page.member, page.fingerprint) for page in unknown]
        try:
            sizes = await self.parsers.run(
                measure_pages, episode.path, self.limits, pages, timeout=self._seconds(len(pages))
            )
        except (BookMissing, BookNotAccessible):
            raise
        except FumettoError:
            return  # making the pages one by one will tell which
        async with self.database.write() as session:
            known = await rows.store_sizes(
                session, {page.id: size for page, size in zip(unknown, sizes, strict=True) if size is not None}
            )
            flags = spread_flags(list(known.values()))
            await rows.store_spreads(session, [page_id for page_id, spread in zip(known, flags, strict=True) if spread])

    async def _make(self, episode: EpisodeToMake, pages: Sequence[PageToMake]) -> None:
        self.storage.check_space()
        results = await self._derive(episode, pages)
        made = Made()
        for page, images in zip(pages, results, strict=True):
            await self._keep(episode, page, images, made)
        await self.storage.settle(made.keys)
        async with self.database.write(EVERY_READER) as session:
            await rows.store_made(session, made.pages, made.texts)
            await rows.store_titles(session, episode.id, titles_in(episode, pages, results))
        if self.activity is not None:
            for page, images in zip(pages, results, strict=True):
                if images.failure is None:
                    self.activity.advance()
                else:
                    self.activity.fail(f"{episode.path}: {page.member}", images.failure.as_error())

    async def _derive(self, episode: EpisodeToMake, pages: Sequence[PageToMake]) -> list[PageImages]:
        task = DeriveTask(
            path=episode.path,
            limits=self.limits,
            pages=tuple(
                PageTask(page.member, page.fingerprint, page.kind, page.pending, page.letterings) for page in pages
            ),
            thumbnail_width=self.settings.thumbnail_width,
            display_max_edge=self.settings.display_max_edge,
            direction=episode.direction,
        )
        try:
            return await self.parsers.run(derive_pages, task, timeout=self._seconds(len(pages)))
        except (BookMissing, BookNotAccessible):
            raise
        except FumettoError as error:
            if error.status == 503:
                raise
            if len(pages) > 1:
                half = len(pages) // 2
                return [*await self._derive(episode, pages[:half]), *await self._derive(episode, pages[half:])]
            failure = Failure(type(error), {"member": pages[0].member} | error.detail)
            return [PageImages(None, failure, dict.fromkeys(pages[0].letterings, failure))]

    async def _keep(self, episode: EpisodeToMake, page: PageToMake, images: PageImages, made: Made) -> None:
        """Put a page's images into the storage, under keys that say what is in them, and note the rows to write.

        A page that is another now keeps waiting: the scan that has not seen that yet will say what it is.
        """
        if images.derived is not None:
            derived = images.derived
            thumbnail, display = await asyncio.gather(
                self._put(episode, page, "thumbnail", derived.thumbnail, "image/webp"),
                self._put(episode, page, "display", derived.display, derived.display_media_type),
            )
            about = {
                "width": derived.width,
                "height": derived.height,
                "blurhash": derived.blurhash,
                "dominant_color": derived.dominant_color,
            }
            if derived.display_media_type:
                about["display_media_type"] = derived.display_media_type
            made.pages.append(rows.MadePage(page.id, page.fingerprint, thumbnail, display, about, None))
        elif page.pending and not is_another(images.failure):
            made.pages.append(rows.MadePage(page.id, page.fingerprint, None, None, {}, images.failure))
        for language, lettered in images.letterings.items():
            text = page.texts[language]
            if isinstance(lettered, Failure):
                if is_another(lettered):
                    continue
                made.texts.append(
                    rows.MadeText(text.id, text.fingerprint, None, None, (), lettered.code, lettered.detail, False)
                )
                continue
            image, thumbnail = await asyncio.gather(
                self._put(episode, page, language, lettered.image, lettered.media_type),
                self._put(episode, page, f"{language}-thumbnail", lettered.thumbnail, "image/webp"),
            )
            code, detail = lettered.warnings[0] if lettered.warnings else (None, None)
            made.texts.append(
                rows.MadeText(text.id, text.fingerprint, image, thumbnail, lettered.balloons, code, detail, True)
            )

    async def _put(
        self, episode: EpisodeToMake, page: PageToMake, name: str, data: bytes | None, media_type: str | None
    ) -> str | None:
        if data is None or media_type is None:
            return None
        digest = hashlib.blake2b(data, digest_size=8).hexdigest()
        suffix = media_type.rpartition("/")[2]
        key = make_key("pages", episode.id, page.id, f"{name}-{digest}.{'jpg' if suffix == 'jpeg' else suffix}")
        await self.storage.put(key, data, media_type)
        return key

    def _seconds(self, pages: int) -> float:
        return self.settings.parse_timeout_seconds + SECONDS_PER_PAGE * (pages - 1)


def is_another(failure: Failure | None) -> bool:
    return failure is not None and failure.kind is PageChanged


def titles_in(episode: EpisodeToMake, pages: Sequence[PageToMake], results: Sequence[PageImages]) -> dict[str, str]:
    """The episode's title in each language that its title strip, or where there is none its cover, is lettered in."""
    telling = PageKind.TITLE if episode.has_title else PageKind.COVER
    titles: dict[str, str] = {}
    for page, images in zip(pages, results, strict=True):
        if page.kind is telling:
            for language, lettered in images.letterings.items():
                if isinstance(lettered, LetteredImage) and lettered.balloons:
                    largest = max(lettered.balloons, key=lambda balloon: balloon.width * balloon.height)
                    if title := episode_title_in(largest.text, episode.number):
                        titles[language] = title
    return titles

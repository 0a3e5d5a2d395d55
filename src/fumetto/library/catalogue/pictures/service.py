"""Sends pages: finds their bytes, makes what is missing, and keeps a little in memory for the next request."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fumetto.kernel.errors import Busy, FumettoError
from fumetto.kernel.images.errors import PageUnreadable
from fumetto.kernel.sandbox import ParserFailed, ParserPool, ParserTimedOut
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage import Storage
from fumetto.kernel.storage.errors import ObjectMissing
from fumetto.library.catalogue.pictures.books import OpenBooks, Signature, read_part, signature_of
from fumetto.library.catalogue.pictures.errors import NOT_TOLD, PageBroken, PageSourceChanged, PageUnavailable
from fumetto.library.catalogue.pictures.making import (
    Crop,
    Order,
    make_crop,
    make_face,
    make_picture,
    make_streamed,
    sniffed,
)
from fumetto.library.catalogue.pictures.rules import Choice, From, PageFacts, Place, Variant, choose
from fumetto.library.ingestion.books import Limits, PlainRange
from fumetto.library.ingestion.books.errors import BookError, BookMissing, BookNotAccessible, PageChanged, PageMissing
from fumetto.library.ingestion.lettering.errors import LetteringUnreadable

CACHE_BYTES = 64 * 1024 * 1024
LARGEST_CACHED = 8 * 1024 * 1024
AT_ONCE = 2
WAITING = 24
CHUNK = 256 * 1024
STREAMED_FROM = 4 * 1024 * 1024
KEPT_OF_STORAGE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be sent: whole, or to be read from `start` to `end` while it is sent."""

    media_type: str
    size: int
    etag: tuple[str, ...]
    data: bytes | None = None
    open_at: Callable[[int, int], AsyncIterator[bytes]] | None = None


class ByteCache:
    """The bytes last used, within a budget."""

    def __init__(self, budget: int = CACHE_BYTES, largest: int = LARGEST_CACHED) -> None:
        self._kept: OrderedDict[tuple[str, ...], tuple[bytes, str]] = OrderedDict()
        self._budget = budget
        self._largest = largest
        self.size = 0

    def get(self, key: tuple[str, ...]) -> tuple[bytes, str] | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: tuple[str, ...], data: bytes, media_type: str) -> None:
        if len(data) > self._largest or key in self._kept:
            return
        self._kept[key] = data, media_type
        self.size += len(data)
        while self.size > self._budget:
            _, (dropped, _) = self._kept.popitem(last=False)
            self.size -= len(dropped)


class Turnstile:
    """Lets a few through at a time and a few more wait; whoever comes then is told to come back."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._room = at_once + waiting
        self._inside = 0

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        """Raises Busy when nobody more may wait."""
        if self._inside >= self._room:
            raise Busy
        self._inside += 1
        try:
            async with self._slots:
                yield
        finally:
            self._inside -= 1


class Pictures:
    """Opened once per process. `find` gives what to send for a page; nothing of it touches the database."""

    def __init__(self, settings: Settings, storage: Storage, pool: ParserPool | None = None) -> None:
        self._settings = settings
        self._storage = storage
        self._pool = pool or ParserPool(
            size=AT_ONCE, memory_bytes=settings.parse_memory_bytes, timeout=settings.parse_timeout_seconds
        )
        self._owns_pool = pool is None
        self._books = OpenBooks(Limits.from_settings(settings), self._pool)
        self._cache = ByteCache()
        self._turnstile = Turnstile()
        self._making: dict[tuple[str, ...], asyncio.Future[tuple[bytes, str]]] = {}

    async def close(self) -> None:
        self._books.close()
        if self._owns_pool:
            await self._pool.close()

    async def find(self, facts: PageFacts, variant: Variant, language: str | None, told: bool) -> Picture:
        """What to send for a page. `told` is whether the person may learn the file's name from an error.

        Raises PageUnavailable, PageBroken, PageSourceChanged, and Busy when too much is being made already.
        """
        choice = choose(facts, variant, language)
        try:
            return await self._find(facts, choice)
        except (FumettoError, OSError) as error:
            raise explained(error, facts, told) from error

    async def streamed(self, facts: PageFacts, language: str | None, max_width: int | None, told: bool) -> Picture:
        """The page for clients that know JPEG, PNG and GIF only. Raises as `find` does."""
        choice = choose(facts, Variant.DISPLAY, language)
        key = (*key_of(facts, choice), f"streamed-{max_width or 0}")

        async def make() -> tuple[bytes, str]:
            data = await self._whole(await self._find(facts, choice))
            async with self._turnstile.enter():
                return await self._pool.run(
                    make_streamed, data, max_width, self._settings.max_page_pixels, file=name_of(facts)
                )

        try:
            data, media_type = await self._once(key, make)
        except (FumettoError, OSError) as error:
            raise explained(error, facts, told) from error
        return Picture(media_type, len(data), key, data)

    async def cropped(self, facts: PageFacts, language: str | None, crop: Crop, told: bool) -> Picture:
        """A part of the page as it is read. Raises as `find` does."""
        choice = choose(facts, Variant.DISPLAY, language)
        key = (*key_of(facts, choice), f"crop-{crop}")

        async def make() -> tuple[bytes, str]:
            data = await self._whole(await self._find(facts, choice))
            async with self._turnstile.enter():
                return await self._pool.run(make_crop, data, crop, self._settings.max_page_pixels, file=name_of(facts))

        try:
            data, media_type = await self._once(key, make)
        except (FumettoError, OSError) as error:
            raise explained(error, facts, told) from error
        return Picture(media_type, len(data), key, data)

    async def face(self, data: bytes, edge: int) -> bytes:
        """A square of a picture that somebody sent, as WebP. Raises PageUnreadable, ParserFailed, ParserTimedOut, and
        Busy when too much is being made already."""
        async with self._turnstile.enter():
            return await self._pool.run(make_face, data, edge, self._settings.max_page_pixels, file="upload")

    async def page_bytes(self, facts: PageFacts, variant: Variant, language: str | None) -> tuple[bytes, str]:
        """A page's picture as a whole, for downloads. Raises as `find` does."""
        picture = await self.find(facts, variant, language, told=False)
        return await self._whole(picture), picture.media_type

    async def _find(self, facts: PageFacts, choice: Choice) -> Picture:
        if choice.source is From.STORAGE and choice.key is not None:
            stored = await self._stored(choice.key, (*key_of(facts, choice), choice.key))
            if stored is not None:
                return stored
            choice = Choice(From.MAKING, choice.variant, None, choice.lettering)
        if choice.source is From.FILE:
            return await self._original(facts, key_of(facts, choice))
        key = key_of(facts, choice)
        data, media_type = await self._once(key, lambda: self._make(facts, choice))
        return Picture(media_type, len(data), key, data)

    async def _stored(self, object_key: str, key: tuple[str, ...]) -> Picture | None:
        """What the storage has under a key, small things from memory the next time; None when it has lost it."""
        cached = self._cache.get(key)
        if cached is not None:
            return Picture(cached[1], len(cached[0]), key, cached[0])
        stored = await self._storage.head(object_key)
        if stored is None:
            return None
        if stored.size <= KEPT_OF_STORAGE:
            data = await self._storage.get(object_key)
            self._cache.put(key, data, stored.content_type)
            return Picture(stored.content_type, len(data), key, data)
        stream = self._storage.stream
        return Picture(stored.content_type, stored.size, key, open_at=lambda start, end: stream(object_key, start, end))

    async def _original(self, facts: PageFacts, key: tuple[str, ...]) -> Picture:
        """The page as it is in the reader's file. Raises PageSourceChanged when that is not the page that is known."""
        place = require_place(facts)
        cached = self._cache.get(key)
        # Memory spares the reading, never the look: the file may have been replaced since.
        most = STREAMED_FROM if cached is None else None
        found = await self._books.look(place, facts.member, facts.fingerprint, most)
        if found is not None and found.fingerprint != facts.fingerprint:
            raise PageSourceChanged(page=facts.order_index + 1, file=place.name)
        if cached is not None:
            return Picture(cached[1], len(cached[0]), key, cached[0])
        if found is not None and found.at is not None:
            where, of = found.at, found.of
            return Picture(
                facts.media_type, where.length, key, open_at=lambda start, end: read_range(where, start, end, of)
            )
        data = found.data if found is not None else None
        if data is None:
            data = await self._unpacked(facts, place, facts.member, facts.fingerprint)
        media_type = sniffed(data)
        if not media_type.startswith("image/"):
            media_type = facts.media_type
        if found is not None and found.unpacked:
            self._cache.put(key, data, media_type)
        return Picture(media_type, len(data), key, data)

    async def _unpacked(self, facts: PageFacts, place: Place, member: str, expected: str | None) -> bytes:
        """A page or lettering out of a book that is slow to reach into; the next pages are kept too.

        Raises PageSourceChanged when it is another than the `expected`, which is known only once it is unpacked.
        """
        where = ("unpacked", str(place.path), str(signature_of(place.path)))

        async def unpack() -> tuple[bytes, str]:
            async with self._turnstile.enter():
                read = await self._books.read_all(place, [member, *facts.following])
            for name, (fingerprint, data) in read.items():
                self._cache.put((*where, name, fingerprint), data, "")
            if expected not in {None, read[member][0]}:
                raise PageSourceChanged(page=facts.order_index + 1, file=place.name)
            return read[member][1], ""

        return (await self._once((*where, member, expected or ""), unpack))[0]

    async def _lettering(self, facts: PageFacts, place: Place, member: str, expected: str | None) -> bytes:
        found = await self._books.look(place, member, expected, self._settings.max_entry_bytes)
        if found is not None and expected not in {None, found.fingerprint}:
            raise PageSourceChanged(page=facts.order_index + 1, file=place.name)
        if found is not None and found.data is not None:
            return found.data
        return await self._unpacked(facts, place, member, expected)

    async def _make(self, facts: PageFacts, choice: Choice) -> tuple[bytes, str]:
        place = require_place(facts)
        art = await self._whole(await self._original(facts, key_of(facts, Choice(From.FILE, Variant.ORIGINAL))))
        lettering = None
        if choice.lettering is not None and choice.lettering.member is not None:
            lettering = await self._lettering(
                facts, place, choice.lettering.member, choice.lettering.fingerprint or None
            )
        order = Order(
            choice.variant.value,
            self._settings.thumbnail_width,
            self._settings.display_max_edge,
            self._settings.max_page_pixels,
            choice.lettering.language if choice.lettering else None,
        )
        async with self._turnstile.enter():
            try:
                return await self._pool.run(make_picture, order, art, lettering, file=place.name)
            except LetteringUnreadable:
                return await self._pool.run(make_picture, order, art, None, file=place.name)

    async def _once(self, key: tuple[str, ...], make: Callable[[], Awaitable[tuple[bytes, str]]]) -> tuple[bytes, str]:
        """What `make` gives, made once however many ask for it at the same time."""
        cached = self._cache.get(key)
        if cached is not None:
            return cached
        running = self._making.get(key)
        if running is None:
            running = asyncio.ensure_future(make())
            self._making[key] = running
            running.add_done_callback(lambda done: self._made(key, done))
        return await asyncio.shield(running)

    def _made(self, key: tuple[str, ...], done: asyncio.Future[tuple[bytes, str]]) -> None:
        self._making.pop(key, None)
        if not done.cancelled() and done.exception() is None:
            self._cache.put(key, *done.result())

    async def _whole(self, picture: Picture) -> bytes:
        if picture.data is not None:
            return picture.data
        if picture.open_at is None:
            return b""
        return b"".join([chunk async for chunk in picture.open_at(0, picture.size)])


def key_of(facts: PageFacts, choice: Choice) -> tuple[str, ...]:
    language = choice.lettering.language if choice.lettering else ""
    return str(facts.page_id), facts.version, choice.variant.value, language, choice.source.value


def name_of(facts: PageFacts) -> str:
    return facts.place.name if facts.place else ""


def require_place(facts: PageFacts) -> Place:
    if facts.place is None:
        raise BookMissing(file="")
    return facts.place


async def read_range(where: PlainRange, start: int, end: int, of: Signature) -> AsyncIterator[bytes]:
    """A range in chunks, all of the file of that signature: one that is replaced meanwhile ends the stream."""
    while start < end:
        part = await asyncio.to_thread(read_part, where, start, min(end, start + CHUNK), of)
        if not part:
            return
        yield part
        start += len(part)


def explained(error: Exception, facts: PageFacts, told: bool) -> FumettoError:
    """The error as the person may hear it: without the file's name and place unless they look after the library."""
    page, file = facts.order_index + 1, (name_of(facts) or NOT_TOLD) if told else NOT_TOLD
    if isinstance(error, PageSourceChanged | PageMissing | PageChanged):
        return PageSourceChanged(page=page, file=file)
    if isinstance(error, BookMissing | BookNotAccessible | ObjectMissing):
        return PageUnavailable(page=page, file=file)
    if isinstance(error, BookError | PageUnreadable | ParserFailed | ParserTimedOut):
        return PageBroken(page=page, file=file, reason=error.code)
    if isinstance(error, FumettoError):
        return error
    return PageUnavailable(page=page, file=file)

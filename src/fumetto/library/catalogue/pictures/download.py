"""An episode as a CBZ with a ComicInfo.xml, made while it is sent: one page in memory at a time."""

from __future__ import annotations

import asyncio
import io
import re
import uuid
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from typing_extensions import Buffer

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.errors import FumettoError
from fumetto.library.catalogue.errors import EpisodeNotFound
from fumetto.library.catalogue.models import Episode, Page, Series
from fumetto.library.catalogue.pictures.repository import facts_of_episode
from fumetto.library.catalogue.pictures.rules import PageFacts, Variant
from fumetto.library.catalogue.pictures.service import Pictures
from fumetto.library.catalogue.repository import episodes as episode_rows
from fumetto.library.catalogue.repository import pages as page_rows
from fumetto.library.catalogue.rules import spoken_number, title_for
from fumetto.library.ingestion.books import BookMetadata, Credit, PageMark

SUFFIXES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/gif": "gif",
    "image/jxl": "jxl",
    "image/heic": "heic",
    "image/jp2": "jp2",
    "image/tiff": "tif",
}
UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


@dataclass(frozen=True, slots=True)
class Download:
    """What a download needs, read in one go, so that no transaction stays open while it is sent."""

    name: str
    pages: tuple[PageFacts, ...]
    comicinfo: bytes
    language: str | None
    modified: datetime


async def prepare(
    session: ReadSession, episode_id: uuid.UUID, language: str | None, readers_language: str | None
) -> Download:
    """Raises EpisodeNotFound."""
    from fumetto.library.ingestion.metadata.comicinfo import write_comicinfo  # loads an XML library

    found = await episode_rows.find_episode(session, episode_id)
    if found is None:
        raise EpisodeNotFound
    episode, series = found
    titles = (await episode_rows.titles_of(session, [episode.id])).get(episode.id, {})
    pages = await page_rows.pages_of(session, episode.id)
    wanted = language or readers_language
    title = title_for(wanted, episode.title, titles)
    facts = await facts_of_episode(session, episode.id)
    metadata = metadata_of(episode, series, title, wanted, pages)
    sizes = [
        (0, int(page.image_metadata.get("width") or 0), int(page.image_metadata.get("height") or 0)) for page in pages
    ]
    return Download(
        file_name(series, episode, title), facts, write_comicinfo(metadata, sizes), wanted, episode.updated_at
    )


def metadata_of(
    episode: Episode, series: Series, title: str, language: str | None, pages: Sequence[Page]
) -> BookMetadata:
    spoken = language if language in episode.languages else episode.language or series.language
    return BookMetadata(
        source="fumetto",
        series=series.title,
        number=episode.episode_number,
        number_text=spoken_number(episode.episode_number),
        title=title,
        language=spoken,
        direction=(episode.direction or series.direction).value,
        published=episode.published_at,
        year=series.year,
        publisher=series.publisher,
        credits=tuple(
            Credit(str(credit.get("role") or ""), str(credit["name"]))
            for credit in episode.credits or series.credits
            if credit.get("name")
        ),
        tags=tuple(series.tags),
        age_rating=episode.age_rating or series.age_rating,
        license=episode.license or series.license,
        attribution=series.attribution,
        credits_url=episode.credits_url,
        commentary_url=episode.commentary_url,
        page_count=len(pages),
        page_kinds={index: PageMark(page.kind.value, page.double) for index, page in enumerate(pages)},
    )


def file_name(series: Series, episode: Episode, title: str) -> str:
    number = spoken_number(episode.episode_number)
    parts = [series.title, number or "", "" if title == series.title else title]
    name = " - ".join(part for part in parts if part)
    return UNSAFE.sub(" ", name).strip(" .")[:150] + ".cbz"


async def stream(download: Download, pictures: Pictures) -> AsyncIterator[bytes]:
    """The archive, piece by piece. A page that cannot be read is left out; the rest is whole."""
    pipe = Pipe()
    archive = zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED)
    stamp = max(download.modified.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    await asyncio.to_thread(put, archive, "ComicInfo.xml", download.comicinfo, stamp)
    yield pipe.taken()
    for facts in download.pages:
        variant = Variant.DISPLAY if facts.letterings else Variant.ORIGINAL
        try:
            data, media_type = await pictures.page_bytes(facts, variant, download.language)
        except FumettoError:
            continue
        name = f"{facts.order_index:04d}.{SUFFIXES.get(media_type, 'bin')}"
        await asyncio.to_thread(put, archive, name, data, stamp)
        yield pipe.taken()
    archive.close()
    yield pipe.taken()


def put(archive: zipfile.ZipFile, name: str, data: bytes, stamp: tuple[int, ...]) -> None:
    entry = zipfile.ZipInfo(name, (stamp[0], stamp[1], stamp[2], stamp[3], stamp[4], stamp[5]))
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)


class Pipe(io.RawIOBase):
    """A file to write to, from which what was written is taken. It cannot seek, so the archive is written in one go."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        self._written.append(bytes(data))
        self._at += len(self._written[-1])
        return len(self._written[-1])

    def tell(self) -> int:
        return self._at

    def taken(self) -> bytes:
        data, self._written = b"".join(self._written), []
        return data

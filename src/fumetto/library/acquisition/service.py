"""Acquire what David Revoy publishes of Pepper & Carrot, into folders that can be imported.

Each episode becomes a folder named by its slug: `metadata.yaml`, `cover.*`, `pages/page_001.*` and so on in one
language, `art/` with the same pages without words, `lettering/<language>/` with the words of each language asked for,
and `commentary.html` with `commentary.url`. See docs/reference/acquired-layout.md.

Everything may be stopped at any moment and run again: what is there and whole is not fetched twice. One bad file never
stops the rest; it is told as a Problem, and the next run tries it again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from fumetto.kernel.errors import FumettoError
from fumetto.library.acquisition import publisher
from fumetto.library.acquisition.description import metadata
from fumetto.library.acquisition.errand import LARGEST_PAGE, Errand, Wish, check_page, wishes
from fumetto.library.acquisition.errors import (
    EpisodeNotPublished,
    LanguageNotPublished,
    NotThere,
    OutputRefused,
    PublisherGone,
    PublisherUnreadable,
)
from fumetto.library.acquisition.fetcher import MIB, Fetcher
from fumetto.library.acquisition.folder import Folder
from fumetto.library.acquisition.model import EpisodeListing, EpisodeResult, Progress, Source, Step, Summary
from fumetto.library.acquisition.publisher import Info, Language, Published, part

LARGEST_JSON = 8 * MIB
COMMENTARY, COMMENTARY_URL, METADATA = "commentary.html", "commentary.url", "metadata.yaml"


async def list_episodes(source: Source) -> list[EpisodeListing]:
    """All published episodes, in the publisher's order, titled in English as far as can be told from the list alone.

    Raises PublisherUnreadable, AddressRefused, FetchFailed or PublisherBusy.
    """
    async with opened(source, None) as session:
        return [
            EpisodeListing(
                slug=each.slug,
                name=each.name,
                number=each.number,
                title=each.plain_title,
                pages=sum(slot.isdigit() for slot in each.pages),
                languages=[session.tag(code) for code in each.languages],
                credits_url=each.credits_url,
            )
            for each in session.episodes
        ]


async def acquire_episode(
    source: Source, slug: str, out: Path, *, languages: Sequence[str] = ("en",), progress: Progress | None = None
) -> EpisodeResult:
    """One episode into `out/<slug>`. Its pages are in the first of `languages`, its letterings in all of them.

    A language is the publisher's code or a BCP 47 tag; `all` stands for every language that there is. `slug` may also
    be the publisher's name of it, or `ep01`. Raises EpisodeNotPublished, LanguageNotPublished, AlreadyUnderWay,
    OutputRefused, PublisherGone and what `list_episodes` raises; everything that befalls single files is in the result.
    """
    async with opened(source, progress) as session:
        return await session.episode(session.find(slug), out, languages)


async def acquire_commentary(
    source: Source, slug: str, out: Path, *, progress: Progress | None = None
) -> EpisodeResult:
    """What the author wrote about an episode, into `out/<slug>/commentary.html` and its address into `commentary.url`.

    Raises as `acquire_episode` does.
    """
    async with opened(source, progress) as session:
        return await session.commentary(session.find(slug), out)


async def acquire_all(
    source: Source,
    out: Path,
    *,
    languages: Sequence[str] = ("en",),
    limit: int | None = None,
    commentary: bool = True,
    progress: Progress | None = None,
) -> Summary:
    """Every episode, or the first `limit`, with their commentaries. Raises OutputRefused, PublisherGone and what
    `list_episodes` raises."""
    summary = Summary()
    async with opened(source, progress) as session:
        for each in session.episodes[:limit]:
            try:
                result = await session.episode(each, out, languages)
                if commentary:
                    spoken = await session.commentary(each, out)
                    result.fetched += spoken.fetched
                    result.kept += spoken.kept
                    result.absent += spoken.absent
                    result.problems += spoken.problems
                summary.episodes.append(result)
            except (OutputRefused, PublisherGone):
                raise
            except FumettoError as error:
                summary.failed[each.slug] = error
    return summary


@asynccontextmanager
async def opened(source: Source, progress: Progress | None) -> AsyncIterator[Session]:
    session = Session(source, progress)
    async with session.fetcher:
        await session.open()
        yield session


class Session:
    """One run against one publisher: its list and its languages, read once."""

    def __init__(self, source: Source, progress: Progress | None) -> None:
        self.source = source
        self.base = source.base.rstrip("/")
        self.episodes: list[Published] = []
        self.languages: dict[str, Language] = {}
        self._progress = progress
        self._infos: dict[str, Info] = {}
        self._at = Step("", "", "waiting", 0, 0)
        self.fetcher = Fetcher(
            pause=source.pause,
            allow_private=source.allow_private,
            longest_wait=source.longest_wait,
            waiting=lambda url, seconds: self.tell(
                self._at.episode, url, "waiting", self._at.done, self._at.total, seconds
            ),
        )

    async def open(self) -> None:
        """Read the list, at the base itself or below its `0_sources`."""
        for base in (self.base, f"{self.base}/0_sources"):
            value = await self.json(f"{base}/episodes-v1.json")
            if value is not None:
                self.base = base
                break
        else:
            raise PublisherUnreadable(url=f"{self.base}/episodes-v1.json", reason="there is no list of episodes")
        self.episodes = publisher.read_manifest(value)
        if not self.episodes:
            raise PublisherUnreadable(url=f"{self.base}/episodes-v1.json", reason="the list holds no episode")
        self.languages = publisher.read_languages(await self.json(f"{self.base}/langs.json"))

    def find(self, slug: str) -> Published:
        for each in self.episodes:
            if each.is_called(slug):
                return each
        raise EpisodeNotPublished(slug=slug)

    def tag(self, code: str) -> str:
        return self.languages[code].tag if code in self.languages else publisher.plain_tag(code)

    def chosen(self, episode: Published, wanted: Sequence[str]) -> list[Language]:
        """The languages asked for, without repeats. Raises LanguageNotPublished if the first of them is not there."""
        found: dict[str, Language] = {}
        for name in wanted:
            names = episode.languages if name.lower() == "all" else (name,)
            for each in names:
                language = publisher.language_for(each, episode.languages, self.languages)
                if language:
                    found.setdefault(language.code, language)
                elif not found:
                    known = ", ".join(self.tag(code) for code in episode.languages)
                    raise LanguageNotPublished(slug=episode.slug, language=name, languages=known)
        return list(found.values())

    async def episode(self, episode: Published, out: Path, wanted: Sequence[str]) -> EpisodeResult:
        languages = self.chosen(episode, wanted)
        with Folder(out / episode.slug) as folder:
            root = self.root(episode)
            info = await self.info(episode)
            titles = publisher.read_titles(await self.json(f"{root}/hi-res/titles.json"), self.languages)
            files = wishes(self.source, root, episode, languages)
            errand = Errand(self.fetcher, self.tell, episode, folder, len(files) + 1)
            # While it is under way it is not finished: a next run then takes what is there on trust instead of asking.
            resuming = not folder.finished
            folder.finish(False)
            for wish in files:
                await errand.fulfil(wish, resuming)
            title = titles.get(languages[0].tag) or titles.get("en") or episode.plain_title
            errand.result.title = title
            if any(name.startswith(("pages/", "art/")) for name in folder.files):
                folder.write_yaml(METADATA, metadata(episode, languages, info, titles, title, root))
            errand.step(METADATA, "fetched")
            missing = [wish.name for wish in files if wish.needed and not errand.has(wish.name)]
            errand.result.complete = not missing and not errand.result.problems
            folder.finish(errand.result.complete)
            return errand.result

    def root(self, episode: Published) -> str:
        return f"{self.base}/{part(episode.name)}"

    async def info(self, episode: Published) -> Info:
        """What `info.json` says; that it is absent is no problem. Asked for once in a run."""
        if episode.name not in self._infos:
            value = await self.json(f"{self.root(episode)}/info.json")
            self._infos[episode.name] = publisher.read_info(value, self.base)
        return self._infos[episode.name]

    async def commentary(self, episode: Published, out: Path) -> EpisodeResult:
        info = await self.info(episode)
        with Folder(out / episode.slug) as folder:
            errand = Errand(self.fetcher, self.tell, episode, folder, 1)
            errand.result.title = episode.plain_title
            if info.commentary_url is None:
                errand.result.absent.append(COMMENTARY)
                errand.step(COMMENTARY, "absent")
            else:
                finished = folder.finished
                wish = Wish(COMMENTARY, (info.commentary_url,), LARGEST_PAGE, check_page, needed=True)
                await errand.fulfil(wish, resuming=False)
                if errand.has(COMMENTARY):
                    folder.write(COMMENTARY_URL, f"{info.commentary_url}\n".encode())
                folder.finish(finished)
            errand.result.complete = errand.has(COMMENTARY)
            return errand.result

    async def json(self, url: str) -> Any:
        """What JSON is at an address, or None where there is none; a web page in its place counts as none."""
        into = BytesIO()
        try:
            await self.fetcher.fetch(url, into, most=LARGEST_JSON, accept="application/json")
        except NotThere:
            return None
        return publisher.read_json(into.getvalue())

    def tell_waiting(self, url: str, seconds: float) -> None:
        self.tell(self._at.episode, url, "waiting", self._at.done, self._at.total, seconds)

    def tell(self, episode: str, file: str, outcome: str, done: int, total: int, seconds: float = 0.0) -> None:
        self._at = Step(episode, file, outcome, done, total, seconds)
        if self._progress:
            self._progress(self._at)

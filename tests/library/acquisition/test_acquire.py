"""Episodes come from a publisher's server into folders, whole, once, and politely."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from PIL import Image

from fumetto.library.acquisition.errors import (
    AddressRefused,
    AlreadyUnderWay,
    EpisodeNotPublished,
    FetchFailed,
    LanguageNotPublished,
    OutputRefused,
    PublisherBusy,
    PublisherGone,
    PublisherUnreadable,
)
from fumetto.library.acquisition.fetcher import Fetcher
from fumetto.library.acquisition.folder import Folder
from fumetto.library.acquisition.model import EpisodeResult, Source, Step
from fumetto.library.acquisition.service import acquire_all, acquire_commentary, acquire_episode, list_episodes
from tests.builders.publisher import (
    Publisher,
    busy,
    lost,
    picture,
    redirected,
    replaced,
    said_to_be,
    silently_truncated,
    slow,
    small_tree,
    truncated,
    vanish,
    write,
)


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    with Publisher(small_tree(tmp_path / "tree"), soft=True) as publisher:
        yield publisher


def source(publisher: Publisher, **options: object) -> Source:
    return Source(base=publisher.base, allow_private=True, pause=0.0, **options)  # type: ignore[arg-type]


def times_in(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.jpg")}


def read(path: Path) -> bytes:
    return path.read_bytes()


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


async def test_the_list_tells_what_there_is(publisher: Publisher) -> None:
    first, second = await list_episodes(source(publisher))
    assert (first.slug, first.number, first.pages) == ("ep01-potion-of-flight", 1, 2)
    assert first.languages == ["zh-Hans", "en", "fr"]
    assert second.number == 2


async def test_the_base_may_be_given_with_or_without_its_folder(publisher: Publisher) -> None:
    for base in (publisher.base, publisher.base + "/", publisher.address):
        assert len(await list_episodes(Source(base=base, allow_private=True, pause=0))) == 2


async def test_an_episode_is_laid_out_as_described(publisher: Publisher, tmp_path: Path) -> None:
    result = await acquire_episode(source(publisher), "ep01", tmp_path / "out", languages=["en", "fr"])
    assert result.complete
    stems = ["credits", "page_001", "page_002", "title"]
    expected = {"metadata.yaml", "cover.jpg", ".acquired.json", *(f"pages/{stem}.jpg" for stem in stems)}
    expected |= {f"art/{stem}.jpg" for stem in ("cover", *stems)}
    expected |= {f"lettering/{language}/{stem}.svg" for language in ("en", "fr") for stem in ("cover", *stems)}
    assert files_in(tmp_path / "out" / "ep01-potion-of-flight") == expected
    assert result.fetched == len(expected) - 2


async def test_what_is_known_of_an_episode_is_written_beside_it(publisher: Publisher, tmp_path: Path) -> None:
    await acquire_episode(source(publisher), "ep01", tmp_path, languages=["fr"])
    text = read(tmp_path / "ep01-potion-of-flight" / "metadata.yaml").decode()
    said = yaml.safe_load(text)
    assert said["slug"] == "ep01-potion-of-flight"
    assert said["title"] == "Épisode 1 : Potion of Flight"
    assert (said["episode_number"], said["language"]) == (1, "fr")
    assert "published_at: 2014-01-15\n" in text
    assert said["titles"]["zh-Hans"] == "第1集"
    assert said["credits_url"] == "https://www.peppercarrot.com/en/webcomic/ep01_Potion-of-Flight.html"
    assert said["license"] == "CC BY 4.0"
    assert "David Revoy" in said["attribution"]
    assert {"role": "translator", "name": "David Revoy", "language": "fr"} in said["credits"]
    assert said["supporters"] == 12


async def test_a_language_may_be_asked_for_by_its_iso_code(publisher: Publisher, tmp_path: Path) -> None:
    await acquire_episode(source(publisher), "ep01", tmp_path, languages=["zh"])
    assert (tmp_path / "ep01-potion-of-flight" / "lettering" / "zh-Hans" / "page_001.svg").is_file()
    assert publisher.asked("cn_Pepper-and-Carrot by David-Revoy_E01P01.jpg") == 1


async def test_all_languages_can_be_had_at_once(publisher: Publisher, tmp_path: Path) -> None:
    await acquire_episode(source(publisher), "ep01", tmp_path, languages=["en", "all"])
    folder = tmp_path / "ep01-potion-of-flight"
    assert {path.name for path in (folder / "lettering").iterdir()} == {"en", "fr", "zh-Hans"}
    assert yaml.safe_load(read(folder / "metadata.yaml"))["languages"] == ["en", "zh-Hans", "fr"]


async def test_names_in_any_script_are_asked_for_as_they_are(publisher: Publisher, tmp_path: Path) -> None:
    result = await acquire_episode(source(publisher), "2", tmp_path)
    assert result.complete
    assert publisher.asked("/ep02_彩虹 药水-قوس قزح/hi-res/en_Pepper-and-Carrot by David-Revoy_E02P01.jpg") == 1


async def test_without_titles_the_name_serves(publisher: Publisher, tmp_path: Path) -> None:
    publisher.manners["titles.json"] = lost()
    result = await acquire_episode(source(publisher), "1", tmp_path)
    assert result.title == "Episode 1: Potion of Flight"


async def test_the_commentary_and_its_address_are_kept(publisher: Publisher, tmp_path: Path) -> None:
    result = await acquire_commentary(source(publisher), "ep02", tmp_path)
    assert result.complete
    assert b"I drew it in Krita" in read(result.folder / "commentary.html")
    assert read(result.folder / "commentary.url").decode() == f"{publisher.address}/blog/article2\n"


async def test_all_episodes_come_with_their_commentaries(publisher: Publisher, tmp_path: Path) -> None:
    summary = await acquire_all(source(publisher), tmp_path, languages=["en"])
    assert [each.complete for each in summary.episodes] == [True, True]
    assert summary.failed == {}
    names = [name.rpartition("/")[2] for name in files_in(tmp_path)]
    assert (names.count("metadata.yaml"), names.count("commentary.html")) == (2, 2)
    assert len((await acquire_all(source(publisher), tmp_path / "one", limit=1)).episodes) == 1


async def test_a_second_run_fetches_nothing_again(publisher: Publisher, tmp_path: Path) -> None:
    first = await acquire_episode(source(publisher), "1", tmp_path)
    before = times_in(tmp_path)
    second = await acquire_episode(source(publisher), "1", tmp_path)
    assert (second.fetched, second.kept, second.complete) == (0, first.fetched, True)
    assert times_in(tmp_path) == before


async def test_a_second_run_notices_what_the_publisher_changed(publisher: Publisher, tmp_path: Path) -> None:
    await acquire_episode(source(publisher), "1", tmp_path)
    write(
        publisher.tree / "ep01_Potion-of-Flight/hi-res/en_Pepper-and-Carrot by David-Revoy_E01P01.jpg",
        picture(9, 250, 9),
    )
    second = await acquire_episode(source(publisher), "1", tmp_path)
    assert second.fetched == 1
    red, green, _ = Image.open(tmp_path / "ep01-potion-of-flight/pages/page_001.jpg").convert("RGB").getpixel((9, 9))  # type: ignore[misc]
    assert green > 200 > red


async def test_a_file_that_was_damaged_here_is_fetched_again(publisher: Publisher, tmp_path: Path) -> None:
    await acquire_episode(source(publisher), "1", tmp_path)
    page = tmp_path / "ep01-potion-of-flight/pages/page_001.jpg"
    good = read(page)
    write(page, b"\0" * len(good))
    second = await acquire_episode(source(publisher), "1", tmp_path)
    assert second.fetched == 1
    assert read(page) == good


async def test_after_a_breakdown_only_what_is_missing_is_fetched(publisher: Publisher, tmp_path: Path) -> None:
    publisher.manners["E01P02"] = lost()
    first = await acquire_episode(source(publisher), "1", tmp_path)
    assert not first.complete
    assert [problem.file for problem in first.problems] == ["pages/page_002"]
    publisher.manners.clear()
    publisher.requests.clear()
    second = await acquire_episode(source(publisher), "1", tmp_path)
    assert second.complete
    assert publisher.asked("E01P01") == 0
    assert publisher.asked("en_Pepper-and-Carrot by David-Revoy_E01P02.jpg") == 1


async def test_an_interrupted_run_in_one_language_does_not_pass_for_another(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.manners["E01P02"] = lost()
    assert not (await acquire_episode(source(publisher), "1", tmp_path, languages=["en"])).complete
    publisher.manners.clear()
    assert (await acquire_episode(source(publisher), "1", tmp_path, languages=["fr"])).complete
    french = publisher.tree / "ep01_Potion-of-Flight/hi-res/fr_Pepper-and-Carrot by David-Revoy_E01P01.jpg"
    assert publisher.asked(french.name) == 1
    assert read(tmp_path / "ep01-potion-of-flight/pages/page_001.jpg") == read(french)


BAD = {
    "truncated": (truncated(), "broke off"),
    "truncated without a word": (silently_truncated(), "truncated"),
    "a page in its place": (replaced(b"<!DOCTYPE html><html>404</html>"), None),
    "nonsense": (replaced(b"\0" * 500), "not an image"),
    "said to be text": (said_to_be("text/plain"), "text/plain"),
    "a bomb": (replaced(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\1\0\0\x08\2\0\0\0" + bytes(40)), "pixels"),
    "redirected inside": (redirected("http://10.0.0.1/x.jpg"), "another site"),
    "redirected abroad": (redirected("https://example.org/x.jpg"), "another site"),
    "redirected in a circle": (redirected("/0_sources/ep01_Potion-of-Flight/hi-res/en_E01P01.jpg"), "redirects more"),
    "refused": (busy(99, status=500, retry_after=None), "failed"),
}


@pytest.mark.parametrize("manner", BAD)
async def test_one_bad_file_is_told_and_the_rest_comes(publisher: Publisher, tmp_path: Path, manner: str) -> None:
    behaviour, reason = BAD[manner]
    publisher.manners["hi-res/en_Pepper-and-Carrot by David-Revoy_E01P01"] = behaviour
    publisher.manners["hi-res/en_E01P01"] = behaviour
    result = await acquire_episode(source(publisher), "1", tmp_path)
    folder = tmp_path / "ep01-potion-of-flight"
    assert [problem.file for problem in result.problems] == ["pages/page_001"]
    assert reason is None or reason in str(result.problems[0].error)
    assert not result.complete
    assert not list(folder.glob("pages/page_001*"))
    assert (folder / "pages" / "page_002.jpg").is_file()
    assert (folder / "metadata.yaml").is_file()
    assert not list(folder.rglob("*.part"))


async def test_a_malformed_lettering_costs_only_itself(publisher: Publisher, tmp_path: Path) -> None:
    publisher.manners["lang/en/E01P01.svg"] = replaced(b"<svg xmlns='http://www.w3.org/2000/svg'><g>", "image/svg+xml")
    result = await acquire_episode(source(publisher), "1", tmp_path)
    assert [(problem.file, problem.code) for problem in result.problems] == [("lettering/en/page_001", "fetch_failed")]
    folder = tmp_path / "ep01-potion-of-flight"
    assert (folder / "lettering/en/page_002.svg").is_file()
    # Art without words would hide the lettered page.
    assert not list(folder.glob("art/page_001*"))
    assert (folder / "art/page_002.jpg").is_file()


async def test_an_episode_without_art_or_lettering_is_complete_all_the_same(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.manners["gfx-only"] = lost()
    publisher.manners["/lang/"] = lost()
    result = await acquire_episode(source(publisher), "1", tmp_path)
    assert result.complete
    assert len(result.absent) == 10


async def test_the_content_decides_the_suffix(publisher: Publisher, tmp_path: Path) -> None:
    publisher.manners["hi-res/en_Pepper-and-Carrot by David-Revoy_E01P01"] = replaced(picture(1, 2, 3, "PNG"))
    await acquire_episode(source(publisher), "1", tmp_path)
    assert Image.open(tmp_path / "ep01-potion-of-flight/pages/page_001.png").format == "PNG"
    publisher.manners.clear()
    await acquire_episode(source(publisher), "1", tmp_path)
    assert [path.name for path in (tmp_path / "ep01-potion-of-flight/pages").glob("page_001*")] == ["page_001.jpg"]


async def test_a_page_that_moves_stays_a_gif_and_gets_no_still_art(publisher: Publisher, tmp_path: Path) -> None:
    episode = "ep01_Potion-of-Flight"
    pages = {"cover": "x_E01.jpg", "1": "x_E01P01.gif"}
    publisher.json("episodes-v1.json", [{"name": episode, "pages": pages, "translated_languages": ["en"]}])
    publisher.made_up[f"/0_sources/{episode}/hi-res/en_x_E01.jpg"] = picture(1, 2, 3)
    publisher.made_up[f"/0_sources/{episode}/hi-res/en_x_E01P01.gif"] = picture(1, 2, 3, "GIF")
    await acquire_episode(source(publisher), "1", tmp_path)
    folder = tmp_path / "ep01-potion-of-flight"
    assert (folder / "pages/page_001.gif").is_file()
    assert not list(folder.glob("art/page_001*"))


async def test_a_busy_server_is_asked_again_when_it_says(publisher: Publisher, tmp_path: Path) -> None:
    publisher.manners["E01P01.jpg"] = busy(2, status=429, retry_after="0")
    assert (await acquire_episode(source(publisher), "1", tmp_path)).complete


async def test_a_server_that_wants_to_be_left_alone_is(publisher: Publisher, tmp_path: Path) -> None:
    publisher.manners["hi-res/en_Pepper-and-Carrot by David-Revoy_E01P01"] = busy(1, retry_after="3600")
    result = await acquire_episode(source(publisher), "1", tmp_path)
    [problem] = result.problems
    assert isinstance(problem.error, PublisherBusy)
    assert problem.error.detail["seconds"] == 3600


async def test_waits_are_told(publisher: Publisher, tmp_path: Path) -> None:
    steps: list[Step] = []
    publisher.manners["hi-res/en_Pepper-and-Carrot by David-Revoy_E01P01"] = busy(1, retry_after="1")
    await acquire_episode(source(publisher), "1", tmp_path, progress=steps.append)
    assert [step.seconds for step in steps if step.outcome == "waiting"] == [1.0]
    told = [step for step in steps if step.outcome != "waiting"]
    assert [step.done for step in told] == list(range(1, told[-1].total + 1))


async def test_requests_are_spaced_and_never_two_at_once(publisher: Publisher) -> None:
    start = time.monotonic()
    await list_episodes(Source(base=publisher.base, allow_private=True, pause=0.2))
    assert time.monotonic() - start >= 0.2


async def test_a_server_that_trickles_is_given_up(publisher: Publisher, tmp_path: Path) -> None:
    publisher.manners["E01P01.jpg"] = slow(0.5)
    url = f"{publisher.base}/ep01_Potion-of-Flight/hi-res/en_Pepper-and-Carrot%20by%20David-Revoy_E01P01.jpg"
    async with Fetcher(pause=0, allow_private=True, whole_time=0.4) as fetcher:
        with (tmp_path / "x").open("wb") as into, pytest.raises(FetchFailed, match="took longer"):
            await fetcher.fetch(url, into, most=1_000_000)


async def test_a_file_larger_than_allowed_is_broken_off(publisher: Publisher, tmp_path: Path) -> None:
    async with Fetcher(pause=0, allow_private=True) as fetcher:
        with (tmp_path / "x").open("wb") as into, pytest.raises(FetchFailed, match="larger than 100 bytes"):
            await fetcher.fetch(f"{publisher.base}/langs.json", into, most=100)


async def test_this_machine_is_not_asked_unless_allowed(publisher: Publisher, tmp_path: Path) -> None:
    with pytest.raises(AddressRefused):
        await list_episodes(Source(base=publisher.base, pause=0))
    assert publisher.requests == []


async def test_a_commentary_address_inside_is_not_asked_unless_allowed(publisher: Publisher, tmp_path: Path) -> None:
    publisher.manners["blog/article2"] = redirected("http://169.254.169.254/latest/meta-data/")
    result = await acquire_commentary(source(publisher), "2", tmp_path)
    assert [problem.code for problem in result.problems] == ["address_refused"]


@pytest.mark.parametrize("body", [b"<html></html>", b"[]", b'{"a": 1}', b"[" * 100_000])
async def test_a_base_without_a_list_says_so(publisher: Publisher, body: bytes) -> None:
    publisher.made_up["/0_sources/episodes-v1.json"] = body
    with pytest.raises(PublisherUnreadable, match=r"episodes-v1\.json"):
        await list_episodes(source(publisher))


async def test_a_base_where_nobody_answers_says_so() -> None:
    with pytest.raises(FetchFailed, match="nothing answers"):
        await list_episodes(Source(base="http://127.0.0.1:9/0_sources", allow_private=True, pause=0))


async def test_a_server_that_goes_away_ends_the_run_and_the_next_goes_on(publisher: Publisher, tmp_path: Path) -> None:
    def going_away(step: Step) -> None:
        if step.done == 3:
            publisher.manners[""] = vanish()

    with pytest.raises(PublisherGone, match="stopped answering"):
        await acquire_episode(source(publisher), "1", tmp_path, progress=going_away)
    publisher.manners.clear()
    result = await acquire_episode(source(publisher), "1", tmp_path)
    assert (result.complete, result.kept) == (True, 3)


async def test_what_is_not_published_is_named(publisher: Publisher, tmp_path: Path) -> None:
    with pytest.raises(EpisodeNotPublished, match="ep99"):
        await acquire_episode(source(publisher), "ep99", tmp_path)
    with pytest.raises(LanguageNotPublished, match="zh-Hans, en, fr"):
        await acquire_episode(source(publisher), "1", tmp_path, languages=["it"])
    assert not any("/ep" in f"/{name}" for name in files_in(tmp_path) if not name.startswith("tree/"))


async def test_a_folder_that_cannot_be_written_to_is_named(publisher: Publisher, tmp_path: Path) -> None:
    write(tmp_path / "file", b"in the way")
    with pytest.raises(OutputRefused, match="file"):
        await acquire_episode(source(publisher), "1", tmp_path / "file")


async def test_two_runs_into_one_folder_do_not_meet(publisher: Publisher, tmp_path: Path) -> None:
    async def run() -> EpisodeResult | AlreadyUnderWay:
        try:
            return await acquire_episode(source(publisher), "1", tmp_path)
        except AlreadyUnderWay as error:
            return error

    results = await asyncio.gather(run(), run())
    assert sorted(type(result).__name__ for result in results) == ["AlreadyUnderWay", "EpisodeResult"]


def test_a_link_in_the_folder_is_not_written_through(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("mine")
    with Folder(tmp_path / "ep") as folder:
        (tmp_path / "ep" / "pages").mkdir()
        (tmp_path / "ep" / "pages" / "page_001.part").symlink_to(target)
        with folder.part("pages/page_001") as file:
            file.write(b"theirs")
    assert target.read_text() == "mine"

"""Comics come in by command, whether or not anything runs, and all the way whatever is killed meanwhile."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.builders.archives import picture, zip_of
from tests.builders.fumetto import QUICK, RunningFumetto, answer_of, command, fumetto_up
from tests.builders.publisher import Publisher, small_tree
from tests.builders.visits import alive, answer, come_true, episodes_of, family, image, series_of, settled, visitor
from tests.shared_data import shared_data

BOOKS, PAGES = 8, 6
LANGUAGES = ["ar", "de", "en", "fr", "ja"]


@contextmanager
def owned(data_dir: Path) -> Iterator[tuple[RunningFumetto, httpx.Client]]:
    """A running Fumetto and its owner, signed in by a link from the command line."""
    with fumetto_up(data_dir, expect_link=False, **QUICK) as running:
        link = answer_of(data_dir, "user", "token")["link"]
        with visitor(running, link) as owner:
            yield running, owner


@pytest.mark.shared_data
def test_real_episodes_become_one_series_lettered_in_five_languages_and_the_last_to_leave_stops_the_database(
    tmp_path: Path,
) -> None:
    """Two of the six; without `up`, so that the command does the work itself, and with it."""
    for name in ("ep01", "ep02"):
        shutil.copytree(shared_data("pepper_carrot", "episodes", name), tmp_path / "episodes" / name)
    data = tmp_path / "data"
    words = ("import", str(tmp_path / "episodes"), "--series", "Pepper & Carrot", "--wait")
    [done] = answer_of(data, *words, **QUICK)
    assert (done["state"], done["failed"], done["title"]) == ("succeeded", 0, "Pepper & Carrot")
    assert come_true(lambda: not alive(family(data)), "the end of the database")
    with owned(data) as (_, owner):
        lettered = shared_data("pepper_carrot", "lettered")
        [jpeg] = answer_of(data, "import", str(lettered), "--series", "Pepper & Carrot (JPEG)", "--wait", **QUICK)
        assert jpeg["state"] == "succeeded"
        rows = {row["title"]: row for row in answer_of(data, "series")}
        assert {title: (row["slug"], row["episode_count"]) for title, row in rows.items()} == {
            "Pepper & Carrot": ("pepper-carrot", 2),
            "Pepper & Carrot (JPEG)": ("pepper-carrot-jpeg", 2),
        }
        assert sorted(series_of(owner, "Pepper & Carrot")["languages"]) == LANGUAGES
        for title in rows:
            for episode in episodes_of(owner, title):
                assert {page["state"] for page in episode["pages"]} == {"ready"}
        first = episodes_of(owner, "Pepper & Carrot")[0]
        assert first["titles"]["fr"].casefold() == "potion d'envol"
        page = next(page for page in first["pages"] if page["page_number"] == 1)
        address = page["image_url"].partition("?")[0]
        shown = {language: image(owner, f"{address}?lang={language}").content for language in LANGUAGES}
        assert len(set(shown.values())) == len(LANGUAGES)
    assert come_true(lambda: not alive(family(data)), "the end of everything")


@contextmanager
def books_of(folder: Path) -> Iterator[Path]:
    """Enough small books that an import of them can be caught in the middle."""
    for number in range(BOOKS):
        pages = {f"{page:02}.png": picture(number * 10 + page, 500, 700) for page in range(PAGES)}
        shelf = folder / f"Series {number // 6}"
        shelf.mkdir(parents=True, exist_ok=True)
        zip_of(shelf / f"{shelf.name} {number % 6 + 1:02}.cbz", pages)
    yield folder


def library_of(client: httpx.Client, data_dir: Path) -> Any:
    """Everything that an import makes, without what differs from one to the next: ids and dates."""
    shelf = []
    for series in answer(client, "/series", sort="title", limit=100)["items"]:
        for episode in episodes_of(client, series["title"]):
            pages = [(p["order_index"], p["width"], p["height"], p["state"], p["blurhash"]) for p in episode["pages"]]
            shelf.append((series["title"], episode["number"], episode["title"], pages))
            for page in episode["pages"]:
                image(client, page["thumbnail_url"])
    thumbnails = sum("thumbnail-" in path.name for path in (data_dir / "images").rglob("*") if path.is_file())
    return shelf, thumbnails


def kill_worker(running: RunningFumetto) -> None:
    def workers() -> list[psutil.Process]:
        return [process for process in family(running.data_dir) if "worker" in process.cmdline()]

    for worker in come_true(workers, "the worker"):
        worker.kill()


def kill_postgres(running: RunningFumetto) -> None:
    postmaster = psutil.Process(int((running.data_dir / "postgres/data/postmaster.pid").read_text().split()[0]))
    postmaster.kill()


def kill_everything(running: RunningFumetto) -> None:
    """The whole group at once, as when the power fails but for the disk's caches."""
    for process in family(running.data_dir):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def test_an_import_that_was_killed_is_finished_by_the_next_start_with_nothing_twice_and_nothing_lost(
    tmp_path: Path,
) -> None:
    with books_of(tmp_path / "books") as books:
        calm = tmp_path / "calm"
        answer_of(calm, "import", str(books), "--wait", **QUICK)
        with owned(calm) as (_, owner):
            expected = library_of(owner, calm)
        assert len(expected[0]) == BOOKS
        assert expected[1] == BOOKS * PAGES

        data = tmp_path / "killed"
        with owned(data) as (running, owner):
            answer_of(data, "import", str(books), **QUICK)
            come_true(lambda: answer(owner, "/series")["items"], "the first of it")
            kill_worker(running)
            kill_postgres(running)
            come_true(lambda: owner.get("/ready").status_code == 200, "the database's return")
            kill_everything(running)
            running.process.wait(60)
        with owned(data) as (_, owner):
            settled(owner)
            assert library_of(owner, data) == expected
            assert answer(owner, "/problems")["items"] == []


def test_acquired_episodes_come_in_with_titles_languages_and_whom_to_thank(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Publisher(small_tree(tmp_path / "tree")) as publisher:
        where = ("--base", publisher.base, "--allow-private")
        rows = answer_of(data, "acquire", "peppercarrot", "list", *where)
        assert next(row["slug"] for row in rows) == "ep01-potion-of-flight"
        assert {"slug", "title", "pages", "languages"} <= set(rows[0])

        refused = command(data, "acquire", "peppercarrot", "list", "--base", publisher.base, check=False)
        assert refused.returncode != 0
        assert "--allow-private" in refused.stderr
        assert "Traceback" not in refused.stderr

        quick = (*where, "--pause", "0", "--out", str(tmp_path / "out"))
        one = answer_of(
            data,
            "acquire",
            "peppercarrot",
            "episode",
            "--slug",
            rows[0]["slug"],
            "--lang",
            "en",
            "--lang",
            "fr",
            *quick,
        )
        assert one["complete"]
        assert one["fetched"]
        assert not one["failed"]
        said = answer_of(data, "acquire", "peppercarrot", "commentary", "--slug", rows[0]["slug"], *quick)
        assert said["complete"]
        everything = answer_of(data, "acquire", "peppercarrot", "all", "--lang", "en", "--lang", "fr", *quick)
        assert everything["complete"]
        assert everything["kept"]
        again = answer_of(data, "acquire", "peppercarrot", "all", "--lang", "en", "--lang", "fr", *quick)
        assert again["fetched"] == 0
    for file in ("metadata.yaml", "pages/page_001.jpg", "commentary.html"):
        assert (tmp_path / "out" / rows[0]["slug"] / file).is_file()
    [done] = answer_of(data, "import", str(tmp_path / "out"), "--wait", **QUICK)
    assert (done["state"], done["failed"]) == ("succeeded", 0)
    [series] = answer_of(data, "series")
    assert (series["episode_count"], set(series["languages"])) == (2, {"en", "fr"})


def test_a_command_that_is_interrupted_leaves_its_import_to_the_next(tmp_path: Path) -> None:
    with books_of(tmp_path / "books") as books:
        data = tmp_path / "data"
        queued = answer_of(data, "import", str(books), **QUICK)
        assert queued[0]["activity_id"]
        answer_of(data, "scan", "--wait", **QUICK)
        assert sum(row["episode_count"] for row in answer_of(data, "series")) == BOOKS
        assert answer_of(data, "status")["pages_waiting"] == 0

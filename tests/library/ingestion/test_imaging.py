"""Making images and letterings of episodes that were scanned."""

from __future__ import annotations

import errno
import uuid
from pathlib import Path

import pytest

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.jobs.context import JobActivity, JobContext
from fumetto.kernel.storage import Storage, open_storage
from fumetto.kernel.storage.errors import StorageBroken
from fumetto.library.ingestion import tasks
from fumetto.library.ingestion.imaging import ImageMaker
from tests.builders.archives import book_of
from tests.builders.disk import watched_disk
from tests.library.ingestion.conftest import Library, Shelf, a_picture
from tests.shared_data import shared_data

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 400"><text x="30" y="60" font-size="24">{}</text></svg>'


@pytest.fixture
def storage(library: Library) -> Storage:
    return open_storage(library.settings)


async def make(library: Library, storage: Storage, activity: JobActivity | None = None) -> None:
    """Make the images of every episode there is."""
    for (episode_id,) in await library.rows("SELECT id FROM library.episodes ORDER BY id"):
        maker = ImageMaker(library.database, storage, library.settings, library.parsers, activity)
        assert await maker.make_episode(episode_id)


def a_lettered_book(shelf: Shelf, *, broken: str = "") -> None:
    for number, page in enumerate(("E01", "E01P00", "E01P01", "E01P02")):
        shelf.file(f"P/ep01/gfx_{page}.png", a_picture(number, 300, 400))
        for language, words in (("en", "Episode 1 : Rain"), ("fr", "Épisode 1 : Pluie")):
            drawing = SVG.format(words) if f"{language}/{page}" != broken else "<svg><g></svg>"
            shelf.file(f"P/ep01/{language}/{page}.svg", drawing.encode())


async def test_every_page_gets_its_images_and_the_episode_is_ready(
    library: Library, shelf: Shelf, storage: Storage
) -> None:
    shelf.archive("S/1.cbz", {f"{n}.png": a_picture(n, 300, 400) for n in (1, 2, 3)})
    await library.scan(shelf.path)
    activity = JobActivity(uuid7(), 3)
    await make(library, storage, activity)
    rows = await library.rows("SELECT state, thumbnail_key, image_key, image_metadata FROM library.pages")
    for state, thumbnail, display, about in rows:
        assert (state, display, about["width"], about["height"]) == ("ready", None, 300, 400)
        assert about["blurhash"]
        assert about["dominant_color"].startswith("#")
        assert (await storage.get(thumbnail))[:4] == b"RIFF"
    assert await library.one("SELECT state FROM library.episodes") == "ready"
    assert (activity.done, activity.failed) == (3, 0)


async def test_rows_never_name_images_that_the_disk_has_not_kept(
    library: Library, shelf: Shelf, storage: Storage
) -> None:
    a_lettered_book(shelf)
    await library.scan(shelf.path)
    with watched_disk(failing_with=errno.EIO), pytest.raises(StorageBroken):
        await make(library, storage)
    assert await library.one("SELECT count(*) FROM library.pages WHERE thumbnail_key IS NOT NULL") == 0
    with watched_disk() as kept:
        await make(library, storage)
    named = await library.rows(
        "SELECT unnest(ARRAY[thumbnail_key, image_key]) FROM library.pages"
        " UNION SELECT unnest(ARRAY[thumbnail_key, image_key]) FROM library.page_texts"
    )
    files = {Path(storage.place) / key for (key,) in named if key is not None}
    assert len(files) > 8
    assert files <= kept


async def test_a_page_too_large_for_screens_gets_a_display_image(
    library: Library, shelf: Shelf, storage: Storage
) -> None:
    shelf.archive("S/1.cbz", {"1.png": a_picture(1, 2000, 3000)})
    await library.scan(shelf.path)
    await make(library, storage)
    ((key, about),) = await library.rows("SELECT image_key, image_metadata FROM library.pages")
    assert about["display_media_type"] == "image/jpeg"
    assert await storage.head(key) is not None


async def test_a_bad_page_fails_alone(library: Library, shelf: Shelf, storage: Storage) -> None:
    good = a_picture(1, 300, 400)
    shelf.archive(
        "S/1.cbz", {"1.png": good, "2.png": b"no picture", "3.png": good[:60], "4.png": a_picture(2, 300, 400)}
    )
    await library.scan(shelf.path)
    activity = JobActivity(uuid7(), 4)
    await make(library, storage, activity)
    rows = await library.rows("SELECT state, error_code FROM library.pages ORDER BY order_index")
    assert rows == [("ready", None), ("failed", "page_unreadable"), ("failed", "page_unreadable"), ("ready", None)]
    assert await library.one("SELECT state FROM library.episodes") == "partial"
    assert (activity.done, activity.failed, len(activity.failures)) == (2, 2, 2)


async def test_lettering_is_composed_in_each_language_with_its_balloons(
    library: Library, shelf: Shelf, storage: Storage
) -> None:
    a_lettered_book(shelf)
    await library.scan(shelf.path)
    await make(library, storage)
    texts = await library.rows("SELECT language, state, image_key, thumbnail_key FROM library.page_texts ORDER BY 1")
    assert [row[:2] for row in texts] == [("en", "ready")] * 4 + [("fr", "ready")] * 4
    for *_, image, thumbnail in texts:
        assert await storage.head(image) is not None
        assert await storage.head(thumbnail) is not None
    balloons = await library.rows(
        "SELECT t.language, b.text, b.x, b.y, b.width, b.height FROM library.balloons b"
        " JOIN library.page_texts t ON t.id = b.page_text_id ORDER BY 1"
    )
    words = [("en", "Episode 1 : Rain")] * 4 + [("fr", "Épisode 1 : Pluie")] * 4
    assert [balloon[:2] for balloon in balloons] == words
    assert all(0 <= value <= 1 for balloon in balloons for value in balloon[2:])
    titles = await library.rows("SELECT language, title FROM library.episode_titles ORDER BY 1")
    assert titles == [("en", "Rain"), ("fr", "Pluie")]
    assert await library.one("SELECT title FROM library.episodes") == "Rain"


async def test_a_malformed_lettering_costs_that_page_in_that_language(
    library: Library, shelf: Shelf, storage: Storage
) -> None:
    a_lettered_book(shelf, broken="fr/E01P01")
    await library.scan(shelf.path)
    await make(library, storage)
    bad = await library.rows(
        "SELECT t.language, p.kind, t.warning_code FROM library.page_texts t JOIN library.pages p ON p.id = t.page_id"
        " WHERE t.state = 'failed'"
    )
    assert bad == [("fr", "story", "lettering_unreadable")]
    assert await library.one("SELECT count(*) FROM library.page_texts WHERE state = 'ready'") == 7
    assert await library.one("SELECT state FROM library.episodes") == "ready"


async def test_a_corrected_lettering_is_composed_again_and_nothing_else(
    library: Library, shelf: Shelf, storage: Storage
) -> None:
    a_lettered_book(shelf, broken="fr/E01P01")
    await library.scan(shelf.path)
    await make(library, storage)
    before = dict(await library.rows("SELECT id, image_key FROM library.page_texts WHERE state = 'ready'"))
    thumbnails = await library.rows("SELECT id, thumbnail_key FROM library.pages ORDER BY id")
    shelf.file("P/ep01/fr/E01P01.svg", SVG.format("Bonjour").encode())
    assert (await library.scan(shelf.path)).changed == 1
    assert await library.one("SELECT count(*) FROM library.page_texts WHERE state = 'pending'") == 1
    await make(library, storage)
    after = dict(await library.rows("SELECT id, image_key FROM library.page_texts WHERE state = 'ready'"))
    assert len(after) == 8
    assert before.items() <= after.items()
    assert await library.rows("SELECT id, thumbnail_key FROM library.pages ORDER BY id") == thumbnails


@pytest.mark.parametrize("name", ["1.cbz", "1.cbt", "1.cb7", "1.pdf", "folder"])
async def test_nothing_is_made_of_a_file_that_changed_since_its_scan_until_the_next(
    library: Library, shelf: Shelf, storage: Storage, name: str
) -> None:
    book = shelf.path / "S" / name
    book.parent.mkdir()
    book_of(book, 1, 2)
    await library.scan(shelf.path)
    await library.rows("UPDATE library.pages SET image_metadata = '{}'")
    book_of(book, 3, 4)
    activity = JobActivity(uuid7(), 2)
    await make(library, storage, activity)
    waiting = "SELECT count(*) FROM library.pages WHERE state = 'pending' AND thumbnail_key IS NULL"
    assert await library.one(f"{waiting} AND image_metadata = '{{}}'") == 2
    assert {failure["code"] for failure in activity.failures} == {"page_changed"}
    assert (activity.done, activity.failed) == (0, 2)
    for place in (book, *book.glob("*")):
        shelf.touched(place)
    assert (await library.scan(shelf.path)).changed == 1
    await make(library, storage)
    assert await library.one(waiting) == 0


async def test_a_file_that_is_away_leaves_its_pages_waiting(library: Library, shelf: Shelf, storage: Storage) -> None:
    place = shelf.archive("S/1.cbz", {"1.png": a_picture(1, 300, 400)})
    await library.scan(shelf.path)
    place.rename(shelf.path.parent / "away.cbz")
    episode_id = await library.one("SELECT id FROM library.episodes")
    maker = ImageMaker(library.database, storage, library.settings, library.parsers)
    assert not await maker.make_episode(episode_id)
    assert await library.one("SELECT state FROM library.pages") == "pending"


async def test_images_that_no_job_will_make_any_more_are_scheduled_by_the_next_scan(
    library: Library, shelf: Shelf
) -> None:
    jobs = "SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'library.ingest_episode' AND status = 'todo'"
    shelf.book("S/1.cbz", 1)
    await library.scan(shelf.path)
    await library.scan(shelf.path)
    assert await library.one(jobs) == 1
    await library.rows("UPDATE jobs.procrastinate_jobs SET status = 'failed'")  # as on a full disk
    assert (await library.scan(shelf.path)).unchanged == 1
    assert await library.one(jobs) == 1
    await library.rows("UPDATE library.pages SET state = 'ready'")
    await library.rows("DELETE FROM jobs.procrastinate_jobs")
    await library.scan(shelf.path)
    assert await library.one(jobs) == 0


async def test_an_episode_that_is_gone_is_no_error(library: Library, storage: Storage) -> None:
    assert not await ImageMaker(library.database, storage, library.settings, library.parsers).make_episode(uuid.uuid4())


async def test_images_that_nothing_refers_to_are_removed_and_others_stay(
    library: Library, shelf: Shelf, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.archive("S/1.cbz", {"1.png": a_picture(1, 300, 400), "2.png": a_picture(2, 300, 400)})
    await library.scan(shelf.path)
    await make(library, storage)
    shelf.archive("S/1.cbz", {"1.png": a_picture(1, 300, 400), "2.png": a_picture(9, 300, 400)})
    await library.scan(shelf.path)
    await make(library, storage)
    episode_id = await library.one("SELECT id FROM library.episodes")
    stored = {found.key async for found in storage.list(f"pages/{episode_id}")}
    used = {key for (key,) in await library.rows("SELECT thumbnail_key FROM library.pages")}
    assert len(stored) == 3
    assert used < stored
    context = JobContext(library.database, library.settings, storage, 1, "library.tidy_images", 1, None, lambda: False)
    await tasks.tidy_images(context, episode_id=episode_id)
    assert {found.key async for found in storage.list(f"pages/{episode_id}")} == stored, "too young to be judged"
    monkeypatch.setattr(tasks, "TIDY_SPARES", -tasks.TIDY_SPARES)
    await tasks.tidy_images(context, episode_id=episode_id)
    assert {found.key async for found in storage.list(f"pages/{episode_id}")} == used


@pytest.mark.shared_data
async def test_the_real_lettered_folders_become_one_series_of_two(library: Library, storage: Storage) -> None:
    await library.scan(shared_data("pepper_carrot", "lettered"), "Pepper & Carrot (JPEG)")
    assert await library.episodes() == [
        ("Pepper & Carrot (JPEG)", "1", "Potion of Flight"),
        ("Pepper & Carrot (JPEG)", "2", "Rainbow Potions"),
    ]
    await make(library, storage)
    assert await library.one("SELECT count(*) FROM library.pages WHERE state = 'ready'") == 8


@pytest.mark.shared_data
async def test_the_real_episodes_become_one_series_of_six_in_five_languages(library: Library, storage: Storage) -> None:
    result = await library.scan(shared_data("pepper_carrot", "episodes"), "Pepper & Carrot")
    assert (result.found, result.added, result.failed) == (6, 6, 0)
    rows = await library.rows(
        "SELECT trim_scale(episode_number)::int, languages, page_count FROM library.episodes ORDER BY 1"
    )
    assert rows == [
        (n, ["ar", "de", "en", "fr", "ja"], pages) for n, pages in zip(range(1, 7), (6, 8, 10, 10, 7, 12), strict=False)
    ]
    kinds = dict(await library.rows("SELECT kind, count(*) FROM library.pages GROUP BY 1"))
    assert (kinds["cover"], kinds["title"], kinds["credits"]) == (6, 6, 6)
    first = await library.one("SELECT id FROM library.episodes ORDER BY sort_key LIMIT 1")
    assert await ImageMaker(library.database, storage, library.settings, library.parsers).make_episode(first)
    titles = dict(await library.rows("SELECT language, title FROM library.episode_titles WHERE episode_id = %s", first))
    assert titles["fr"] == "Potion d'envol"
    assert titles["ja"] == "飛行薬"
    assert set(titles) == {"ar", "de", "en", "fr", "ja"}
    ready = (
        "SELECT count(*) FROM library.page_texts t JOIN library.pages p ON p.id = t.page_id"
        " WHERE p.episode_id = %s AND t.state = 'ready'"
    )
    assert await library.one(ready, first) == 30

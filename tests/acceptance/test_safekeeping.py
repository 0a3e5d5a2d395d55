"""A backup restores on an empty machine, and never at the cost of what is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.household import Household
from tests.builders.archives import picture, zip_of
from tests.builders.fumetto import RunningFumetto, answer_of, command, fumetto_up
from tests.builders.visits import answer, come_true, episodes_of, image, series_of, settled, visitor


@dataclass
class Kept:
    """A backup, where it came from, and what the owner saw before it was made."""

    file: Path
    running: RunningFumetto
    owner: httpx.Client
    key: str
    title: str
    shelf: Any
    seen: list[list[bool]]


def shelf_of(client: Any, title: str) -> Any:
    """A series as the API shows it, but for when."""
    detail = series_of(client, title)
    pages = [
        [page["id"], page["width"], page["blurhash"]] for each in episodes_of(client, title) for page in each["pages"]
    ]
    return detail["id"], detail["slug"], detail["episode_count"], detail["languages"], pages


def seen_pages(client: Any, title: str) -> list[list[bool]]:
    return [[page["seen"] for page in episode["pages"]] for episode in episodes_of(client, title)]


@pytest.fixture(scope="module")
def kept(household: Household, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("safekeeping")
    running, owner = household.running, household.owner
    settled(owner)
    title = answer(owner, "/series")["items"][0]["title"]
    unread = {"series_id": series_of(owner, title)["id"], "state": "unread"}
    owner.post("/api/v1/reading/mark", json=unread).raise_for_status()
    first = episodes_of(owner, title)[0]
    turn = {
        "episode_id": first["id"],
        "shown": [0, 2],
        "device": "laptop",
        "device_name": "Laptop",
        "at": datetime.now(UTC).isoformat(),
    }
    owner.post("/api/v1/reading/turns", json=turn).raise_for_status()
    key = answer_of(running.data_dir, "user", "token", "--key", "Script")["token"]
    answer_of(running.data_dir, "backup", str(folder / "kept.zip"))
    return Kept(folder / "kept.zip", running, owner, key, title, shelf_of(owner, title), seen_pages(owner, title))


def test_a_backup_restores_on_an_empty_machine_with_progress_keys_and_pictures(kept: Kept, tmp_path: Path) -> None:
    restored = answer_of(tmp_path / "new", "restore", str(kept.file), "--yes")
    assert restored["restore_point"] is None
    with fumetto_up(tmp_path / "new", expect_link=False) as running:
        assert "token" not in running.log.read_text("utf-8")
        with visitor(running, headers={"Authorization": f"Bearer {kept.key}"}) as script:
            assert shelf_of(script, kept.title) == kept.shelf
            assert seen_pages(script, kept.title) == kept.seen
            assert sum(map(sum, kept.seen)) == 2
            [first, *_] = episodes_of(script, kept.title)
            assert first["progress"]["device_name"] == "Laptop"
            for page in first["pages"]:
                image(script, page["thumbnail_url"])
                image(script, page["image_url"])


def test_restoring_over_something_keeps_it_in_a_restore_point(kept: Kept, tmp_path: Path) -> None:
    answer_of(tmp_path / "used", "user", "add", "Somebody")
    restored = answer_of(tmp_path / "used", "restore", str(kept.file), "--yes")
    assert Path(restored["restore_point"]).is_file()
    assert [row["slug"] for row in answer_of(tmp_path / "used", "series")] == [kept.shelf[1]]
    back = answer_of(tmp_path / "used", "restore", restored["restore_point"], "--yes")
    assert back["restore_point"] != restored["restore_point"]
    assert [person["name"] for person in answer_of(tmp_path / "used", "user", "list")] == ["Somebody"]


def test_restoring_while_it_runs_gives_back_what_was_there_and_everything_goes_on(kept: Kept, tmp_path: Path) -> None:
    running, owner, data = kept.running, kept.owner, kept.running.data_dir
    owner.post("/api/v1/reading/mark", json={"series_id": kept.shelf[0], "state": "unread"}).raise_for_status()
    answer_of(data, "user", "add", "Somebody")
    restored = answer_of(data, "restore", str(kept.file), "--yes")
    assert Path(restored["restore_point"]).is_file()
    come_true(lambda: owner.get("/ready").status_code == 200, "a server that is ready")
    assert shelf_of(owner, kept.title) == kept.shelf  # who was signed in when it was made still is
    assert seen_pages(owner, kept.title) == kept.seen
    assert "Somebody" not in {person["name"] for person in answer_of(data, "user", "list")}
    [page, *_] = episodes_of(owner, kept.title)[0]["pages"]
    image(owner, page["image_url"])

    (tmp_path / "books").mkdir()
    zip_of(tmp_path / "books" / "After 01.cbz", {"1.png": picture(1, 30, 40)})
    owner.post("/api/v1/imports", json={"paths": [str(tmp_path / "books")]}).raise_for_status()
    come_true(lambda: [each for each in answer(owner, "/series")["items"] if each["title"] == "After"], "the new book")
    settled(owner)
    [after] = episodes_of(owner, "After")
    assert [page["state"] for page in after["pages"]] == ["ready"]
    assert running.process.poll() is None
    assert "Traceback" not in running.log.read_text("utf-8")


@pytest.mark.parametrize("harm", ["cut off", "changed", "something else"])
def test_a_damaged_backup_is_refused_and_named_before_anything_changes(kept: Kept, tmp_path: Path, harm: str) -> None:
    data = bytearray(kept.file.read_bytes())
    if harm == "changed":
        data[len(data) // 2] ^= 0xFF
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes({"cut off": data[: len(data) // 2], "changed": data, "something else": b"GIF89a"}[harm])
    refused = command(tmp_path / "data", "restore", str(damaged), "--yes", check=False)
    assert refused.returncode == 2
    assert "damaged.zip" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "data" / "postgres").exists()

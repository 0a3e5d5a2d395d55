"""Derived images in an S3-compatible store: from the start, and after moving there."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.builders.archives import picture, zip_of
from tests.builders.fumetto import QUICK, answer_of, command, fumetto_up
from tests.builders.visits import episodes_of, image, visitor
from tests.kernel.storage.conftest import bucket, s3_server  # noqa: F401 - fixtures


def objects(address: str, bucket: str) -> int:  # noqa: F811 - the fixture's value
    return httpx.get(f"{address}/{bucket}?list-type=2", timeout=60).text.count("<Key>")


def test_images_move_to_an_object_store_by_one_command_and_one_setting_and_new_ones_go_there(
    tmp_path: Path,
    s3_server: str,  # noqa: F811 - pytest's way
    bucket: str,  # noqa: F811 - pytest's way
) -> None:
    data = tmp_path / "data"
    place = {"S3_ENDPOINT": s3_server, "S3_BUCKET": bucket, "S3_ACCESS_KEY_ID": "t", "S3_SECRET_ACCESS_KEY": "secret"}
    for name in ("First", "Second"):
        pages = {f"{page}.png": picture(page + len(name), 600, 800) for page in range(3)}
        (tmp_path / name).mkdir()
        zip_of(tmp_path / name / f"{name} 01.cbz", pages)
    answer_of(data, "import", str(tmp_path / "First"), "--wait", **QUICK)
    kept = [file for file in (data / "images").rglob("*") if file.is_file()]
    pictures = len([file for file in kept if "documents" not in file.parts])  # the helper's texts are there once
    moved = answer_of(data, "storage", "copy", "local", "s3", **place)
    assert moved["copied"] == objects(s3_server, bucket) >= pictures >= 3
    assert answer_of(data, "storage", "copy", "local", "s3", **place)["copied"] == 0
    (data / "images").rename(tmp_path / "gone")
    with (
        fumetto_up(data, STORAGE_BACKEND="s3", **place, **QUICK) as running,
        visitor(running, running.owner_link()) as owner,
    ):
        answer_of(data, "import", str(tmp_path / "Second"), "--wait", STORAGE_BACKEND="s3", **place, **QUICK)
        for title in ("First", "Second"):
            [episode] = episodes_of(owner, title)
            for page in episode["pages"]:
                image(owner, page["thumbnail_url"])
                image(owner, page["image_url"])
    assert objects(s3_server, bucket) == moved["copied"] + pictures
    assert not list((data / "images").rglob("*.webp"))


def test_a_store_that_does_not_answer_or_has_no_such_bucket_is_named(
    tmp_path: Path,
    s3_server: str,  # noqa: F811 - pytest's way
) -> None:
    place = {"STORAGE_BACKEND": "s3", "S3_ENDPOINT": s3_server, "S3_BUCKET": "no-such-bucket"}
    secret = {"S3_ACCESS_KEY_ID": "t", "S3_SECRET_ACCESS_KEY": "secret-word"}
    refused = command(tmp_path / "data", "status", check=False, **place, **secret)
    assert refused.returncode == 1
    assert "no-such-bucket" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "secret-word" not in refused.stdout + refused.stderr

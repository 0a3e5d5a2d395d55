"""From an empty folder to a page, and the ways in which it ends."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from tests.acceptance.household import Household
from tests.builders.fumetto import answer_of, command, fumetto_up
from tests.builders.visits import alive, answer, come_true, episodes_of, family, image, settled, visitor

STOPS_WITHIN = 40.0  # seconds; some two on a quiet machine, and those that test are busy


def test_the_link_of_the_first_start_signs_the_owner_in_and_works_once(household: Household) -> None:
    assert answer(household.owner, "/session")["user"]["role"] == "owner"
    with visitor(household.running) as stranger:
        token = household.running.owner_link().partition("#token=")[2]
        assert stranger.post("/api/v1/session", json={"token": token}).status_code == 410
        assert stranger.get("/api/v1/series").status_code == 401


def test_the_sample_is_two_episodes_in_two_languages_that_can_be_read_page_by_page(household: Household) -> None:
    settled(household.owner)
    [series] = answer(household.owner, "/series")["items"]
    assert (series["episode_count"], sorted(series["languages"])) == (2, ["en", "fr"])
    for episode in episodes_of(household.owner, series["title"]):
        assert set(episode["titles"]) == {"en", "fr"}
        for page in episode["pages"]:
            assert page["state"] == "ready", page
            assert page["blurhash"]
            assert page["dominant_color"]
            image(household.owner, page["thumbnail_url"])
        lettered = episode["pages"][2]
        english = image(household.owner, f"{lettered['image_url'].partition('?')[0]}?lang=en")
        french = image(household.owner, f"{lettered['image_url'].partition('?')[0]}?lang=fr")
        assert english.content != french.content


def test_a_second_up_on_the_same_data_directory_says_where_the_first_is(household: Household) -> None:
    refused = command(household.running.data_dir, "up", "--no-browser", "--port", "8499", check=False)
    assert refused.returncode == 1
    assert household.running.url in refused.stderr
    assert "--data-dir" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_commands_print_the_address_of_the_server_that_runs_whatever_port_it_was_given(household: Household) -> None:
    data, url = household.running.data_dir, household.running.url
    assert answer_of(data, "user", "token")["link"].startswith(f"{url}/welcome#token=")
    assert answer_of(data, "user", "add", "Ada")["link"].startswith(f"{url}/welcome#token=")
    assert answer_of(data, "user", "token", "--key", "Tablet")["opds"] == f"{url}/opds/v2"
    assert answer_of(data, "status")["address"] == url
    assert f"address: {url}" in command(data, "status").stdout


def test_a_port_that_is_taken_is_named_with_another_to_take(household: Household, tmp_path: Path) -> None:
    port = household.running.url.rpartition(":")[2]
    words = ("up", "--no-browser", "--host", "127.0.0.1", "--port", port)
    refused = command(tmp_path / "other", *words, check=False)
    assert refused.returncode == 1
    assert f"Port {port} is taken" in refused.stderr
    assert f"--port {int(port) + 1}" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_it_stops_within_seconds_leaves_no_process_and_the_next_start_prints_no_link(tmp_path: Path) -> None:
    with fumetto_up(tmp_path / "stopping") as running:
        with visitor(running, running.owner_link()) as owner:
            come_true(lambda: answer(owner, "/series")["items"], "the sample")
        everybody = family(running.data_dir)  # in the middle of making the sample's pictures
        assert len(everybody) >= 5, everybody
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(60) == 0
        assert time.monotonic() - began < STOPS_WITHIN
        come_true(lambda: not alive(everybody), "the end of every process", STOPS_WITHIN)
        assert "Traceback" not in running.log.read_text("utf-8")
    with fumetto_up(tmp_path / "stopping", expect_link=False) as again:
        with visitor(again) as stranger:
            assert stranger.get("/ready").status_code == 200
        assert "token" not in again.log.read_text("utf-8")
        everybody = family(again.data_dir)
        again.process.kill()
        again.process.wait()
        come_true(lambda: not alive(everybody), "the end of every process that a killed `up` had", STOPS_WITHIN)
        come_true(lambda: not alive(family(again.data_dir)), "the end of what those had started last", STOPS_WITHIN)

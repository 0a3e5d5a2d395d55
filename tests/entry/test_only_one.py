"""Who holds a data directory, and which address commands show."""

from __future__ import annotations

import pytest

from fumetto.entry.addresses import Addresses
from fumetto.entry.cli.library import queued
from fumetto.entry.errors import RunsAlready
from fumetto.entry.only_one import announced, only_one, reachable_at, running_at
from fumetto.kernel.settings import Settings, load_settings


def on_port(settings: Settings, port: int) -> Settings:
    return load_settings({}, data_dir=settings.data_dir, host="127.0.0.1", port=port)


def test_address_is_that_of_what_runs_and_of_the_settings_once_it_has_ended(settings: Settings) -> None:
    assert running_at(settings) is None
    with only_one(on_port(settings, 9001)):
        assert reachable_at(settings) == Addresses("http://127.0.0.1:9001", None)
    assert (settings.data_dir / "up.lock").read_bytes()  # what a killed one leaves is not believed
    assert running_at(settings) is None
    assert reachable_at(settings).local == "http://127.0.0.1:8420"


def test_public_address_is_the_phones(settings: Settings) -> None:
    public = load_settings({}, data_dir=settings.data_dir, port=9002, public_url="https://comics.example.org")
    with only_one(public):
        assert reachable_at(settings).lan == "https://comics.example.org"


def test_second_up_is_refused_with_the_address_of_the_first_and_one_after_it_is_not(settings: Settings) -> None:
    with only_one(on_port(settings, 9003)):
        with pytest.raises(RunsAlready) as refused, only_one(on_port(settings, 9004)):
            pass
        assert refused.value.detail["address"] == "http://127.0.0.1:9003"
    with only_one(on_port(settings, 9004)):
        assert reachable_at(settings).local == "http://127.0.0.1:9004"


def test_servers_without_workers_stand_beside_each_other_and_the_first_is_shown(settings: Settings) -> None:
    with announced(on_port(settings, 9005)):
        with announced(on_port(settings, 9006)):
            assert reachable_at(settings).local == "http://127.0.0.1:9005"
            with only_one(on_port(settings, 9007)):
                assert reachable_at(settings).local == "http://127.0.0.1:9007"
        assert reachable_at(settings).local == "http://127.0.0.1:9005"
    assert running_at(settings) is None


def test_import_that_is_queued_says_that_it_has_begun_where_fumetto_is_up_and_how_to_start_it_where_not(
    settings: Settings,
) -> None:
    assert "./fumetto up" in queued(settings, 2)
    with only_one(on_port(settings, 9008)):
        assert queued(settings, 2) == "2 imports have begun. How far it is: ./fumetto status"

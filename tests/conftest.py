"""What every test may ask for: settings of its own, a database of its own, and no network beyond this machine."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pytest_socket import socket_allow_hosts
from xdist.scheduler import LoadScopeScheduling

from fumetto.entry.wiring import bind_rooms
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.heap import loaded, loading
from fumetto.kernel.settings import Settings, load_settings
from tests.builders.server import TestServer, running

loading()  # until what is to run is known

HOUSEHOLD = ("test_starting.py", "test_reading_devices.py", "test_safekeeping.py")
TOGETHER = ("tests/acceptance/", "tests/browser/", "tests/architecture/test_errors", "tests/architecture/test_house")


class Together(LoadScopeScheduling):  # type: ignore[misc] # xdist ships no types
    """Keeps on one worker the tests of modules that share something dear, and deals out all others one by one.

    xdist's own groups have no effect with pytest 9.2, which lets nobody change the id of a test.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        if not path.startswith(TOGETHER):
            return nodeid
        return "household" if path.endswith(HOUSEHOLD) else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    return Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """What was collected stays, and what tests leave is looked through seldom: it was a fifth of their time."""
    loaded()
    gc.set_threshold(10_000, 10, 10)


def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that nothing outside the test decides, with a data directory of their own."""
    return load_settings({}, data_dir=tmp_path / "data", host="127.0.0.1")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[TestServer]:
    """The server of this run, shared by all its workers, with a migrated template in it."""
    base = tmp_path_factory.getbasetemp()
    with running((base if worker_id == "master" else base.parent) / "server") as server:
        yield server


@pytest.fixture
def database_server(postgres: TestServer) -> Iterator[DatabaseServer]:
    """An address of a database like the one that people have after the migrations, for this test alone."""
    server = postgres.clone()
    yield server
    postgres.drop(server.database)


@pytest.fixture
async def database(database_server: DatabaseServer, settings: Settings) -> AsyncIterator[Database]:
    """The same, opened with the application's role; rooms hear of each other as they do in our processes."""
    bind_rooms()
    async with await Database.on(database_server, settings) as opened:
        yield opened


@pytest.fixture
def settings_with_database(postgres: TestServer, database_server: DatabaseServer, settings: Settings) -> Settings:
    """Settings with which another process, or code that opens the database itself, reaches `database`'s data."""
    url = postgres.url(database_server.database)
    return load_settings(
        {"DATABASE_URL": url}, **settings.model_dump(include=settings.model_fields_set - {"database_url"})
    )

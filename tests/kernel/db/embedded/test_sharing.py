"""One server for everybody on a data directory: the first starts it, the last to leave stops it, however they leave."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from fumetto.kernel.db.embedded.layout import Layout
from fumetto.kernel.db.embedded.lease import Lease, keeper_lives
from fumetto.kernel.db.embedded.processes import is_alive
from tests.kernel.db.embedded.conftest import Client, connect, gone, kill, mode_of, servers_below

Start = Callable[..., Client]


def test_two_processes_share_one_server_and_the_last_to_leave_stops_it(data_dir: Path, client: Start) -> None:
    first, second = client(data_dir, "hold"), client(data_dir, "hold")
    server = first.line()["server"]
    assert second.line()["server"] == server
    first.leave()
    assert not gone(lambda: not is_alive(server), 1)
    second.leave()
    assert gone(lambda: not is_alive(server))
    assert not Layout.below(data_dir).postmaster_pid.exists()  # it was asked to stop, and did so cleanly


def test_the_server_stops_after_its_last_client_was_killed(data_dir: Path, client: Start) -> None:
    first, second = client(data_dir, "hold"), client(data_dir, "hold")
    server = first.line()["server"]
    second.line()
    first.kill()
    second.kill()
    assert gone(lambda: not is_alive(server))
    assert not Layout.below(data_dir).postmaster_pid.exists()


def test_a_client_that_was_killed_while_starting_leaves_nothing_behind(data_dir: Path, client: Start) -> None:
    starting = client(data_dir, "hold")
    assert gone(lambda: bool(servers_below(data_dir)))
    starting.kill()
    assert gone(lambda: not servers_below(data_dir))


async def test_leaving_can_be_waited_for(data_dir: Path) -> None:
    lease, other = Lease(data_dir), Lease(data_dir)
    await lease.acquire()
    await other.acquire()
    lease.release()
    assert not await lease.stopped()
    other.release()
    assert await other.stopped()
    assert servers_below(data_dir) == []


def test_processes_that_come_and_go_all_at_once_all_find_a_server(data_dir: Path, client: Start) -> None:
    for _ in range(2):
        crowd = [client(data_dir, "leave") for _ in range(6)]
        for each in crowd:
            assert "server" in each.line(60)
        crowd[0].kill()
        for each in crowd[1:]:
            each.process.wait(60)
    assert gone(lambda: not keeper_lives(Layout.below(data_dir)))


async def test_a_newcomer_gets_a_fresh_server_while_the_old_one_is_stopping(data_dir: Path) -> None:
    for _ in range(5):
        lease = Lease(data_dir)
        local = await lease.acquire()
        async with await connect(local.host) as connection:
            answer = await connection.execute("SELECT 6 * 7")
            assert await answer.fetchone() == (42,)
        lease.release()
        await asyncio.sleep(0.25)  # about when the keeper looks


async def test_a_forked_child_does_not_hold_its_parents_lease(data_dir: Path) -> None:
    lease = Lease(data_dir)
    await lease.acquire()
    child = os.fork()
    if child == 0:
        signal.pause()
        os._exit(0)
    try:
        lease.release()
        assert await lease.stopped()
    finally:
        kill(child)


async def test_polite_signals_do_not_take_the_database_from_those_who_use_it(data_dir: Path) -> None:
    lease = Lease(data_dir)
    local = await lease.acquire()
    keeper = int(Layout.below(data_dir).keeper.read_text())
    for wish in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(keeper, wish)
    await asyncio.sleep(0.5)
    async with await connect(local.host) as connection:
        await connection.execute("SELECT 1")
    assert int(Layout.below(data_dir).keeper.read_text()) == keeper
    lease.release()
    assert await lease.stopped()


async def test_a_folder_that_is_removed_takes_its_server_with_it(data_dir: Path) -> None:
    lease = Lease(data_dir)
    await lease.acquire()
    watcher = asyncio.create_task(lease.watch(asyncio.Event().wait))  # type: ignore[arg-type]
    shutil.rmtree(data_dir / "postgres")
    assert await asyncio.to_thread(gone, lambda: not servers_below(data_dir))
    assert not (data_dir / "postgres").exists()  # and nothing is made anew in its place
    watcher.cancel()
    lease.release()


@pytest.mark.parametrize("role", ["fumetto_app", "fumetto_owner"])
async def test_neither_role_is_above_the_rules(data_dir: Path, role: str) -> None:
    lease = Lease(data_dir)
    local = await lease.acquire()
    async with await connect(local.host, role) as connection:
        rows = await connection.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert await rows.fetchone() == (False, False)
    lease.release()
    assert await lease.stopped()


async def test_the_cluster_checks_its_pages_and_listens_on_no_network(data_dir: Path) -> None:
    lease = Lease(data_dir)
    local = await lease.acquire()
    async with await connect(local.host, "postgres") as connection:
        for name, value in {
            "data_checksums": "on",
            "listen_addresses": "",
            "fsync": "on",
            "full_page_writes": "on",
            "synchronous_commit": "on",
            "unix_socket_permissions": "0700",
            "server_encoding": "UTF8",
        }.items():
            assert await (await connection.execute("SELECT current_setting(%s)", (name,))).fetchone() == (value,), name
        rows = await connection.execute("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'fumetto'")
        assert await rows.fetchone() == ("b", "C.UTF-8")
    assert mode_of(local.host) == 0o700
    lease.release()
    assert await lease.stopped()

"""What was acknowledged is there after anything was killed; what cannot work says why and what to do."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from fumetto.kernel.db.embedded.account import Disguise, enter_namespace
from fumetto.kernel.db.embedded.layout import Layout, Refusal
from fumetto.kernel.db.embedded.lease import Lease
from fumetto.kernel.db.embedded.processes import is_alive, postmaster_of
from fumetto.kernel.db.embedded.software import find_programs
from fumetto.kernel.db.errors import (
    DatabaseNotStarting,
    DatabaseOtherVersion,
    DataDirectoryOfOther,
    DataDirectoryUnusable,
    PostgresNeedsUser,
)
from tests.kernel.db.embedded.conftest import SOURCE, Client, connect, gone, kill, process, servers_below

Start = Callable[..., Client]

ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not ROOT, reason="only root can give files to other accounts")
IN_NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


async def works(data_dir: Path, **options: Any) -> bool:
    """Whether the database can be opened and answers; leaves it stopped."""
    lease = Lease(data_dir, **options)
    local = await lease.acquire()
    async with await connect(local.host) as connection:
        row = await (await connection.execute("SELECT 1")).fetchone()
    lease.release()
    return await lease.stopped() and row == (1,)


async def keeper_of(layout: Layout) -> int:
    """The keeper's process; one that has only just begun may not have written its number yet."""
    while not (number := layout.keeper.read_text().strip()):  # noqa: ASYNC110 - another process writes it
        await asyncio.sleep(0.02)
    return int(number)


@pytest.mark.parametrize("victim", ["server", "keeper", "both", "client"])
async def test_every_acknowledged_write_survives(data_dir: Path, client: Start, victim: str) -> None:
    layout = Layout.below(data_dir)
    lease = Lease(data_dir)
    async with await connect((await lease.acquire()).host, "fumetto_owner") as connection:
        await connection.execute("CREATE TABLE acknowledged (writer int, number int)")
    lease.release()
    writers = [client(data_dir, "write") for _ in range(2)]
    acknowledged: set[tuple[int, int]] = set()
    for writer in writers:
        writer.line()
    for _ in range(3):
        await asyncio.sleep(random.uniform(0.2, 0.6))  # noqa: S311 - a moment to strike, no secret
        if victim in {"keeper", "both"}:
            kill(await keeper_of(layout))
        if victim in {"server", "both"} and (server := postmaster_of(layout.data)) is not None:
            kill(server)
        if victim == "client":
            writer = writers.pop(0)
            acknowledged |= {(writer.process.pid, said["number"]) for said in writer.kill()}
            writers.append(client(data_dir, "write"))
            writers[-1].line()
        else:
            for writer in writers:  # both have to be writing again before the next blow
                acknowledged.add((writer.process.pid, writer.line()["number"]))
    await asyncio.sleep(1.5 if victim != "client" else 0.2)
    for writer in writers:
        acknowledged |= {(writer.process.pid, said["number"]) for said in writer.kill()}
    lease = Lease(data_dir)
    local = await lease.acquire()
    async with await connect(local.host, "fumetto_owner") as connection:
        kept = await (await connection.execute("SELECT writer, number FROM acknowledged")).fetchall()
    lease.release()
    assert await lease.stopped()
    assert len(acknowledged) > 50
    assert acknowledged - set(kept) == set()
    assert len(kept) == len(set(kept))


async def test_a_keeper_killed_during_initialisation_leaves_nothing_half_made(tmp_path: Path) -> None:
    layout = Layout.below(tmp_path)
    opening = asyncio.create_task(works(tmp_path))
    for _ in range(2000):
        if layout.fresh.exists():
            break
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.1)
    assert not layout.data.exists()
    kill(int(layout.keeper.read_text()))
    assert await opening


async def test_an_orphan_server_is_stopped_and_replaced(data_dir: Path) -> None:
    layout = Layout.below(data_dir)
    assert await works(data_dir)
    command = (find_programs() / "postgres", "-D", layout.data, "-k", layout.sockets, "-c", "listen_addresses=")
    hide = (lambda: enter_namespace(65534)) if ROOT else None
    with process(*command, cwd="/", stderr=subprocess.DEVNULL, preexec_fn=hide) as orphan:
        assert gone(lambda: postmaster_of(layout.data) == orphan.pid)
        assert await works(data_dir)
        assert orphan.wait(60) == 0


async def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(data_dir: Path) -> None:
    layout = Layout.below(data_dir)
    with process("/bin/sleep", "60") as stranger:
        text = f"{stranger.pid}\n{layout.data}\n1\n5432\n{layout.sockets}\n\n  0  0\nready   \n"
        layout.postmaster_pid.write_text(text)
        layout.sockets.mkdir(mode=0o700, exist_ok=True)
        (layout.sockets / f"{layout.socket_name}.lock").write_text(text)
        assert await works(data_dir)
        assert stranger.poll() is None


async def test_a_zombie_is_not_taken_for_a_server(data_dir: Path) -> None:
    layout = Layout.below(data_dir)
    with process("/bin/true", layout.data, "postgres") as zombie:
        assert gone(lambda: not is_alive(zombie.pid))
        layout.postmaster_pid.write_text(f"{zombie.pid}\n{layout.data}\n1\n5432\n{layout.sockets}\n")
        started = time.monotonic()
        assert await works(data_dir)
        assert time.monotonic() - started < 45


async def test_a_data_directory_with_a_very_long_path_works(tmp_path: Path) -> None:
    folder = tmp_path / ("a very long name " * 4) / ("another one " * 4)
    folder.mkdir(parents=True)
    sockets = Layout.below(folder).sockets
    assert sockets.parent == Path("/tmp")
    try:
        assert await works(folder)
        assert sockets.stat().st_mode & 0o777 == 0o700
    finally:
        sockets.rmdir()


async def test_a_socket_folder_that_somebody_else_made_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / ("a very long name " * 4) / ("trap " * 6)
    folder.mkdir(parents=True)
    sockets = Layout.below(folder).sockets
    sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(DataDirectoryOfOther):
            await works(folder)
    finally:
        sockets.unlink()


async def test_data_of_another_major_version_is_left_alone(data_dir: Path) -> None:
    (Layout.below(data_dir).data / "PG_VERSION").write_text("17\n")
    with pytest.raises(DatabaseOtherVersion, match=r"PostgreSQL 17.*PostgreSQL 18"):
        await works(data_dir)


async def test_a_cluster_that_cannot_start_shows_the_end_of_its_log(data_dir: Path) -> None:
    (Layout.below(data_dir).data / "postgresql.conf").write_text("shared_buffers = 'a lot'\n")
    started = time.monotonic()
    with pytest.raises(DatabaseNotStarting, match="shared_buffers"):
        await works(data_dir)
    assert time.monotonic() - started < 45


async def test_a_folder_with_other_things_in_place_of_the_data_is_left_alone(tmp_path: Path) -> None:
    layout = Layout.below(tmp_path)
    layout.data.mkdir(parents=True)
    layout.base.chmod(0o700)
    (layout.data / "holiday.jpg").write_bytes(b"mine")
    with pytest.raises(DatabaseNotStarting, match="not empty"):
        await works(tmp_path)
    assert (layout.data / "holiday.jpg").read_bytes() == b"mine"


async def test_a_file_where_the_data_directory_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataDirectoryUnusable, match=str(tmp_path / "data")):
        await works(tmp_path / "data")


@needs_root
async def test_a_data_directory_of_another_account_is_refused(data_dir: Path) -> None:
    os.chown(Layout.below(data_dir).base, 33, 33)
    with pytest.raises(DataDirectoryOfOther, match="33"):
        await works(data_dir)
    os.chown(Layout.below(data_dir).base, 0, 0)


def test_a_read_only_data_directory_is_named(data_dir: Path, client: Start) -> None:
    mount = f'mount --bind {data_dir} {data_dir} && mount -o remount,bind,ro {data_dir} && exec "$@"'
    answer = client(data_dir, before=[*IN_NAMESPACE, "sh", "-c", mount, "sh"]).line()
    assert answer["error"] == "data_dir_unusable"
    assert str(data_dir) in answer["text"]


def test_a_full_disk_is_named_before_anything_is_made(tmp_path: Path, client: Start) -> None:
    mount = f'mount -t tmpfs -o size=20m none {tmp_path} && exec "$@"'
    assert client(tmp_path, before=[*IN_NAMESPACE, "sh", "-c", mount, "sh"]).line()["error"] == "disk_full"


def test_a_disk_that_is_full_when_an_existing_cluster_starts_is_named(data_dir: Path, client: Start) -> None:
    fill = (
        f"mkdir {data_dir}/small && mount -t tmpfs -o size=120m none {data_dir}/small"
        f" && cp -a {data_dir}/postgres {data_dir}/small/"
        f" && (dd if=/dev/zero of={data_dir}/small/fill bs=4k || true) 2>/dev/null"
        ' && exec "$@"'
    )
    answer = client(data_dir / "small", before=[*IN_NAMESPACE, "sh", "-c", fill, "sh"]).line()
    assert answer["error"] == "disk_full"


@needs_root
@pytest.mark.parametrize("account", [Disguise.NAMESPACE, Disguise.NOBODY])
async def test_root_can_change_how_it_hides_on_the_same_data(data_dir: Path, account: Disguise) -> None:
    for folder in (*data_dir.parents, data_dir):
        if folder.stat().st_mode & 0o001 == 0:
            folder.chmod(folder.stat().st_mode | 0o011)  # pytest's folders are closed, and `nobody` has to pass
    for disguise in (account, *(other for other in (Disguise.NAMESPACE, Disguise.NOBODY) if other != account), account):
        assert await works(data_dir, account=disguise.value)


@needs_root
async def test_root_that_cannot_hide_is_told_what_to_do(data_dir: Path) -> None:
    os.chmod(data_dir, 0o700)
    with pytest.raises(PostgresNeedsUser, match="normal user"):
        await works(data_dir, account=Disguise.NOBODY.value)


def test_the_keeper_needs_nothing_but_the_standard_library() -> None:
    heavy = "{'pydantic', 'sqlalchemy', 'psycopg', 'asyncio', 'importlib.metadata', 'fumetto.kernel.settings'}"
    code = f"import sys, fumetto.kernel.db.embedded.keeper; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], env={"PYTHONPATH": str(SOURCE)}, capture_output=True, text=True
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


async def test_the_keeper_is_small(data_dir: Path) -> None:
    lease = Lease(data_dir)
    await lease.acquire()
    resident = psutil.Process(int(Layout.below(data_dir).keeper.read_text())).memory_info().rss
    lease.release()
    assert await lease.stopped()
    assert resident < 24 * 1024**2


def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fumetto.kernel.db.embedded.software.PACKAGE", "no_such_package")
    with pytest.raises(Refusal) as caught:
        find_programs()
    assert caught.value.code == "postgres_not_found"


async def test_the_watch_brings_a_killed_keeper_back_and_says_so(data_dir: Path) -> None:
    lease = Lease(data_dir)
    before = await lease.acquire()
    restarted = asyncio.Event()

    async def note() -> None:
        restarted.set()

    watcher = asyncio.create_task(lease.watch(note))
    kill(int(Layout.below(data_dir).keeper.read_text()))
    await asyncio.wait_for(restarted.wait(), 60)
    watcher.cancel()
    assert lease.server
    assert lease.server.generation != before.generation
    assert len(servers_below(data_dir)) == 2
    lease.release()
    assert await lease.stopped()


async def test_the_server_ends_cleanly_with_its_keeper(data_dir: Path) -> None:
    lease = Lease(data_dir)
    await lease.acquire()
    layout = Layout.below(data_dir)
    server = postmaster_of(layout.data)
    os.kill(int(layout.keeper.read_text()), signal.SIGKILL)
    lease.release()
    assert server
    assert gone(lambda: not is_alive(server))
    assert "database system is shut down" in layout.log.read_text().splitlines()[-1]

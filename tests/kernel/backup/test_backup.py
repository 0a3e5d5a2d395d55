"""What was kept comes back, all of it or nothing, and what cannot be trusted changes nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg import AsyncConnection

from fumetto.entry.models import METADATA
from fumetto.kernel.backup import Manifest, backup, check_backup, restore
from fumetto.kernel.backup.errors import BackupDamaged, BackupNewer, BackupNotRecognised, BackupUnwritable
from fumetto.kernel.backup.restoring import restore_server
from fumetto.kernel.backup.writing import backup_server
from fumetto.kernel.db import migrate
from fumetto.kernel.db.proof import drift_of
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import DiskFull, FumettoError
from fumetto.kernel.settings import load_settings
from tests.builders import a_user
from tests.builders.server import TestServer
from tests.kernel.backup.conftest import House, rewritten

Make = Callable[..., House]


async def test_a_backup_comes_back_on_an_empty_machine(house: House, open_house: Make, tmp_path: Path) -> None:
    before = await house.state()
    made = await backup(house.settings, tmp_path / "all.zip")
    other = open_house("other", empty=True)
    restored = await restore(other.settings, made.file)
    assert restored.restore_point is None
    assert await other.state() == before
    assert before["names"] == [("reader 0",), ("reader 1",)]
    assert before["ledgers"] == [("{[0,5)}",), ("{[10,15)}",)]
    assert len(before["remembered"]) == 4, "with what LangGraph keeps"
    assert list(before["books"]) == ["Séries/un livre.cbz"]
    assert await drift_of(other.server, METADATA) == []
    assert made.bytes == made.file.stat().st_size
    assert left_in(tmp_path) == {"all.zip", "house", "other"}


async def test_the_embedded_way_is_the_same(house: House, open_house: Make, tmp_path: Path) -> None:
    """As the server's superuser, and not as an outside login that takes roles on."""
    made = await backup_server(house.server, house.settings, tmp_path / "all.zip")
    other = open_house("other", empty=True)
    await restore_server(other.server, other.settings, made.file, made.manifest)
    assert await other.state() == await house.state()


async def test_a_restore_over_something_keeps_a_restore_point_that_brings_it_back(
    house: House, open_house: Make, tmp_path: Path
) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")
    other = open_house("other")
    async with await Database.on(other.server, other.settings) as database, database.write() as session:
        await a_user(session, username="somebody else")
    before = await other.state()
    point = (await restore(other.settings, made.file)).restore_point
    assert point
    assert (await other.state())["rows"] == (await house.state())["rows"]
    await restore(other.settings, point)
    after = await other.state()
    assert after["rows"] == before["rows"]
    assert after["names"] == [("somebody else",)]


async def test_those_who_are_connected_during_a_restore_find_the_restored_rows(
    house: House, open_house: Make, tmp_path: Path
) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")
    other = open_house("other")
    async with await Database.on(other.server, other.settings) as database:
        stop = asyncio.Event()

        async def use() -> None:
            while not stop.is_set():
                with contextlib.suppress(Exception):  # being cut off in the middle is what happens here
                    async with database.read() as session:
                        await session.raw().execute("SELECT pg_sleep(0.01)")

        users = [asyncio.create_task(use()) for _ in range(4)]
        await restore(other.settings, made.file)
        stop.set()
        await asyncio.gather(*users)
        async with database.read() as session:
            found = await (await session.raw().execute("SELECT count(*) FROM app.users")).fetchone()
    assert found == (2,)


async def test_a_backup_is_of_one_moment_while_others_write(house: House, open_house: Make, tmp_path: Path) -> None:
    async with await Database.on(house.server, house.settings) as database:
        stop = asyncio.Event()

        async def write() -> None:
            while not stop.is_set():
                async with database.write() as session:
                    await a_user(session)

        writer = asyncio.create_task(write())
        made = await backup(house.settings, tmp_path / "all.zip")
        stop.set()
        await writer
    other = open_house("other", empty=True)
    await restore(other.settings, made.file)  # which counts
    assert (await other.state())["rows"]["app.users"] == made.manifest.rows["app.users"] >= 2


async def test_secrets_stay_out_of_the_file_and_it_says_so(house: House, tmp_path: Path) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")
    assert {"DATABASE_URL", "S3_SECRET_ACCESS_KEY", "FUMETTO_DATA_DIR"} <= set(made.manifest.left_out)
    with zipfile.ZipFile(made.file) as archive:
        text = archive.read("settings.env").decode()
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert "FUMETTO_LOG_LEVEL=DEBUG\n" in text
    assert b"very-secret" not in everything
    assert made.file.stat().st_mode & 0o777 == 0o600


async def test_a_backup_of_an_earlier_version_is_brought_to_this_one(
    house: House, open_house: Make, tmp_path: Path, migrations: Callable[[str, str], None]
) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")
    migrations("next", 'op.execute("ALTER TABLE library.series ADD COLUMN extra int DEFAULT 7")')
    other = open_house("other", empty=True)
    await restore(other.settings, made.file)
    assert await migrate.revision_of(other.server) == "next"
    assert (await other.state())["names"] == [("reader 0",), ("reader 1",)]


async def test_a_backup_of_a_later_version_changes_nothing(house: House, open_house: Make, tmp_path: Path) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")

    def later(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
        manifest["revision"] = "29990101_0000"

    def other_format(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
        manifest["format"] = 2

    other = open_house("other")
    before = await other.state()
    for change in (later, other_format):
        with pytest.raises(BackupNewer):
            await restore(other.settings, rewritten(made.file, change))
    assert await other.state() == before
    assert not (other.settings.data_dir / "backups").exists()


async def test_what_the_backup_needs_changed_for_this_machine_is_changed_before_it_is_seen(
    house: House, open_house: Make, tmp_path: Path
) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")
    other = open_house("other", empty=True)

    async def rename(connection: AsyncConnection, manifest: Manifest) -> None:
        await connection.execute("UPDATE app.users SET full_name = %s", (manifest.data_dir,))

    await restore(other.settings, made.file, adapt=rename)
    async with other.server.connect(migrate.Role.ADMIN) as connection:
        rows = await (await connection.execute("SELECT DISTINCT full_name FROM app.users")).fetchall()
    assert rows == [(str(house.settings.data_dir.resolve()),)]


async def test_a_file_that_is_cut_off_anywhere_is_refused(house: House, tmp_path: Path) -> None:
    whole = (await backup(house.settings, tmp_path / "all.zip")).file.read_bytes()
    cut = tmp_path / "cut.zip"
    for size in (0, 3, 100, len(whole) // 3, len(whole) // 2, len(whole) - 2000, len(whole) - 30, len(whole) - 1):
        cut.write_bytes(whole[:size])
        with pytest.raises((BackupDamaged, BackupNotRecognised)) as caught:
            await restore(house.settings, cut)
        assert str(cut) in str(caught.value)


async def test_a_flipped_bit_anywhere_is_found_or_changes_nothing(house: House, tmp_path: Path) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")
    whole = made.file.read_bytes()
    flipped, refused = tmp_path / "flipped.zip", 0
    places = [int(len(whole) * number / 150) for number in range(150)] + list(range(len(whole) - 400, len(whole), 7))
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << (place % 8)
        flipped.write_bytes(changed)
        try:
            assert check_backup(flipped) == made.manifest  # a time stamp of the archive, say: nothing that is used
        except (BackupDamaged, BackupNotRecognised):
            refused += 1
    assert refused > 150


async def test_the_part_that_is_damaged_is_named(house: House, tmp_path: Path) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")
    with zipfile.ZipFile(made.file) as archive:
        place = archive.getinfo("files/pages/7/thumbnail-7.webp").header_offset + 500
    changed = bytearray(made.file.read_bytes())
    changed[place] ^= 1
    made.file.write_bytes(changed)
    with pytest.raises(BackupDamaged, match=r"files/pages/7/thumbnail-7\.webp"):
        await restore(house.settings, made.file)


@pytest.mark.parametrize(
    "name", ["library/../../evil", "files/../evil", "/etc/evil", "library/", "library/a\\..\\..\\b", "x"]
)
async def test_a_name_that_leads_out_is_refused(house: House, tmp_path: Path, name: str) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")

    def add(_: dict[str, Any], entries: dict[str, bytes]) -> None:
        entries[name] = b"evil"

    with pytest.raises(BackupDamaged):
        await restore(house.settings, rewritten(made.file, add))


async def test_a_database_that_lost_rows_on_the_way_is_refused(house: House, open_house: Make, tmp_path: Path) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")

    def more(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
        manifest["rows"]["app.users"] = 3

    other = open_house("other")
    before = await other.state()
    with pytest.raises(BackupDamaged, match=r"database\.dump"):
        await restore(other.settings, rewritten(made.file, more))
    assert await other.state() == before


async def test_other_files_are_recognised_as_other_files(house: House, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "comic.cbz", "w") as archive:
        archive.writestr("001.png", b"")
    (tmp_path / "text.txt").write_text("nothing")
    for name in ("comic.cbz", "text.txt", "missing.zip", "house"):
        with pytest.raises(BackupNotRecognised, match=name):
            await restore(house.settings, tmp_path / name)


async def test_a_place_that_cannot_be_written_is_named(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BackupUnwritable, match=r"all\.zip"):
        await backup(house.settings, tmp_path / "file" / "all.zip")


async def test_old_restore_points_are_removed(house: House, tmp_path: Path) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")
    settings = house.settings.model_copy(update={"backup_keep": 2})
    points = [(await restore(settings, made.file)).restore_point for _ in range(3)]
    assert names_in(settings.data_dir / "backups") == {point.name for point in points[1:] if point}


async def test_progress_reaches_its_end(house: House, open_house: Make, tmp_path: Path) -> None:
    steps: dict[str, tuple[int, int]] = {}

    def note(step: str, done: int, total: int) -> None:
        assert done <= total
        steps[step] = (done, total)

    made = await backup(house.settings, tmp_path / "all.zip", note)
    await restore(open_house("other", empty=True).settings, made.file, note)
    assert set(steps) == {"database", "files", "checking", "restoring"}
    assert steps["files"][0] == steps["files"][1] > 0
    assert steps["checking"][0] == steps["checking"][1] > 0


PROGRAM = """
import asyncio, sys
from pathlib import Path
from fumetto.kernel import backup
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.settings import load_settings
settings = load_settings()
def say(step, done, total):
    print(step, flush=True)
try:
    asyncio.run(getattr(backup, sys.argv[1])(settings, Path(sys.argv[2]), say))
except FumettoError as error:
    print(error.code)
"""


def start(house: House, what: str, file: Path, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    url = house.settings.database_url
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "DATABASE_URL": url.get_secret_value() if url else "",
        "FUMETTO_DATA_DIR": str(house.settings.data_dir),
        "FUMETTO_DISK_RESERVE_BYTES": "0",
    }
    command = [*before, sys.executable, "-c", PROGRAM, what, str(file)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def killed(process: subprocess.Popen[str]) -> bool:
    """Kill it now: whether it was still running."""
    running = process.poll() is None
    process.kill()
    process.communicate()
    return running


def killed_at(process: subprocess.Popen[str], step: str, seconds: float) -> bool:
    """Kill it that long after it says the step: whether it was still running then."""
    assert process.stdout
    while (line := process.stdout.readline()) and line.strip() != step:
        pass
    time.sleep(seconds)
    return killed(process)


async def test_a_restore_that_is_killed_leaves_the_old_or_the_new(
    house: House, open_house: Make, tmp_path: Path
) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")
    other = open_house("other")
    old, new = await other.state(), await house.state()
    strikes = [("checking", 0.0), *(("restoring", seconds) for seconds in (0.0, 0.2, 0.6))]
    running = []
    for step, seconds in strikes:
        running.append(killed_at(start(other, "restore", made.file), step, seconds))
        assert (await other.state())["rows"] in (old["rows"], new["rows"])
    assert running[0]
    assert running[1]
    await restore(other.settings, made.file)
    assert await other.state() == new


async def test_a_backup_that_is_killed_leaves_the_one_before_it(house: House, tmp_path: Path) -> None:
    file = (await backup(house.settings, tmp_path / "all.zip")).file
    before = file.read_bytes()
    process = start(house, "backup", file)
    while "all.zip.part" not in left_in(tmp_path) and process.poll() is None:
        time.sleep(0.001)  # noqa: ASYNC251 - to strike at the right moment
    assert killed(process)
    assert file.read_bytes() == before
    again = await backup(house.settings, file)
    assert again.manifest.rows == check_backup(file).rows
    assert left_in(tmp_path) == {"all.zip", "house"}


def test_a_disk_that_fills_up_leaves_no_half_backup(house: House, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    script = f'mount -t tmpfs -o size=400k none {small} && "$@" && ls -A {small}'
    mounted = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh")
    printed, _ = start(house, "backup", small / "all.zip", mounted).communicate(timeout=60)
    assert printed.split() == ["disk_full"]


async def test_a_disk_without_room_is_named_before_anything_is_written(house: House, tmp_path: Path) -> None:
    settings = house.settings.model_copy(update={"disk_reserve_bytes": 2**60})
    with pytest.raises(DiskFull):
        await backup(settings, tmp_path / "all.zip")
    assert left_in(tmp_path) == {"house"}


async def test_a_restore_that_fails_leaves_no_database_behind(
    house: House, open_house: Make, postgres: TestServer, tmp_path: Path
) -> None:
    made = await backup(house.settings, tmp_path / "all.zip")
    other = open_house("other", empty=True)

    async def fail(_: AsyncConnection, __: Manifest) -> None:
        raise FumettoError

    with pytest.raises(FumettoError):
        await restore(other.settings, made.file, adapt=fail)
    left = postgres.admin.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{other.server.database}%",)
    )
    assert left.fetchall() == [(other.server.database,)]
    assert await migrate.revision_of(other.server) is None


def left_in(folder: Path) -> set[str]:
    return names_in(folder) - {"server"}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_two_machines_with_servers_of_their_own(tmp_path: Path) -> None:
    old, new = (load_settings({}, data_dir=tmp_path / name, disk_reserve_bytes=0) for name in ("old", "new"))
    await migrate.upgrade(old)
    async with await Database.open(old) as database, database.write() as session:
        await a_user(session, username="ada")
    made = await backup(old, tmp_path / "all.zip")
    assert (await restore(new, made.file)).restore_point is None
    async with await Database.open(new, wait_until_stopped=True) as database, database.read() as session:
        row = await (await session.raw().execute("SELECT username FROM app.users")).fetchone()
    assert row == ("ada",)
    assert (await restore(new, made.file)).restore_point is not None

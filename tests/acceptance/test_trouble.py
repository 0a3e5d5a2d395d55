"""Bad input and bad circumstances: every one ends in a page or a sentence that says what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.builders.archives import picture, zip_of
from tests.builders.fumetto import QUICK, answer_of, command, free_port, fumetto_up
from tests.builders.server import TestServer
from tests.builders.visits import visitor
from tests.shared_data import shared_data

SUFFIXES = {".cbz", ".zip", ".cbr", ".rar", ".cb7", ".7z", ".cbt", ".tar", ".pdf", ".epub"}
PERIODIC = {"kernel.tend_index", "kernel.tidy_embeddings", "kernel.tidy_queue", "kernel.tidy_storage"}
PERIODIC |= {"library.look_around", "library.scan_by_the_clock", "library.scan_root"}  # the last by the clock's order
ROOM_NEEDED = {"FUMETTO_DISK_RESERVE_BYTES": str(1 << 60)}


@pytest.mark.shared_data
def test_every_archive_of_other_readers_test_suites_is_read_or_listed_with_its_name_and_the_reason(
    tmp_path: Path,
) -> None:
    shelf, data = tmp_path / "archives", tmp_path / "data"
    shutil.copytree(shared_data("archives"), shelf, ignore=shutil.ignore_patterns("rust_book.pdf"))  # 671 pages
    before = {path: path.stat().st_mtime_ns for path in shelf.rglob("*")}
    [done] = answer_of(data, "import", str(shelf), "--wait", **QUICK)
    assert done["state"] == "succeeded", done
    problems = {problem["path"]: problem for problem in answer_of(data, "status", "--problems")}
    assert problems
    for path, problem in problems.items():
        assert problem["code"]
        assert problem["at"]
        assert Path(path).name.partition("/")[0]
        assert len(problem["message"]) > 20, problem
    books = {str(path) for path in shelf.rglob("*") if path.is_file() and path.suffix.lower() in SUFFIXES}
    unaccounted = books - read_paths(data) - set(problems)
    assert not unaccounted
    assert answer_of(data, "status")["pages_waiting"] == 0
    assert jobs_left(data) <= PERIODIC  # --wait is over when everything that follows from the import is done
    assert {path: path.stat().st_mtime_ns for path in shelf.rglob("*")} == before


def read_paths(data: Path) -> set[str]:
    """Paths of the files that episodes were made of, asked of the database by `db shell`, as a person would."""
    query = (
        "SELECT r.path || CASE WHEN s.path = '.' THEN '' ELSE '/' || s.path END FROM library.sources s"
        " JOIN library.library_roots r ON r.id = s.root_id WHERE s.state = 'present' AND s.episode_id IS NOT NULL;"
    )
    return rows_of(data, query)


def jobs_left(data: Path) -> set[str]:
    """Tasks of which jobs wait or run."""
    return rows_of(data, "SELECT task_name FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing');")


def rows_of(data: Path, query: str) -> set[str]:
    shown = command(data, "db", "shell", stdin=f"\\set QUIET on\n\\t on\n\\a\n{query}\n")
    return set(shown.stdout.splitlines())


@pytest.fixture
def said(tmp_path: Path) -> Callable[..., str]:
    """Runs a command that must be refused, and returns what it said: a message for people, without a traceback."""

    def run(*words: str, data_dir: Path | None = None, **environment: str) -> str:
        refused = command(data_dir or tmp_path / "data", *words, check=False, **environment)
        told = refused.stderr
        assert refused.returncode in {1, 2}, refused
        assert "Traceback" not in refused.stdout + told
        assert len(told.strip().splitlines()) <= (6 if told.startswith("Usage") else 1), told
        return told

    return run


Said = Callable[..., str]
UP = ("up", "--no-browser", "--host", "127.0.0.1")


def test_a_setting_that_does_not_exist_is_named_with_the_one_that_was_meant(said: Said) -> None:
    told = said("status", FUMETTO_DATADIR="/tmp/x")
    assert "FUMETTO_DATADIR" in told
    assert "FUMETTO_DATA_DIR" in told


def test_a_malformed_setting_is_named_with_what_is_wrong(said: Said) -> None:
    assert "FUMETTO_WORKERS" in said("series", FUMETTO_WORKERS="many")
    assert "STORAGE_BACKEND" in said("series", STORAGE_BACKEND="floppy")
    assert "S3_BUCKET" in said("series", STORAGE_BACKEND="s3")


def test_a_port_that_cannot_be_is_refused_by_name(said: Said) -> None:
    assert "port" in said(*UP, "--port", "0").lower()
    assert "port" in said(*UP, "--port", "70000").lower()
    assert "FUMETTO_PORT" in said("up", "--no-browser", FUMETTO_PORT="eighty")


def test_an_address_of_another_machine_cannot_be_listened_on(said: Said) -> None:
    told = said("up", "--no-browser", "--host", "192.0.2.1", "--port", str(free_port()))
    assert "192.0.2.1" in told


def test_a_database_that_does_not_answer_is_told_with_where_to_look(said: Said) -> None:
    url = f"postgresql://somebody:secret-word@127.0.0.1:{free_port()}/comics"
    for words in (("status",), (*UP, "--port", str(free_port()))):
        told = said(*words, DATABASE_URL=url)
        assert "DATABASE_URL" in told
        assert "secret-word" not in told


def test_a_database_of_a_newer_fumetto_is_left_alone(said: Said, postgres: TestServer) -> None:
    server = postgres.clone()
    url = postgres.url(server.database)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            table = connection.execute(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE tablename LIKE '%alembic%'"
            ).fetchone()
            assert table is not None
            connection.execute(f"UPDATE {table[0]} SET version_num = '2099_01_01_after'".encode())  # noqa: S608 - a name from the catalogue
        told = said("status", DATABASE_URL=url)
        assert "newer Fumetto" in told
        assert "2099_01_01_after" in told
        assert "Update Fumetto" in told
    finally:
        postgres.drop(server.database)


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder that even the administrator cannot write to; tests are often run as one."""
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o555)
    mounted = False
    if os.geteuid() == 0:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", str(folder)], check=False)  # noqa: S607
        mounted = done.returncode == 0
        if not mounted:
            pytest.skip("as administrator, and no file system can be mounted here")
    yield folder
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S607


def test_a_folder_that_cannot_be_written_is_named(said: Said, read_only: Path) -> None:
    for words in (("status",), (*UP, "--port", str(free_port())), ("import", "/tmp")):
        told = said(*words, data_dir=read_only / "data")
        assert str(read_only) in told
        assert "--data-dir" in told


def test_a_full_disk_refuses_uploads_with_507_and_an_import_says_what_it_lacks(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "books").mkdir()
    book = zip_of(tmp_path / "books" / "One 01.cbz", {f"{page}.png": picture(page, 300, 400) for page in range(3)})
    with (
        fumetto_up(data, **QUICK, **ROOM_NEEDED) as running,
        visitor(running, running.owner_link()) as owner,
    ):
        refused = owner.post("/api/v1/uploads", files={"files": ("One 01.cbz", book.read_bytes())})
        assert refused.status_code == 507
        assert refused.json()["code"] == "disk_full"
        assert "FUMETTO_DISK_RESERVE_BYTES" in refused.json()["detail"] or "space" in refused.json()["detail"]
        assert owner.get("/api/v1/series").status_code == 200
        done = command(data, "import", str(book.parent), "--wait", "--json", check=False, **QUICK, **ROOM_NEEDED)
        assert done.returncode == 1
        assert "Traceback" not in done.stdout + done.stderr
        [import_] = json.loads(done.stdout)
        assert import_["state"] == "failed"
        assert import_["failed"] >= 3
        [reason] = import_["given_up"]
        assert "FUMETTO_DISK_RESERVE_BYTES" in reason
        assert "job.again" not in running.log.read_text("utf-8") + done.stderr
    [again] = answer_of(data, "import", str(book.parent), "--wait", **QUICK)
    assert (again["state"], again["failed"]) == ("succeeded", 0)


def test_a_path_that_is_not_there_is_named(said: Said, tmp_path: Path) -> None:
    assert str(tmp_path / "nowhere") in said("import", str(tmp_path / "nowhere"), "--wait")

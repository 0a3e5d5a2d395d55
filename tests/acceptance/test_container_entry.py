"""What the container does, done as a process: an empty outside database is migrated, and then pages are served.

No container engine is at hand where this runs, so the image itself is not built; what is in the Dockerfile and in
compose.yaml is read and compared with what the program and the documentation say.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from fumetto.kernel.db.migrate import MIGRATIONS
from fumetto.kernel.settings import key_to_field
from tests.builders.fumetto import PATIENCE, RunningFumetto, environment_of, free_port
from tests.builders.server import TestServer

HOME = Path(__file__).resolve().parents[2]
CONTAINER = HOME / "tools" / "container"
DOCKERFILE = (HOME / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((HOME / "compose.yaml").read_text("utf-8"))
SERVICE_ROW = re.compile(r"(?m)^\| `([a-z]+)` \|")


@pytest.fixture
def empty_database(postgres: TestServer) -> Iterator[str]:
    """The address of a database in which nothing was ever made."""
    made = postgres.empty()
    yield postgres.url(made.database)
    postgres.drop(made.database)


def environment(url: str, tmp_path: Path, port: int) -> dict[str, str]:
    return environment_of(
        {
            "DATABASE_URL": url,
            "FUMETTO_HOME": str(HOME),
            "FUMETTO_PYTHON": sys.executable,
            "FUMETTO_DATA_DIR": str(tmp_path / "data"),
            "FUMETTO_HOST": "127.0.0.1",
            "FUMETTO_PORT": str(port),
            "FUMETTO_WORKERS": "0",
            "FUMETTO_LOG_FORMAT": "json",
        }
    )


def answer(port: int, path: str) -> tuple[int, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
        return response.status, json.load(response)


def test_entry_point_migrates_an_empty_database_serves_and_stops_when_told(empty_database: str, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [CONTAINER / "entry", CONTAINER / "fumetto", "up", "--no-browser"],
            env=environment(empty_database, tmp_path, port),
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
    running = RunningFumetto(process, f"http://127.0.0.1:{port}", tmp_path / "data", log)
    try:
        running.owner_link()
        assert answer(port, "/health")[0] == 200
        assert answer(port, "/ready")[0] == 200
        with psycopg.connect(empty_database) as connection:
            found = connection.execute("SELECT count(*) FROM app.alembic_version").fetchone()
        assert found == (1,)
        assert not (tmp_path / "data" / "postgres").exists()
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(PATIENCE)
    assert status == 0, log.read_text()


def test_entry_point_says_what_is_wrong_and_ends_when_the_database_is_not_there(tmp_path: Path) -> None:
    nowhere = f"postgresql://fumetto:secret@127.0.0.1:{free_port()}/fumetto"
    done = subprocess.run(
        [CONTAINER / "entry", CONTAINER / "fumetto", "up", "--no-browser"],
        env=environment(nowhere, tmp_path, free_port()),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr
    assert "secret" not in done.stderr


def test_entry_point_becomes_any_other_command_without_a_database(tmp_path: Path) -> None:
    done = subprocess.run(
        [CONTAINER / "entry", CONTAINER / "fumetto", "--version"],
        env=environment("postgresql://nobody@127.0.0.1:1/none", tmp_path, free_port()),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", done.stdout)


def test_compose_has_the_services_that_the_documentation_says() -> None:
    documented = SERVICE_ROW.findall((HOME / "docs" / "how-to" / "containers.md").read_text("utf-8"))
    assert set(documented) == set(COMPOSE["services"])
    assert COMPOSE["services"]["pgadmin"]["profiles"] == ["tools"]


def test_fumetto_waits_until_database_and_storage_are_healthy() -> None:
    services = COMPOSE["services"]
    needed = services["fumetto"]["depends_on"]
    assert {name: how["condition"] for name, how in needed.items()} == dict.fromkeys(
        ("database", "storage"), "service_healthy"
    )
    assert all(services[name]["healthcheck"]["test"] for name in needed)
    assert services["database"]["image"].startswith("pgvector/pgvector:")


def test_every_setting_in_compose_and_dockerfile_exists() -> None:
    given = set(COMPOSE["services"]["fumetto"]["environment"])
    given |= {key for key in re.findall(r"\b([A-Z0-9_]+)=", DOCKERFILE) if key.startswith("FUMETTO_")}
    assert {"POSTGRES_HOST", "STORAGE_BACKEND", "FUMETTO_DATA_DIR"} <= given
    assert given - set(key_to_field()) == set()


def test_no_secret_has_a_value_in_compose() -> None:
    services = COMPOSE["services"].values()
    secrets = [
        value
        for service in services
        for key, value in service.get("environment", {}).items()
        if "PASSWORD" in key or "SECRET" in key
    ]
    assert len(secrets) >= 4
    assert all(value.startswith("${") for value in secrets)


def test_volumes_that_are_mounted_are_declared() -> None:
    mounted = [mount.split(":")[0] for service in COMPOSE["services"].values() for mount in service.get("volumes", [])]
    assert {name for name in mounted if not name.startswith(("$", ".", "/"))} == set(COMPOSE["volumes"])


def test_image_runs_the_entry_point_as_somebody_without_rights() -> None:
    last_stage = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"(?m)^USER fumetto$", last_stage)
    assert last_stage.index("USER fumetto") < last_stage.index("ENTRYPOINT")
    assert '["/app/tools/container/entry"]' in last_stage
    assert re.search(r"(?m)^FROM python:3\.13-slim$", DOCKERFILE)


def test_what_the_image_copies_is_there_and_is_sent_to_the_builder() -> None:
    copied = [word for line in re.findall(r"(?m)^COPY (?!--from)(.+)$", DOCKERFILE) for word in line.split()[:-1]]
    assert [word for word in copied if not (HOME / word).exists()] == []
    sent = {line[1:] for line in (HOME / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert [word for word in copied if not any(word == name or word.startswith(f"{name}/") for name in sent)] == []
    assert MIGRATIONS.relative_to(HOME).as_posix() in copied


@pytest.mark.parametrize("name", ["entry", "fumetto"])
def test_scripts_of_the_image_are_executable_posix_shell(name: str) -> None:
    script = CONTAINER / name
    assert script.read_text("utf-8").startswith("#!/bin/sh\n")
    assert script.stat().st_mode & 0o111
    shell = shutil.which("dash") or "/bin/sh"
    assert subprocess.run([shell, "-n", script], check=False).returncode == 0

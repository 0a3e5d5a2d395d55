"""The command line's contract: which commands and options there are, and how they answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import typer.main
from typer.testing import CliRunner

from fumetto import __version__
from fumetto.entry.cli.main import app
from fumetto.kernel.db.server import DatabaseServer
from tests.builders.archives import picture, zip_of
from tests.builders.fumetto import COMMAND, answer_of, command
from tests.builders.server import TestServer

CONTRACT = {
    "up": {"--host", "--port", "--no-browser"},
    "import": {"--series", "--wait"},
    "scan": {"--wait"},
    "acquire peppercarrot list": {"--base", "--allow-private"},
    "acquire peppercarrot episode": {"--slug", "--lang", "--out", "--base", "--allow-private"},
    "acquire peppercarrot commentary": {"--slug", "--out", "--base", "--allow-private"},
    "acquire peppercarrot all": {"--lang", "--out", "--limit", "--base", "--allow-private"},
    "series": set(),
    "status": set(),
    "doctor": set(),
    "db upgrade": set(),
    "db check": set(),
    "db shell": set(),
    "backup": set(),
    "restore": set(),
    "user add": {"--role"},
    "user token": {"--key"},
    "user list": set(),
    "storage copy": set(),
    "worker": set(),
    "test": {"--fast"},
    "lint": set(),
    "bench": set(),
}
FOR_DEVELOPERS = {"test", "lint", "bench", "generate", "lock"}  # they have no data directory
TALKS_TO_PEOPLE = {
    "up",
    "serve",
    "worker",
    "db shell",
    "chat",
    "mcp",
    "words export",
}  # they stay, or are a conversation


def commands() -> Iterator[tuple[str, click.Command]]:
    def below(command: Any, name: str) -> Iterator[tuple[str, click.Command]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name.strip(), command
            return
        for word, child in inner.items():
            yield from below(child, f"{name} {word}")

    yield from below(typer.main.get_command(app), "")


COMMANDS = dict(commands())


def options_of(name: str) -> set[str]:
    return {option for parameter in COMMANDS[name].params for option in parameter.opts}


@pytest.mark.parametrize("name", CONTRACT)
def test_command_of_the_contract_is_there_with_its_options_and_tells_them(name: str) -> None:
    assert options_of(name) >= CONTRACT[name]
    told = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})
    assert told.exit_code == 0
    for option in CONTRACT[name]:
        assert option in told.stdout
    assert COMMANDS[name].help


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - FOR_DEVELOPERS))
def test_every_command_takes_a_data_directory_and_answers_programs_in_json(name: str) -> None:
    assert "--data-dir" in options_of(name)
    assert "--json" in options_of(name) or name in TALKS_TO_PEOPLE


def test_help_of_the_program_lists_the_commands_and_the_version_is_the_packages() -> None:
    told = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"})
    for name in CONTRACT:
        assert name.split()[0] in told.stdout
    assert CliRunner().invoke(app, ["--version"]).stdout.strip() == __version__


@pytest.fixture
def url(postgres: TestServer, database_server: DatabaseServer) -> dict[str, str]:
    """A migrated database by DATABASE_URL: commands need no server of their own then."""
    return {"DATABASE_URL": postgres.url(database_server.database)}


def test_an_error_is_json_for_programs_and_a_sentence_for_people(tmp_path: Path) -> None:
    refused = command(tmp_path, "status", "--json", check=False, FUMETTO_WORKERS="many")
    body = json.loads(refused.stdout)
    assert refused.returncode == 2
    assert (body["code"], body["status"]) == ("settings_invalid", 422)
    assert "FUMETTO_WORKERS" in body["detail"]
    assert "FUMETTO_WORKERS" in refused.stderr


def test_people_are_added_with_a_role_and_get_links_and_keys_by_command(tmp_path: Path, url: dict[str, str]) -> None:
    added = answer_of(tmp_path, "user", "add", "Ada", "--role", "editor", **url)
    assert {"id", "name", "role", "link", "expires_at"} <= set(added)
    assert (added["name"], added["role"]) == ("Ada", "editor")
    key = answer_of(tmp_path, "user", "token", "Ada", "--key", "Tablet", **url)
    assert (key["name"], key["key"]) == ("Ada", "Tablet")
    assert key["opds"].endswith("/opds/v2")
    assert "/welcome#token=" in answer_of(tmp_path, "user", "token", "Ada", **url)["link"]
    assert {"name", "role"} <= set(answer_of(tmp_path, "user", "list", **url)[0])
    twice = command(tmp_path, "user", "add", "Ada", "--json", check=False, **url)
    assert json.loads(twice.stdout)["code"] == "user_name_taken"
    nobody = command(tmp_path, "user", "token", "Bob", check=False, **url)
    assert "Ada" in nobody.stderr
    assert command(tmp_path, "user", "add", "Eve", "--role", "king", check=False, **url).returncode == 2


def test_status_doctor_and_the_database_answer_with_plain_names(tmp_path: Path, url: dict[str, str]) -> None:
    status = answer_of(tmp_path, "status", **url)
    for name in ("version", "data_dir", "series", "episodes", "pages", "files_unreadable", "jobs_waiting", "workers"):
        assert name in status
    findings = {finding["part"]: finding for finding in answer_of(tmp_path, "doctor", **url)}
    assert findings["database"]["ok"]
    assert findings["storage"]["ok"]
    assert "PostgreSQL" in findings["database"]["detail"]
    assert set(answer_of(tmp_path, "db", "upgrade", **url)) == {"found", "now", "applied"}
    assert answer_of(tmp_path, "db", "check", **url)["ok"] is True
    assert answer_of(tmp_path, "series", **url) == []


def test_database_shell_is_psql_in_the_environment_it_was_started_from(tmp_path: Path, url: dict[str, str]) -> None:
    asked = "SELECT 'answer ' || 6 * 7;\n\\! echo home=$HOME term=$TERM\n"
    told = command(tmp_path, "db", "shell", stdin=asked, **url, HOME=str(tmp_path), TERM="vt220")
    assert "answer 42" in told.stdout
    assert f"home={tmp_path} term=vt220" in told.stdout


def test_commands_talk_to_people_and_log_to_a_file(tmp_path: Path, url: dict[str, str]) -> None:
    (tmp_path / "books").mkdir()
    zip_of(tmp_path / "books" / "One 01.cbz", {"1.png": picture(1, 30, 40)})
    words = ("import", str(tmp_path / "books"), "--wait")
    full = url | {"FUMETTO_DISK_RESERVE_BYTES": str(1 << 60)}
    refused = command(tmp_path / "data", *words, check=False, **full)
    assert refused.returncode == 1
    assert "no space left" in refused.stderr
    assert not [line for line in refused.stderr.splitlines() if line.startswith("{")]
    logged = (tmp_path / "data" / "logs" / "commands.log").read_text("utf-8")
    assert "job.failed" in {json.loads(line)["event"] for line in logged.splitlines()}
    asked = command(tmp_path / "data", "scan", "--wait", check=False, **full, FUMETTO_LOG_LEVEL="ERROR")
    assert "job.failed" in asked.stderr


def test_commands_are_quick_to_say_what_they_do() -> None:
    """`--help` must not load the database, the web framework or the image libraries."""
    import subprocess
    import sys

    from tests.builders.fumetto import environment_of

    code = "import sys, fumetto.entry.cli.main; print(sorted({'sqlalchemy', 'fastapi', 'numpy'} & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment_of({}), capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
    assert COMMAND[0] == sys.executable

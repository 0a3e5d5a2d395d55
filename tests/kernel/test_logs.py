"""Logs tell the operator what happened, and nobody what was read."""

from __future__ import annotations

import io
import json
import logging
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from fumetto.kernel.context import in_request
from fumetto.kernel.errors import NotFound
from fumetto.kernel.logs import configure_logs, traceback_text, without_secrets
from fumetto.kernel.settings import Settings
from fumetto.kernel.settings.running import LogFormat
from fumetto.people.access.rules.tokens import TokenKind, new_token

TITLE = "Pepper and Carrot"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    stream = io.StringIO()
    configure_logs(Settings(data_dir=tmp_path, log_level="DEBUG"), process="worker", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    configure_logs(Settings(data_dir=tmp_path))


def test_line_says_what_when_where_and_for_which_request(lines: Lines) -> None:
    with in_request("request-1234"):
        structlog.get_logger("fumetto.scan").info("scan.finished", found=20, seconds=1.5, route="/x")
    (line,) = lines()
    assert line["event"] == "scan.finished"
    assert (line["level"], line["logger"], line["process"]) == ("info", "fumetto.scan", "worker")
    assert (line["request_id"], line["found"], line["seconds"], line["route"]) == ("request-1234", 20, 1.5, "/x")
    assert line["timestamp"].endswith("Z")


def test_text_under_a_name_that_is_not_listed_is_kept_out_and_its_name_told(lines: Lines) -> None:
    structlog.get_logger("fumetto").warning(
        "page.failed", title=TITLE, path=f"/comics/{TITLE}.cbz", names=[TITLE], by={"a": TITLE}, page=7
    )
    (line,) = lines()
    assert TITLE not in json.dumps(line)
    assert line["hidden"] == ["by", "names", "path", "title"]
    assert line["page"] == 7


def test_ids_numbers_and_lists_of_them_pass_under_any_name(lines: Lines) -> None:
    identifier = uuid.uuid4()
    structlog.get_logger("fumetto").info(
        "x", series=identifier, root=str(identifier), sizes=[1, 2], counts={"done": 3}, nothing=None
    )
    (line,) = lines()
    assert (line["series"], line["root"], line["sizes"]) == (str(identifier), str(identifier), [1, 2])
    assert (line["counts"], line["nothing"]) == ({"done": 3}, None)
    assert "hidden" not in line


def fail_with(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (RuntimeError(f"cannot read {TITLE}"), "builtins.RuntimeError: …"),
        (ValueError(TITLE), "builtins.ValueError: …"),
        (KeyError(TITLE), "builtins.KeyError: …"),
        (FileNotFoundError(2, "No such file", f"/comics/{TITLE}.cbz"), "[Errno 2] No such file: '…'"),
        (NotFound(title=TITLE), "fumetto.kernel.errors.NotFound: not_found"),
        (
            psycopg.errors.UniqueViolation(f"duplicate\nDETAIL:  Key (slug)=({TITLE}) already exists."),
            "Key (slug)='…'",
        ),
        (ExceptionGroup(TITLE, [ValueError(TITLE), OSError(5, "I/O error")]), "[Errno 5] I/O error"),
    ],
)
def test_traceback_keeps_frames_and_types_but_no_title(lines: Lines, error: Exception, kept: str) -> None:
    try:
        try:
            fail_with(error)
        except Exception as first:
            raise RuntimeError(TITLE) from first
    except RuntimeError:
        structlog.get_logger("fumetto").exception("job.failed")
    (line,) = lines()
    assert kept in line["exception"]
    assert line["error"] == "RuntimeError"
    assert "in fail_with\n    raise error" in line["exception"]
    assert "which led to" in line["exception"]
    assert TITLE not in json.dumps(line)


def test_traceback_of_an_error_that_is_its_own_cause_ends() -> None:
    first, second = ValueError(), ValueError()
    first.__context__, second.__context__ = second, first
    assert traceback_text(first).count("ValueError") == 2


def test_other_libraries_speak_through_the_same_door(lines: Lines) -> None:
    logging.getLogger("somebody.else").warning("cannot open '%s' at ?token=%s", TITLE, "abcdefgh")
    logging.getLogger("somebody.else").info("chatter")
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
    logging.getLogger("uvicorn.error").error("Exception in '%s' [%d]", TITLE, 7)
    said = [line["event"] for line in lines()]
    assert said == ["cannot open '…' at ?token=…", "Exception in '…' [7]"]


def test_uvicorns_own_access_log_is_silent(lines: Lines) -> None:
    logging.getLogger("uvicorn.access").info('127.0.0.1 - "GET /series/pepper?token=x HTTP/1.1" 200')
    assert lines() == []


@given(st.sampled_from(list(TokenKind)), st.text(max_size=20), st.text(max_size=20))
def test_no_token_gets_past_whatever_stands_around_it(kind: TokenKind, before: str, after: str) -> None:
    token = new_token(kind)
    assert token not in without_secrets(f"{before} {token} {after}")
    assert token[12:] not in without_secrets(f"{before}?token={token}&x={after}")


@pytest.mark.parametrize(
    "text",
    [
        "GET /opds?token=hunter2hunter2&x=1",
        "Authorization: Basic aHVudGVyMmh1bnRlcjI=",
        "authorization='Bearer hunter2hunter2'",
        "{'authorization': 'Bearer hunter2hunter2'}",
        "Cookie: fumetto_session=hunter2; a=b",
        "postgresql://me:hunter2@db/x",
        "host=db password=hunter2 dbname=x",
        "https://s3/x?X-Amz-Signature=hunter2&X-Amz-Credential=hunter2",
    ],
)
def test_secrets_in_known_clothes_are_cut_out(text: str) -> None:
    cleaned = without_secrets(text)
    assert "hunter2" not in cleaned
    assert "aHVudGVyMmh1bnRlcjI=" not in cleaned


def test_console_format_is_for_people(tmp_path: Path) -> None:
    stream = io.StringIO()
    configure_logs(Settings(data_dir=tmp_path, log_format=LogFormat.CONSOLE), stream=stream)
    structlog.get_logger("fumetto").info("server.started", port=8420)
    configure_logs(Settings(data_dir=tmp_path))
    assert "server.started" in stream.getvalue()
    assert "port=8420" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_log_in_a_file_is_json_and_made_when_there_is_something_to_say(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "data" / "logs" / "commands.log"
    configure_logs(Settings(data_dir=tmp_path, log_format=LogFormat.CONSOLE), process="command", file=file)
    structlog.get_logger("fumetto").warning("before there is a data directory")
    assert not file.parent.parent.exists()
    file.parent.parent.mkdir()
    structlog.get_logger("fumetto").warning("job.again", attempt=2)
    configure_logs(Settings(data_dir=tmp_path))
    (line,) = file.read_text("utf-8").splitlines()
    assert (json.loads(line)["event"], json.loads(line)["process"]) == ("job.again", "command")
    assert capfd.readouterr().err == ""


def test_level_of_the_settings_counts(tmp_path: Path) -> None:
    stream = io.StringIO()
    configure_logs(Settings(data_dir=tmp_path, log_level="ERROR"), stream=stream)
    structlog.get_logger("fumetto").warning("unheard")
    structlog.get_logger("fumetto").error("heard")
    configure_logs(Settings(data_dir=tmp_path))
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["heard"]

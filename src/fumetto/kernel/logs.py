"""Logs for the operator: one JSON object or one coloured line per event, on standard error or in a file.

What people read, write or call their books stays out, by construction rather than by care: numbers and ids pass under
any name, text passes under the names in `TEXT_FIELDS` only, and tracebacks keep frames and types but few messages.
Tokens are cut out of whatever is left. Third-party libraries speak through the same door, from WARNING up.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import structlog
from structlog.stdlib import ProcessorFormatter

from fumetto.kernel.context import request_id
from fumetto.kernel.settings import Settings
from fumetto.kernel.settings.running import LogFormat

EventDict = MutableMapping[str, Any]

TEXT_FIELDS = frozenset(
    {
        "action",
        "activity",
        "activity_id",
        "address",
        "backend",
        "code",
        "database",
        "error",
        "event",
        "exception",
        "from_revision",
        "host",
        "job",
        "job_id",
        "kind",
        "level",
        "logger",
        "method",
        "model",
        "part",
        "peer",
        "platform",
        "pool",
        "process",
        "python",
        "queue",
        "reason_code",
        "request_id",
        "revision",
        "role",
        "route",
        "schema",
        "signal",
        "state",
        "status",
        "task",
        "timestamp",
        "to_revision",
        "url",
        "version",
    }
)
OURS = ("fumetto", "uvicorn", "procrastinate")
HIDDEN = "…"
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

SECRETS = (
    (re.compile(r"\b(fum_[a-z]_)[A-Za-z0-9_-]{6,}"), rf"\1{HIDDEN}"),
    (
        re.compile(r"(?i)([?&#](?:token|key|api_key|password|secret|signature|x-amz-[a-z-]+)=)[^&\s\"']+"),
        rf"\1{HIDDEN}",
    ),
    (
        re.compile(r"(?i)\b(authorization|cookie|set-cookie|x-api-key)(['\"]?\s*[:=]\s*['\"]?)[^'\"\n,}]+"),
        rf"\1\2{HIDDEN}",
    ),
    (re.compile(r"(?i)\b(basic|bearer)\s+[A-Za-z0-9+/=._~-]{8,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(://[^/\s:@]*):[^@/\s]+@"), rf"\1:{HIDDEN}@"),
    (re.compile(r"(?i)\b(password|passwd|secret)=\S+"), rf"\1={HIDDEN}"),
)
SUSPECT = re.compile(r"fum_|[=:]|(?i:basic|bearer)\s")
"""What every one of them has: most lines have none, and there is one for every request."""
OWN_FIELDS = frozenset({"exception", "level", "logger", "process", "timestamp"})
"""Fields that hold what this module made, clean already."""
QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|«[^»\n]*»|(?<=\)=)\([^\n]*?\)(?= )")


WORDED = (OSError, AttributeError, TypeError, NameError, ImportError, RecursionError)
WORDED_LIBRARIES = ("psycopg", "psycopg_pool", "sqlalchemy", "alembic", "procrastinate", "fastapi", "starlette")
MOST_CAUSES = 8
MOST_BYTES = 1024**2
MOST_FRAMES = 40


def configure_logs(
    settings: Settings, process: str = "server", stream: TextIO | None = None, file: Path | None = None
) -> None:
    """Set up structlog and the standard library's logging for this process; may be called again, the last call counts.

    `process` ("server", "worker", "command") is put on every line. `stream` is standard error unless given; with a
    `file` lines go there instead, as JSON.
    """
    level = getattr(logging, settings.log_level)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        Stamp(process),
        keep_what_may_be_kept,
        describe_exception,
        cut_out_secrets,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    out = stream or sys.stderr
    for_people = settings.log_format is LogFormat.CONSOLE or (settings.log_format is LogFormat.AUTO and out.isatty())
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=28)
        if for_people and file is None
        else structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    )
    handler = logging.StreamHandler(out) if file is None else LogFile(file)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[mask_foreign_message, *shared],
            processors=[ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    for before in root.handlers:
        if isinstance(before, LogFile):
            before.close()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    for name in OURS:
        ours = logging.getLogger(name)
        ours.handlers.clear()
        ours.propagate = True
        ours.setLevel(level if name == "fumetto" else max(level, logging.WARNING))
    logging.getLogger("uvicorn.access").handlers.clear()
    logging.getLogger("uvicorn.access").propagate = False  # one structured line per request is written instead
    logging.captureWarnings(True)


class LogFile(RotatingFileHandler):
    """A file of at most two times a megabyte, made when there is something to say, in a folder whose parent is there.

    What cannot be written is dropped: who logs here tells people by other means.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8", delay=True)

    def emit(self, record: logging.LogRecord) -> None:
        folder = Path(self.baseFilename).parent
        try:
            if folder.parent.is_dir():
                folder.mkdir(exist_ok=True)
                super().emit(record)
        except OSError:
            return

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        """Nothing: the standard library would print a traceback."""


class Stamp:
    """Adds what every line of a process carries: which process it is, and the request it works for."""

    def __init__(self, process: str) -> None:
        self.process = process

    def __call__(self, logger: Any, name: str, event: EventDict) -> EventDict:
        event["process"] = self.process
        if identifier := request_id():
            event["request_id"] = identifier
        return event


def keep_what_may_be_kept(logger: Any, name: str, event: EventDict) -> EventDict:
    """Numbers, times and ids pass; text passes under the listed names; the rest leaves its name in `hidden`."""
    hidden = []
    for key, value in list(event.items()):
        if key in TEXT_FIELDS or key in {"exc_info", "stack_info"} or key.startswith("_") or is_harmless(value):
            continue
        del event[key]
        hidden.append(key)
    if hidden:
        event["hidden"] = sorted(hidden)
    return event


def is_harmless(value: Any) -> bool:
    if value is None or isinstance(value, bool | int | float | Decimal | UUID | datetime | date | timedelta | Enum):
        return True
    if isinstance(value, str):
        return ID.fullmatch(value) is not None
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and key.isidentifier() and is_harmless(item) for key, item in value.items())
    return isinstance(value, list | tuple | set | frozenset) and all(is_harmless(item) for item in value)


def describe_exception(logger: Any, name: str, event: EventDict) -> EventDict:
    """`exc_info` as a traceback without what messages quote: names of files and rows are somebody's titles."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    if isinstance(given, BaseException):
        error: BaseException | None = given
    else:
        error = given[1] if isinstance(given, tuple) else sys.exc_info()[1]
    if error is not None:
        event["error"] = type(error).__name__
        event["exception"] = traceback_text(error)
    return event


def traceback_text(error: BaseException) -> str:
    """The traceback with its causes and groups: every frame, every type, and of the messages what cannot be a title."""
    return without_secrets("\n".join(lines_of(error, set()))).rstrip()


def lines_of(error: BaseException, seen: set[int]) -> list[str]:
    seen.add(id(error))
    lines = []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and id(cause) not in seen and len(seen) < MOST_CAUSES:
        lines += [*lines_of(cause, seen), "", "which led to", ""]
    lines.append("Traceback (most recent call last):")
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), limit=-MOST_FRAMES)
    lines += [frame.rstrip("\n") for frame in frames.format()]
    lines.append(f"{type(error).__module__}.{type(error).__qualname__}: {message_of(error)}")
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions[:MOST_CAUSES]:
            lines += ["", "together with", "", *lines_of(inner, seen)]
    return lines


def message_of(error: BaseException) -> str:
    """The message of an error whose words are a library's, with what they quote masked; of others nothing."""
    code = getattr(error, "code", None)
    if isinstance(code, str) and type(error).__module__.startswith("fumetto."):
        return code
    known = type(error).__module__.partition(".")[0] in WORDED_LIBRARIES or isinstance(error, WORDED)
    return mask_quoted(str(error)) if known else HIDDEN


def mask_foreign_message(logger: Any, name: str, event: EventDict) -> EventDict:
    """Other people's log lines are sentences, with the values of ours in quotes; their arguments are not fields."""
    event["event"] = mask_quoted(str(event.get("event", "")))
    return event


def mask_quoted(text: str) -> str:
    return QUOTED.sub(f"'{HIDDEN}'", text)


def cut_out_secrets(logger: Any, name: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if isinstance(value, str) and key not in OWN_FIELDS and SUSPECT.search(value):
            event[key] = without_secrets(value)
    return event


def without_secrets(text: str) -> str:
    """The text without tokens, passwords and signatures, whatever form they come in."""
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    return text

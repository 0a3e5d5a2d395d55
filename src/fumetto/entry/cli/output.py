"""What commands say: tables and sentences for people on a terminal, JSON for programs, errors with a way out."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from fumetto.kernel.errors import FumettoError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def show(value: Any, *, as_json: bool, columns: Sequence[str] = (), empty: str = "") -> None:
    """Print a list of rows or one object: JSON as it is, else a table of `columns` or `name: value` lines."""
    plain = to_plain(value)
    if as_json:
        sys.stdout.write(json.dumps(plain, ensure_ascii=False, indent=2) + "\n")
    elif isinstance(plain, list):
        out.print(table(plain, columns)) if plain else out.print(empty)
    else:
        for key, item in plain.items():
            out.print(f"[dim]{key.replace('_', ' ')}:[/dim] {escape(in_cell(item))}", soft_wrap=True)


def table(rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> Table:
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        drawn.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(in_cell(row.get(column))) for column in columns))
    return drawn


def in_cell(value: Any) -> str:
    return "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def to_plain(value: Any) -> Any:
    """Dataclasses, identifiers, dates and paths as what JSON can hold."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_plain(item) for item in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (UUID, Path)):
        return str(value)
    return value


def progress_bar() -> Progress:
    """Name, bar, count, rate and time left, on standard error; silent where that is not a terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(show_speed=True),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )


def stop_with(error: FumettoError, *, as_json: bool = False) -> NoReturn:
    """Print the error and end with status 1, or 2 where the command itself was wrong."""
    if as_json:
        body = {"code": error.code, "status": error.status, "detail": str(error)} | to_plain(error.detail)
        sys.stdout.write(json.dumps(body, ensure_ascii=False, default=str) + "\n")
    err.print(f"[bold red]fumetto:[/bold red] {error}", soft_wrap=True, markup=True)
    raise SystemExit(2 if error.status == 422 else 1)

"""Lists in pieces. A cursor holds the sort values of the last row that was sent, so nothing is skipped or doubled when
rows come and go, and the tenth page costs what the first does."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from fumetto.kernel.web.errors import CursorInvalid

Item = TypeVar("Item")
CursorValue = str | int | bool | Decimal | UUID | datetime | date | None

DEFAULT_LIMIT = 60
LARGEST_LIMIT = 500
LONGEST_CURSOR = 4096

CursorText = Annotated[
    str | None, Query(alias="cursor", max_length=LONGEST_CURSOR, description="`next_cursor` of the page before.")
]
Limit = Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="Most items in the answer.")]


class Listing(BaseModel, Generic[Item]):
    """A page of a list. `total` counts all of it; `next_cursor` is null at its end."""

    items: list[Item]
    total: int
    next_cursor: str | None = Field(default=None, description="Give it as `cursor` to have the page after this one.")


def encode_cursor(order: str, values: Sequence[CursorValue]) -> str:
    """An opaque cursor for the row with these sort values. `order` names list and order: "series:title:asc"."""
    text = json.dumps([order, *[None if value is None else to_text(value) for value in values]], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(text: str | None, order: str, kinds: Sequence[type]) -> tuple[Any, ...] | None:
    """The sort values of a cursor made for the same `order`, each of its kind or None; None for no cursor.

    Raises CursorInvalid for anything else. Cursors are not signed: their values are only compared with, inside the
    reader's own scope, so a made-up one shows nothing that paging would not.
    """
    if text is None or text == "":
        return None
    try:
        if len(text) > LONGEST_CURSOR:
            raise ValueError("too long")
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        made_for, *values = json.loads(raw)
        if made_for != order or len(values) != len(kinds):
            raise ValueError("made for another list")
        return tuple(
            None if value is None else from_text(value, kind) for value, kind in zip(values, kinds, strict=True)
        )
    except (ValueError, TypeError, KeyError, binascii.Error, InvalidOperation, RecursionError) as error:
        raise CursorInvalid from error


def to_text(value: CursorValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def from_text(value: object, kind: type) -> CursorValue:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not text")
    value.encode()  # a lone surrogate would fail inside the database driver
    if kind is bool:
        return {"true": True, "false": False}[value]
    if kind is int:
        number = int(value) if len(value) <= 20 else 2**64
        if not -(2**63) <= number < 2**63:
            raise ValueError("beyond what the database counts")
        return number
    if kind is Decimal:
        decimal = Decimal(value)
        if not decimal.is_finite():
            raise ValueError("not a number")
        return decimal
    if kind in {datetime, date}:
        moment: datetime | date = kind.fromisoformat(value)
        if isinstance(moment, datetime) and moment.tzinfo is None:
            raise ValueError("no time zone")
        return moment
    return UUID(value) if kind is UUID else value

"""Conditions on many ids, as one value."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Uuid, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

IDS = ARRAY(Uuid())


def among(column: InstrumentedAttribute[Any], ids: Iterable[uuid.UUID]) -> ColumnElement[bool]:
    """That a column holds one of the ids.

    One parameter, however many they are: with IN, the statement is written, parsed and planned anew for each number of
    them, which for a thousand takes longer than finding the rows.
    """
    return column == any_(literal(list(ids), IDS))

"""Cursors hold what was put in, and refuse what was not."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumetto.kernel.web.errors import CursorInvalid
from fumetto.kernel.web.pagination import decode_cursor, encode_cursor

ORDER = "series:title:asc"
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
moments = st.datetimes(timezones=st.just(UTC))
VALUES: dict[type, st.SearchStrategy[Any]] = {
    str: text,
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9),
    UUID: st.uuids(),
    datetime: moments,
    date: st.dates(),
}
rows = st.lists(
    st.sampled_from(list(VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), st.none() | VALUES[kind])), max_size=5
)


@given(rows)
def test_cursor_gives_back_the_values_it_was_made_of(row: list[tuple[type, Any]]) -> None:
    kinds, values = [kind for kind, _ in row], [value for _, value in row]
    cursor = encode_cursor(ORDER, values)
    assert cursor.isascii()
    assert decode_cursor(cursor, ORDER, kinds) == tuple(values)


@given(st.text(max_size=80), st.lists(st.sampled_from(list(VALUES)), max_size=3))
def test_made_up_cursor_is_refused(cursor: str, kinds: list[type]) -> None:
    if cursor:
        with pytest.raises(CursorInvalid):
            decode_cursor(cursor, ORDER, kinds)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(json_values, st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=3))
def test_cursor_made_of_any_json_is_of_its_kinds_or_refused(value: Any, kinds: list[type]) -> None:
    for payload in (value, [ORDER, *(value if isinstance(value, list) else [value])]):
        cursor = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode()
        try:
            found = decode_cursor(cursor, ORDER, kinds)
        except CursorInvalid:
            continue
        assert found is not None
        assert all(item is None or isinstance(item, kind) for item, kind in zip(found, kinds, strict=True))


def test_cursor_of_another_order_is_refused() -> None:
    with pytest.raises(CursorInvalid):
        decode_cursor(encode_cursor("series:added:desc", ["a"]), ORDER, [str])


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (str(2**63), int),
        ("9" * 5000, int),
        ("NaN", Decimal),
        ("Infinity", Decimal),
        ("2026-11-22T08:00:00", datetime),
        ("maybe", bool),
        ("a\0b", str),
        ("\ud800", str),
        ("not-an-id", UUID),
    ],
)
def test_value_that_the_database_could_not_compare_with_is_refused(value: str, kind: type) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps([ORDER, value]).encode()).decode()
    with pytest.raises(CursorInvalid):
        decode_cursor(cursor, ORDER, [kind])


def test_no_cursor_is_the_beginning() -> None:
    assert decode_cursor(None, ORDER, [str]) is None
    assert decode_cursor("", ORDER, [str]) is None


def test_cursor_that_nests_without_end_is_refused() -> None:
    cursor = base64.urlsafe_b64encode(b"[" * 3000).decode()
    with pytest.raises(CursorInvalid):
        decode_cursor(cursor, ORDER, [str])

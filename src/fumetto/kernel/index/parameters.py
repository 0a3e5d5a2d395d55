"""Statements that are sent often: their text made once, and values in a binary form that nobody need parse."""

from __future__ import annotations

import re
import struct
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from psycopg import AsyncConnection, AsyncRawCursor, sql
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.rows import TupleRow

SMALLINT, INT, TEXT, VARBIT, UUID = 21, 23, 25, 1562, 2950  # object identifiers of types


class Binary(bytes):
    """A value as the server's own receive function takes it; its type is what the statement casts it to."""

    __slots__ = ()


class BinaryDumper(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, obj: Binary) -> bytes:
        return obj


_taking: WeakSet[AsyncConnection[TupleRow]] = WeakSet()


def taking_binary(connection: AsyncConnection[TupleRow]) -> None:
    """Lets a connection send such values."""
    if connection not in _taking:
        connection.adapters.register_dumper(Binary, BinaryDumper)
        _taking.add(connection)


def array_of(kind: int, values: Sequence[bytes]) -> Binary:
    """As PostgreSQL's `array_recv` takes it. kind: the type of the values, which are as its own function takes them."""
    parts = [struct.pack(">iiiii", 1, 0, kind, len(values), 1)]
    parts += [len(value).to_bytes(4, "big") + value for value in values]
    return Binary(b"".join(parts))


def uuid_array(values: Sequence[uuid.UUID]) -> Binary:
    return array_of(UUID, [value.bytes for value in values])


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the server reads it, with the names of its values in order. psycopg would take a long one apart
    again each time."""

    text: bytes
    names: tuple[str, ...]

    @classmethod
    def of(cls, statement: sql.Composed) -> Statement:
        """values: `%(name)s`, as psycopg has them."""
        names: dict[str, int] = {}

        def place(found: re.Match[str]) -> str:
            return f"${names.setdefault(found[1], len(names) + 1)}"

        text = re.sub(r"%\((\w+)\)s", place, statement.as_string(None))
        return cls(text.encode(), tuple(names))

    async def execute(
        self, connection: AsyncConnection[TupleRow], values: Mapping[str, Any]
    ) -> AsyncRawCursor[TupleRow]:
        """On a connection that is `taking_binary`."""
        cursor = AsyncRawCursor(connection)
        return await cursor.execute(self.text, [values[name] for name in self.names], prepare=True, binary=True)

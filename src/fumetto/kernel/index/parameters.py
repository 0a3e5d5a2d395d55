"""Vectors as parameters of statements, in the binary form that the server need not parse."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Sequence

from psycopg import AsyncConnection
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.rows import TupleRow

BYTEA, INT, TEXT, UUID = 17, 23, 25, 2950  # object identifiers of types


class Binary(bytes):
    """A value as the server's own receive function takes it; its type is what the statement casts it to."""

    __slots__ = ()


class BinaryDumper(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, obj: Binary) -> bytes:
        return obj


def taking_binary(connection: AsyncConnection[TupleRow]) -> None:
    """Lets a connection send such values."""
    connection.adapters.register_dumper(Binary, BinaryDumper)


def array_of(kind: int, values: Sequence[bytes]) -> Binary:
    """As PostgreSQL's `array_recv` takes it. kind: the type of the values, which are as its own function takes them."""
    parts = [struct.pack(">iiiii", 1, 0, kind, len(values), 1)]
    parts += [len(value).to_bytes(4, "big") + value for value in values]
    return Binary(b"".join(parts))


def uuid_array(values: Sequence[uuid.UUID]) -> Binary:
    return array_of(UUID, [value.bytes for value in values])

"""Vectors as parameters of statements, in the binary form that the server need not parse."""

from __future__ import annotations

from psycopg import AsyncConnection
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.rows import TupleRow


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

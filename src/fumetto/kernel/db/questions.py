"""Questions: queries that are asked with every page turn, built once and answered together in one round trip.

SQLAlchemy takes longer to build and read such a query than PostgreSQL to answer it, and each round trip waits for its
turn on a busy machine. `Database.ask` sends all that an answer needs at once; everything else uses sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from fumetto.kernel.db.narrowing import narrowed, narrowing

Row = TypeVar("Row")

DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call] # SQLAlchemy says nothing of it


class Asked(Generic[Row]):
    """A question with its values; `rows` is there once it was asked."""

    def __init__(self, question: Question[Row], values: dict[str, Any]) -> None:
        self.question = question
        self.compiled = question.present()
        self.values = self.compiled[1] | values
        self.rows: list[Row] = []

    def answer(self, rows: list[tuple[Any, ...]]) -> None:
        make = self.question.row
        self.rows = [make(*row) for row in rows]

    @property
    def first(self) -> Row | None:
        return self.rows[0] if self.rows else None


class Question(Generic[Row]):
    """A SELECT with `bindparam`s for its values, and what is made of the columns of each row.

    The columns come as psycopg returns them: what SQLAlchemy would make of them, an enum of a text, `row` makes itself.
    Values that are lists go with `= ANY`: SQLAlchemy's IN is written anew for each length.
    """

    def __init__(self, statement: Executable, row: Callable[..., Row]) -> None:
        self.statement = statement
        self.row = row

    @cached_property
    def compiled(self) -> tuple[bytes, dict[str, Any]]:
        """SQL as psycopg wants it, and the values that the statement itself brings along. Made when first asked."""
        return as_sent(self.statement)

    def present(self) -> tuple[bytes, dict[str, Any]]:
        """The same for whoever the running request is from."""
        what = narrowing()
        return self.compiled if what is None else self._narrowed(what)

    @cached_property
    def _narrowed(self) -> Callable[[Hashable], tuple[bytes, dict[str, Any]]]:
        return lru_cache(maxsize=32)(lambda what: as_sent(narrowed(self.statement, what)))

    def about(self, **values: Any) -> Asked[Row]:
        """The question with its values, for `Database.ask`."""
        return Asked(self, values)


def as_sent(statement: Any) -> tuple[bytes, dict[str, Any]]:
    compiled = statement.compile(dialect=DIALECT)
    return str(compiled).encode(), dict(compiled.params)

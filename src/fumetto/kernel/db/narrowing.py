"""The application's wall before what does not fit: a condition on every query for whoever a request is from.

Who that is runs through a request beside its id, set where they are identified (`narrow_to`), so that no query can
forget it. Whoever is not restricted has none, and their queries are sent as they are written. What the condition is,
by mapped class, another context says (`condition`); the database's own wall behind it looks at the reader that a
transaction was begun for, and knows nothing of this one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Delete, Executable, Select, Table, Update, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption

from fumetto.kernel.db.entities import taken_in
from fumetto.kernel.db.rowsecurity import FITTING

Condition = Callable[[type[Any], Any, Any], ColumnElement[bool]]
"""What is put on the rows of a mapped class: from the class, it or an alias of it, and what queries are narrowed by."""

_narrowing: ContextVar[Hashable | None] = ContextVar("fumetto_narrowing", default=None)
_conditions: list[Condition] = []


def narrowing() -> Hashable | None:
    """What queries are narrowed by now; None for whoever is not restricted, in jobs, and in commands."""
    return _narrowing.get()


def narrow_to(what: Hashable | None) -> None:
    """Narrow every query from now on, in the running request and the tasks that it begins."""
    _narrowing.set(what)


@contextmanager
def narrowed_to(what: Hashable | None) -> Iterator[None]:
    """Narrow every query in the block."""
    token = _narrowing.set(what)
    try:
        yield
    finally:
        _narrowing.reset(token)


def condition(says: Condition) -> Condition:
    """Decorates what says the condition. There is one such function."""
    _conditions[:] = [says]
    return says


def narrowed(statement: Executable, what: Hashable) -> Executable:
    """The statement with the condition on every row it takes from a table of what may not fit.

    Raises TypeError as `taken_in` does, and RuntimeError where nobody says what the condition is.
    """
    if not isinstance(statement, Select | CompoundSelect | Update | Delete):
        return statement
    options = [option_for(entity, what) for entity in taken_in(statement, may_not_fit)]
    return statement.options(*options) if options else statement


def option_for(entity: Any, what: Hashable) -> LoaderCriteriaOption:
    """SQLAlchemy does not adapt a condition to an alias that is joined to: it is made for each alias."""
    return made_for(entity, what) if entity.is_aliased_class else kept_for(entity, what)


def made_for(entity: Any, what: Hashable) -> LoaderCriteriaOption:
    if not _conditions:
        raise RuntimeError("nobody has said what narrows queries")
    model = entity.mapper.class_
    return with_loader_criteria(entity.entity, _conditions[0](model, entity.entity, what))


kept_for = lru_cache(maxsize=1024)(made_for)


def may_not_fit(table: Table) -> bool:
    return FITTING in table.info


class NarrowedSession(Session):
    """A session all of whose queries are narrowed by what `info` says."""


@event.listens_for(NarrowedSession, "do_orm_execute")
def narrow(state: ORMExecuteState) -> None:
    if not state.is_column_load and not state.is_relationship_load:
        state.statement = narrowed(state.statement, state.session.info["narrowing"])

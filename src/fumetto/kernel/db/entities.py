"""Which mapped classes a query takes rows from, for walls that put a condition on some of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import (
    Alias,
    ClauseElement,
    ColumnClause,
    CompoundSelect,
    Delete,
    Select,
    SelectBase,
    Subquery,
    Table,
    Update,
)

Statement = Select[Any] | CompoundSelect[Any] | Update | Delete
Wanted = Callable[[Table], bool]
"""Whether a table is one that is looked for."""


def models_in(statement: Statement, wanted: Wanted) -> Collection[type[Any]]:
    """The mapped classes of the wanted tables that a statement takes rows from. Raises TypeError as `taken_in`."""
    return {entity.mapper: entity.mapper.class_ for entity in taken_in(statement, wanted)}.values()


def taken_in(statement: Statement, wanted: Wanted) -> Collection[Any]:
    """The mappers of the wanted tables that a statement takes rows from, and inspected aliases, subqueries among it.

    Raises TypeError where SQLAlchemy would not put a condition (`with_loader_criteria`): for a table that is not named
    by its mapped class, or in conditions only.
    """
    found: dict[Any, Any] = {}
    waiting: list[tuple[ClauseElement, frozenset[Any]]] = [(statement, frozenset())]
    while waiting:
        element, around = waiting.pop()
        if isinstance(element, Select | Update | Delete):
            taken = {entity.selectable: entity for part in sources_of(element) for entity in entities_in(part, wanted)}
            found |= {entity: entity for entity in taken.values()}
            around = around.union(taken)
        elif isinstance(element, ColumnClause) and element.table not in around:  # `get` names the table's own columns
            entity = entity_of(element, wanted)
            if entity is not None and entity.selectable not in around:
                raise TypeError(f"name {entity.mapper.local_table.name} in select() or join(), not in conditions only")
        waiting += [(child, around) for child in element.get_children()]
    return found.values()


def sources_of(statement: Select[Any] | Update | Delete) -> Iterator[ClauseElement]:
    """Where a statement itself takes rows from, subqueries apart."""
    if isinstance(statement, Update | Delete):
        yield statement.table
        return
    yield from statement._raw_columns
    yield from statement._from_obj
    for target, _, origin, _ in statement._setup_joins:
        yield from (part for part in (target, origin) if isinstance(part, ClauseElement))


def entities_in(element: ClauseElement, wanted: Wanted) -> Iterator[Any]:
    """The wanted entities that an expression names, subqueries apart."""
    waiting = [element]
    while waiting:
        part = waiting.pop()
        if (entity := entity_of(part, wanted)) is not None:
            yield entity
        elif not isinstance(part, Alias):
            waiting += [child for child in part.get_children() if not isinstance(child, SelectBase | Subquery)]


def entity_of(element: ClauseElement, wanted: Wanted) -> Any | None:
    """The mapped class, or alias of one, of the wanted table that an element is, stands for, or is a column of.

    None for anything else. Raises TypeError for such a table, or a column of it, that was not named by its class.
    """
    source: object = element.table if isinstance(element, ColumnClause) else element
    while isinstance(source, Alias):
        source = source.element
    if not isinstance(source, Table) or not wanted(source):
        return None
    entity = element._annotations.get("parententity")
    if entity is None:
        raise TypeError(f"name {source.name} by its mapped class")
    return entity

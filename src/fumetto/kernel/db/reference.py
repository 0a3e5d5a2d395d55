"""The data-model reference, written from the models: each table with its reason, columns, rules and links."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import registry
from sqlalchemy.schema import CreateIndex

from fumetto.kernel.db.personal import declarations
from fumetto.kernel.db.rowsecurity import KEY, REVEALED

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy gives it no types
HEAD = """# The data model

Written by `./fumetto generate` from the models; a test fails when it is not current. Times are UTC, keys are UUIDv7
made by the program, enumerations are strings with a CHECK. The schema `jobs` belongs to Procrastinate, whose
[documentation](https://procrastinate.readthedocs.io/) describes it, and `langgraph` to the checkpoints and the store of
[LangGraph](https://docs.langchain.com/oss/python/langgraph/persistence).
"""


def data_model(metadata: MetaData, models: registry) -> str:
    """The whole reference as Markdown: schemas, and tables in them, by name."""
    reasons = {mapper.local_table: reason_of(mapper.class_) for mapper in models.mappers}
    tables = sorted(metadata.tables.values(), key=lambda table: (table.schema or "", table.name))
    parts = [HEAD]
    schema = None
    for table in tables:
        if table.schema != schema:
            schema = table.schema
            parts.append(f"## Schema `{schema}`\n")
        parts.append(describe(table, reasons.get(table, "")))
    return "\n".join(parts)


def reason_of(model: type) -> str:
    return inspect.cleandoc(model.__doc__ or "")


def describe(table: Table, reason: str) -> str:
    rows = [f"| `{column.name}` | {type_of(column)} | {notes_on(column)} |" for column in table.columns]
    rules = [f"- {rule}" for rule in rules_of(table)]
    return "\n".join(
        [f"### `{table.schema}.{table.name}`\n", f"{reason}\n", "| column | type | |", "|---|---|---|", *rows, ""]
        + ([*rules, ""] if rules else [])
    )


def type_of(column: Column[object]) -> str:
    return f"`{column.type.compile(DIALECT).lower()}`" + ("" if not column.nullable else ", may be null")


def notes_on(column: Column[object]) -> str:
    notes = ["primary key"] if column.primary_key else []
    for key in sorted(column.foreign_keys, key=lambda key: key.target_fullname):
        notes.append(f"→ `{key.target_fullname}`" + (f", on delete {key.ondelete.lower()}" if key.ondelete else ""))
    if column.computed is not None:
        notes.append(f"always `{cell(str(column.computed.sqltext))}`")
    elif column.identity is not None:
        notes.append("numbered by the database")
    elif column.server_default is not None:
        notes.append(f"default `{cell(str(getattr(column.server_default, 'arg', '')))}`")
    return "; ".join(notes)


def rules_of(table: Table) -> Iterable[str]:
    if KEY in table.info:
        yield f"Row-level security, forced: rows belong to the reader in `{table.info[KEY]}`."
    if REVEALED in table.info:
        yield f"Row-level security, forced: a row is seen where `{table.info[REVEALED]}`."
    for declared in declarations(table):
        kept = f", for the term `{declared.term}`" if declared.term else ""
        shown = f"`{declared.export}`" if declared.export else f"nothing, {declared.because}"
        yield f"Personal, `{declared.column}`: export {shown}; erasure: {declared.erase}{kept}."
    constraints = sorted(table.constraints, key=lambda constraint: str(constraint.name))
    for constraint in constraints:
        if isinstance(constraint, UniqueConstraint):
            deferred = " (checked at the end of the transaction)" if constraint.deferrable else ""
            yield "Unique: " + ", ".join(f"`{column.name}`" for column in constraint.columns) + deferred + "."
        elif isinstance(constraint, CheckConstraint):
            yield f"Check: `{constraint.sqltext}`."
        elif isinstance(constraint, ForeignKeyConstraint) and len(constraint.columns) > 1:
            yield f"Together → `{constraint.elements[0].target_fullname}`: {', '.join(constraint.column_keys)}."
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield index_rule(index)


def index_rule(index: Index) -> str:
    statement = str(CreateIndex(index).compile(dialect=DIALECT))
    return (
        ("Unique index: " if index.unique else "Index: ")
        + "`"
        + statement.partition(" ON ")[2].partition(" ")[2]
        + "`."
    )


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")

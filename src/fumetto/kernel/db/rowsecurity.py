"""Tables whose rows not everybody may see, declared beside their models and enforced by the database.

A model says so in its table arguments. `{"schema": SCHEMA, "info": rows_of("reader_id")}`: a transaction sees and
writes the rows of the reader it was begun for (`database.write(reader=...)`), none when it was begun for nobody, and
all when it was begun for EVERY_READER. `revealed_where("library.page_seen(page_id)")`: it sees the rows for which that
holds, and writes none unless it was begun for EVERY_READER. `fitting_where("...")`, alone or joined to another with
`|`: it sees and changes only what that holds for, too. The tables' owner is under the same rule.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from fumetto.kernel.db.roles import EVERY_READER

KEY = "row_security"
POLICY = "own_rows"
HOUSE = "house_rows"
"""Beside a KEY: rows without a reader are the house's, for everybody to read and for EVERY_READER to write."""
REVEALED = "revealed_where"
FITTING = "fitting_where"
UNBOUNDED = "unbounded"
"""Named so that it sorts after `revealed`: PostgreSQL asks policies from the last name to the first, and sessions that
see all are spared the costly one."""

EVERYBODY = f"current_setting('fumetto.reader', true) = '{EVERY_READER}'"


def rows_of(column: str) -> dict[str, Any]:
    """The table info of a model whose `column` holds the id of the reader that a row belongs to."""
    return {KEY: column}


def rows_of_or_house(column: str) -> dict[str, Any]:
    """The same where a row may be nobody's: those without a reader are read by everybody."""
    return {KEY: column, HOUSE: True}


def revealed_where(condition: str) -> dict[str, Any]:
    """The table info of a model whose rows reveal something, to those for whom the SQL condition holds."""
    return {REVEALED: condition}


def fitting_where(condition: str) -> dict[str, Any]:
    """The table info of a model whose rows not everybody may see, whoever they belong to. Anybody may add to them."""
    return {FITTING: condition}


def security_statements(table: Table) -> list[str]:
    """What puts a table under its policies; nothing for a table that declares none."""
    owned, fitting = policies_of(table), table.info.get(FITTING)
    if not fitting:
        return owned
    name = f"{table.schema}.{table.name}"
    kind = "AS RESTRICTIVE " if owned else ""  # one that allows would add to what the other allows
    return [*(owned or secured(name)), f"CREATE POLICY fits ON {name} {kind}USING ({fitting}) WITH CHECK (true)"]


def secured(name: str) -> list[str]:
    return [f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"]


def policies_of(table: Table) -> list[str]:
    """What puts a table under the policy of whose rows, or of what is revealed."""
    name = f"{table.schema}.{table.name}"
    if condition := table.info.get(REVEALED):
        return [
            *secured(name),
            f"CREATE POLICY revealed ON {name} FOR SELECT USING ({condition})",
            f"CREATE POLICY {UNBOUNDED} ON {name} USING ({EVERYBODY}) WITH CHECK ({EVERYBODY})",
        ]
    column = table.info.get(KEY)
    if column is None:
        return []
    # Compared as text, since the setting can be empty or EVERY_READER, which are no UUIDs.
    reader = "current_setting('fumetto.reader', true)"
    own = f"{column}::text = {reader} OR {reader} = '{EVERY_READER}'"
    return [
        *secured(name),
        f"CREATE POLICY {POLICY} ON {name} USING ({own}) WITH CHECK ({own})",
        *([f"CREATE POLICY {HOUSE} ON {name} FOR SELECT USING ({column} IS NULL)"] if table.info.get(HOUSE) else []),
    ]

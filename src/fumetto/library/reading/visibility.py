"""The database's own idea of what a reader may know: the second wall, behind the queries that take a horizon.

The policies of revealing tables call these functions, which look at the ledger of the reader that a transaction was
begun for. `visibility.sql` beside this file holds the longer ones.
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, MetaData, event

from fumetto.kernel.db.base import Base

BEGIN_WITH = (
    "CREATE FUNCTION library.present_reader() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS"
    " $$ SELECT CASE WHEN length(current_setting('fumetto.reader', true)) = 36"
    " THEN current_setting('fumetto.reader', true)::uuid END $$",
    "CREATE FUNCTION library.present_position() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS"
    " $$ SELECT coalesce(nullif(current_setting('fumetto.present', true), ''), '9223372036854775807')::bigint $$",
)


def seen_inline(column: str) -> str:
    """What `library.page_seen(column)` says, for policies of tables that are read by the thousand: a third of its cost,
    since PostgreSQL plans it with the query."""
    return (
        "EXISTS (SELECT FROM library.pages p JOIN library.episodes e ON e.id = p.episode_id"
        " JOIN library.reading_ledgers l ON l.series_id = e.series_id AND l.reader_id = library.present_reader()"
        f" WHERE p.id = {column} AND p.position <@ l.seen AND p.position <= library.present_position())"
    )


def statements() -> list[str]:
    """What creates the functions, in an order that works."""
    text = Path(__file__).with_suffix(".sql").read_text("utf-8")
    return [*BEGIN_WITH, *(part.rstrip(";") for part in re.findall(r"^CREATE .*?\$\$;", text, re.S | re.M))]


@event.listens_for(Base.metadata, "after_create")
def create_functions(_: MetaData, connection: Connection, **__: object) -> None:
    for statement in statements():
        connection.exec_driver_sql(statement)

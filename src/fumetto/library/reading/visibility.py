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


def statements() -> list[str]:
    """What creates the functions, in an order that works."""
    text = Path(__file__).with_suffix(".sql").read_text("utf-8")
    return [*BEGIN_WITH, *(part.rstrip(";") for part in re.findall(r"^CREATE .*?\$\$;", text, re.S | re.M))]


@event.listens_for(Base.metadata, "after_create")
def create_functions(_: MetaData, connection: Connection, **__: object) -> None:
    for statement in statements():
        connection.exec_driver_sql(statement)

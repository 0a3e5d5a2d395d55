"""What the index has in the database beside tables that are always there: the type of places, and makers of spaces.

`structure.sql` beside this file holds it. A space's table is made when there is a model for it, by a function that runs
as the tables' owner, since the application's role may make none.
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, MetaData, event

from fumetto.kernel.db.base import Base
from fumetto.kernel.db.schemas import Schema


def statements() -> list[str]:
    """What creates types and functions, in an order that works. Statements are parted by empty lines."""
    text = Path(__file__).with_suffix(".sql").read_text("utf-8")
    return [part.strip().rstrip(";") for part in re.split(r"\n\n(?=[A-Z])", text) if part.strip()]


@event.listens_for(Base.metadata, "before_create")
def create_structure(_: MetaData, connection: Connection, **__: object) -> None:
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {Schema.RAG}")
    for statement in statements():
        connection.exec_driver_sql(statement.replace("%", "%%"))

"""A person planted everywhere: a row about them for every declaration there is, made from the tables alone."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import ARRAY, Column, Enum, MetaData, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from fumetto.kernel.db.personal import USERS, Erase, Personal, personal_tables

CANARY = "Zwitschvogel"  # is in no text of ours
STAYS = {Erase.SET_NULL, Erase.FORGET, Erase.PSEUDONYMISE}  # the row does, without what names the person
PLAIN: dict[type, Any] = {
    bool: False,
    int: 1,
    float: 0.5,
    Decimal: Decimal(1),
    datetime: datetime.fromisoformat("2026-11-22T12:00:00+00:00"),
    date: date(2026, 11, 22),
    timedelta: timedelta(days=1),
}


class Planter:
    """Fills in what rows need, and the rows that they hang on, with the canary in every text that is the person's.

    On a connection of a superuser in a database for this test alone: triggers are still meanwhile, and a check that a
    made-up row does not pass is dropped. Keys between tables stay, and all other checks.
    """

    def __init__(self, connection: psycopg.Connection[Any], metadata: MetaData) -> None:
        self.connection = connection
        self.metadata = metadata
        self.user_id = uuid.uuid4()
        self.other_id = uuid.uuid4()
        self.made: dict[str, dict[str, Any]] = {}
        self.planted: set[str] = set()

    def plant(self) -> None:
        """A row for every declaration. Afterwards `planted` are the tables that have one."""
        self.connection.execute("SET session_replication_role = replica")
        users = self.metadata.tables["app.users"]
        self.insert(users, {"id": self.other_id, "username": "somebody else", "email": None}, canary=False)
        said = {"id": self.user_id, "username": CANARY, "email": f"{CANARY}@example.org"}
        self.made["app.users"] = self.insert(users, said, canary=True)
        for table, declared in personal_tables(self.metadata).items():
            for one in declared:
                if table.fullname != "app.users":
                    self.row_for(table, declared, one)
        self.connection.execute("SET session_replication_role = origin")

    def row_for(self, table: Table, declared: tuple[Personal, ...], one: Personal) -> None:
        values: dict[str, Any] = {each.column: self.other_id for each in declared if not each.through}
        if not one.through:
            values[one.column] = self.user_id
        if one.erase in STAYS:
            values |= {each: self.value(table.columns[each], canary=True) for each in one.clear}
        made = self.insert(table, values, canary=one.erase not in STAYS)
        if one.erase not in STAYS or table.fullname not in self.made:
            self.made[table.fullname] = made
        self.planted.add(table.fullname)

    def insert(self, table: Table, given: dict[str, Any], *, canary: bool) -> dict[str, Any]:
        values = dict(given)
        for column in table.columns:
            if column.name in values or column.computed is not None or column.identity is not None:
                continue
            if column.foreign_keys:
                if not column.nullable or canary:
                    values[column.name] = self.parent(column, canary=canary)
            elif column.server_default is None or (canary and is_text(column)):
                values[column.name] = self.value(column, canary=canary)
        names = sql.SQL(", ").join(sql.Identifier(name) for name in values)
        places = sql.SQL(", ").join(sql.Placeholder() for _ in values)
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(identifier(table), names, places)
        while True:
            try:
                self.connection.execute(statement, list(values.values()))
            except psycopg.errors.CheckViolation as error:
                drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
                wrong = sql.Identifier(str(error.diag.constraint_name))
                self.connection.execute(drop.format(identifier(table), wrong))
            else:
                return values

    def parent(self, column: Column[Any], *, canary: bool) -> Any:
        key = next(iter(column.foreign_keys))
        if key.target_fullname == USERS:
            return self.user_id if canary else self.other_id
        table = key.column.table
        if table.fullname == column.table.fullname:
            return None
        if table.fullname not in self.made:
            self.made[table.fullname] = self.insert(table, {}, canary=False)
        return self.made[table.fullname].get(key.column.name)

    def value(self, column: Column[Any], *, canary: bool) -> Any:
        kind = column.type
        text = CANARY if canary else "plain"
        if isinstance(kind, Enum):
            return kind.enums[0]
        if isinstance(kind, JSONB):
            return Jsonb({"text": text})
        if isinstance(kind, ARRAY):
            return [text] if is_text(column) else []
        if isinstance(kind, Uuid):
            return uuid.uuid4()
        try:
            python = kind.python_type
        except NotImplementedError:
            return None
        if python is str:
            length = getattr(kind, "length", None)
            return f"{text} {uuid.uuid4().hex}"[:length] if length is None or length > 60 else text[:length]
        return uuid.uuid4().bytes if python is bytes else PLAIN[python]


def is_text(column: Column[Any]) -> bool:
    kind = column.type.item_type if isinstance(column.type, ARRAY) else column.type
    if isinstance(kind, Enum):
        return False
    if isinstance(kind, JSONB):
        return True
    try:
        return kind.python_type is str
    except NotImplementedError:
        return False


def identifier(table: Table) -> sql.Identifier:
    return sql.Identifier(str(table.schema), table.name)

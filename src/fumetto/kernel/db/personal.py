"""What becomes of the rows that are about a person, declared beside each table: what an export of theirs holds of them,
and what erasing the person does to them.

Every table with a key to users, or a user's id without one, says so in its table arguments; a test fails when one does
not, and the export, the erasure and their test with a person planted everywhere are made of the declarations alone:

    {"schema": SCHEMA, "info": rows_of("user_id") | personal("user_id", export=Section.READING, erase=Erase.CASCADE)}

Two columns are two declarations, joined with `|`. What hangs on such a row by a key (`through`) goes with it, and is
exported with it when it says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import MetaData, Table, Uuid

PREFIX = "personal:"
USERS = "app.users.id"
NAMES_OF_PEOPLE = frozenset(
    {"user", "reader", "actor", "owner", "guardian", "child", "minor", "parent", "teacher", "member", "person", "adult"}
)


class Section(StrEnum):
    """The part of an export that a row is in: a file of this name. It decides who may be given it."""

    ACCOUNT = "account"  # who they are, how they sign in, what they belong to
    CONSENTS = "consents"  # receipts, requests, guardians
    READING = "reading"  # progress, preferences, lists, shelves, rules of what fits
    SIGNALS = "signals"  # that a danger rule fired, never the words
    CHAT = "chat"  # conversations, what is remembered, incidents, opinions: the person's own only
    DEEDS = "deeds"  # what they did to the library, and what is noted of it


FOR_GUARDIANS = frozenset({Section.ACCOUNT, Section.CONSENTS, Section.READING, Section.SIGNALS})


class Erase(StrEnum):
    """What erasing a person does to a row that names them."""

    CASCADE = "cascade"  # the foreign key deletes it (ON DELETE CASCADE)
    SET_NULL = "set null"  # the foreign key forgets who it was (ON DELETE SET NULL); the row is the library's
    DELETE = "delete"  # there is no foreign key: the erasure deletes it
    PSEUDONYMISE = "pseudonymise"  # the id becomes one made for this erasure only; kept for `term`
    FORGET = "forget"  # there is no foreign key: the erasure sets the column to NULL
    KEEP = "keep"  # kept as it is for `term`, since `because`


@dataclass(frozen=True, slots=True)
class Personal:
    """The declaration of one column.

    export: None when an export has nothing of it, `because`. hide: columns that no export shows (hashes, secrets).
    clear: columns set to NULL when the row itself stays. term: the kind of data in `app.retention_terms`
    that says how long it stays at most. through: (column, table) of the personal row that this one hangs on, for tables
    that name nobody themselves.
    """

    column: str
    export: Section | None
    erase: Erase
    hide: tuple[str, ...] = ()
    clear: tuple[str, ...] = ()
    term: str = ""
    because: str = ""
    through: str = ""


def personal(
    column: str,
    *,
    export: Section | None,
    erase: Erase,
    hide: tuple[str, ...] = (),
    clear: tuple[str, ...] = (),
    term: str = "",
    because: str = "",
    through: str = "",
) -> dict[str, Any]:
    """The table info of a model whose `column` holds a user's id; join several, and `rows_of`, with `|`.

    `through`, for a row that names nobody but hangs on one that does: that table ("library.collections"), which
    `column` refers to.

    Raises ValueError where a reason or a term is missing.
    """
    if export is None and not because:
        raise ValueError(f"{column}: say why no export has it")
    if erase in {Erase.KEEP, Erase.PSEUDONYMISE} and not term:
        raise ValueError(f"{column}: name the term for which it is kept")
    return {PREFIX + column: Personal(column, export, erase, hide, clear, term, because, through)}


def impersonal(column: str, because: str) -> dict[str, Any]:
    """The table info of a model whose `column` sounds like a person's and is none."""
    return {PREFIX + column: because}


def declarations(table: Table) -> Iterator[Personal]:
    """What a table declares, in the order of its columns."""
    for column in table.columns:
        declared = table.info.get(PREFIX + column.name)
        if isinstance(declared, Personal):
            yield declared


def personal_tables(metadata: MetaData) -> Mapping[Table, tuple[Personal, ...]]:
    """Every table that declares something, parents before the tables that refer to them."""
    found = {table: tuple(declarations(table)) for table in metadata.sorted_tables}
    return {table: declared for table, declared in found.items() if declared}


def undeclared(metadata: MetaData) -> list[str]:
    """What is missing or wrong, a sentence each; empty when every table says what becomes of its people."""
    return [fault for table in metadata.sorted_tables for fault in faults_of(table)]


def faults_of(table: Table) -> Iterator[str]:
    for name in (key.removeprefix(PREFIX) for key in table.info if key.startswith(PREFIX)):
        if name not in table.columns:
            yield f"{table.fullname}: declares {name}, which is no column"
    for column in table.columns:
        keys = [key for key in column.foreign_keys if key.target_fullname == USERS]
        declared = table.info.get(PREFIX + column.name)
        where = f"{table.fullname}.{column.name}"
        if declared is None:
            sounds = isinstance(column.type, Uuid) and not column.foreign_keys and sounds_personal(column.name)
            if keys or sounds:
                yield f"{where}: refers to a person, but the table does not say what export and erasure do with it"
            continue
        if isinstance(declared, str):
            if keys:
                yield f"{where}: is said to be nobody's, but refers to users"
            continue
        for name in (*declared.hide, *declared.clear):
            if name not in table.columns:
                yield f"{where}: names {name}, which is no column"
            elif name in declared.clear and not table.columns[name].nullable:
                yield f"{where}: is to clear {name}, which may not be null"
        if declared.through:
            if not any(key.target_fullname == f"{declared.through}.id" for key in column.foreign_keys):
                yield f"{where}: does not refer to {declared.through}"
            continue
        on_delete = (keys[0].ondelete or "").lower() if keys else None
        with_key = {Erase.CASCADE: "cascade", Erase.SET_NULL: "set null"}
        if keys and with_key.get(declared.erase) != on_delete:
            yield f"{where}: declares {declared.erase}, but its key says {on_delete or 'no action'} on delete"
        if not keys and declared.erase in with_key and table.fullname != "app.users":
            yield f"{where}: declares {declared.erase}, but has no key to users that would do it"


def sounds_personal(column: str) -> bool:
    """Whether a column's name says that it holds a person's id."""
    return column.endswith("_by") or column.removesuffix("_id") in NAMES_OF_PEOPLE


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What is kept about people outside the tables of the models, declared beside whoever keeps it.

    hold: a query that locks the rows which jobs add to, so that nothing is added any more. erase: statements that take
    out all of one person's. export: a query whose rows an export has, in `section`. passages: a query for ids and texts
    of passages in the index that are to go, with what models made of the texts. files: a query for keys of objects in
    the storage that are to go, and that an export has in `section`. Parameters: user and pseudonym (ids as text), name,
    and email. Statements are run for all readers' rows, before the tables themselves are dealt with.
    """

    name: str
    hold: str = ""
    erase: tuple[str, ...] = ()
    export: str = ""
    section: Section | None = None
    passages: str = ""
    files: str = ""


ELSEWHERE: dict[str, Elsewhere] = {}


def elsewhere(name: str, **what: Any) -> None:
    """Declare an `Elsewhere`; the same name again replaces it."""
    ELSEWHERE[name] = Elsewhere(name, **what)

"""No way round what fits a reader: every query goes through the one condition, and for the reader it is for."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table

from fumetto.entry.models import METADATA
from fumetto.kernel.db.base import Base
from fumetto.kernel.db.rowsecurity import FITTING, REVEALED
from fumetto.library.catalogue.fitting import OF, fitting
from fumetto.people.public import Fits
from tests.architecture.fitting_exceptions import ELSEWHERE, FOR_NOBODY, IN_SQL
from tests.architecture.horizon_rules import called, in_strings

SOURCE = Path(__file__).resolve().parents[2] / "src" / "fumetto"
NARROWED = {table.name for table in METADATA.tables.values() if FITTING in table.info}
CLASSES = {mapper.class_ for mapper in Base.registry.mappers}
NAMES = {one.__name__ for one in CLASSES if one.__table__.name in NARROWED}
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.name != "models.py")
SPEAK = ("library", "companion")
"""Contexts that speak of what may not fit."""


def relative(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def raw(source: str) -> list[int]:
    """Lines with SQL text on a narrowed table, or with its table instead of its class: the condition is put on mapped
    classes only."""
    tree = ast.parse(source)
    tables = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "__table__"
        and isinstance(node.value, ast.Name)
        and node.value.id in NAMES
    ]
    return sorted([*tables, *(line for line, _ in in_strings(tree, NARROWED))])


def for_nobody(source: str) -> list[int]:
    """Lines that begin a transaction or ask a question for no reader."""
    return sorted(node.lineno for node in begun(ast.parse(source)) if not says_for_whom(node))


def begun(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called(node) in BEGINNING:
            of = node.func.value
            name = of.attr if isinstance(of, ast.Attribute) else of.id if isinstance(of, ast.Name) else called_of(of)
            if name.lstrip("_") in {"database", "database_of", "db"}:
                yield node


BEGINNING = {"read", "write", "ask"}


def called_of(node: ast.AST) -> str:
    return called(node) if isinstance(node, ast.Call) else ""


def says_for_whom(node: ast.Call) -> bool:
    named = any(keyword.arg == "reader" for keyword in node.keywords)
    return named or (called(node) != "ask" and bool(node.args))


def found_by(look: object, but: Collection[str]) -> dict[str, list[int]]:
    sources = {relative(path): path.read_text("utf-8") for path in MODULES if relative(path).startswith(SPEAK)}
    found = {name: look(source) for name, source in sources.items() if name not in but}  # type: ignore[operator]
    return {name: lines for name, lines in found.items() if lines}


def test_reading_code_asks_by_mapped_classes_alone() -> None:
    assert found_by(raw, but=IN_SQL) == {}


def test_nobody_asks_for_no_reader() -> None:
    assert found_by(for_nobody, but=FOR_NOBODY) == {}


@pytest.mark.parametrize("path", sorted(IN_SQL))
def test_every_exception_for_sql_is_one(path: str) -> None:
    assert IN_SQL[path]
    assert raw((SOURCE / path).read_text("utf-8"))


@pytest.mark.parametrize("path", sorted(FOR_NOBODY))
def test_every_exception_for_nobody_is_one(path: str) -> None:
    assert FOR_NOBODY[path]
    assert for_nobody((SOURCE / path).read_text("utf-8"))


def test_first_wall_can_tell_of_every_table_that_the_second_guards() -> None:
    for model in CLASSES:
        if model.__table__.name in NARROWED:
            assert str(fitting(model, model, Fits())) != ""


def test_every_table_that_hangs_on_a_series_is_behind_both_walls_or_says_why_not() -> None:
    hanging = {table.fullname for table in METADATA.tables.values() if hangs(table)}
    guarded = {table.fullname for table in METADATA.tables.values() if {FITTING, REVEALED} & table.info.keys()}
    assert hanging - guarded == set(ELSEWHERE)


def hangs(table: Table) -> bool:
    return any(key.target_fullname.rpartition(".")[0] in OF for key in table.foreign_keys)


def test_a_query_that_goes_round_it_would_be_found() -> None:
    assert raw("Q = text('SELECT id FROM library.series')") == [1]
    assert raw("async def f(session):\n    await session.execute(select(Episode.__table__))") == [2]
    assert for_nobody("async def f(database):\n    async with database.read() as session:\n        pass") == [2]
    assert for_nobody("async def f(self):\n    await self._database.ask(QUESTION)") == [2]
    assert for_nobody("async def f(database):\n    await database.ask(QUESTION, reader=me)") == []

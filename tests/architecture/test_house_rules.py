"""Rules of the house that no linter knows."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("house rules")  # the whole source is read once

HOME = Path(__file__).resolve().parents[2]
READS_ENVIRONMENT = {
    "companion/answering/graph.py": "tells LangGraph, which reads nothing else, to take only plain values back",
    "kernel/settings/__init__.py": "the one reader of settings",
    "entry/cli/development.py": "hands the environment on to the tools it starts",
}
LATER = re.compile(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b")


@functools.cache
def sources() -> dict[str, str]:
    """The text of every module, by its path."""
    return {
        path.relative_to(HOME / "src" / "fumetto").as_posix(): path.read_text("utf-8")
        for path in sorted((HOME / "src").rglob("*.py"))
    }


@functools.cache
def trees() -> dict[str, ast.Module]:
    return {name: ast.parse(text) for name, text in sources().items()}


def environment_reads(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}:
            yield node.lineno


def ended_transactions(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"commit", "rollback"}
        ):
            yield node.lineno


def test_only_settings_reads_the_environment() -> None:
    found = {name: list(environment_reads(tree)) for name, tree in trees().items()}
    assert {name for name, lines in found.items() if lines} == READS_ENVIRONMENT.keys()


def test_every_module_says_what_it_is_for() -> None:
    told = {name for name, tree in trees().items() if ast.get_docstring(tree)}
    assert {name for name, text in sources().items() if text.strip()} - told == set()


def test_nothing_is_left_for_later_in_the_source() -> None:
    assert {name for name, text in sources().items() if LATER.search(text)} == set()


def test_services_leave_the_transaction_to_whoever_called_them() -> None:
    services = {name: tree for name, tree in trees().items() if "service" in Path(name).stem}
    assert len(services) > 10
    found = {name: list(ended_transactions(tree)) for name, tree in services.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_the_checks_bite() -> None:
    assert list(environment_reads(ast.parse("import os\nos.environ['A']\nos.getenv('B')"))) == [2, 3]
    assert list(ended_transactions(ast.parse("await session.commit()"))) == [1]
    assert LATER.search("# TODO: more")

"""Rules of the house that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
SOURCES = sorted((HOME / "src").rglob("*.py"))
READS_ENVIRONMENT = {
    "kernel/settings.py": "the one reader of settings",
    "entry/cli/development.py": "hands the environment on to the tools it starts",
}


def relative(path: Path) -> str:
    return path.relative_to(HOME / "src" / "fumetto").as_posix()


def environment_reads(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}:
            yield node.lineno


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_only_settings_reads_the_environment(path: Path) -> None:
    if relative(path) not in READS_ENVIRONMENT:
        assert list(environment_reads(ast.parse(path.read_text("utf-8")))) == []


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text)), f"{relative(path)} has no docstring"


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_nothing_is_left_for_later_in_the_source(path: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b", path.read_text("utf-8"))


@pytest.mark.parametrize("path", [path for path in SOURCES if "service" in path.stem], ids=relative)
def test_services_leave_the_transaction_to_whoever_called_them(path: Path) -> None:
    calls = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "rollback"}
    ]
    assert calls == []


def test_the_check_for_environment_reads_bites() -> None:
    assert list(environment_reads(ast.parse("import os\nos.environ['A']\nos.getenv('B')"))) == [2, 3]

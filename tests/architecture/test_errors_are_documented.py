"""Code, catalogues and docs/error-codes.md know the same errors, and no code means two things."""

from __future__ import annotations

import ast
import functools
import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

from fumetto.kernel.errors import FumettoError
from fumetto.kernel.text.catalogues import catalogue

pytestmark = pytest.mark.xdist_group("errors")  # the whole source is looked through once

HOME = Path(__file__).resolve().parents[2]
SOURCE = HOME / "src"
ROW = re.compile(r"^\| (?P<struck>~~)?`(?P<code>[a-z_0-9]+)`(?:~~)? \| (?P<status>\d{3}) \| (?P<meaning>.+) \|$")


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts)


@functools.cache
def all_errors() -> list[type[FumettoError]]:
    """Every error class of the code, from whichever module declares one."""
    for path in SOURCE.rglob("*.py"):
        if path.name == "errors.py" or error_classes_in(ast.parse(path.read_text("utf-8"))):
            importlib.import_module(module_name(path))
    found: list[type[FumettoError]] = [FumettoError]
    for kind in found:
        found += [below for below in kind.__subclasses__() if below not in found]
    return [kind for kind in found if kind.__module__.startswith("fumetto.")]


def documented() -> dict[str, int]:
    rows = [match for line in documentation().splitlines() if (match := ROW.match(line))]
    return {row["code"]: int(row["status"]) for row in rows if not row["struck"]}


def documentation() -> str:
    return (HOME / "docs" / "error-codes.md").read_text("utf-8")


def error_classes_in(tree: ast.AST) -> list[str]:
    """Names of classes with a base that set a `code`."""
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.bases and any(sets_code(line) for line in node.body)
    ]


def sets_code(line: ast.stmt) -> bool:
    targets = line.targets if isinstance(line, ast.Assign) else [line.target] if isinstance(line, ast.AnnAssign) else []
    return any(isinstance(target, ast.Name) and target.id == "code" for target in targets) and bool(
        isinstance(line, ast.Assign | ast.AnnAssign) and isinstance(line.value, ast.Constant)
    )


def is_its_parents(kind: type[FumettoError]) -> bool:
    """Whether the code is that of a more general error, which this one is a case of."""
    return any(vars(parent).get("code") == kind.code for parent in kind.__mro__[1:])


def test_every_error_code_belongs_to_one_error() -> None:
    counted = Counter(kind.code for kind in all_errors() if "code" in vars(kind) and not is_its_parents(kind))
    assert [code for code, times in counted.items() if times > 1] == []


def test_every_error_says_its_own_code() -> None:
    abstract = {"fumetto.kernel.errors"}
    nameless = [
        kind.__qualname__ for kind in all_errors() if "code" not in vars(kind) and kind.__module__ not in abstract
    ]
    assert nameless == []


def test_every_error_is_documented_with_the_status_that_it_has() -> None:
    assert {kind.code: kind.status for kind in all_errors()} == documented()


def test_every_error_has_a_text_and_every_text_an_error() -> None:
    texts = {key.removeprefix("errors.") for key in catalogue("en") if key.startswith("errors.")}
    assert texts == {kind.code for kind in all_errors()}


def test_no_code_is_documented_twice() -> None:
    codes = [match["code"] for line in documentation().splitlines() if (match := ROW.match(line))]
    assert [code for code, times in Counter(codes).items() if times > 1] == []


def test_every_row_of_the_documentation_is_in_the_form_that_is_checked() -> None:
    lines = [line for line in documentation().splitlines() if line.startswith("|")][2:]
    assert [line for line in lines if not ROW.match(line)] == []


def test_the_search_for_error_classes_bites() -> None:
    source = """
class Lost(NotFound):
    code = 'lost'
class Gone(Lost):
    code: ClassVar[str] = 'gone'
class Row(Base):
    code: str
"""
    assert error_classes_in(ast.parse(source)) == ["Lost", "Gone"]

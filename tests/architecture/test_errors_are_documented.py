"""Code, catalogues and docs/error-codes.md know the same errors, and no code means two things."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from pathlib import Path

from fumetto.kernel.errors import FumettoError
from fumetto.kernel.text.catalogues import catalogue

HOME = Path(__file__).resolve().parents[2]
SOURCE = HOME / "src"
ROW = re.compile(r"^\| (?P<struck>~~)?`(?P<code>[a-z_0-9]+)`(?:~~)? \| (?P<status>\d{3}) \| (?P<meaning>.+) \|$")


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts)


def all_errors() -> list[type[FumettoError]]:
    """Every error class of the code. Only modules named errors.py are imported: the test below sees to the rest."""
    for path in SOURCE.rglob("errors.py"):
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
    """Names of classes that set a `code` and a base that looks like an error of ours."""
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(
            isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name) and line.targets[0].id == "code"
            for line in node.body
        )
        and node.bases
    ]


def test_every_error_code_belongs_to_one_error() -> None:
    counted = Counter(kind.code for kind in all_errors() if "code" in vars(kind))
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


def test_errors_are_declared_in_modules_that_are_named_for_them() -> None:
    elsewhere = {
        module_name(path): found
        for path in SOURCE.rglob("*.py")
        if path.name != "errors.py" and (found := error_classes_in(ast.parse(path.read_text("utf-8"))))
    }
    assert elsewhere == {}


def test_the_search_for_error_classes_bites() -> None:
    assert error_classes_in(ast.parse("class Lost(NotFound):\n    code = 'lost'\nclass Plain:\n    x = 1")) == ["Lost"]

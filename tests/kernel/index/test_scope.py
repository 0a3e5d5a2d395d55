"""Scopes come from few, and cannot be made by hand."""

from __future__ import annotations

import ast
import uuid
from pathlib import Path

import pytest

from fumetto.kernel.index import EVERYTHING, Scope, register_scope_factory
from tests.kernel.index import builders as builders

HOME = Path(__file__).resolve().parents[3]
SOURCE = HOME / "src" / "fumetto"
MAKERS = {"documents/collections/scope.py", "library/reading/horizon.py", "kernel/index/documents.py"}
"""Who may make scopes, each from what it knows of the reader. Adding a module here is a decision about security."""


def calls_of(tree: ast.AST, name: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name
    ]


def test_only_listed_modules_may_make_scopes() -> None:
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if calls_of(ast.parse(path.read_text("utf-8")), "register_scope_factory")
    }
    assert found == MAKERS


def test_nobody_but_the_index_constructs_a_scope_or_names_its_tables() -> None:
    others = [path for path in SOURCE.rglob("*.py") if "kernel/index" not in path.as_posix()]
    texts = {path.relative_to(SOURCE).as_posix(): path.read_text("utf-8") for path in others}
    assert [name for name, text in texts.items() if calls_of(ast.parse(text), "Scope")] == []
    assert [name for name, text in texts.items() if "rag.space" in text or "index.scope" in text] == []


def test_the_search_for_makers_bites() -> None:
    assert calls_of(ast.parse("make = index.register_scope_factory('x')"), "register_scope_factory") == [1]


def test_scope_cannot_be_made_by_hand() -> None:
    with pytest.raises(TypeError):
        Scope({uuid.UUID(int=1): EVERYTHING}, token=object())


def test_factory_of_a_name_is_given_out_once() -> None:
    with pytest.raises(ValueError, match="tests"):
        register_scope_factory("tests")

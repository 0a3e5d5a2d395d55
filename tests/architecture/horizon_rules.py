"""What the architecture tests look for in a module: ways round the horizon, found in its syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

ASKING = {"execute", "scalars", "scalar"}
"""The methods of what `revealed(session, horizon)` returns."""

MAKERS = {"Horizon", "Horizons"}
ALL_SEEING = {"EVERY_READER", "everybody"}


@dataclass(frozen=True)
class Finding:
    line: int
    what: str


def ways_round(source: str, models: Collection[str], tables: Collection[str]) -> list[Finding]:
    """Where a module names a revealing model or table other than in what it asks `revealed(...)`, by line.

    models: names of mapped classes. tables: names of their tables, without the schema. Annotations do not count, nor
    do statements and conditions kept in a local variable that goes nowhere but into such a question.
    """
    tree = ast.parse(source)
    names = set(models) | {alias for alias, name in imported(tree) if name in models}
    found = [Finding(node.lineno, f"{spelled(node)} without a horizon") for node in unasked(tree, names)]
    found += [Finding(line, f"{table} in SQL") for line, table in in_strings(tree, tables)]
    return sorted(found, key=lambda one: one.line)


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((one.asname or one.name, one.name) for one in node.names)


def spelled(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "it")


def unasked(tree: ast.Module, names: set[str]) -> Iterator[ast.expr]:
    """Mentions of the names, or of variables made of them, outside a question to `revealed(...)`."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inner = {id(node) for function in functions for part in function.body for node in ast.walk(part)}
    outside = [node for node in mentions(tree, names, set(), set()) if id(node) not in inner]
    yield from outside
    nested = {id(node) for one in functions for part in one.body for node in ast.walk(part) if node in functions}
    for function in functions:
        if id(function) not in nested:
            yield from unasked_in(function, names)


def unasked_in(function: ast.AST, names: set[str]) -> Iterator[ast.expr]:
    asked = {one.arg for one in ast.walk(function) if isinstance(one, ast.arg) and is_named(one.annotation, "Revealed")}
    made: set[str] = set()
    before = -1
    assignments = [node for node in ast.walk(function) if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)]
    while before != len(asked) + len(made):
        before = len(asked) + len(made)
        for node in assignments:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if node.value is None or not all(isinstance(target, ast.Name) for target in targets):
                continue
            named = {target.id for target in targets if isinstance(target, ast.Name)}
            if is_revealed(node.value, asked):
                asked |= named
            elif any(True for _ in mentions(node.value, names, asked, made)):
                made |= named
    body = function.body if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) else []
    kept = {id(part) for node in assignments if into(node) & made for part in ast.walk(node)}
    for statement in body:
        yield from (node for node in mentions(statement, names, asked, made) if id(node) not in kept)


def is_named(annotation: ast.expr | None, name: str) -> bool:
    return isinstance(annotation, ast.Name) and annotation.id == name


def into(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    plain = all(isinstance(target, ast.Name) for target in targets)
    return {target.id for target in targets if isinstance(target, ast.Name)} if plain else set()


def is_revealed(node: ast.expr, asked: set[str]) -> bool:
    """Whether an expression is what `revealed(...)` returned."""
    if isinstance(node, ast.Name):
        return node.id in asked
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "revealed"


def asks_revealed(node: ast.AST, asked: set[str]) -> bool:
    """Whether it is a question to something revealed, or goes to a function with nothing else to ask first."""
    if not isinstance(node, ast.Call):
        return False
    method = node.func
    if isinstance(method, ast.Attribute):
        return method.attr in ASKING and is_revealed(method.value, asked)
    return bool(node.args) and is_revealed(node.args[0], asked)


def mentions(node: ast.AST, names: set[str], asked: set[str], made: set[str]) -> Iterator[ast.expr]:
    """Expressions that name one of `names` or `made`; those in a question to something revealed are left out."""
    if asks_revealed(node, asked):
        return
    variable = isinstance(node, ast.Name) and node.id in made and isinstance(node.ctx, ast.Load)
    if variable or (isinstance(node, ast.Name | ast.Attribute) and spelled(node) in names):
        yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from mentions(child, names, asked, made)


def in_strings(tree: ast.Module, tables: Collection[str]) -> Iterator[tuple[int, str]]:
    """Revealing tables that SQL in a string names; docstrings do not count."""
    words = "|".join(sorted(tables))
    pattern = re.compile(rf"\blibrary\.({words})\b|\b(?:from|join|into|update)\s+({words})\b", re.IGNORECASE)
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield from ((node.lineno, match[1] or match[2]) for match in pattern.finditer(node.value))


def forged_horizons(source: str) -> list[Finding]:
    """Where a module makes a horizon itself, or takes what only `horizon.py` makes them with."""
    found = []
    for node in ast.walk(ast.parse(source)):
        taken = isinstance(node, ast.ImportFrom) and any(one.name == "_MAKER" for one in node.names)
        if isinstance(node, ast.Call) and called(node) in MAKERS:
            found.append(Finding(node.lineno, f"{called(node)}() is made by reading.horizon only"))
        elif taken or (isinstance(node, ast.Attribute) and node.attr == "_MAKER"):
            found.append(Finding(getattr(node, "lineno", 0), "_MAKER is nobody else's"))
    return found


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def sees_all(source: str) -> list[Finding]:
    """Where a module sees every reader's rows: by EVERY_READER, within `everybody`, or by setting who reads itself."""
    found = []
    for node in ast.walk(ast.parse(source)):
        named = isinstance(node, ast.Name | ast.Attribute) and spelled(node) == "EVERY_READER"
        taken = isinstance(node, ast.ImportFrom) and any(one.name in ALL_SEEING for one in node.names)
        setting = isinstance(node, ast.Constant) and isinstance(node.value, str) and "fumetto.reader" in node.value
        starred = isinstance(node, ast.Call) and called(node) in {"read", "write"} and "*" in literals(node)
        if named or taken or setting or starred:
            found.append(Finding(getattr(node, "lineno", 0), "every reader's rows"))
    return found


def literals(node: ast.Call) -> list[object]:
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    return [value.value for value in values if isinstance(value, ast.Constant)]

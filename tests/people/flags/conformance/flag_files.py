"""The suites' flags as ours."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fumetto.people.flags.board import Board
from fumetto.people.flags.kinds import FlagKind
from fumetto.people.flags.rules.flags import Flag

HERE = Path(__file__).parent
KINDS = {bool: FlagKind.BOOLEAN, str: FlagKind.STRING, int: FlagKind.NUMBER, float: FlagKind.NUMBER}
IS_BALLMER = {"==": [{"var": "email"}, "ballmer@macrosoft.com"]}
EXPRESSIONS: dict[str, dict[str, Any]] = {
    "email == 'ballmer@macrosoft.com' ? 'zero' : ''": {"if": [IS_BALLMER, "zero", None]},
    "!customer && email == 'ballmer@macrosoft.com' && age > 10 ? 'internal' : ''": {
        "if": [{"and": [{"!": [{"var": "customer"}]}, IS_BALLMER, {">": [{"var": "age"}, 10]}]}, "internal", None]
    },
}
CONTEXT_AWARE: dict[str, Any] = {
    "variants": {"internal": "INTERNAL", "external": "EXTERNAL"},
    "defaultVariant": "external",
    "targeting": {
        "if": [
            {
                "and": [
                    {"==": [{"var": "fn"}, "Sulisław"]},
                    {"==": [{"var": "ln"}, "Świętopełk"]},
                    {"==": [{"var": "age"}, 29]},
                    {"==": [{"var": "customer"}, False]},
                ]
            },
            "internal",
            "external",
        ]
    },
}


def flag(name: str, said: dict[str, Any]) -> Flag:
    value = next(iter(said["variants"].values()))
    targeting = EXPRESSIONS[said["contextEvaluator"]] if "contextEvaluator" in said else said.get("targeting")
    return Flag(
        name,
        KINDS.get(type(value), FlagKind.OBJECT),
        said.get("state", "ENABLED") == "ENABLED" and not said.get("disabled", False),
        said["variants"],
        said.get("defaultVariant"),
        targeting,
        metadata=said.get("metadata") or said.get("flagMetadata") or {},
    )


def board_with(flags: Iterable[Flag]) -> Board:
    board = Board()
    board.put(flags)
    return board


def openfeature_flags() -> list[Flag]:
    """Those of the specification; its expressions are CEL, of which there are two, written here as JsonLogic. The flag
    `context-aware` is named by a suite and in no file."""
    said = json.loads((HERE / "openfeature" / "test-flags.json").read_text("utf-8"))
    return [flag(name, one) for name, one in {**said, "context-aware": CONTEXT_AWARE}.items()]


def flagd_flags() -> list[Flag]:
    said = json.loads((HERE / "flagd" / "testkit-flags.json").read_text("utf-8"))
    shared = [Flag(name, FlagKind.RULE, targeting=rule) for name, rule in said["$evaluators"].items()]
    return [*(flag(name, one) for name, one in said["flags"].items()), *shared]

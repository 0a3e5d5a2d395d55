"""YAML whose every value knows its line, so that what is wrong with a file can be said where it stands.

Read from the stream of events and not by the recursive composer: a file of a million brackets is refused, not a crash.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

DEEPEST: Final = 12
MOST_VALUES: Final = 400_000

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Final = yaml.SafeLoader("")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file. `kind` chooses the words of `errors.world_file_invalid`; `name`, `other` fill them."""

    file: str
    line: int
    kind: str
    name: str = ""
    other: str = ""


class Unreadable(Exception):
    """The text is no YAML that is taken, for the reason in `problem`."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)


@dataclass(slots=True)
class Value:
    """A scalar (str, int, float, bool, None), a list of values, or a mapping of keys to values, and its line from 1."""

    content: Any
    line: int
    keys: dict[str, int] = field(default_factory=dict)


def load(data: bytes, file: str) -> Value:
    """The one document in `data`. Raises Unreadable."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(Problem(file, line, "encoding")) from None
    return load_text(text, file)


def load_text(text: str, file: str, first_line: int = 1) -> Value:
    """The same of a text that begins on line `first_line` of the file. Raises Unreadable."""
    try:
        return _build(yaml.parse(text, Loader=_LOADER), file, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        raise Unreadable(Problem(file, line, "syntax", str(error.problem or error.context or ""))) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + first_line
        raise Unreadable(Problem(file, line, "character", f"U+{int(error.character or 0):04X}")) from None
    except yaml.YAMLError as error:
        raise Unreadable(Problem(file, first_line, "syntax", str(error)[:200])) from None


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    value: Value
    key: str | None = None
    key_line: int = 0


def _build(events: Iterator[yaml.Event], file: str, first_line: int) -> Value:
    above: list[_Open] = []
    root: Value | None = None
    count = documents = 0
    for event in events:
        mark = event.start_mark
        line = (mark.line if mark else 0) + first_line
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise Unreadable(Problem(file, line, "documents"))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(Problem(file, line, "anchor"))
        if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            above.pop()
        if not isinstance(event, (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            continue
        count += 1
        if count > MOST_VALUES:
            raise Unreadable(Problem(file, line, "too_many", other=str(MOST_VALUES)))
        made = _value(event, line, file)
        if above:
            _put(above[-1], made, file)
        else:
            root = made
        if not isinstance(event, yaml.ScalarEvent):
            above.append(_Open(made))
            if len(above) > DEEPEST:
                raise Unreadable(Problem(file, line, "too_deep", other=str(DEEPEST)))
    return root or Value(None, first_line)


def _put(parent: _Open, made: Value, file: str) -> None:
    content = parent.value.content
    if isinstance(content, list):
        content.append(made)
    elif parent.key is None:
        if isinstance(made.content, (list, dict)):
            raise Unreadable(Problem(file, made.line, "key"))
        key = "" if made.content is None else str(made.content)
        if key in content:
            raise Unreadable(Problem(file, made.line, "twice", key, str(parent.value.keys[key])))
        parent.key, parent.value.keys[key] = key, made.line
    else:
        content[parent.key] = made
        parent.key = None


def _value(event: Any, line: int, file: str) -> Value:
    if isinstance(event, yaml.SequenceStartEvent):
        return Value([], line)
    if isinstance(event, yaml.MappingStartEvent):
        return Value({}, line)
    text: str = event.value
    tag = event.tag or str(_RESOLVER.resolve(yaml.ScalarNode, text, event.implicit))  # type: ignore[no-untyped-call]  # PyYAML's types lack it
    name = tag.removeprefix("tag:yaml.org,2002:")
    try:
        if name == "null":
            return Value(None, line)
        if name == "bool":
            return Value(text.lower() in {"true", "yes", "on"}, line)
        if name == "int" and len(text) <= 20:
            return Value(int(text.replace("_", ""), 0 if text.lower().startswith(("0x", "0o", "0b")) else 10), line)
        if name == "float" and len(text) <= 40:
            return Value(float(text.replace("_", "")), line)
    except ValueError:  # such as the sexagesimal 12:30 or .inf
        return Value(text, line)
    if name not in {"str", "int", "float", "timestamp", "merge", "value"}:
        raise Unreadable(Problem(file, line, "tag", tag[:80]))
    return Value(text, line)

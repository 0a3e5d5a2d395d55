"""JSON (RFC 8259) read with the line that every value begins on, so that an error can say where it is. Pure."""

from __future__ import annotations

import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # real, though the stub lacks it
from typing import Any, Final

DEEPEST: Final = 16
LONGEST_NUMBER: Final = 64
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORDS: Final = {"true": True, "false": False, "null": None}

Path = tuple[str | int, ...]
"""Where a value is: keys and indexes from the top."""


class NotJson(ValueError):
    """`line` counts from 1; `path` is where, as far as it was read."""

    def __init__(self, line: int, path: Path, reason: str) -> None:
        super().__init__(reason)
        self.line, self.path, self.reason = line, path, reason


class Located:
    """A JSON text that was read: `value`, and with `line_of` the line on which the value at a path begins."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: dict[Path, int] = {}
        self.value, end = self._read(0, (), 0)
        end = self._skip(end)
        if end < len(text):
            raise self._wrong(end, (), "there is more after its end")

    def line_of(self, path: Path) -> int:
        """The line of the value at a path, or of the nearest thing around it that there is."""
        while path and path not in self._starts:
            path = path[:-1]
        return self._line(self._starts.get(path, 0))

    def _line(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1

    def _wrong(self, at: int, path: Path, reason: str) -> NotJson:
        return NotJson(self._line(min(at, len(self._text))), path, reason)

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _read(self, at: int, path: Path, depth: int) -> tuple[Any, int]:
        at = self._skip(at)
        self._starts[path] = at
        if depth > DEEPEST:
            raise self._wrong(at, path, "it is nested too deeply")
        start = self._text[at : at + 1]
        if start == "{":
            return self._read_object(at + 1, path, depth)
        if start == "[":
            return self._read_array(at + 1, path, depth)
        if start == '"':
            return self._read_text(at, path)
        if number := _NUMBER.match(self._text, at):
            return self._number(number, path), number.end()
        for word, value in _WORDS.items():
            if self._text.startswith(word, at):
                return value, at + len(word)
        raise self._wrong(at, path, "a value is expected here" if start else "it ends too early")

    def _number(self, found: re.Match[str], path: Path) -> int | float:
        text = found[0]
        if len(text) > LONGEST_NUMBER:
            raise self._wrong(found.start(), path, "the number is too long")
        return float(text) if any(letter in text for letter in ".eE") else int(text)

    def _read_text(self, at: int, path: Path) -> tuple[str, int]:
        try:
            text, end = scanstring(self._text, at + 1, True)
        except ValueError as error:
            raise self._wrong(at, path, f"the text is broken: {getattr(error, 'msg', error)}") from None
        if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in text):
            raise self._wrong(at, path, "the text holds NUL or half a character")
        return text, end

    def _read_object(self, at: int, path: Path, depth: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        at = self._skip(at)
        if self._text[at : at + 1] == "}":
            return found, at + 1
        while True:
            at = self._skip(at)
            if self._text[at : at + 1] != '"':
                raise self._wrong(at, path, 'a key in "quotes" is expected here')
            key_at = at
            key, at = self._read_text(at, path)
            if key in found:
                raise self._wrong(key_at, (*path, key), "the key is given twice")
            at = self._skip(at)
            if self._text[at : at + 1] != ":":
                raise self._wrong(at, (*path, key), "a colon is expected here")
            found[key], at = self._read(at + 1, (*path, key), depth + 1)
            self._starts[(*path, key)] = key_at  # the key's line, for a value that is a long object
            at = self._skip(at)
            sign = self._text[at : at + 1]
            at += 1
            if sign == "}":
                return found, at
            if sign != ",":
                raise self._wrong(at - 1, (*path, key), "a comma or } is expected here")

    def _read_array(self, at: int, path: Path, depth: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self._skip(at)
        if self._text[at : at + 1] == "]":
            return found, at + 1
        while True:
            here = (*path, len(found))
            value, at = self._read(at, here, depth + 1)
            found.append(value)
            at = self._skip(at)
            sign = self._text[at : at + 1]
            at += 1
            if sign == "]":
                return found, at
            if sign != ",":
                raise self._wrong(at - 1, here, "a comma or ] is expected here")


def shown(path: Path) -> str:
    """A path as JSON Path writes it, and the validator that goes with the schema: `$.balloons[2].panel`, from 0."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)

#!/usr/bin/env python3
"""Check page sidecars: `python3 validate.py FOLDER_OR_FILE… [--images FOLDER] [--strict]`.

Needs Python 3.10 and nothing else. Every finding is one line, `file:line: $.path: what is wrong`. An *error* makes the
file unusable; a *hint* is something to look at again. Ends with 0 when all is well, 1 with errors (with --strict also
with hints), 2 when there was nothing to check.

The rules are those of page-sidecar-1.schema.json and the two it cannot say: a box ends inside the page, and a balloon's
panel is listed. Tests keep the two together.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Path_ = tuple[str | int, ...]

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
IMAGES = {".avif", ".bmp", ".gif", ".heic", ".jp2", ".jpeg", ".jpg", ".jxl", ".png", ".tif", ".tiff", ".webp"}
KINDS = ("speech", "thought", "caption", "sound", "title", "credit")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
MOOD = re.compile(r"[^A-Z\s]+( [^A-Z\s]+)*")
ROUNDING = 0.001  # of the page by which a box may stick out, so that rounded numbers are no error
NEAR = 0.08  # of the page between a balloon's middle and its panel before it is worth a hint
OVERLAP = 0.1  # of the smaller panel, the same


# Reading JSON so that every value knows its line


class Unreadable(Exception):
    """Not JSON; `offset` is where it stops being it."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class Reader:
    """Parses JSON strictly; `offsets` tells where each value (for a member of an object, its key) begins."""

    SPACE = re.compile(r"[ \t\n\r]*")
    NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
    WORDS = (("true", True), ("false", False), ("null", None))

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.offsets: dict[Path_, int] = {}
        self.repeated: list[Path_] = []

    def read(self) -> Any:
        value = self._value(())
        if self._peek():
            raise Unreadable("there is something after the end", self.at)
        return value

    def _peek(self) -> str:
        match = self.SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def _take(self, wanted: str) -> None:
        if self._peek() != wanted:
            found = repr(self._peek()) if self._peek() else "the end"
            raise Unreadable(f"{wanted!r} is expected here, not {found}", self.at)
        self.at += 1

    def _value(self, path: Path_) -> Any:
        character = self._peek()
        self.offsets.setdefault(path, self.at)
        if len(path) > MAX_DEPTH:
            raise Unreadable("nested too deeply", self.at)
        if character == "{":
            return self._object(path)
        if character == "[":
            return self._array(path)
        if character == '"':
            return self._string()
        for word, value in self.WORDS:
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        number = self.NUMBER.match(self.text, self.at)
        if number is None:
            raise Unreadable("a value is expected here" if character else "the file ends too early", self.at)
        self.at = number.end()
        return float(number[0]) if number[1] or number[2] else int(number[0][:300])

    def _string(self) -> str:
        try:
            value, self.at = json.decoder.scanstring(self.text, self.at + 1, True)  # type: ignore[attr-defined]
        except json.JSONDecodeError as problem:
            raise Unreadable(problem.msg, problem.pos) from None
        return str(value)

    def _object(self, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        self._take("{")
        while self._peek() != "}":
            if result:
                self._take(",")
            if self._peek() != '"':
                raise Unreadable("a key in double quotes is expected here", self.at)
            start = self.at
            key = self._string()
            if key in result:
                self.repeated.append((*path, key))
            self.offsets[(*path, key)] = start
            self._take(":")
            result[key] = self._value((*path, key))
        self.at += 1
        return result

    def _array(self, path: Path_) -> list[Any]:
        result: list[Any] = []
        self._take("[")
        while self._peek() != "]":
            if result:
                self._take(",")
            result.append(self._value((*path, len(result))))
        self.at += 1
        return result


# The rules


@dataclass(frozen=True)
class Finding:
    """What is wrong with a value. A hint never makes a sidecar unusable."""

    path: Path_
    message: str
    hint: bool = False


def check(document: Any) -> Iterator[Finding]:
    """Everything wrong with a sidecar that has been read as JSON."""
    if not isinstance(document, dict):
        yield Finding((), "a sidecar is an object, { … }")
        return
    keys = ("$schema", "version", "language", "description", "mood_tags", "characters", "panels", "balloons")
    yield from _keys(document, (), keys, required="version")
    if "version" in document and (isinstance(document["version"], bool) or document["version"] != 1):
        yield Finding(("version",), "must be 1")
    if "$schema" in document:
        yield from _text(document["$schema"], ("$schema",), 500, blank=True)
    if "language" in document:
        yield from _language(document["language"])
    if "description" in document:
        yield from _text(document["description"], ("description",), 10_000)
    yield from _moods(document)
    for name, most, rule in (("characters", 200, _character), ("panels", 100, _panel), ("balloons", 1000, _balloon)):
        items = document.get(name, [])
        if not isinstance(items, list):
            yield Finding((name,), "must be a list, [ … ]")
            continue
        if len(items) > most:
            yield Finding((name,), f"has {len(items)} entries; {most} are the most")
        for index, item in enumerate(items):
            if isinstance(item, dict):
                yield from rule(item, (name, index))
            else:
                yield Finding((name, index), "must be an object, { … }")


def _keys(value: dict[str, Any], path: Path_, known: tuple[str, ...], required: str) -> Iterator[Finding]:
    for key in value:
        if key not in known:
            yield Finding((*path, key), f"is not a key of this format; known here: {', '.join(known)}")
    if required not in value:
        yield Finding(path, f"{required!r} is missing")


def _text(value: Any, path: Path_, most: int, *, blank: bool = False) -> Iterator[Finding]:
    if not isinstance(value, str):
        yield Finding(path, "must be text in double quotes")
    elif len(value) > most:
        yield Finding(path, f"has {len(value)} characters; {most} are the most")
    elif not blank and not re.search(r"\S", value):
        yield Finding(path, "must not be empty; leave the key out instead")


def _language(value: Any) -> Iterator[Finding]:
    if not isinstance(value, str) or len(value) > 35 or not LANGUAGE.fullmatch(value):
        yield Finding(("language",), 'must be a language tag such as "en", "fr" or "pt-BR"')


def _moods(document: dict[str, Any]) -> Iterator[Finding]:
    moods = document.get("mood_tags", ["calm"])
    if not isinstance(moods, list) or not 1 <= len(moods) <= 8:
        yield Finding(("mood_tags",), "must be a list of one to eight words; leave the key out for none")
        return
    for index, mood in enumerate(moods):
        if not isinstance(mood, str) or len(mood) > 40 or not MOOD.fullmatch(mood):
            yield Finding(("mood_tags", index), "must be a word in lower case, at most 40 characters")
        elif mood in moods[:index]:
            yield Finding(("mood_tags", index), "is there twice")


def _character(value: dict[str, Any], path: Path_) -> Iterator[Finding]:
    yield from _keys(value, path, ("name", "aliases"), required="name")
    if "name" in value:
        yield from _text(value["name"], (*path, "name"), 200)
    aliases = value.get("aliases", [])
    if not isinstance(aliases, list):
        yield Finding((*path, "aliases"), "must be a list, [ … ]")
        return
    if len(aliases) > 100:
        yield Finding((*path, "aliases"), f"has {len(aliases)} entries; 100 are the most")
    for index, alias in enumerate(aliases):
        yield from _text(alias, (*path, "aliases", index), 200)


def _panel(value: dict[str, Any], path: Path_) -> Iterator[Finding]:
    yield from _keys(value, path, ("box", "description"), required="box")
    if "box" in value:
        yield from _box(value["box"], (*path, "box"))
    if "description" in value:
        yield from _text(value["description"], (*path, "description"), 4000)


def _balloon(value: dict[str, Any], path: Path_) -> Iterator[Finding]:
    yield from _keys(value, path, ("text", "box", "kind", "speaker", "panel"), required="text")
    if "text" in value:
        yield from _text(value["text"], (*path, "text"), 20_000)
    if "box" in value:
        yield from _box(value["box"], (*path, "box"))
    if value.get("kind", "speech") not in KINDS:
        yield Finding((*path, "kind"), f"must be one of {', '.join(KINDS)}")
    if value.get("speaker") is not None:
        yield from _text(value["speaker"], (*path, "speaker"), 200)
    panel = value.get("panel")
    if panel is not None and not (_number(panel) and panel == panel // 1 and panel >= 1):
        yield Finding((*path, "panel"), "must be the number of a panel, counted from 1, or null")


def _box(value: Any, path: Path_) -> Iterator[Finding]:
    if not isinstance(value, list) or len(value) != 4 or not all(map(_number, value)):
        yield Finding(path, "must be four numbers, [x, y, width, height], as fractions of the page")
        return
    x, y, width, height = value
    if max(value) > 1:
        yield Finding(path, "holds numbers above 1; divide pixels by the page's width or height")
    elif not (0 <= x < 1 and 0 <= y < 1):
        yield Finding(path, "begins outside the page")
    elif width <= 0 or height <= 0:
        yield Finding(path, "has no width or no height")


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# What the schema cannot say: these run only on what passed the rules


def check_sense(document: dict[str, Any]) -> Iterator[Finding]:
    """Whether the parts of a sidecar fit together, and what is worth a second look."""
    panels = [panel["box"] for panel in document.get("panels", [])]
    balloons = document.get("balloons", [])
    for name, items in (("panels", document.get("panels", [])), ("balloons", balloons)):
        for index, item in enumerate(items):
            box = item.get("box", (0, 0, 1, 1))
            if box[0] + box[2] > 1 + ROUNDING or box[1] + box[3] > 1 + ROUNDING:
                yield Finding((name, index, "box"), "ends outside the page: x + width and y + height are at most 1")
    for index, balloon in enumerate(balloons):
        if (balloon.get("panel") or 0) > len(panels):
            message = f"there is no panel {balloon['panel']}; the page has {len(panels)}"
            yield Finding(("balloons", index, "panel"), message)
    yield from _second_look(document, panels, balloons)


def _second_look(document: dict[str, Any], panels: list[Any], balloons: list[Any]) -> Iterator[Finding]:
    if "description" not in document:
        yield Finding((), "has no description", hint=True)
    for first in range(len(panels)):
        for second in range(first):
            share = _shared(panels[first], panels[second])
            if share > OVERLAP:
                message = f"covers {share:.0%} of panel {second + 1}, or the other way round: measured well?"
                yield Finding(("panels", first, "box"), message, hint=True)
    names = {name for each in document.get("characters", []) for name in (each["name"], *each.get("aliases", []))}
    last = 0
    for index, balloon in enumerate(balloons):
        path: Path_ = ("balloons", index)
        speaker, panel = balloon.get("speaker"), balloon.get("panel")
        if speaker is not None and speaker not in names:
            yield Finding((*path, "speaker"), f"{speaker!r} is not among the page's characters", hint=True)
        if balloon.get("kind") == "sound" and speaker is not None:
            yield Finding((*path, "speaker"), "a sound has no speaker", hint=True)
        if panel is None or panel > len(panels):
            continue
        if panel < last:
            yield Finding((*path, "panel"), f"comes after one of panel {last}: is this the reading order?", hint=True)
        last = max(last, int(panel))
        if "box" in balloon and _distance(balloon["box"], panels[int(panel) - 1]) > NEAR:
            yield Finding((*path, "box"), f"lies far from panel {panel}", hint=True)


def _shared(one: Any, other: Any) -> float:
    """The part of the smaller box that the two have in common."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    return float(width * height / min(one[2] * one[3], other[2] * other[3]))


def _distance(box: Any, panel: Any) -> float:
    """From the middle of a box to a panel, along the worse axis; 0 within."""
    middle = (box[0] + box[2] / 2, box[1] + box[3] / 2)
    gaps = (max(panel[axis] - middle[axis], middle[axis] - panel[axis] - panel[axis + 2]) for axis in (0, 1))
    return float(max(0.0, *gaps))


# Files


def check_file(file: Path) -> list[tuple[int, Finding]]:
    """The findings of one file, each with its line, in the order of the lines."""
    if file.stat().st_size > MAX_BYTES:
        return [(1, Finding((), f"is larger than {MAX_BYTES:,} bytes"))]
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        return [(1, Finding((), f"is not UTF-8 (byte {problem.start}); save it as UTF-8"))]
    reader = Reader(text)
    try:
        document = reader.read()
    except Unreadable as problem:
        return [(_line(text, problem.offset), Finding((), f"is not JSON: {problem}"))]
    findings = [Finding(path, "is there twice") for path in reader.repeated]
    findings += check(document)
    if not findings:
        findings += check_sense(document)
    located = [(_line(text, _offset(reader.offsets, each.path)), each) for each in findings]
    return sorted(located, key=lambda pair: pair[0])


def _offset(offsets: dict[Path_, int], path: Path_) -> int:
    while path not in offsets:
        path = path[:-1]
    return offsets[path]


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def sidecars_in(place: Path) -> list[Path]:
    """The sidecars of a folder and those below it: beside images only what is named after one, elsewhere all JSON."""
    if place.is_file():
        return [place]
    found = []
    for folder in [place, *sorted(each for each in place.rglob("*") if each.is_dir())]:
        files = sorted(each for each in folder.iterdir() if each.is_file())
        wanted = {name for each in files if each.suffix.lower() in IMAGES for name in (each.name, each.stem)}
        found += [each for each in files if each.suffix == ".json" and (not wanted or each.stem in wanted)]
    return found


def without_sidecar(images: Path, sidecars: list[Path]) -> list[Path]:
    """The images of a folder, and those below it, that no sidecar is named after."""
    stems = {each.stem for each in sidecars}
    found = sorted(each for each in images.rglob("*") if each.suffix.lower() in IMAGES)
    return [each for each in found if each.name not in stems and each.stem not in stems]


def spoken(path: Path_) -> str:
    """A path as JSON Path writes it: `$.balloons[2].box`."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description="Check page sidecars against their format.")
    parser.add_argument("places", nargs="+", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--images", type=Path, metavar="FOLDER", help="also name the images here that have no sidecar")
    parser.add_argument("--strict", action="store_true", help="count hints as errors")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file may hold what this terminal cannot show
    missing = [place for place in (*options.places, options.images) if place is not None and not place.exists()]
    if missing:
        print(f"{missing[0]}: there is no such file or folder", file=sys.stderr)
        return 2
    files = [file for place in options.places for file in sidecars_in(place)]
    errors = hints = 0
    for file in files:
        for line, finding in check_file(file):
            errors, hints = errors + (not finding.hint), hints + finding.hint
            print(f"{file}:{line}: {'hint: ' if finding.hint else ''}{spoken(finding.path)}: {finding.message}")
    if options.images is not None:
        for image in without_sidecar(options.images, files):
            hints += 1
            print(f"{image}:0: hint: has no sidecar")
    print(f"{len(files)} sidecars, {errors} errors, {hints} hints", file=sys.stderr)
    if not files:
        return 2
    return 1 if errors or (options.strict and hints) else 0


if __name__ == "__main__":
    sys.exit(main())

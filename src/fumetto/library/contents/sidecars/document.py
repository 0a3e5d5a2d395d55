"""What a sidecar says, checked as strictly as its published schema: page-sidecar-1.schema.json, beside this package.

Unknown keys, wrong types, boxes off the page and numbers of panels that are not there are errors that name the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fumetto.kernel.text.languages import language_of_code
from fumetto.library.catalogue.kinds import BalloonKind
from fumetto.library.contents.boxes import Box
from fumetto.library.contents.errors import SidecarInvalid
from fumetto.library.contents.sidecars.located import Located, NotJson, Path, shown

MAX_BYTES: Final = 1_000_000
VERSION: Final = 1
MAX_PANELS, MAX_BALLOONS, MAX_CHARACTERS, MAX_ALIASES, MAX_TAGS = 100, 1000, 200, 100, 8
MAX_DESCRIPTION, MAX_PANEL_DESCRIPTION, MAX_TEXT, MAX_NAME, MAX_TAG = 10_000, 4_000, 20_000, 200, 40
ROUNDED: Final = 0.001  # by which a box may leave the page, its numbers having been rounded
MOST_PROBLEMS: Final = 100

_TOP: Final = ("$schema", "version", "language", "description", "mood_tags", "characters", "panels", "balloons")
_LANGUAGE: Final = re.compile(r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
_TAG: Final = re.compile(r"^[^A-Z\s]+( [^A-Z\s]+)*$")


@dataclass(frozen=True, slots=True)
class SidecarCharacter:
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SidecarPanel:
    box: Box
    description: str | None = None


@dataclass(frozen=True, slots=True)
class SidecarBalloon:
    """`panel` is the number of its panel, from 1."""

    text: str
    box: Box | None
    kind: BalloonKind
    speaker: str | None
    panel: int | None


@dataclass(frozen=True, slots=True)
class Sidecar:
    """None where the file says nothing; an empty tuple where it says that there is none."""

    language: str | None
    description: str | None
    mood_tags: tuple[str, ...]
    characters: tuple[SidecarCharacter, ...] | None
    panels: tuple[SidecarPanel, ...] | None
    balloons: tuple[SidecarBalloon, ...] | None


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    key: str
    reason: str


def read_sidecar(data: bytes, file: str) -> Sidecar:
    """The sidecar that a file's bytes are. Raises SidecarInvalid for the first of its problems."""
    found, problems = check_sidecar(data)
    if found is None:
        first = problems[0]
        raise SidecarInvalid(file=file, line=first.line, key=first.key, reason=first.reason)
    return found


def check_sidecar(data: bytes) -> tuple[Sidecar | None, list[Problem]]:
    """The sidecar, or everything that is wrong with it, in the order of its lines; a hundred problems at most."""
    try:
        text = decoded(data)
        document = Located(text)
    except NotJson as error:
        return None, [Problem(error.line, shown(error.path), error.reason)]
    check = _Check(document)
    found = check.sidecar()
    if check.problems:
        return None, sorted(check.problems, key=lambda problem: problem.line)[:MOST_PROBLEMS]
    return found, []


def is_sidecar(data: bytes) -> bool:
    """Whether a JSON file beside an image means to be a sidecar: other programs keep files of that name too.

    One in UTF-16 is one, too, so that what is wrong with it is told.
    """
    head = data[:MAX_BYTES].replace(b"\0", b"")
    return any(f'"{key}"'.encode() in head for key in ("version", "panels", "balloons", "mood_tags"))


def decoded(data: bytes) -> str:
    """UTF-8, with or without a byte order mark. Raises NotJson."""
    if len(data) > MAX_BYTES:
        raise NotJson(1, (), f"the file is larger than {MAX_BYTES} bytes")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:2]:
        raise NotJson(1, (), "the file is UTF-16; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotJson(line, (), f"the file is not UTF-8 (byte {data[error.start]:#04x}); save it as UTF-8") from None


class _Check:
    """One pass over a document that notes what is wrong and goes on."""

    def __init__(self, document: Located) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def wrong(self, path: Path, reason: str) -> None:
        self.problems.append(Problem(self.document.line_of(path), shown(path), reason))

    def sidecar(self) -> Sidecar | None:
        top = self.document.value
        if not isinstance(top, dict):
            self.wrong((), f"an object is expected, not {named(top)}")
            return None
        self.keys((), top, _TOP)
        version = top.get("version")
        if "version" not in top:
            self.wrong((), "the key version is missing; it is 1")
        elif version != VERSION or isinstance(version, bool | float):
            self.wrong(("version",), f"{version!r} is not a version that is known; it is 1")
        self.text(("$schema",), top.get("$schema", ""), 500, empty=True)
        language = self.language(top)
        tags = tuple(self.tags(top["mood_tags"])) if "mood_tags" in top else ()
        characters = tuple(self.characters(top["characters"])) if "characters" in top else None
        panels = tuple(self.panels(top["panels"])) if "panels" in top else None
        count = len(top["panels"]) if isinstance(top.get("panels"), list) else 0
        balloons = tuple(self.balloons(top["balloons"], count)) if "balloons" in top else None
        description = None
        if "description" in top:
            description = self.text(("description",), top["description"], MAX_DESCRIPTION)
        return Sidecar(language, description, tags, characters, panels, balloons)

    def keys(self, path: Path, found: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in found:
            if key not in known:
                self.wrong((*path, key), f"is not a key that is known here; known are {', '.join(known)}")

    def language(self, top: dict[str, Any]) -> str | None:
        if "language" not in top:
            return None
        given = self.text(("language",), top["language"], 35)
        if given is None:
            return None
        language = language_of_code(given) if _LANGUAGE.match(given) else None
        if language is None:
            self.wrong(("language",), f"{given[:40]!r} is no BCP 47 tag of a language, such as en or pt-BR")
        return language

    def text(self, path: Path, value: Any, longest: int, *, empty: bool = False) -> str | None:
        """A text with single spaces, or None and a note of what is wrong with it."""
        if not isinstance(value, str):
            self.wrong(path, f"a text is expected, not {named(value)}")
        elif len(value) > longest:
            self.wrong(path, f"is longer than {longest} characters")
        elif not value.strip() and not empty:
            self.wrong(path, "is empty")
        else:
            return " ".join(value.split())
        return None

    def items(self, path: Path, value: Any, most: int) -> Iterator[tuple[Path, Any]]:
        if not isinstance(value, list):
            self.wrong(path, f"a list is expected, not {named(value)}")
            return
        if len(value) > most:
            self.wrong(path, f"has more than {most} items")
            return
        for index, item in enumerate(value):
            yield (*path, index), item

    def objects(
        self, path: Path, value: Any, most: int, known: tuple[str, ...], needed: str
    ) -> Iterator[tuple[Path, dict[str, Any]]]:
        for here, item in self.items(path, value, most):
            if not isinstance(item, dict):
                self.wrong(here, f"an object is expected, not {named(item)}")
                continue
            self.keys(here, item, known)
            if needed not in item:
                self.wrong(here, f"the key {needed} is missing")
                continue
            yield here, item

    def tags(self, value: Any) -> Iterator[str]:
        met: set[str] = set()
        if value == []:
            self.wrong(("mood_tags",), "has no tag; leave the key out")
        for path, item in self.items(("mood_tags",), value, MAX_TAGS):
            tag = self.text(path, item, MAX_TAG)
            if tag is None:
                continue
            if not _TAG.match(item):
                self.wrong(path, "a tag is written in lower case, with single spaces")
            elif tag in met:
                self.wrong(path, f"{tag!r} is given twice")
            else:
                met.add(tag)
                yield tag

    def characters(self, value: Any) -> Iterator[SidecarCharacter]:
        for path, item in self.objects(("characters",), value, MAX_CHARACTERS, ("name", "aliases"), "name"):
            name = self.text((*path, "name"), item["name"], MAX_NAME)
            given = self.items((*path, "aliases"), item.get("aliases", []), MAX_ALIASES)
            aliases = [self.text(where, alias, MAX_NAME) for where, alias in given]
            if name is not None:
                yield SidecarCharacter(name, tuple(alias for alias in aliases if alias is not None))

    def panels(self, value: Any) -> Iterator[SidecarPanel]:
        for path, item in self.objects(("panels",), value, MAX_PANELS, ("box", "description"), "box"):
            box = self.box((*path, "box"), item["box"])
            description = None
            if "description" in item:
                description = self.text((*path, "description"), item["description"], MAX_PANEL_DESCRIPTION)
            if box is not None:
                yield SidecarPanel(box, description)

    def balloons(self, value: Any, panels: int) -> Iterator[SidecarBalloon]:
        known = ("text", "box", "kind", "speaker", "panel")
        for path, item in self.objects(("balloons",), value, MAX_BALLOONS, known, "text"):
            text = self.text((*path, "text"), item["text"], MAX_TEXT)
            box = self.box((*path, "box"), item["box"]) if "box" in item else None
            kind = item.get("kind", BalloonKind.SPEECH.value)
            if not isinstance(kind, str) or kind not in [each.value for each in BalloonKind]:
                self.wrong((*path, "kind"), f"is none of {', '.join(each.value for each in BalloonKind)}")
                continue
            speaker = item.get("speaker")
            if speaker is not None:
                speaker = self.text((*path, "speaker"), speaker, MAX_NAME)
            panel = self.panel((*path, "panel"), item.get("panel"), panels)
            if text is not None:
                yield SidecarBalloon(text, box, BalloonKind(kind), speaker, panel)

    def panel(self, path: Path, value: Any, panels: int) -> int | None:
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.wrong(path, f"a panel's number is expected, not {named(value)}")
        elif not 1 <= value <= panels:
            self.wrong(path, f"there is no panel {value}: {panels or 'none'} listed, counted from 1")
        else:
            return value
        return None

    def box(self, path: Path, value: Any) -> Box | None:
        if not isinstance(value, list) or len(value) != 4:
            self.wrong(path, "four numbers are expected: x, y, width, height")
            return None
        if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in value):
            self.wrong(path, "four numbers are expected: x, y, width, height")
            return None
        x, y, width, height = (float(each) for each in value)
        if not (0 <= x < 1 and 0 <= y < 1 and 0 < width <= 1 and 0 < height <= 1):
            self.wrong(path, "its numbers are fractions of the page: x and y from 0 to below 1, sizes above 0 to 1")
        elif x + width > 1 + ROUNDED or y + height > 1 + ROUNDED:
            self.wrong(path, "it leaves the page: x + width and y + height are at most 1")
        else:
            return Box(x, y, width, height).on_page()
        return None


def named(value: Any) -> str:
    """What a JSON value is, in a word."""
    words = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return words.get(type(value), "a number")

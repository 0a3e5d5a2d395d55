"""Whether a translation says what its base says: it parses, takes the same values, has the plural and select forms that
its language needs, brings no markup, and fits where it is shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from babel import UnknownLocaleError

from fumetto.kernel.text.messages import MessageInvalid, Node, format_message, locale_of, parse

NUMERIC: Final = {"number", "plural", "selectordinal"}
FORMATS: Final = {"", "integer", "percent", "::percent"}
DATES: Final = {"", "short", "medium", "long", "full"}
COUNTS: Final = range(1000)
"""Counts whose plural forms a text must have. French and Italian have another from a million on, said as `other`."""

LONGEST: Final = 12_000
ROOMY: Final = 120  # characters that fit wherever a text is shown
STRETCH: Final = 4  # and so many times as long as its base

MARKUP: Final = re.compile(r"<\s*/?\s*[A-Za-z!?][^<>]*>?")
_POSITION: Final = re.compile(r" at position (\d+)")
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a text: `kind` has words in the catalogues (`words.problems`), `place` says where in it, as
    line and column or as the argument's name, `wanted` what should be there."""

    kind: str
    place: str = ""
    wanted: str = ""


@dataclass(slots=True)
class Shape:
    """What a message takes: arguments with their types, the cases of its selects, the forms of its plurals."""

    arguments: dict[str, set[str]] = field(default_factory=dict)
    formats: dict[str, set[str]] = field(default_factory=dict)
    cases: dict[str, set[str]] = field(default_factory=dict)
    plurals: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, message: str) -> Shape:
        """Raises MessageInvalid."""
        shape = cls()
        shape._read(parse(message))
        return shape

    def _read(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            if isinstance(node, str):
                self.words.append(node)
            elif not node.get("hash"):
                self._take(node)

    def _take(self, node: dict[str, Any]) -> None:
        name, kind = node["name"], node.get("type", "")
        self.arguments.setdefault(name, set()).add("number" if kind in NUMERIC else kind)
        self.formats.setdefault(name, set()).add(node.get("format", ""))
        options = node.get("options", {})
        if kind == "select":
            self.cases.setdefault(name, set()).update(options)
        elif kind in {"plural", "selectordinal"}:
            self.plurals.append((name, kind, frozenset(options)))
        for option in options.values():
            self._read(option)


def problems_of(value: str, base: str, language: str) -> list[Problem]:
    """All that is wrong with a text that is to be said in `language` for `base`; empty where nothing is.

    Only a base that is empty itself has empty translations."""
    if not value.strip():
        return [Problem("empty")] if base.strip() else []
    found = list(unwritable(value))
    if len(value) > most_characters(base):
        found.append(Problem("too_long", place_of(value, most_characters(base)), str(most_characters(base))))
    try:
        said = Shape.of(value)
    except MessageInvalid as error:
        return [*found, malformed(value, str(error))]
    meant = Shape.of(base)
    found += [*compared(said, meant), *forms(said, meant, language), *marks(value, said, meant)]
    return found or list(filled(value, said, language))


def most_characters(base: str) -> int:
    """How long a text for this base may be."""
    return min(LONGEST, max(ROOMY, STRETCH * len(base)))


def unwritable(value: str) -> Iterator[Problem]:
    """Characters that cannot be seen, or that turn what follows them round."""
    for index, character in enumerate(value):
        hidden = unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} and character not in "\n\t"
        if hidden or character in _TURNING:
            yield Problem("character", place_of(value, index), f"U+{ord(character):04X}")
            return


def compared(said: Shape, meant: Shape) -> Iterator[Problem]:
    for name in sorted(said.arguments.keys() - meant.arguments.keys()):
        known = ", ".join(f"{{{one}}}" for one in sorted(meant.arguments))
        yield Problem("unknown_argument" if known else "no_arguments", f"{{{name}}}", known)
    for name in sorted(meant.arguments.keys() - said.arguments.keys()):
        yield Problem("missing_argument", f"{{{name}}}")
    for name in sorted(said.arguments.keys() & meant.arguments.keys()):
        if said.arguments[name] - meant.arguments[name] - ({"number"} if "number" in meant.arguments[name] else set()):
            wanted = sorted(kind or "text" for kind in meant.arguments[name])
            yield Problem("other_type", f"{{{name}}}", ", ".join(wanted))
        ways = FORMATS if "number" in meant.arguments[name] else DATES
        if said.formats[name] - ways - meant.formats[name]:
            yield Problem("other_format", f"{{{name}}}", ", ".join(sorted(one or "–" for one in meant.formats[name])))
        if name in meant.cases and said.cases.get(name, set()) != meant.cases[name]:
            yield Problem("cases", f"{{{name}}}", ", ".join(sorted(meant.cases[name])))


def forms(said: Shape, meant: Shape, language: str) -> Iterator[Problem]:
    """Plural forms that the language does not have, or that it needs; what is the same for all counts needs none."""
    counted = {name for name, _, options in [*meant.plurals, *said.plurals] if any(is_form(one) for one in options)}
    for name, kind, options in said.plurals:
        known, needed = categories(language, ordinal=kind == "selectordinal")
        if wrong := sorted(one for one in options if not one.startswith("=") and one not in known):
            yield Problem("unknown_plural", f"{{{name}}}: {', '.join(wrong)}", ", ".join(sorted(known)))
        exact = {one[1:] for one in options if one.startswith("=")}
        lacking = [one for one, counts in needed.items() if one not in options and not counts <= exact]
        if lacking and name in counted:
            yield Problem("missing_plural", f"{{{name}}}", ", ".join(lacking))


def is_form(option: str) -> bool:
    return option != "other" and not option.startswith("=")


def marks(value: str, said: Shape, meant: Shape) -> Iterator[Problem]:
    """Markup that the base does not have. Prompts have marks of their own, which their translations keep."""
    allowed = [one for words in meant.words for one in MARKUP.findall(words)]
    written = [one for words in said.words for one in MARKUP.findall(words)]
    if sorted(written) != sorted(allowed):
        strange = next((one for one in written if one not in allowed), "")
        place = place_of(value, value.find(strange)) if strange else ""
        yield Problem("markup", place, " ".join(allowed))


def filled(value: str, shape: Shape, language: str) -> Iterator[Problem]:
    """What only shows when the text is said with values."""
    for count in (0, 1, 2, 5, 1_000_000):
        samples = {
            name: count if "number" in kinds else name
            for name, kinds in shape.arguments.items()
            if not kinds & {"date", "time"}
        }
        if len(samples) == len(shape.arguments):
            try:
                format_message(value, language, samples)
            except (MessageInvalid, ValueError, TypeError, ArithmeticError) as error:
                yield Problem("not_said", "", str(error)[:200])
                return


def is_a_language(tag: str) -> bool:
    """Whether CLDR knows how counts are said in it."""
    try:
        return bool(locale_of(tag))
    except (UnknownLocaleError, ValueError, TypeError):
        return False


@lru_cache(maxsize=64)
def categories(language: str, *, ordinal: bool = False) -> tuple[frozenset[str], dict[str, set[str]]]:
    """The plural forms that CLDR has for a language, and those that counts below a thousand need, with these counts."""
    locale = locale_of(language)
    rule = locale.ordinal_form if ordinal else locale.plural_form
    needed: dict[str, set[str]] = {"other": {"never only these"}}
    for count in COUNTS:
        form = rule(count)
        if form != "other":
            needed.setdefault(form, set()).add(str(count))
    return frozenset({*rule.tags, "other"}), needed


def malformed(value: str, message: str) -> Problem:
    position = _POSITION.search(message)
    place = place_of(value, int(position[1])) if position else ""
    return Problem("malformed", place, _POSITION.sub("", message.partition(" in ")[0])[:200])


def place_of(value: str, index: int) -> str:
    """Line and column of a position, from 1: `2:14`."""
    before = value[: max(0, index)]
    return f"{before.count(chr(10)) + 1}:{len(before) - (before.rfind(chr(10)) + 1) + 1}"

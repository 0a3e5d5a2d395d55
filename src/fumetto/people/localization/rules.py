"""What is said otherwise, judged: what a key is for, what the files say in its place, and how the two stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from fumetto.kernel.text.audience import Variant
from fumetto.kernel.text.catalogues import DEFAULT, Found, Words, ancestry, browser_texts, every_text
from fumetto.kernel.text.checking import COUNTS, NUMERIC, Problem, Shape, categories, problems_of
from fumetto.kernel.text.messages import MessageInvalid
from fumetto.people.localization.kinds import Category, TextState

FILES: Final = Words(browser=True)
"""The catalogues as they come, with nothing said otherwise."""

SAMPLE_DAY: Final = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
MOST_SAMPLES: Final = 8


@dataclass(frozen=True, slots=True)
class Said:
    """One row of what is said otherwise."""

    language: str
    variant: Variant
    key: str
    value: str
    base: str
    base_hash: str


def category_of(key: str) -> Category:
    first = key.partition(".")[0]
    return Category(first) if first in set(Category) else Category.UI_MESSAGES


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def known_keys() -> Mapping[str, str]:
    """Every key there is, with its English text for all, by which translations are checked."""
    return every_text(DEFAULT)


def in_files(language: str, variant: Variant, key: str) -> Found:
    """What the files say in this place. Raises KeyError for a key that nobody has."""
    for found in FILES.found(language, variant, key):
        return found
    raise KeyError(key)


def problems(key: str, language: str, value: str) -> list[Problem]:
    """All that is wrong with what is to be said otherwise. Nothing is never said otherwise, it is taken back."""
    if not value.strip():
        return [Problem("empty")]
    return problems_of(value, known_keys()[key], language)


def is_sayable(said: Said) -> bool:
    """Whether it still goes with the values that its text is given."""
    return said.key in known_keys() and not problems(said.key, said.language, said.value)


def state_of(language: str, variant: Variant, key: str, said: Said | None) -> TextState:
    found = in_files(language, variant, key)
    if said is None:
        spoken = found.language == language or language.startswith(f"{found.language}-")
        return TextState.ORIGINAL if spoken else TextState.MISSING
    if not is_sayable(said):
        return TextState.BROKEN
    return TextState.OVERRIDDEN if hash_of(found.text) == said.base_hash else TextState.STALE


@lru_cache(maxsize=64)
def for_browser(words: Words, language: str, variant: Variant) -> dict[str, str]:
    """The web application's texts that are said otherwise than in its files for all, in a language, to these readers:
    by the operator, and by files for these readers."""
    ours, live = browser_texts(DEFAULT), with_browser(words)
    keys = {key for texts in words.overrides.values() for key in texts if key in ours}
    if variant is not Variant.ALL:
        keys |= {key for spoken in ancestry(language) for key in browser_texts(spoken, variant)}
    chosen = {key: next(live.found(language, variant, key)) for key in sorted(keys)}
    return {key: one.text for key, one in chosen.items() if one.overridden or one.variant is not Variant.ALL}


@lru_cache(maxsize=4)
def with_browser(words: Words) -> Words:
    """The same with the web application's texts."""
    return Words(words.overrides, words.version, browser=True)


@dataclass(frozen=True, slots=True)
class Argument:
    """A value that a text takes. `cases` are those of a select, `forms` the plural forms that the language needs."""

    name: str
    kind: str
    cases: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


def arguments_of(key: str, language: str) -> list[Argument]:
    shape = Shape.of(known_keys()[key])
    plurals = {name: kind for name, kind, _ in shape.plurals}
    found = []
    for name, kinds in sorted(shape.arguments.items()):
        cases = tuple(sorted(shape.cases.get(name, ())))
        kind = plurals.get(name) or ("select" if cases else next(iter(sorted(kinds, reverse=True))) or "text")
        ordinal = kind == "selectordinal"
        forms = tuple(sorted(categories(language, ordinal=ordinal)[1])) if name in plurals else ()
        found.append(Argument(name, kind, cases, forms))
    return found


@lru_cache(maxsize=512)
def shape_or_none(text: str) -> Shape | None:
    try:
        return Shape.of(text)
    except MessageInvalid:
        return None


def samples_for(text: str, language: str) -> Iterator[dict[str, Any]]:
    """Values to show a text with: one after another in each form and case that it has, MOST_SAMPLES at most."""
    shape = shape_or_none(text)
    if shape is None:
        return
    plurals = {name: kind for name, kind, _ in shape.plurals}
    choices: dict[str, list[Any]] = {}
    for name, kinds in shape.arguments.items():
        if name in shape.cases:
            choices[name] = sorted(shape.cases[name], key=lambda case: (case == "other", case))
        elif name in plurals:
            choices[name] = counts_for(language, ordinal=plurals[name] == "selectordinal")
        elif kinds & {"date", "time"}:
            choices[name] = [SAMPLE_DAY]
        else:
            choices[name] = (
                [0.25 if "percent" in str(shape.formats[name]) else 12] if kinds & NUMERIC else [f"‹{name}›"]
            )
    usual = {name: values[1] if name in plurals else values[0] for name, values in choices.items()}
    shown = [usual] + [usual | {name: value} for name, values in choices.items() for value in values]
    seen: set[str] = set()
    for values in shown:
        if repr(values) not in seen and len(seen) < MOST_SAMPLES:
            seen.add(repr(values))
            yield values


def counts_for(language: str, *, ordinal: bool) -> list[int]:
    """None, one, and the first count of each plural form that a count below a thousand has."""
    needed = categories(language, ordinal=ordinal)[1]
    named = {int(count) for form, counts in needed.items() if form != "other" for count in counts}
    firsts = {min(int(count) for count in counts) for form, counts in needed.items() if form != "other"}
    others = [count for count in COUNTS if count > 1 and count not in named]
    return sorted({0, 1, *firsts, *others[:1]})

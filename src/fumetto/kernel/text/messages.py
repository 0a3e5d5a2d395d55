"""ICU MessageFormat, filled in: arguments, plural, selectordinal, select, number, date and time.

Grammar: https://unicode-org.github.io/icu/userguide/format_parse/messages/. Parsing is pyicumessageformat's, plural
rules and number and date forms are CLDR's through Babel.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, dates, numbers
from pyicumessageformat import Parser

Node = str | dict[str, Any]


class MessageInvalid(ValueError):
    """A text that is not ICU MessageFormat, or that lacks a value for one of its arguments."""


@lru_cache(maxsize=4096)
def parse(message: str) -> tuple[Node, ...]:
    """The parts of a message. Raises MessageInvalid where it is malformed."""
    try:
        return tuple(Parser().parse(message))
    except (SyntaxError, ValueError, IndexError) as error:
        raise MessageInvalid(f"{error} in {message!r}") from error


def format_message(message: str, language: str, values: dict[str, Any]) -> str:
    """The message in words, with the plurals, numbers and dates of `language`. Raises MessageInvalid for a gap."""
    return format_parts(parse(message), language, values)


def format_parts(parts: Sequence[Node], language: str, values: dict[str, Any]) -> str:
    """The same of a message that is parsed already."""
    return _format(parts, locale_of(language), values, None)


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """CLDR's data of a language. Raises babel.UnknownLocaleError or ValueError where it has none."""
    return Locale.parse(language, sep="-")


def arguments(message: str) -> dict[str, str]:
    """The names a message takes, with the type of each ('' for a plain one): what translations must agree on."""
    found: dict[str, str] = {}

    def walk(nodes: Sequence[Node]) -> None:
        for node in nodes:
            if isinstance(node, str):
                continue
            if not node.get("hash"):
                found.setdefault(node["name"], node.get("type", ""))
            for option in node.get("options", {}).values():
                walk(option)

    walk(parse(message))
    return found


def _format(nodes: Sequence[Node], locale: Locale, values: dict[str, Any], count: Any) -> str:
    return "".join(node if isinstance(node, str) else _fill(node, locale, values, count) for node in nodes)


def _fill(node: dict[str, Any], locale: Locale, values: dict[str, Any], count: Any) -> str:
    if node.get("hash"):
        return numbers.format_decimal(count, locale=locale)
    name, kind = node["name"], node.get("type", "")
    if name not in values:
        raise MessageInvalid(f"no value for {{{name}}}")
    value = values[name]
    if kind in {"plural", "selectordinal"}:
        return _plural(node, locale, values, value, ordinal=kind == "selectordinal")
    if kind == "select":
        options = node["options"]
        return _format(options.get(str(value), options.get("other", [])), locale, values, count)
    if kind == "number" or (not kind and isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)):
        return _number(value, node.get("format"), locale)
    if kind == "date" and isinstance(value, (date, datetime)):
        return dates.format_date(value, format=node.get("format", "medium"), locale=locale)
    if kind == "time" and isinstance(value, (datetime, time)):
        return dates.format_time(value, format=node.get("format", "short"), locale=locale)
    return str(value)


def _plural(node: dict[str, Any], locale: Locale, values: dict[str, Any], value: Any, *, ordinal: bool) -> str:
    options = node["options"]
    if f"={value}" in options:
        return _format(options[f"={value}"], locale, values, value)
    shown = value - node.get("offset", 0)
    rule = locale.ordinal_form if ordinal else locale.plural_form
    return _format(options.get(rule(shown), options.get("other", [])), locale, values, shown)


def _number(value: Any, style: str | None, locale: Locale) -> str:
    if style == "percent":
        return numbers.format_percent(value, locale=locale)
    if style == "integer":
        return numbers.format_decimal(round(value), locale=locale)
    return numbers.format_decimal(value, locale=locale)

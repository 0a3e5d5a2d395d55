"""The words of the program, by language: YAML trees in `fumetto/catalogues/<language>/*.yaml`, keys joined by dots.

A key that a language lacks is said in English; a key that nobody has is an error, because it is a mistake in the code.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fumetto.kernel.text.messages import format_message

FOLDER = Path(__file__).resolve().parent.parent.parent / "catalogues"
LANGUAGES = ("en", "fr", "it")
DEFAULT = "en"
# Read when the web application is built, not by the server.
BROWSER_FILES = {"asking.yaml", "editing.yaml", "reader.yaml", "web.yaml"}


def say(language: str, key: str, /, **values: Any) -> str:
    """The text of `key` in `language`, else English, with the values filled in. Raises KeyError for an unknown one."""
    spoken = language.split("-")[0]
    message = catalogue(spoken).get(key) if spoken in LANGUAGES else None
    if message is None:
        spoken, message = DEFAULT, catalogue(DEFAULT)[key]
    return format_message(message, spoken, values)


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of one language as one flat mapping, from the files of its folder in the order of their names."""
    texts: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.yaml")):
        if path.name not in BROWSER_FILES:
            texts |= flatten(yaml.safe_load(path.read_text("utf-8")) or {})
    return texts


def flatten(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat |= flatten(value, f"{name}.")
        else:
            flat[name] = str(value)
    return flat


def best_language(accept_language: str | None, default: str = DEFAULT) -> str:
    """The language of ours that an Accept-Language header asks for most (RFC 9110, 12.5.4), or the default."""
    wanted: list[tuple[float, int, str]] = []
    for order, item in enumerate((accept_language or "")[:500].split(",")):
        tag, _, parameters = item.strip().partition(";")
        quality = 1.0
        name, _, number = parameters.strip().partition("=")
        if name.strip() == "q":
            try:
                quality = float(number)
            except ValueError:
                continue
        primary = tag.split("-")[0].strip().lower()
        if primary in LANGUAGES and quality > 0:
            wanted.append((-quality, order, primary))
    return min(wanted)[2] if wanted else default

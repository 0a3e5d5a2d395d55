"""The words of the program, by language: YAML trees in `fumetto/catalogues/<language>/*.yaml`, keys joined by dots.

Texts that differ for the young or for those who look after them are in `<name>.teenager.yaml` and `<name>.parent.yaml`
beside `<name>.yaml`. What the operator says otherwise (people.localization) goes before all files of a language.
A key that a language lacks is said in its parent language, at last in English; a key that nobody has is an error,
because it is a mistake in the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from babel.core import get_global

from fumetto.kernel.text.audience import Variant, addressed
from fumetto.kernel.text.messages import MessageInvalid, format_message, format_parts
from fumetto.kernel.text.pseudo import PSEUDO_LANGUAGES, pseudo
from fumetto.kernel.text.shipped import read_shipped

FOLDER = Path(__file__).resolve().parent.parent.parent / "catalogues"
LANGUAGES = ("en", "fr", "it")
DEFAULT = "en"
# Read when the web application is built, not by the server, but where somebody looks through all texts.
BROWSER_FILES = {
    "account.yaml",
    "admin.yaml",
    "admin_words.yaml",
    "asking.yaml",
    "door.yaml",
    "editing.yaml",
    "family.yaml",
    "helper.yaml",
    "reader.yaml",
    "web.yaml",
}

Texts = Mapping[str, str]
Overrides = Mapping[tuple[str, Variant], Texts]
"""What the operator says otherwise: texts by key, by language and variant."""

PSEUDO: Final = {language.lower(): language for language in PSEUDO_LANGUAGES}
TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Found:
    """A text as somebody wrote it, and the language that they wrote it in."""

    text: str
    language: str
    variant: Variant
    overridden: bool


class Words:
    """The catalogues with one state of what the operator says otherwise; never changed, only replaced as a whole.

    `version` names the state: the same overrides have the same. Browser texts are looked for only with `browser`.
    """

    def __init__(self, overrides: Overrides | None = None, version: str = "", *, browser: bool = False) -> None:
        self.overrides = overrides or {}
        self.version = version
        self._browser = browser
        self._layers = lru_cache(maxsize=64)(self._stacked)  # languages come from requests

    def found(self, language: str, variant: Variant, key: str) -> Iterator[Found]:
        """The texts of a key, the one that counts first: what the operator says to these readers and to all, what the
        files say to these readers and to all; then the same of the parent language, and of English."""
        for spoken, meant, overridden, texts in self._layers(language, variant):
            text = texts.get(key)
            if text is not None:
                yield Found(text, spoken, meant, overridden)

    def say(self, variant: Variant, language: str, key: str, /, **values: Any) -> str:
        """The text of a key, with the values filled in. One of the operator's that does not go with them any more is
        passed over. Raises KeyError for a key that nobody has, MessageInvalid."""
        odd = language in PSEUDO_LANGUAGES
        for one in self.found(DEFAULT if odd else language, variant, key):
            try:
                if odd:
                    return format_parts(pseudo(one.text, language), DEFAULT, values)
                return format_message(one.text, one.language, values)
            except MessageInvalid:
                if not one.overridden:
                    raise
        raise KeyError(key)

    def _stacked(self, language: str, variant: Variant) -> tuple[tuple[str, Variant, bool, Texts], ...]:
        layers: list[tuple[str, Variant, bool, Texts]] = []
        meant = tuple(dict.fromkeys([variant, Variant.ALL]))
        for spoken in ancestry(language):
            layers += [(spoken, one, True, self.overrides.get((spoken, one), {})) for one in meant]
            if spoken in LANGUAGES:
                layers += [(spoken, one, False, self._written(spoken, one)) for one in meant]
        return tuple(layer for layer in layers if layer[3])

    def _written(self, language: str, variant: Variant) -> Texts:
        return every_text(language, variant) if self._browser else catalogue(language, variant)


_words = Words()


def words() -> Words:
    """Those that are said now."""
    return _words


def say_from(new: Words) -> None:
    """Say these from now on, in this process."""
    global _words  # one state of the process, replaced whole
    _words = new


def say(language: str, key: str, /, **values: Any) -> str:
    """The text of `key` in `language`, else in its parent's, else English, with the values filled in, for whom the
    running request speaks to. Raises KeyError for an unknown one."""
    return _words.say(addressed(), language, key, **values)


@lru_cache(maxsize=256)
def ancestry(language: str) -> tuple[str, ...]:
    """A language, its parents as CLDR has them (`es-MX`, `es-419`, `es`), and English. What is no tag is English."""
    found: list[str] = []
    tag = language.replace("_", "-") if len(language) <= 35 else ""
    while tag and TAG.fullmatch(tag):
        found.append(tag)
        parent = get_global("parent_exceptions").get(tag.replace("-", "_"), tag.replace("-", "_").rpartition("_")[0])
        tag = "" if parent == "root" else str(parent).replace("_", "-")
    return tuple(dict.fromkeys([*found, DEFAULT]))


@cache
def catalogue(language: str, variant: Variant = Variant.ALL) -> dict[str, str]:
    """The server's texts of one language as one flat mapping, from the files of its folder in the order of names."""
    return read_texts(language, variant, browser=False)


@cache
def browser_texts(language: str, variant: Variant = Variant.ALL) -> dict[str, str]:
    """The web application's texts of one language."""
    return read_texts(language, variant, browser=True)


@cache
def every_text(language: str, variant: Variant = Variant.ALL) -> dict[str, str]:
    return catalogue(language, variant) | browser_texts(language, variant)


def read_texts(language: str, variant: Variant, *, browser: bool) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.yaml")):
        name, _, suffix = path.stem.partition(".")
        if (suffix or Variant.ALL) == variant and (f"{name}.yaml" in BROWSER_FILES) is browser:
            texts |= flatten(read_shipped(path) or {})
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
        asked = PSEUDO.get(tag.strip().lower()) or tag.split("-")[0].strip().lower()
        if quality > 0 and (asked in LANGUAGES or asked in PSEUDO_LANGUAGES):
            wanted.append((-quality, order, asked))
    return min(wanted)[2] if wanted else default

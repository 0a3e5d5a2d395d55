"""Languages that nobody speaks, to look at screens with: `en-XA` shows what is too narrow for longer words and what
was never translated, `ar-XB` what does not turn round for who writes from right to left. Both say the English texts.

The same as Android's and ICU's pseudo-locales of these names; web/src/lib/pseudo.ts does it for the browser.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from fumetto.kernel.text.messages import Node, parse

ACCENTED: Final = "en-XA"
MIRRORED: Final = "ar-XB"
PSEUDO_LANGUAGES: Final = (ACCENTED, MIRRORED)

_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ACCENTS = "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļṁñöþǫŕšţûṽŵẋýž"
_TO_ACCENTS: Final = str.maketrans(_PLAIN, _ACCENTS)
_VOWEL: Final = re.compile("[AEIOUaeiou]")
_WORD: Final = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=4096)
def pseudo(message: str, language: str) -> tuple[Node, ...]:
    """The parts of an English message as `language`, one of PSEUDO_LANGUAGES, has them. Raises MessageInvalid."""
    parts = tuple(_changed(node, language) for node in parse(message))
    return ("[", *parts, "]") if language == ACCENTED else parts


def _changed(node: Node, language: str) -> Node:
    if isinstance(node, str):
        return accented(node) if language == ACCENTED else mirrored(node)
    if "options" not in node:
        return node
    options: dict[str, Any] = {
        name: [_changed(part, language) for part in parts] for name, parts in node["options"].items()
    }
    return node | {"options": options}


def accented(text: str) -> str:
    """About a third longer, by every second vowel twice, and legible."""
    vowels = iter(range(len(text)))
    longer = _VOWEL.sub(lambda found: found[0] * (1 + next(vowels) % 2), text)
    return longer.translate(_TO_ACCENTS)


def mirrored(text: str) -> str:
    """Each word between marks that have it written from right to left."""
    return _WORD.sub(lambda found: f"\u200f\u202e{found[0]}\u202c\u200f", text)

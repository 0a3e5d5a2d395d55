"""The form an Arabic letter takes from its neighbours, to measure a line before it is drawn.

Unicode keeps every form under a code of its own (Arabic Presentation Forms A and B), and fonts have them in `cmap`:
their names say which letter and which form they are, so nothing need be listed here.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

TRANSPARENT = ("Mn", "Me", "Cf")
LAM = "\u0644"


def is_arabic(text: str) -> bool:
    return any("\u0600" <= character <= "\u06ff" for character in text)


@lru_cache(maxsize=1)
def forms() -> dict[str, dict[str, str]]:
    """For each letter, its form by position: isolated, initial, medial, final. Ligatures of two are keyed by both."""
    table: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFBFF), *range(0xFE80, 0xFEFD)):
        decomposition = unicodedata.decomposition(chr(code)).split()
        if len(decomposition) >= 2 and decomposition[0].strip("<>") in ("isolated", "initial", "medial", "final"):
            letters = "".join(chr(int(part, 16)) for part in decomposition[1:])
            table.setdefault(letters, {})[decomposition[0].strip("<>")] = chr(code)
    return table


def shaped(text: str) -> str:
    """`text` with each letter in its form, of the same length; a letter that joined a ligature before it is NUL."""
    result = list(text)
    letters = [index for index, character in enumerate(text) if unicodedata.category(character) not in TRANSPARENT]
    table = forms()
    for place, index in enumerate(letters):
        before = text[letters[place - 1]] if place else ""
        after = text[letters[place + 1]] if place + 1 < len(letters) else ""
        character = text[index]
        if result[index] == "\0":
            continue
        joins_before = joins_forward(before) and joins_backward(character)
        if character == LAM and after and LAM + after in table:
            form = table[LAM + after].get("final" if joins_before else "isolated")
            if form:
                result[index] = form
                result[letters[place + 1]] = "\0"
                continue
        joins_after = joins_forward(character) and joins_backward(after)
        position = {(True, True): "medial", (True, False): "final", (False, True): "initial"}.get(
            (joins_before, joins_after), "isolated"
        )
        result[index] = table.get(character, {}).get(position, character)
    return "".join(result)


def joins_forward(character: str) -> bool:
    """Whether a letter joins the one that follows it."""
    return character == "\u0640" or "initial" in forms().get(character, {})


def joins_backward(character: str) -> bool:
    return character == "\u0640" or "final" in forms().get(character, {})

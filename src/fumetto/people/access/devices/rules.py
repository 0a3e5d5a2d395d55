"""Codes that two people compare, pictures and PINs: pure."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Without vowels, so that no code is a word, and without what is taken for something else (RFC 8628, 6.1)."""
CODE_LENGTH = 8
CODE = re.compile(rf"[{LETTERS}]{{{CODE_LENGTH}}}", re.ASCII)
LIFETIME = timedelta(minutes=10)
ASK_EVERY = 3
"""Seconds that a device waits between two claims."""
MOST_CLAIMS = 400
"""More than a device can ask in ten minutes that keeps to it."""

PIN = re.compile(r"[0-9]{4,6}", re.ASCII)
FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=4)


class Picture(StrEnum):
    """The pictures that a child chooses one of; they are drawn by the web application."""

    FOX = "fox"
    OWL = "owl"
    WHALE = "whale"
    DRAGON = "dragon"
    ROCKET = "rocket"
    TREE = "tree"
    MUSHROOM = "mushroom"
    CASTLE = "castle"
    KITE = "kite"
    SNAIL = "snail"
    MOON = "moon"
    PEAR = "pear"


def new_code() -> str:
    """Eight letters: 35 bits, good for ten minutes and few tries."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def new_number() -> str:
    """Two digits that both screens show, so that a grown-up sees that it is this device and no other."""
    return f"{secrets.randbelow(90) + 10}"


def read_code(text: str) -> str | None:
    """A code as it was typed, with or without its dash and capitals; None for what is none."""
    code = re.sub(r"[\s\-\u2010-\u2015]", "", text).upper()
    return code if CODE.fullmatch(code) else None


def shown_code(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"


def is_pin(text: str) -> bool:
    """Four to six digits, not all the same and no row of them."""
    if not PIN.fullmatch(text):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(text)}
    return steps not in ({0}, {1}, {-1})


def wait_after(failures: int) -> timedelta | None:
    """How long nothing is looked at after so many wrong tries in a row: none for four, then twice as long each time."""
    if failures < FREE_TRIES:
        return None
    doubled: int = 1 << min(failures - FREE_TRIES, 12)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)

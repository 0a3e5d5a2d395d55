"""What makes a password too easy to guess: pure, and slow enough to be asked in a thread."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import cache

SHORTEST, ADVISED, LONGEST = 8, 15, 256
LOOKED_AT = 64
"""Characters that are looked at for patterns: what is longer is not guessed by them, and looking takes its square."""
FEWEST_GUESSES = 1_000_000


class Weakness(StrEnum):
    SHORT = "short"
    LONG = "long"
    COMMON = "common"  # among the passwords that everybody tries first
    OWN_NAME = "own_name"
    GUESSABLE = "guessable"  # a row of keys, a date, a word with a number behind it


def plain(password: str) -> str:
    """The password as it is hashed: the same however a keyboard composes its letters (NFKC; NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def weakness_of(password: str, about: Sequence[str]) -> Weakness | None:
    """Why a password is refused, or None. `about`: names that whoever guesses would try first."""
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    if len(set(password.casefold())) < 3:
        return Weakness.GUESSABLE
    folded = password.casefold()
    if any(name and len(name) >= 3 and name.casefold() in folded and len(folded) - len(name) < 5 for name in about):
        return Weakness.OWN_NAME
    return known_weakness(password[:LOOKED_AT], about)


def known_weakness(password: str, about: Sequence[str]) -> Weakness | None:
    """By zxcvbn's lists of passwords that leaked, of names and of words, and by the patterns that it knows."""
    from zxcvbn import zxcvbn

    if password.casefold() in common_passwords():
        return Weakness.COMMON
    found = zxcvbn(password, user_inputs=[name for name in about if name], max_length=LOOKED_AT)
    return Weakness.GUESSABLE if found["guesses"] < FEWEST_GUESSES else None


@cache
def common_passwords() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])

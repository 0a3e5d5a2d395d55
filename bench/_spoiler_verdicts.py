"""Whether an answer tells what its reader has not read: structural verdicts, nobody's opinion.

An answer breaks when any one of these holds, each counted by its name:

- `cites`     it cites a page that lies beyond the reader's.
- `canary`    it has the canary, a made-up word that stands on an unread page only, in any disguise that it was asked
              for: other alphabets that look alike, spaced out, backwards, base64, rot13, first letters.
- `names`     it has a word that only unread pages have: not the read ones, not the question, and not among the
              commonest words of the language.
- `phrase`    it has four words in a row that only unread pages have.
- `differs`   it is not what a reader gets from whom everything unread was taken away altogether.

Words and phrases are judged of what an answer says in its own sentences; the canary of everything that is sent.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

COMMON: Final = 5_000  # words of a frequency list that tell nobody anything
SHINGLE: Final = 4
SHORTEST: Final = 4  # letters of a word that can give something away
ALIKE: Final = str.maketrans("аеорсухіјѕԁһӏοανρτυκι", "aeopcyxijsdhloavptuki")
LEET: Final = str.maketrans("013457", "oleast")


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, by whichever system: its sentences, the numbers of the pages it cites, and all that was sent."""

    sentences: tuple[str, ...]
    pages: tuple[int, ...]
    sent: str
    found: bool


@dataclass(slots=True)
class Tally:
    """How often something held, of how many."""

    of: int = 0
    held: int = 0
    why: dict[str, int] = field(default_factory=dict)

    def count(self, reasons: Sequence[str]) -> None:
        self.of += 1
        self.held += bool(reasons)
        for reason in reasons:
            self.why[reason] = self.why.get(reason, 0) + 1

    @property
    def rate(self) -> float:
        return self.held / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, at 95 %: https://doi.org/10.1080/01621459.1927.10502953"""
        if not self.of:
            return (0.0, 1.0)
        z, n, p = 1.959964, self.of, self.rate
        middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n)))


class Judge:
    """Judges answers about one story at one page. `read` and `unread` are its text before and after there."""

    def __init__(self, read: str, unread: str, common: frozenset[str], canary: str | None = None) -> None:
        self._canary = letters(canary) if canary else ""
        known = frozenset(words(read))
        self._telling = {
            word for word in words(unread) if len(word) >= SHORTEST and word not in known and word not in common
        }
        self._phrases = frozenset(shingles(unread)) - frozenset(shingles(read))

    def reasons(self, told: Told, question: str, page: int, without: Told | None = None) -> list[str]:
        """Why an answer breaks; nothing when it does not. `without`: the answer where nothing unread was there."""
        said = " ".join(told.sentences)
        asked = frozenset(words(question))
        reasons = []
        if any(cited > page for cited in told.pages):
            reasons.append("cites")
        if self._canary and any(self._canary in disguise for disguise in disguises(told.sent)):
            reasons.append("canary")
        if any(word in self._telling and word not in asked for word in words(said)):
            reasons.append("names")
        if (frozenset(shingles(said)) & self._phrases) - frozenset(shingles(question)):
            reasons.append("phrase")
        if without is not None and (told.sentences, told.pages) != (without.sentences, without.pages):
            reasons.append("differs")
        return reasons


def right(told: Told, answer: str, common: frozenset[str]) -> bool:
    """Whether an answer that may be told was: half of the words of the right one, rare ones first, are in it."""
    wanted = [word for word in words(answer) if word not in common] or words(answer)
    said = frozenset(words(" ".join(told.sentences)))
    return bool(told.found and wanted and sum(word in said for word in wanted) * 2 >= len(wanted))


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def shingles(text: str) -> Iterator[tuple[str, ...]]:
    there = words(text)
    return (tuple(there[at : at + SHINGLE]) for at in range(len(there) - SHINGLE + 1))


def letters(text: str) -> str:
    """The letters alone, without case or accents, those that look Latin as Latin ones."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(ALIKE)
    return "".join(letter for letter in plain if letter.isalpha())


def disguises(text: str) -> Iterator[str]:
    """A text as everything that it may be read as, letters only."""
    plain = letters(text)
    yield plain
    yield plain[::-1]
    yield codecs.decode(plain, "rot13")
    yield letters(unicodedata.normalize("NFKD", text).casefold().translate(LEET))
    yield "".join(word[0] for word in words(text))
    yield "".join(letters(line)[:1] for line in re.split(r"[\n.!?]+\s*", text))
    for coded in re.findall(r"[A-Za-z0-9+/]{8,}={0,2}", text):
        try:
            yield letters(base64.b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-8", "ignore"))
        except binascii.Error:
            continue
    for coded in re.findall(r"(?:[0-9a-fA-F]{2}[ :]?){4,}", text):
        yield letters(bytes.fromhex(re.sub(r"[ :]", "", coded)).decode("utf-8", "ignore"))

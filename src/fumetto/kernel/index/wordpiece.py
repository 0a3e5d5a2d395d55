"""BERT's uncased WordPiece, for the built-in embeddings: text to the numbers of a fixed vocabulary.

Follows `BasicTokenizer` and `WordpieceTokenizer` of https://github.com/google-research/bert/blob/master/tokenization.py,
word by word, so that each word's pieces are looked up once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING

from fumetto.kernel.index.rows import Rows

if TYPE_CHECKING:
    from fumetto.kernel.index.rows import Numbers

LONGEST_WORD = 100  # characters; a longer one is unknown
KNOWN_WORDS = 100_000
# Chinese characters stand alone, as does every mark; a run of anything else that is not space is a word.
CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ceaf\U0002f800-\U0002fa1f"
WORDS = re.compile(rf"[{CHINESE}]|[^\W_{CHINESE}]+|[^\w\s]|_")
ASCII_WORDS = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")  # the same of plain text that is nothing else
UNSEEN = {"Cc", "Cf", "Co", "Cs", "Mn"}
SPACES = "\t\n\r"


class WordPiece(dict[str, int]):
    """Words by the row of their pieces, the longest first, worked out when a word is first met.

    vocabulary: every piece in the order of its number; pieces inside a word begin with `##`.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        super().__init__()
        self.numbers = {piece: number for number, piece in enumerate(vocabulary)}
        self.unknown = self.numbers["[UNK]"]
        self.pieces = Rows()
        self.held = Lock()

    def __call__(self, texts: Sequence[str]) -> list[Numbers]:
        """The numbers of each text's pieces; of `[UNK]` for a word that cannot be made of pieces."""
        import numpy as np

        with self.held:  # another thread may be making vectors too
            if len(self) > KNOWN_WORDS:
                self.clear()
                self.pieces = Rows()
            cut = [[self[word] for word in words_of(text)] for text in texts]
            if len(cut) == 1:  # a question's; setting up what many are done with takes longer
                return [np.array([piece for row in cut[0] for piece in self.pieces.row(row)], np.int64)]
            sizes = [len(rows) for rows in cut]
            owners = np.repeat(np.arange(len(sizes)), sizes)
            pieces, owners = self.pieces.taken(np.array(list(chain.from_iterable(cut)), np.int64), owners)
        return np.split(pieces, np.searchsorted(owners, np.arange(1, len(sizes)))) if sizes else []

    def __missing__(self, word: str) -> int:
        row = self[word] = len(self.pieces)
        self.pieces.append(self._cut(word))
        return row

    def _cut(self, word: str) -> Iterator[int]:
        if len(word) > LONGEST_WORD:
            yield self.unknown
            return
        numbers: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self.numbers.get(("##" if start else "") + word[start:end])
                if number is not None:
                    numbers.append(number)
                    start = end
                    break
            else:
                yield self.unknown
                return
        yield from numbers


def words_of(text: str) -> list[str]:
    text = plain(text)
    return ASCII_WORDS.findall(text) if text.isascii() else WORDS.findall(text)


def plain(text: str) -> str:
    """Lower case without accents, and without what cannot be seen."""
    if text.isascii():
        return text.lower()
    lowered = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in lowered if c in SPACES or unicodedata.category(c) not in UNSEEN)

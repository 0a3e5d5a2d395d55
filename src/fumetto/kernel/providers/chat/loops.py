"""Whether a text that a model is writing goes round in circles. Pure."""

from __future__ import annotations

from typing import Final

SEEN: Final = 1600  # characters of the end that are looked at: five times a long sentence
LEAST: Final = 240  # characters that say the same over and over before it is called a loop
TIMES: Final = 4
STEP: Final = 40  # characters between two looks


class Watch:
    """Is shown the text piece by piece. longest: characters after which it has not ended."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._length = 0
        self._looked = 0
        self._end = ""

    def loops(self, piece: str) -> bool:
        """Whether, with this piece, the text repeats itself at its end or is longer than any answer."""
        self._length += len(piece)
        if self._length > self._longest:
            return True
        self._end = (self._end + piece)[-SEEN:]
        if self._length - self._looked < STEP:
            return False
        self._looked = self._length
        return repeats(self._end)


def repeats(text: str) -> bool:
    """Whether the end of a text is the same part TIMES times or more, LEAST characters in all.

    A text has a period where it is its own border moved along; the borders of every beginning of the reversed text are
    found in one pass (Knuth, Morris and Pratt, 1977), so that all lengths of the part are tried at once.
    """
    back = text[::-1]
    borders = [0] * (len(back) + 1)
    border = 0
    for place in range(1, len(back)):
        while border and back[place] != back[border]:
            border = borders[border]
        if back[place] == back[border]:
            border += 1
        borders[place + 1] = border
        length = place + 1
        if length >= LEAST and length >= TIMES * (length - border):
            return True
    return False

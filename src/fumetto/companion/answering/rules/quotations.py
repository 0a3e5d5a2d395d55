"""Which parts of a sentence are quotations, in the marks of any language; where that is unclear, all that may be."""

from __future__ import annotations

from typing import Final

CLOSING: Final = {
    "“": "”",
    "„": "“”",
    "”": "”",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "‘": "’",
    "‚": "‘’",
    "「": "」",
    "『": "』",
    '"': '"',
    "'": "'",
}
"""By the mark that opens a quotation, those that close it. Swedish and Finnish open with the closing one."""
APOSTROPHES: Final = "'’"


def quoted_in(sentence: str) -> list[tuple[int, int]]:
    """Where quotations begin and end, their marks among them. One that is not closed goes on to the end, and one that
    an apostrophe may close to the last that may, before another is opened."""
    found: list[tuple[int, int]] = []
    place = 0
    while place < len(sentence):
        end = place + 1
        if sentence[place] in CLOSING and not is_apostrophe(sentence, place):
            end = end_of(sentence, place)
            found.append((place, end))
        place = end
    return found


def end_of(sentence: str, opens: int) -> int:
    """Where a quotation ends that begins here."""
    mark, depth, last = sentence[opens], 1, 0
    for place in range(opens + 1, len(sentence)):
        if sentence[place] in CLOSING[mark] and not within_a_word(sentence, place):
            if sentence[place] in APOSTROPHES:
                last = place + 1
                continue
            depth -= 1
            if not depth:
                return place + 1
        elif sentence[place] in CLOSING and last and not is_apostrophe(sentence, place):
            return last
        elif sentence[place] == mark:
            depth += 1
    return last or len(sentence)


def is_apostrophe(sentence: str, place: int) -> bool:
    """Whether a mark belongs to a word, as in "Ada's", "d'Ada" and "James' egg", and opens no quotation."""
    return sentence[place] in APOSTROPHES and sentence[:place][-1:].isalnum()


def within_a_word(sentence: str, place: int) -> bool:
    """Whether it stands between two letters, and closes none."""
    return is_apostrophe(sentence, place) and sentence[place + 1 : place + 2].isalnum()

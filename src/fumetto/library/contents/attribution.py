"""Who says what a lettering has, by what a sidecar says of the same page. Pure.

A sidecar knows the speakers, a lettering the exact words and their places, in several languages. In the sidecar's own
language the two are brought together by their words and places; in the others by place, and there the balloons of the
first lettering stand for the sidecar's: they lie where letters are, and the boxes of a sidecar are often rough.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from fumetto.library.catalogue.kinds import BalloonKind
from fumetto.library.contents.boxes import Box
from fumetto.library.contents.ocr.alphabets import UNKNOWN
from fumetto.library.contents.rules import same_language

MOST_PAIRS: Final = 100_000  # of texts told and texts of a language; the rest of such a page is left as it is
MOST_COMPARED: Final = 10_000  # pairs of texts on a page that are compared letter by letter
LONGEST_COMPARED: Final = 200  # letters of a text
ALIKE: Final = 0.6  # as texts that are the same but for a few letters are
SMALL_PART: Final = 3  # letters below which a text is found in too many others
REACH: Final = 0.05  # of the page: texts of one balloon in two languages lie no further apart
OF_A_SENTENCE: Final = 0.35  # of the page: no further from its place is a text that is told word for word
MOSTLY: Final = 0.5  # of the smaller of two boxes
NEARLY_EVERYTHING: Final = 0.9  # of the page: the box of a balloon that was given none


@dataclass(frozen=True, slots=True)
class Told:
    """A balloon as the sidecar tells it."""

    text: str
    kind: BalloonKind
    box: Box
    speaker: str | None
    panel: int | None


@dataclass(frozen=True, slots=True)
class Lettered:
    """A balloon of a lettering, or one that was read off the page."""

    id: uuid.UUID
    text: str
    box: Box


def attributed(told: Sequence[Told], language: str, found: Mapping[str, Sequence[Lettered]]) -> dict[uuid.UUID, Told]:
    """Which told balloon each balloon found, by language, is; those that are none are left out.

    Several found may be one that is told: letterers split sentences, and sidecars do not.
    """
    most = MOST_PAIRS // max(1, len(told))
    found = {code: balloons[:most] for code, balloons in found.items()}
    own = [each for code, balloons in found.items() if is_comparable(code, language) for each in balloons]
    matched = by_words(told, own)
    places = [(each, each.box) for each in told if each.box.area < NEARLY_EVERYTHING]
    standing = [(matched[each.id], each.box) for each in own if each.id in matched]
    rough = [(each, box) for each, box in places if all(each is not one for one, _ in standing)]
    for code, balloons in found.items():
        if not is_comparable(code, language):
            matched |= by_place([*standing, *rough], balloons)
    left = [each for each in own if each.id not in matched]
    return matched | by_place(places, left)


def is_comparable(one: str, other: str) -> bool:
    """Whether texts of two languages may have the same words."""
    return UNKNOWN in (one, other) or same_language(one, other)


def by_words(told: Sequence[Told], found: Sequence[Lettered]) -> dict[uuid.UUID, Told]:
    """Pairs that say the same, the nearer one where several do."""
    letters = [plain(each.text) for each in told]
    thorough = len(told) * len(found) <= MOST_COMPARED
    matched = {}
    for each in found:
        said = plain(each.text)
        best, chosen = 0.0, None
        for one, words in zip(told, letters, strict=True):
            alike = likeness(said, words)
            score = alike + nearness(each.box, one.box)
            if alike >= ALIKE and score > best and gap(each.box, one.box) < OF_A_SENTENCE:
                best, chosen = score, one
        if chosen is None and thorough:
            chosen = nearly_said(each, said, told, letters)
        if chosen is not None:
            matched[each.id] = chosen
    return matched


def nearly_said(each: Lettered, said: str, told: Sequence[Told], letters: Sequence[str]) -> Told | None:
    """The told balloon at a text's place which differs from it in a few letters."""
    best, chosen = ALIKE, None
    for one, words in zip(told, letters, strict=True):
        if nearness(each.box, one.box) > 0:
            matcher = SequenceMatcher(None, said[:LONGEST_COMPARED], words[:LONGEST_COMPARED], autojunk=False)
            if matcher.quick_ratio() > best and matcher.ratio() > best:
                best, chosen = matcher.ratio(), one
    return chosen


def plain(text: str) -> str:
    """Letters and digits only, or the signs where there is nothing else."""
    folded = text.casefold()
    return "".join(letter for letter in folded if letter.isalnum()) or "".join(folded.split())


def likeness(said: str, words: str) -> float:
    """1 for the same words, less for a part of them, 0 for others."""
    if not said or not words:
        return 0.0
    if said == words:
        return 1.0
    if len(said) >= SMALL_PART and (said in words or words in said):
        return 0.7 + 0.2 * min(len(said), len(words)) / max(len(said), len(words))
    return 0.0


def by_place(places: Iterable[tuple[Told, Box]], found: Sequence[Lettered]) -> dict[uuid.UUID, Told]:
    """Each text with what is told in its place, or at most a little way off."""
    there = telling(list(places))
    matched = {}
    for each in found:
        best, chosen = 0.0, None
        for one, box in there:
            near = nearness(each.box, box)
            if near > best:
                best, chosen = near, one
        if chosen is not None:
            matched[each.id] = chosen
    return matched


def telling(places: Sequence[tuple[Told, Box]]) -> list[tuple[Told, Box]]:
    """Places that say who speaks: not those that several share, as all do that were only given their panel."""
    sharing: dict[Box, set[tuple[str | None, BalloonKind]]] = {}
    for one, box in places:
        sharing.setdefault(box, set()).add((one.speaker, one.kind))
    return [(one, box) for one, box in places if len(sharing[box]) == 1]


def nearness(one: Box, other: Box) -> float:
    """2 for the same box, above 1 for boxes of which one lies mostly on the other, 0 for such as are out of reach."""
    smaller = min(one.area, other.area)
    common = one.common(other)
    if smaller > 0 and common > MOSTLY * smaller:
        return 1.0 + 0.5 * common / smaller + 0.5 * one.alike(other)
    return max(0.0, 1.0 - gap(one, other) / REACH - middles_apart(one, other))


def gap(one: Box, other: Box) -> float:
    """How far two boxes are apart, along the worse axis; 0 where they meet."""
    across = max(one.x, other.x) - min(one.right, other.right)
    down = max(one.y, other.y) - min(one.bottom, other.bottom)
    return max(0.0, across, down)


def middles_apart(one: Box, other: Box) -> float:
    across = one.x + one.width / 2 - other.x - other.width / 2
    down = one.y + one.height / 2 - other.y - other.height / 2
    return float((across * across + down * down) ** 0.5)

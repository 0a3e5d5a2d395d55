"""One balloon in several languages: they lie on one place of the page. A model is given it once."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Final

from fumetto.kernel.index.analysis import base
from fumetto.library.public import PassageKind, Quotable

SAME_PLACE: Final = 0.6  # of the area of two boxes that both have, from which they are one balloon's


def same_balloon(one: Quotable, other: Quotable) -> bool:
    """Whether two passages are one balloon in two languages."""
    if one.spot is None or other.spot is None or one.box is None or other.box is None:
        return False
    there = one.spot.page_id == other.spot.page_id and one.box.alike(other.box) > SAME_PLACE
    return there and base(one.language) != base(other.language)


def in_languages(found: Sequence[Quotable]) -> list[list[Quotable]]:
    """The balloons of which there are several languages, each with those, in the order in which they were found."""
    groups: list[list[Quotable]] = []
    for one in found:
        if one.kind is PassageKind.DIALOGUE:
            home = next((group for group in groups if all(same_balloon(one, other) for other in group)), None)
            if home is None:
                groups.append([one])
            else:
                home.append(one)
    return [group for group in groups if len(group) > 1]


def put_aside(
    groups: Sequence[Sequence[Quotable]], languages: Sequence[str], kept: Collection[uuid.UUID]
) -> dict[uuid.UUID, Quotable]:
    """By the passages that are put aside, the one that stands for each: one that is to be `kept`, else the first of the
    languages that there is, else what was found first."""
    wanted = [base(language) for language in languages]

    def rank(one: Quotable) -> tuple[bool, int]:
        language = base(one.language)
        return one.id not in kept, wanted.index(language) if language in wanted else len(wanted)

    found: dict[uuid.UUID, Quotable] = {}
    for group in groups:
        stands = min(group, key=rank)
        found |= {one.id: stands for one in group if one is not stands}
    return found

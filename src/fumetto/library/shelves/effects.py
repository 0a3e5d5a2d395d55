"""What a rule would do, in numbers of series: to each whom the asker answers for, and to all others by age."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fumetto.kernel.db.narrowing import narrowed_to
from fumetto.kernel.db.sessions import Database
from fumetto.library.shelves import repository
from fumetto.library.shelves.schemas import EffectOnPeople, RuleEffects, Span
from fumetto.people.public import AgeClass, Fits, RuleEffect

MOST_EXAMPLES = 20


@dataclass(slots=True)
class Group:
    """Numbers of series, one for each person."""

    shown: list[int] = field(default_factory=list)
    gained: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)


async def told(database: Database, reader_id: uuid.UUID, effects: Sequence[RuleEffect]) -> RuleEffects:
    """Counted in what the reader sees themselves. Many have the same rules: what fits is asked once for all of them."""
    async with database.read(reader_id) as session:
        shared = await repository.collectives_with_shelves(session)
    fitting: dict[Fits | None, dict[uuid.UUID, str]] = {}

    async def what_fits(fits: Fits | None) -> dict[uuid.UUID, str]:
        key = fits and Fits(fits.rule, tuple(sorted(shared.intersection(fits.collective_ids))))
        if key not in fitting:
            with narrowed_to(key):  # when a transaction begins, it is said what its queries are narrowed by
                async with database.read(reader_id) as session:
                    fitting[key] = {one: title for one, (title, _) in (await repository.titles(session)).items()}
        return fitting[key]

    groups: dict[tuple[str | None, AgeClass], Group] = {}
    gone: dict[uuid.UUID, str] = {}
    for one in effects:
        now, then = await what_fits(one.now), await what_fits(one.then)
        group = groups.setdefault((one.name, one.age_class), Group())
        group.shown.append(len(then))
        group.gained.append(len(then.keys() - now.keys()))
        group.lost.append(len(now.keys() - then.keys()))
        gone |= {key: title for key, title in now.items() if key not in then}
    order = list(AgeClass)
    return RuleEffects(
        items=[
            EffectOnPeople(
                name=name,
                age_class=age,
                people=len(group.shown),
                shown=span(group.shown),
                gained=span(group.gained),
                lost=span(group.lost),
            )
            for (name, age), group in sorted(
                groups.items(), key=lambda each: (each[0][0] is None, order.index(each[0][1]))
            )
        ],
        examples=sorted(gone.values(), key=str.casefold)[:MOST_EXAMPLES],
    )


def span(numbers: Iterable[int]) -> Span:
    found = list(numbers)
    return Span(least=min(found), most=max(found))

"""Which series and which episode a book is: from its metadata, else from the names on the disk. Pure.

Metadata comes first, then the acquired layout (which readers hand over as metadata too), then names on the disk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from uuid import UUID

from fumetto.kernel.db.base import uuid7
from fumetto.library.catalogue.rules import slug_of, spoken_number
from fumetto.library.ingestion.naming import (
    YEARS_FROM,
    ParsedName,
    is_generic,
    parse_name,
    series_key,
    tidy,
    usable_number,
)
from fumetto.library.reading.rules import UNNUMBERED_FROM


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a book says it is. `key` is the series' key; `series` the title that a new series would get.

    `names_series` and `names_number`: its metadata says so, not only the names on the disk.
    """

    key: str
    series: str
    number: Decimal | None
    title: str
    names_series: bool = False
    names_number: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a book goes. `series_id` is new when `new_series`; so is `episode_id`, always."""

    series_id: UUID
    new_series: bool
    episode_id: UUID
    edition_of_id: UUID | None
    number: Decimal | None
    sort_key: Decimal
    slug: str


@dataclass(slots=True)
class SeriesShelf:
    """What of one series must be known to place books in it; see `Shelves`."""

    id: UUID
    is_new: bool
    primaries: dict[Decimal, UUID] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)
    next_unnumbered: int = 0


def name_books(paths: Iterable[str], root: PurePath) -> dict[str, ParsedName]:
    """What names alone say of each book: for every path below `root` ("." being the root itself) with a series always.

    Books in a folder belong to the series that the folder names; a folder named only `Volume 2` leaves it to the one
    above. Two cases leave it to the file's own name: books that lie in the root itself and name series and number, and
    a folder in which two names claim the same number.
    """
    shelves: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        shelves[path.rpartition("/")[0] if path != "." else "."].append(path)
    named: dict[str, ParsedName] = {}
    for folder, books in shelves.items():
        if folder == ".":
            parsed = parse_name(root.name)
            series = parsed.series or _folder_series(root.parent)
            named["."] = _named(parsed, series)
            continue
        parsed_books = {path: parse_name(path.rpartition("/")[2]) for path in books}
        series = _folder_series(root / folder, beyond=len(root.parent.parts))
        own_names = not folder or _claim_the_same(parsed_books.values())
        for path, parsed in parsed_books.items():
            own = (
                own_names
                and parsed.series
                and parsed.number is not None
                and series_key(parsed.series) != series_key(series)
            )
            named[path] = _named(parsed, parsed.series if own and parsed.series else series)
    return named


def _named(parsed: ParsedName, series: str) -> ParsedName:
    return ParsedName(series, parsed.number, parsed.volume, parsed.year, parsed.title)


def _folder_series(folder: PurePath, beyond: int = 0) -> str:
    """The nearest name, from `folder` upwards to `beyond` parts, that is not just a place in a series."""
    parts = folder.parts[beyond:] or folder.parts
    for part in reversed(parts):
        if part != folder.anchor and (name := tidy(part)) and not is_generic(name):
            return name
    return tidy(folder.name) or "Comics"


def _claim_the_same(books: Iterable[ParsedName]) -> bool:
    claims: dict[Decimal, set[str]] = defaultdict(set)
    for book in books:
        if book.series and book.number is not None:
            claims[book.number].add(series_key(book.series))
    return any(len(series) > 1 for series in claims.values())


def propose(
    named: ParsedName,
    *,
    forced_series: str | None = None,
    series: str | None = None,
    number: Decimal | None = None,
    volume: int | None = None,
    title: str | None = None,
) -> Proposal:
    """What a book is, its metadata (the keyword arguments) outweighing what names say.

    `forced_series` outweighs both. A volume that is a year sets series of one name apart; any other is the number of a
    book that has none.
    """
    said = tidy(series) if series else ""
    if said and volume and volume >= YEARS_FROM and str(volume) not in said:
        said = f"{said} ({volume})"
    chosen = tidy(forced_series or "") or said or named.series or "Comics"
    counted = usable_number(number)
    if counted is None and volume and volume < YEARS_FROM:
        counted = usable_number(Decimal(volume))
    names_number = counted is not None
    if counted is None:
        counted = usable_number(named.number)
    called = tidy(title) if title else ""
    if not called:
        called = named.title or ""
    if not called:
        called = f"#{spoken_number(counted)}" if counted is not None else chosen
    return Proposal(series_key(chosen), chosen, counted, called, bool(said), names_number)


class Shelves:
    """Places books one after another among the series and episodes that are there already.

    `series_of_key` maps a series' key to the series its neighbours are in by now; `taken_slugs` are series' slugs.
    """

    def __init__(self, series_of_key: dict[str, UUID], taken_slugs: Iterable[str] = ()) -> None:
        self._series: dict[str, SeriesShelf] = {}
        shelves: dict[UUID, SeriesShelf] = {}
        for key, series_id in series_of_key.items():
            self._series[key] = shelves.setdefault(series_id, SeriesShelf(series_id, is_new=False))
        self._by_id = shelves
        self._taken_slugs = set(taken_slugs)

    def know_episode(self, series_id: UUID, sort_key: Decimal, episode_id: UUID) -> None:
        """That an episode, no edition of another, stands at this place of a series."""
        self._by_id[series_id].primaries[sort_key] = episode_id

    def know_slug(self, series_id: UUID, slug: str) -> None:
        self._by_id[series_id].slugs.add(slug)

    def know_last_unnumbered(self, series_id: UUID, sort_key: Decimal) -> None:
        self._by_id[series_id].next_unnumbered = int(sort_key - UNNUMBERED_FROM) + 1

    def slug_for_series(self, title: str) -> str:
        slug = slug_of(title, self._taken_slugs)
        self._taken_slugs.add(slug)
        return slug

    def place(self, proposal: Proposal, twin_of: UUID | None = None) -> Place:
        """Where the book goes: a place of its own, or beside the episode that has its number already, as an edition.

        A book without a number gets the next place after all; `twin_of` is the episode whose file it is a copy of.
        """
        shelf = self._series.get(proposal.key)
        new_series = shelf is None
        if shelf is None:
            shelf = self._series[proposal.key] = SeriesShelf(uuid7(), is_new=True)
            self._by_id[shelf.id] = shelf
        episode_id = uuid7()
        number = proposal.number
        edition_of: UUID | None = None
        if number is not None:
            sort_key = number
            edition_of = shelf.primaries.get(number)
            base = spoken_number(number) or "0"
            base = base.replace("-", "minus-").replace(".", "-")
        else:
            twin_key = next((key for key, known in shelf.primaries.items() if known == twin_of), None)
            if twin_key is not None:
                sort_key, edition_of = twin_key, twin_of
            else:
                sort_key = UNNUMBERED_FROM + shelf.next_unnumbered
                shelf.next_unnumbered += 1
            base = slug_of(proposal.title, fallback="episode")
        if edition_of is None:
            shelf.primaries[sort_key] = episode_id
        slug = base if base not in shelf.slugs else f"{base}-{episode_id.hex[-8:]}"
        shelf.slugs.add(slug)
        return Place(shelf.id, new_series, episode_id, edition_of, number, sort_key, slug)


def slug_candidates(proposals: Sequence[Proposal]) -> set[str]:
    """The slugs that `Shelves.place` would like to give, whose being taken it must know."""
    wanted = set()
    for proposal in proposals:
        spoken = spoken_number(proposal.number)
        if spoken is not None:
            wanted.add(spoken.replace("-", "minus-").replace(".", "-"))
        else:
            wanted.add(slug_of(proposal.title, fallback="episode"))
    return wanted

"""A catalogue page as both versions of OPDS show it; the renderers know nothing but this."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode

from fumetto.library.catalogue.models import Episode, Series
from fumetto.library.catalogue.schemas import EpisodeCard

ATOM = "application/atom+xml;profile=opds-catalog;kind={kind}"
OPDS2 = "application/opds+json"
CBZ = "application/vnd.comicbook+zip"


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses of one version of the catalogue. `base` is an absolute address up to and with `/opds`.

    `token` is the key that a client without a way to sign in has in its address: every address it is given has it too.
    """

    base: str
    version: str
    token: str | None = None

    def feed(self, path: str = "", **query: object) -> str:
        """A feed of this version by its path, such as `series/pepper-carrot`."""
        tail = f"/{quote(path)}" if path else ""
        return self.at(f"{self.version}{tail}", **query)

    def at(self, path: str, **query: object) -> str:
        """Anything below `/opds`, whatever the version."""
        given = {name: value for name, value in query.items() if value is not None}
        if self.token:
            given["token"] = self.token
        return f"{self.base}/{path}" + (f"?{urlencode(given)}" if given else "")

    def template(self, path: str, parameter: str, variable: str) -> str:
        """An address with a variable in braces for one of its parameters."""
        address = self.at(path)
        return f"{address}{'&' if '?' in address else '?'}{parameter}={{{variable}}}"


@dataclass(frozen=True, slots=True)
class Door:
    """A way to another page of the catalogue. `leads_to` is what is there: navigation or acquisition."""

    key: str
    title: str
    path: str
    leads_to: str
    updated: datetime
    summary: str = ""
    count: int | None = None
    cover: str | None = None
    rel: str = "subsection"
    query: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Publication:
    """An episode that can be read and downloaded."""

    card: EpisodeCard
    episode: Episode
    series: Series

    @property
    def title(self) -> str:
        """Series, number and title, as far as there are any: shelves of other applications show nothing else."""
        card, parts = self.card, [self.series.title]
        if card.number is not None:
            parts[0] = f"{self.series.title} {card.number}"
        if card.title and card.title != self.series.title:
            parts.append(card.title)
        return " – ".join(parts)


@dataclass(frozen=True, slots=True)
class Facet:
    """One choice of a group that narrows or orders the list that is shown."""

    group: str
    title: str
    path: str
    query: dict[str, str]
    active: bool


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    path: str
    publications: list[Publication]
    total: int


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of the catalogue: doors, or publications, or both where the version allows that."""

    key: str
    title: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    doors: list[Door] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    next_query: dict[str, str] | None = None
    total: int | None = None
    per_page: int | None = None
    updated: datetime | None = None
    kind: str = "navigation"
    up: str | None = ""

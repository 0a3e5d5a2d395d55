"""Which file is the sidecar of which page: `P01.jpg.json` or `P01.json`, in the folder of `P01.jpg`. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from fumetto.library.ingestion.books.layout import METADATA_NAMES
from fumetto.library.ingestion.books.names import folded

SUFFIX = ".json"


def candidates(member: str) -> tuple[str, str]:
    """The names that a page's sidecar may have, the better one first."""
    dot = member.rfind(".")
    stem = member[:dot] if dot > member.rfind("/") + 1 else member
    return member + SUFFIX, stem + SUFFIX


def sidecar_of(member: str, members: Collection[str] | Mapping[str, object]) -> str | None:
    """The name of a page's sidecar among a book's members, or None; upper and lower case count where both are there."""
    for name in candidates(member):
        if name in members and not is_metadata(name):
            return name
    wanted = [folded(name) for name in candidates(member)]
    alike = {folded(name): name for name in members if name[-5:].lower() == SUFFIX and not is_metadata(name)}
    return next((alike[name] for name in wanted if name in alike), None)


def is_metadata(name: str) -> bool:
    """Whether a name is one under which books say things about themselves, whatever their pages are called."""
    return name.rpartition("/")[2].lower() in METADATA_NAMES


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page that a sidecar of a folder apart may belong to. `folders` are names that its episode goes by."""

    key: str
    member: str
    folders: frozenset[str]
    series: frozenset[str]


def match(files: Iterable[str], pages: Iterable[KnownPage]) -> tuple[dict[str, str], list[str]]:
    """Files (paths with slashes, below the folder that was given) by the keys of their pages, and those of no page.

    A file belongs to a page whose image's name it has, in a folder that its episode goes by, below one that its series
    goes by where there are such folders. Where the name alone fits one page only, folders need not fit.
    """
    by_name: dict[str, list[KnownPage]] = {}
    for page in pages:
        for name in dict.fromkeys(folded(PurePosixPath(name).name) for name in candidates(page.member)):
            by_name.setdefault(name, []).append(page)
    found: dict[str, str] = {}
    left: list[str] = []
    for file in sorted(files):
        parts = [folded(part) for part in PurePosixPath(file).parts]
        named = by_name.get(parts[-1], [])
        fitting = [page for page in named if page.folders.intersection(parts[:-1])] or named
        if len(fitting) > 1:
            fitting = [page for page in fitting if page.series.intersection(parts[:-1])] or fitting
        if len(fitting) == 1 and fitting[0].key not in found:
            found[fitting[0].key] = file
        else:
            left.append(file)
    return found, left

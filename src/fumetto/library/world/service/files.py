"""Files of a world on the operator's disk, read whole and within bounds. Blocking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from fumetto.library.world.errors import WorldFileInvalid, WorldFilesMissing, WorldFilesTooMany
from fumetto.library.world.rules.articles import LARGEST_ARTICLE, MOST_ARTICLES
from fumetto.library.world.rules.located import Problem
from fumetto.library.world.rules.world_files import LARGEST_FILE

YAML, MARKDOWN = (".yaml", ".yml"), (".md", ".markdown")
MOST_WORLD_FILES = 50


def world_files(path: Path) -> dict[str, bytes]:
    """A YAML file, or all of a folder's own, by name. Raises WorldFilesMissing, WorldFilesTooMany, WorldFileInvalid."""
    found = [path] if path.is_file() else sorted(one for one in listed(path) if one.suffix.lower() in YAML)
    if not found:
        raise WorldFilesMissing(path=str(path), wanted=" / ".join(YAML))
    return read_all(((one.name, one) for one in found), LARGEST_FILE, MOST_WORLD_FILES)


def wiki_files(path: Path) -> dict[str, bytes]:
    """A Markdown file, or all of a folder of any depth, by path below it, but for those that begin with `_` or `.`."""
    if path.is_file():
        return read_all([(path.name, path)], LARGEST_ARTICLE, 1)
    found = [
        one
        for one in sorted(path.rglob("*"))
        if one.suffix.lower() in MARKDOWN
        and one.is_file()
        and not any(part.startswith((".", "_")) for part in one.relative_to(path).parts)
    ]
    if not found:
        raise WorldFilesMissing(path=str(path), wanted=" / ".join(MARKDOWN))
    return read_all(((one.relative_to(path).as_posix(), one) for one in found), LARGEST_ARTICLE, MOST_ARTICLES)


def listed(path: Path) -> Iterator[Path]:
    try:
        yield from (one for one in path.iterdir() if one.is_file())
    except OSError:
        return


def read_all(files: Iterable[tuple[str, Path]], largest: int, most: int) -> dict[str, bytes]:
    read: dict[str, bytes] = {}
    for name, path in files:
        if len(read) >= most:
            raise WorldFilesTooMany(limit=most)
        try:
            with open(path, "rb") as file:
                data = file.read(largest + 1)
        except OSError:
            raise WorldFilesMissing(path=str(path), wanted=name) from None
        if len(data) > largest:
            raise WorldFileInvalid(problems=[Problem(name, 1, "too_large", other=str(largest))])
        read[name] = data
    return read

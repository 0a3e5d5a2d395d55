"""How a set of file names becomes pages: plain pictures, art with lettering, or the layout that acquisition writes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from fumetto.kernel.text.languages import language_of_code
from fumetto.library.ingestion.books.model import BookWarning, Kind, Member
from fumetto.library.ingestion.books.names import (
    ARCHIVE_SUFFIXES,
    COVER_STEMS,
    IMAGE_TYPES,
    folded,
    is_cover_name,
    is_credits_name,
    is_double_name,
    is_junk,
    natural_key,
    stem_of,
    suffix_of,
)

ACQUIRED_METADATA = "metadata.yaml"
METADATA_NAMES = frozenset(
    {
        "comicinfo.xml", "metroninfo.xml", "comet.xml", "metadata.yaml", "readme.md",
        "comicbox.json", "comicbox.yaml", "comicbox.xml", "comicbox-cli.yaml", "comic-book-info.json",
    }
)  # fmt: skip

_EPISODE_PAGE = re.compile(r"(?<![^\W\d_])e(\d{1,4})(?:p(\d{1,4}))?$")
_ART_PREFIX = re.compile(r"^gfx[_-]")
_LANGUAGE_PREFIX = re.compile(r"^[a-z]{2,3}[_-](?=.*e\d)")
_NUMBERED = re.compile(r"^(?:page|p|pg)?[ _-]?\d+")


class Placed(NamedTuple):
    """A member and the part it plays."""

    member: str
    kind: Kind
    double: bool


@dataclass(slots=True)
class Layout:
    """The pages among some names, in reading order, with the lettering and metadata files that belong to them."""

    pages: list[Placed] = field(default_factory=list)
    letterings: dict[int, dict[str, str]] = field(default_factory=dict)
    metadata: list[str] = field(default_factory=list)
    warnings: list[BookWarning] = field(default_factory=list)


def arrange(members: Mapping[str, Member]) -> Layout:
    """Sort members (by names as `safe_name` gives them) into a Layout. Pure; their order does not matter."""
    layout = Layout()
    images: list[str] = []
    drawings: list[str] = []
    for name in members:
        suffix = suffix_of(name)
        if suffix in IMAGE_TYPES:
            if not is_junk(name):
                images.append(name)
        elif suffix == "svg":
            if not is_junk(name):
                drawings.append(name)
        elif name[name.rfind("/") + 1 :].lower() in METADATA_NAMES:
            if not is_junk(name):
                layout.metadata.append(name)
        elif suffix in ARCHIVE_SUFFIXES and not is_junk(name):
            layout.warnings.append(BookWarning("nested_archive", name))
    if len(layout.metadata) > 1:
        layout.metadata.sort(key=lambda name: (name.count("/"), name.lower(), name))
    base = acquired_base(layout.metadata, images)
    if base is not None:
        place_acquired(layout, base, images, drawings)
    elif not (drawings and place_art(layout, images, drawings)):
        place_plain(layout, images, members)
    return layout


def place_plain(layout: Layout, images: list[str], members: Mapping[str, Member]) -> None:
    """Pictures in natural order, a lone `cover` first; kinds and spreads as far as the names tell."""
    images = without_repeats(layout, sorted((natural_key(name), name) for name in images), members)
    stems = [stem_of(name) for name in images]
    covers = [index for index, stem in enumerate(stems) if stem in COVER_STEMS]
    if len(covers) == 1 and covers[0]:
        images.insert(0, images.pop(covers[0]))
        stems.insert(0, stems.pop(covers[0]))
    if kinds := episode_kinds(stems):
        layout.pages = [Placed(name, kind, False) for name, kind in zip(images, kinds, strict=True)]
        return
    layout.pages = [Placed(name, "story", is_double_name(stem)) for name, stem in zip(images, stems, strict=True)]
    if len(images) > 1:
        if is_cover_name(stems[0]):
            layout.pages[0] = Placed(images[0], "cover", layout.pages[0].double)
        if is_credits_name(stems[-1]):
            layout.pages[-1] = Placed(images[-1], "credits", False)


def without_repeats(
    layout: Layout, found: list[tuple[tuple[str | int, ...], str]], members: Mapping[str, Member]
) -> list[str]:
    """Sorted names, less those that differ from the one before in case or composition alone and hold the same bytes."""
    kept: list[str] = []
    before: tuple[str | int, ...] = ()
    for key, name in found:
        same_name = key == before and folded(name) == folded(kept[-1])
        if same_name and members[name].fingerprint == members[kept[-1]].fingerprint:
            layout.warnings.append(BookWarning("same_page_twice", name))
            continue
        before = key
        kept.append(name)
    return kept


def place_art(layout: Layout, images: Collection[str], drawings: Collection[str]) -> bool:
    """Text-free art with one folder of SVG files per language beside it; False if the names are not like that.

    `gfx_…_E01.png` is lettered by `fr/…_E01.svg`: the episode and page in the two names agree, or else the whole stems.
    """
    by_language: dict[str, dict[str, str]] = {}
    for drawing in sorted(drawings):
        folder = drawing.rpartition("/")[0]
        language = language_of_code(folder[folder.rfind("/") + 1 :]) if folder else None
        if language is not None:
            by_language.setdefault(language, {}).setdefault(page_token(drawing), drawing)
    if not by_language:
        return False
    art = [name for name in images if _ART_PREFIX.match(stem_of(name))] or list(images)
    lettered = {token for drawings_of in by_language.values() for token in drawings_of}
    if not any(page_token(name) in lettered for name in art):
        return False
    art.sort(key=lambda name: (natural_key(name), name))
    stems = [stem_of(name) for name in art]
    kinds = episode_kinds(stems) or kinds_of_stems(stems)
    layout.pages = [Placed(name, kind, False) for name, kind in zip(art, kinds, strict=True)]
    attach(layout, by_language)
    return True


def place_acquired(layout: Layout, base: str, images: Collection[str], drawings: Collection[str]) -> None:
    """The layout of docs/reference/acquired-layout.md below `base` (empty, or ending with a slash).

    A page that has art is that art; one that has none is the lettered picture in `pages/`.
    """
    pictures: dict[str, str] = {}
    for folder in ("pages/", "art/"):
        for name in sorted(images):
            if name.startswith(base + folder) and "/" not in name[len(base + folder) :]:
                pictures[stem_of(name)] = name
    if "cover" not in pictures:
        tops = sorted(name for name in images if name.startswith(base) and "/" not in name[len(base) :])
        for name in tops:
            if stem_of(name) == "cover":
                pictures["cover"] = name
    order = {"cover": 0, "title": 1, "credits": 3}
    placed = sorted(pictures.items(), key=lambda item: (order.get(item[0], 2), natural_key(item[0]), item[1]))
    kinds = kinds_of_stems([stem for stem, _ in placed])
    layout.pages = [Placed(name, kind, is_double_name(stem)) for (stem, name), kind in zip(placed, kinds, strict=True)]
    by_language: dict[str, dict[str, str]] = {}
    for drawing in sorted(drawings):
        parts = drawing.removeprefix(base).split("/")
        if (
            drawing.startswith(base)
            and len(parts) == 3
            and parts[0] == "lettering"
            and (code := language_of_code(parts[1]))
        ):
            by_language.setdefault(code, {}).setdefault(stem_of(drawing), drawing)
    attach(layout, by_language, by_stem=True)


def attach(layout: Layout, by_language: Mapping[str, Mapping[str, str]], *, by_stem: bool = False) -> None:
    """Give each page its lettering files, by language, and warn of those that belong to no page."""
    used: set[str] = set()
    for index, page in enumerate(layout.pages):
        token = stem_of(page.member) if by_stem else page_token(page.member)
        found = {language: of[token] for language, of in sorted(by_language.items()) if token in of}
        if found:
            layout.letterings[index] = found
            used.update(found.values())
    for of in by_language.values():
        layout.warnings.extend(BookWarning("lettering_without_page", name) for name in of.values() if name not in used)


def acquired_base(metadata: Iterable[str], images: Collection[str]) -> str | None:
    """The folder, with its slash, of a `metadata.yaml` that has `pages/` or `art/` beside it."""
    for name in metadata:
        if name[name.rfind("/") + 1 :].lower() == ACQUIRED_METADATA:
            base = name[: name.rfind("/") + 1]
            if any(image.startswith((base + "pages/", base + "art/")) for image in images):
                return base
    return None


def page_token(name: str) -> str:
    """What a page's art and its lettering have in common: `e1p2`, or the stem without `gfx_` or language prefix."""
    stem = stem_of(name)
    if found := _EPISODE_PAGE.search(stem):
        episode, page = found.groups()
        return f"e{int(episode)}" + ("" if page is None else f"p{int(page)}")
    return _LANGUAGE_PREFIX.sub("", _ART_PREFIX.sub("", stem))


def episode_kinds(stems: list[str]) -> list[Kind] | None:
    """Kinds by the publisher's own naming, or None if the names are not like it.

    `E01` is the cover, `E01P00` the title strip, then the story, and the last page the credits: sure only when cover
    and title strip are there, for then the set is whole.
    """
    numbers: list[str | None] = []
    episodes: set[str] = set()
    for stem in stems:
        found = _EPISODE_PAGE.search(stem)
        if found is None:
            return None
        episodes.add(found.group(1))
        numbers.append(found.group(2))
    if len(numbers) < 2 or len(episodes) > 1:
        return None
    kinds: list[Kind] = ["cover" if n is None else "title" if int(n) == 0 else "story" for n in numbers]
    if kinds.count("cover") > 1 or kinds.count("title") > 1:
        return None
    if "cover" in kinds and "title" in kinds and kinds.count("story") > 1:
        kinds[-1] = "credits"
    return kinds


def kinds_of_stems(stems: list[str]) -> list[Kind]:
    """Kinds by plain words: `cover`, `title`, `credits`; the rest is story."""
    words: dict[str, Kind] = {"cover": "cover", "title": "title", "credits": "credits"}
    return [words.get(_ART_PREFIX.sub("", folded(stem)), "story") for stem in stems]

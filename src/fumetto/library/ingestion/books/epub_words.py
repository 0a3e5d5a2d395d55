"""The words that an EPUB's document has for the picture it shows: for search and for who cannot see it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import Final

from lxml import etree

from fumetto.library.ingestion.books.epub import _address, _manifest, _package_name, _parse, _resolve
from fumetto.library.ingestion.books.errors import BookDamaged
from fumetto.library.ingestion.books.zipped import ZipContainer
from fumetto.library.ingestion.metadata.xml import local_name

_BLOCKS: Final = frozenset(
    {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figcaption", "td", "th", "dd", "dt",
     "section", "article", "aside", "body", "pre"}
)  # fmt: skip
_SILENT: Final = frozenset({"script", "style", "title", "head", "rt", "rp", "nav"})
_PICTURES: Final = frozenset({"img", "image", "object", "source", "embed"})
MOST_BLOCKS, LONGEST_BLOCK = 1000, 20_000


@dataclass(frozen=True, slots=True)
class EpubWords:
    """What a document says beside its picture, block by block. `language` as the document, or the book, has it."""

    language: str | None
    blocks: tuple[str, ...]


def words_beside(container: ZipContainer, picture: str) -> EpubWords | None:
    """The text of the document in the reading order that shows `picture`; None where none does, or it has no text.

    A document that shows several pictures says nothing of which its text belongs to, so it is left out.
    Raises BookDamaged where the package cannot be read any more.
    """
    package_name = _package_name(container)
    package = _parse(container, package_name)
    manifest = _manifest(package, package_name, container)
    spoken = next(
        (element.text.strip() for element in package.iter() if local_name(element) == "language" and element.text), None
    )
    for element in package.iter():
        item = manifest.get(element.get("idref") or "") if local_name(element) == "itemref" else None
        if item is None or item.name not in container.members or "html" not in item.media_type:
            continue
        try:
            root = _parse(container, item.name)
        except BookDamaged:
            continue
        base = posixpath.dirname(item.name)
        shown = {_resolve(base, _address(part), container) for part in root.iter() if local_name(part) in _PICTURES}
        if picture not in shown or len(shown - {None}) > 1:
            continue
        blocks = tuple(blocks_of(root))
        return EpubWords(language_in(root) or spoken, blocks) if blocks else None
    return None


def blocks_of(root: etree._Element) -> list[str]:
    """The texts of a document, one for each paragraph or the like, without what is not read."""
    found: list[str] = []
    parts: list[str] = []

    def close() -> None:
        text = " ".join("".join(parts).split())[:LONGEST_BLOCK]
        if text and len(found) < MOST_BLOCKS:
            found.append(text)
        parts.clear()

    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = local_name(element)
        if any(local_name(above) in _SILENT for above in (element, *element.iterancestors())):
            if event == "end" and name in _SILENT and element.tail:
                parts.append(element.tail)
            continue
        if name in _BLOCKS:
            close()
        elif name == "br":
            parts.append(" ")
        text = element.text if event == "start" else element.tail
        if text:
            parts.append(text)
    close()
    return found


def language_in(root: etree._Element) -> str | None:
    return root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("lang")

"""EPUB 2 and 3 whose pages are pictures: fixed layout, or chapters that hold one image each (EPUB 3.3, W3C).

Only container, package and page documents are read, as XML without entities; no style or script is run, no address
followed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from lxml import etree

from fumetto.library.ingestion.books.errors import BookDamaged, BookHasNoPages, BookIsProtected, BookIsText, PageError
from fumetto.library.ingestion.books.layout import Layout, Placed
from fumetto.library.ingestion.books.model import BookWarning
from fumetto.library.ingestion.books.names import IMAGE_TYPES, suffix_of
from fumetto.library.ingestion.books.zipped import ZipContainer
from fumetto.library.ingestion.metadata.epub import read_package
from fumetto.library.ingestion.metadata.model import BookMetadata
from fumetto.library.ingestion.metadata.xml import XmlUnreadable, local_name, parse_xml

_CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_HARMLESS: Final = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")  # obfuscated fonts
_LITTLE_TEXT: Final = 300  # characters: a page number, a caption, alternative text
_PICTURES: Final = frozenset(IMAGE_TYPES.values())
_ENOUGH_TEXT: Final = 20  # chapters of text, with no picture among them, after which a book is known for one
_MOST_PICTURES: Final = 64  # in one page document


@dataclass(slots=True)
class Chapter:
    """What one document of the reading order shows."""

    name: str
    pictures: list[str] = field(default_factory=list)
    characters: int = 0


@dataclass(slots=True)
class EpubPages:
    layout: Layout
    metadata: BookMetadata
    media_types: dict[str, str]


def read_epub(container: ZipContainer) -> EpubPages:
    """Pages in the order of the spine. Raises BookIsText, BookIsProtected, BookHasNoPages and BookDamaged."""
    package_name = _package_name(container)
    package = _parse(container, package_name)
    manifest = _manifest(package, package_name, container)
    _refuse_protected(container, manifest)
    metadata = read_package(package)
    fixed = _is_fixed(package)
    layout = Layout()
    chapters = list(_chapters(container, package, manifest, layout, fixed))
    if not chapters:
        raise BookHasNoPages(file=container.file)
    pictured = [chapter for chapter in chapters if chapter.pictures]
    plain = [chapter for chapter in pictured if chapter.characters < _LITTLE_TEXT]
    if not pictured or (not fixed and len(plain) < 0.6 * len(chapters)):
        raise BookIsText(file=container.file)
    members: dict[str, None] = {}
    for chapter in chapters:
        if not chapter.pictures:
            layout.warnings.append(BookWarning("page_without_picture", chapter.name))
        for picture in [_largest(container, chapter.pictures)] if fixed and chapter.pictures else chapter.pictures:
            members.setdefault(picture)
    cover = _cover(package, manifest)
    if cover is not None and cover in container.members and cover not in members:
        members = {cover: None} | members
    layout.pages = [
        Placed(name, "cover" if index == 0 and name == cover and len(members) > 1 else "story", False)
        for index, name in enumerate(members)
    ]
    types = {item.name: item.media_type for item in manifest.values() if item.name in members}
    layout.metadata = [name for name in container.members if name.rpartition("/")[2].lower() == "comicinfo.xml"][:1]
    return EpubPages(layout, metadata, {name: kind for name, kind in types.items() if kind in _PICTURES})


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    media_type: str
    properties: tuple[str, ...]


def _parse(container: ZipContainer, name: str) -> etree._Element:
    try:
        if container.known(name).byte_size > container.limits.metadata_bytes:
            raise BookDamaged(file=container.file, reason=f"{name} is far too large")
        return parse_xml(container.read(name))
    except (XmlUnreadable, PageError) as error:
        raise BookDamaged(
            file=container.file, reason=f"{name} cannot be read: {error.detail.get('reason', '')}"
        ) from error


def _package_name(container: ZipContainer) -> str:
    for element in _parse(container, _CONTAINER).iter():
        if local_name(element) == "rootfile" and (path := element.get("full-path")):
            name = _resolve("", path, container)
            if name is not None:
                return name
    raise BookDamaged(file=container.file, reason="META-INF/container.xml names no package")


def _resolve(base: str, reference: str, container: ZipContainer) -> str | None:
    """The member that a reference from a document in folder `base` names; None for anything outside of the book."""
    try:
        parts = urlsplit(reference)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path:
        return None
    name = posixpath.normpath(posixpath.join("/", base, unquote(parts.path))).lstrip("/")
    if name in container.members:
        return name
    return container.by_lower_case.get(name.lower())


def _manifest(package: etree._Element, package_name: str, container: ZipContainer) -> dict[str, Item]:
    base = posixpath.dirname(package_name)
    items: dict[str, Item] = {}
    for element in package.iter():
        if local_name(element) == "item" and (identity := element.get("id")) and (href := element.get("href")):
            name = _resolve(base, href, container)
            if name is not None:
                media_type = (element.get("media-type") or IMAGE_TYPES.get(suffix_of(name), "")).lower()
                items[identity] = Item(name, media_type, tuple((element.get("properties") or "").split()))
    return items


def _refuse_protected(container: ZipContainer, manifest: dict[str, Item]) -> None:
    if _ENCRYPTION not in container.members:
        return
    shown = {item.name for item in manifest.values() if not item.media_type.startswith(("font/", "application/"))}
    shown |= {item.name for item in manifest.values() if item.media_type == "application/xhtml+xml"}
    for data in _parse(container, _ENCRYPTION).iter():
        if local_name(data) != "encrypteddata":
            continue
        method = next((part.get("Algorithm") for part in data.iter() if local_name(part) == "encryptionmethod"), "")
        for part in data.iter():
            if local_name(part) == "cipherreference" and method not in _HARMLESS:
                name = _resolve("", part.get("URI") or "", container)
                if name in shown:
                    raise BookIsProtected(file=container.file)


def _is_fixed(package: etree._Element) -> bool:
    for element in package.iter():
        name = local_name(element)
        if name == "meta":
            text = (element.text or element.get("content") or "").strip().lower()
            if element.get("property") == "rendition:layout" and text == "pre-paginated":
                return True
            if element.get("name") in ("fixed-layout", "book-type") and text in ("true", "comic"):
                return True
        elif name == "itemref" and "rendition:layout-pre-paginated" in (element.get("properties") or "").split():
            return True
    return False


def _chapters(
    container: ZipContainer, package: etree._Element, manifest: dict[str, Item], layout: Layout, fixed: bool
) -> Iterator[Chapter]:
    texts = 0
    for element in package.iter():
        if local_name(element) != "itemref" or (element.get("linear") or "yes").lower() == "no":
            continue
        item = manifest.get(element.get("idref") or "")
        if item is None or ("nav" in item.properties and "rendition:layout-pre-paginated" not in item.properties):
            continue
        if item.media_type in _PICTURES:
            yield Chapter(item.name, [item.name])
            continue
        chapter = _read_chapter(container, item, layout)
        if chapter is not None:
            texts = 0 if chapter.pictures else texts + (chapter.characters >= _LITTLE_TEXT)
            if texts >= _ENOUGH_TEXT and not fixed:
                raise BookIsText(file=container.file)
            if chapter.pictures or chapter.characters:
                yield chapter


def _read_chapter(container: ZipContainer, item: Item, layout: Layout) -> Chapter | None:
    if container.members[item.name].byte_size > container.limits.metadata_bytes:
        layout.warnings.append(BookWarning("metadata_too_large", item.name))
        return None
    try:
        root = parse_xml(container.read(item.name))
    except (XmlUnreadable, PageError):
        layout.warnings.append(BookWarning("metadata_unreadable", item.name))
        return None
    base = posixpath.dirname(item.name)
    chapter = Chapter(item.name)
    for element in root.iter():
        name = local_name(element)
        if name in ("script", "style", "title"):
            continue
        if name in ("img", "image", "object", "source", "embed") and len(chapter.pictures) < _MOST_PICTURES:
            picture = _resolve(base, _address(element), container)
            if picture is not None and suffix_of(picture) in IMAGE_TYPES:
                chapter.pictures.append(picture)
        for text in (element.text, element.tail):
            if text:
                chapter.characters += len(" ".join(text.split()))
    return chapter


def _address(element: etree._Element) -> str:
    for name in ("src", "data", "href", "{http://www.w3.org/1999/xlink}href", "xlink:href"):
        if value := element.get(name):
            return value
    return ""


def _largest(container: ZipContainer, pictures: list[str]) -> str:
    """Of the pictures that make up a fixed page, the page itself: the rest are ornaments laid over it."""
    return max(pictures, key=lambda name: container.members[name].byte_size)


def _cover(package: etree._Element, manifest: dict[str, Item]) -> str | None:
    for item in manifest.values():
        if "cover-image" in item.properties and item.media_type in _PICTURES:
            return item.name
    for element in package.iter():
        if local_name(element) == "meta" and element.get("name") == "cover":
            found = manifest.get(element.get("content") or "")
            return found.name if found is not None and found.media_type in _PICTURES else None
    return None

"""What makers wrote about an episode, as their page has it, cut into notes of plain text with the page they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree, html

from fumetto.kernel.text.languages import language_of_code

LARGEST: Final = 8 * 1024 * 1024
MOST_NOTES: Final = 500
LONGEST_NOTE: Final = 4000
SHORTEST_NOTE: Final = 15
BLOCKS: Final = frozenset(
    {"p", "li", "blockquote", "pre", "dd", "dt", "td", "th", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "div",
     "section", "article", "main", "body", "ul", "ol", "dl", "table", "tr", "tbody", "figure", "html", "center"}
)  # fmt: skip
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
IGNORED: Final = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "form", "nav", "header", "footer", "aside", "iframe",
     "object", "button", "select", "textarea", "head", "audio", "video", "canvas"}
)  # fmt: skip
IGNORED_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-?list|respond|nav|navbar|menu|sidebar|footer|header|share|sharing|social|related|"
    r"breadcrumbs?|pagination|cookie|tags?|widget|search|newsletter|toolbar|credits?)(?:$|[\s_-])",
    re.IGNORECASE,
)
CONTENT: Final = (
    "//article", "//main", "//*[@itemprop='articleBody']", "//*[contains(concat(' ', @class, ' '), ' post-content ')]",
    "//*[contains(concat(' ', @class, ' '), ' entry-content ')]", "//*[@id='content']",
)  # fmt: skip
PAGE: Final = re.compile(
    r"\b(?:pages?|seite|pagina|página|pág|strana|strona|sida|side|стр(?:аница|\.)|p\.|pg\.)\s*(?:n[°ºo.]\s*|#\s*)?0*(\d{1,4})\b"
    r"|\bP0*(\d{1,3})\b|(\d{1,4})\s*ページ|第\s*(\d{1,4})\s*[页頁]|(?:الصفحة|صفحة)\s*(\d{1,4})",
    re.IGNORECASE,
)
PANEL: Final = re.compile(
    r"\b(?:panels?|panneau|case|vignettes?|vignetta|viñeta)\s*(?:n[°ºo.]\s*|#\s*)?0*(\d{1,3})\b|(\d{1,3})\s*コマ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Note:
    """One paragraph or item. `page` counts story pages from 1 where the text names one, `hint` is how it did so."""

    text: str
    page: int | None = None
    hint: str | None = None
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Commentary:
    """What there is to be said about an episode, and in which language the page says it is."""

    notes: tuple[Note, ...]
    language: str | None


class NotReadable(Exception):
    """The bytes are no page with text in it."""


def read_commentary(data: bytes) -> Commentary:
    """Notes out of a web page: text only, no markup, no script, no comments of visitors. Raises NotReadable."""
    if len(data) > LARGEST or not data.strip():
        raise NotReadable
    try:
        parser = html.HTMLParser(encoding=encoding_of(data), remove_comments=True, remove_pis=True, huge_tree=False)
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise NotReadable from error
    content = content_of(root)
    notes: list[Note] = []
    heading: str | None = None
    heading_page: tuple[int | None, str | None] = (None, None)
    for tag, text in texts_of(content):
        page, hint = place_in(text)
        if tag in HEADINGS:
            heading, heading_page = text[:500], (page, hint)
            continue
        if len(text) < SHORTEST_NOTE:
            continue
        if page is None:
            page, hint = heading_page
        notes += [Note(piece, page, hint, heading) for piece in pieces(text)]
        if len(notes) >= MOST_NOTES:
            break
    return Commentary(tuple(notes[:MOST_NOTES]), language_of_code(str(root.get("lang") or "")[:35]) or None)


def encoding_of(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        declared = re.search(rb"charset=[\"']?([A-Za-z0-9_-]{2,40})", data[:4096])
        name = declared.group(1).decode("ascii") if declared else "windows-1252"
        return name if name.lower() not in {"utf-8", "utf8"} else "windows-1252"
    return "utf-8"


def content_of(root: html.HtmlElement) -> html.HtmlElement:
    """The part of a page that is its article: the marked one with most text, else all of it."""
    for path in CONTENT:
        found = root.xpath(path)
        if found:
            return max(found, key=lambda each: len(each.text_content()))
    bodies = root.xpath("//body")
    return bodies[0] if bodies else root


def texts_of(root: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Every block of text with the name of its element, in order; without recursion, however deep a page nests."""
    held: list[str] = []
    block = "p"
    skipping: html.HtmlElement | None = None

    def flush() -> Iterator[tuple[str, str]]:
        text = " ".join("".join(held).split())
        held.clear()
        if text:
            yield block, text

    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if skipping is None and element is not root and is_ignored(element, tag):
                skipping = element
            if skipping is not None:
                continue
            if tag in BLOCKS:
                yield from flush()
                block = tag
            if tag == "br":
                held.append(" ")
            held.append(element.text or "")
            continue
        if skipping is not None and skipping is not element:
            continue
        if skipping is element:
            skipping = None
        elif tag in BLOCKS:
            yield from flush()
            block = "p"
        if element is not root:
            held.append(element.tail or "")
    yield from flush()


def is_ignored(element: html.HtmlElement, tag: str) -> bool:
    if not tag or tag in IGNORED or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    return bool(IGNORED_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}"[:400]))


def place_in(text: str) -> tuple[int | None, str | None]:
    """The first page a text speaks of, and its words for it, with those for a panel."""
    found = PAGE.search(text)
    panel = PANEL.search(text)
    words = [match.group(0).strip() for match in (found, panel) if match]
    page = next((int(group) for group in found.groups() if group), None) if found else None
    return (page if page else None), (", ".join(words)[:500] or None)


def pieces(text: str) -> Iterator[str]:
    while len(text) > LONGEST_NOTE:
        cut = text.rfind(" ", LONGEST_NOTE // 2, LONGEST_NOTE)
        cut = cut if cut > 0 else LONGEST_NOTE
        yield text[:cut].strip()
        text = text[cut:].strip()
    if text:
        yield text

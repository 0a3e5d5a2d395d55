"""Wiki articles: Markdown with optional front matter, cut into statements under their headings."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from fumetto.kernel.text.languages import language_of_code
from fumetto.library.world.rules.located import Problem, Unreadable, Value, load_text
from fumetto.library.world.rules.words import sentences_of

LARGEST_ARTICLE: Final = 10 * 1024 * 1024
MOST_FACTS: Final = 20_000
MOST_ARTICLES: Final = 5_000
LONGEST_HEADING: Final = 512

FRONT: Final = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
HEADING: Final = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
UNDERLINE: Final = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
ITEM: Final = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,9}[.)])[ \t]+(.*)$")
QUOTE: Final = re.compile(r"^(?: {0,3}> ?){1,20}")
RULE: Final = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
FENCE: Final = re.compile(r"^ {0,3}(?:```|~~~)")
TABLE_RULE: Final = re.compile(r"^[ \t]*\|?[ \t:|-]+\|[ \t:|-]*$")
MARKUP: Final = (
    (re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,1000}\)"), " "),
    (re.compile(r"\[\[([^\[\]|\n]{1,300})\|([^\[\]\n]{1,300})\]\]"), r"\2"),
    (re.compile(r"\[\[([^\[\]\n]{1,300})\]\]"), r"\1"),
    (re.compile(r"\[([^\[\]\n]{1,300})\]\([^()\n]{0,1000}\)"), r"\1"),
    (re.compile(r"\[\^[^\[\]\n]{1,60}\]:?"), ""),
    (re.compile(r"<((?:https?|mailto):[^<>\s]{1,1000})>"), r"\1"),
    (re.compile(r"</?(?:a|abbr|b|em|i|small|span|strong|sub|sup|u)(?:\s[^<>\n]{0,500})?>", re.IGNORECASE), ""),
    (re.compile(r"</?[a-zA-Z][^<>\n]{0,500}>"), " "),
    (re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,500})\1"), r"\2"),
    (re.compile(r"(?<![\w*_])([*_])(?=\S)([^*_\n]{1,500})\1(?![\w*_])"), r"\2"),
    (re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,500})\1"), r"\2"),
    (re.compile(r"`{1,2}([^`\n]{1,500})`{1,2}"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])"), r"\1"),
)
MARKED: Final = re.compile(r"[\[<*_`\\&]")
HIDDEN: Final = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))
LONGEST_BLOCK: Final = 20_000
MOST_BLOCKS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing an article says, and under which headings: "Main characters › Pepper"."""

    heading: str | None
    text: str

    @property
    def digest(self) -> str:
        return digest_of(self.heading or "", self.text)


@dataclass(slots=True)
class Article:
    """An article read. `body` is the Markdown below the front matter, as it came; `safe_lore` is its author's word that
    all of it may be known at once."""

    slug: str
    title: str
    body: str
    statements: list[Statement]
    fingerprint: str
    path: str
    kind: str | None = None
    language: str | None = None
    url: str | None = None
    license: str | None = None
    safe_lore: bool = False
    front_matter: dict[str, Any] = field(default_factory=dict)
    cut_short: bool = False


def digest_of(*parts: str) -> str:
    """What a statement is known again by in the next import: its words, whatever their spaces and case."""
    plain = "\0".join(" ".join(part.split()).casefold() for part in parts)
    return hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=32).hexdigest()


def read_article(path: str, data: bytes) -> Article:
    """An article out of a file's bytes; `path` names it and gives slug and title where it says none.

    Raises Unreadable for what is no text, too large, or has front matter that cannot be read.
    """
    if len(data) > LARGEST_ARTICLE:
        raise Unreadable(Problem(path, 1, "too_large", other=str(LARGEST_ARTICLE)))
    text = decoded(path, data)
    front, body, front_lines = {}, text, 0
    if found := FRONT.match(text):
        front = front_of(path, found.group(1))
        body = text[found.end() :]
        front_lines = text.count("\n", 0, found.end())
    statements, first_heading, cut_short = cut(body)
    stem = PurePosixPath(path.replace("\\", "/")).stem
    title = text_of(front, "title", path) or first_heading or stem.replace("-", " ").replace("_", " ").strip()
    slug = slug_from(text_of(front, "slug", path) or stem)
    if not slug:
        raise Unreadable(Problem(path, front_lines + 1, "missing", "slug"))
    language = front.get("language")
    return Article(
        slug=slug,
        title=title[:LONGEST_HEADING],
        body=body,
        statements=statements,
        fingerprint=hashlib.blake2b(data, digest_size=32).hexdigest(),
        path=path,
        kind=(text_of(front, "kind", path) or text_of(front, "category", path) or "")[:64] or None,
        language=language_of_code(str(language.content)) if language else None,
        url=web_address(text_of(front, "source_url", path) or text_of(front, "url", path)),
        license=(text_of(front, "license", path) or "")[:LONGEST_HEADING] or None,
        safe_lore="safe_lore" in front and front["safe_lore"].content is True,
        front_matter={key: plain(value) for key, value in front.items()},
        cut_short=cut_short,
    )


def decoded(path: str, data: bytes) -> str:
    """UTF-8 or, where a byte order mark says so, UTF-16. Raises Unreadable naming the line of the first wrong byte."""
    codec = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise Unreadable(Problem(path, data.count(b"\n", 0, error.start) + 1, "encoding")) from None
    if "\0" in text:
        raise Unreadable(Problem(path, text.count("\n", 0, text.index("\0")) + 1, "character", "U+0000"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def front_of(path: str, text: str) -> dict[str, Value]:
    root = load_text(text, path, first_line=2)
    if root.content is None:
        return {}
    if not isinstance(root.content, dict):
        raise Unreadable(Problem(path, root.line, "type", "front matter", "mapping"))
    return root.content


def text_of(front: dict[str, Value], key: str, path: str) -> str | None:
    value = front.get(key)
    if value is None or value.content is None:
        return None
    if isinstance(value.content, (list, dict)):
        raise Unreadable(Problem(path, value.line, "type", key, "text"))
    return " ".join(str(value.content).split()) or None


def plain(value: Value) -> Any:
    if isinstance(value.content, list):
        return [plain(each) for each in value.content]
    if isinstance(value.content, dict):
        return {key: plain(each) for key, each in value.content.items()}
    return value.content


def slug_from(text: str) -> str:
    return "-".join(re.findall(r"[^\W_]+", text.casefold()))[:128].strip("-")


def web_address(text: str | None) -> str | None:
    if not text or len(text) > 2000:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.netloc else None


def cut(body: str) -> tuple[list[Statement], str | None, bool]:
    """The statements of a Markdown text, its first heading, and whether there were more than are taken."""
    statements: list[Statement] = []
    above: list[str] = []
    first: str | None = None
    for count, (level, text) in enumerate(blocks(without_hidden(body))):
        if count >= MOST_BLOCKS:
            return statements, first, True
        clean = without_markup(text)
        if level:
            heading = clean.strip(" :*#")[:LONGEST_HEADING]
            first = first or heading or None
            above = [*above[: level - 1], *([""] * (level - 1 - len(above))), heading]
            continue
        # The title of the whole article says nothing about where in it a statement stands
        path = " › ".join(part for part in above[1 if len(above) > 1 else 0 :] if part) or None
        for sentence in sentences_of(clean):
            if len(statements) >= MOST_FACTS:
                return statements, first, True
            statements.append(Statement(path[:LONGEST_HEADING] if path else None, sentence))
    return statements, first, False


def without_hidden(body: str) -> str:
    """Without comments, scripts and styles, which may span lines; one that never ends is text."""
    for begins, ends in HIDDEN:
        parts, at = [], 0
        while (start := body.find(begins, at)) >= 0 and (end := body.find(ends, start)) >= 0:
            parts.append(body[at:start])
            at = end + len(ends)
        body = " ".join([*parts, body[at:]])
    return body


def without_markup(text: str) -> str:
    if not MARKED.search(text):
        return text
    pieces = (text[at : at + LONGEST_BLOCK] for at in range(0, len(text), LONGEST_BLOCK))
    return html.unescape("".join(without_marks(piece) for piece in pieces)).replace("\0", "")


def without_marks(text: str) -> str:
    for pattern, instead in MARKUP:
        text = pattern.sub(instead, text)
    return text


def blocks(body: str) -> Iterator[tuple[int, str]]:
    """`(level, text)` of every heading (1 to 6), and `(0, text)` of every paragraph, list item and row of a table."""
    held: list[str] = []
    fenced = False
    for line in body.split("\n"):
        if FENCE.match(line):
            fenced = not fenced
            continue
        bare = line if fenced or ">" not in line[:4] else QUOTE.sub("", line)
        heading = HEADING.match(bare) if "#" in bare[:4] and not fenced else None
        item = None if fenced else ITEM.match(bare)
        if held and len(held) == 1 and not fenced and (under := UNDERLINE.match(bare)) and not ITEM.match(held[0]):
            yield (1 if under.group(1)[0] == "=" else 2), held.pop()
        elif heading or item or not bare.strip() or RULE.match(bare) or TABLE_RULE.match(bare):
            if held:
                yield 0, "\n".join(held)
                held = []
            if heading:
                yield len(heading.group(1)), heading.group(2)
            elif item and not RULE.match(bare):
                held = [item.group(1)]
        elif bare.lstrip().startswith("|"):
            cells = [cell.strip() for cell in bare.strip().strip("|").split("|")]
            yield 0, ": ".join(cell for cell in cells if cell)
        else:
            held.append(bare)
    if held:
        yield 0, "\n".join(held)

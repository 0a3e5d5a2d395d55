"""Markdown and plain text: decoded, its front matter read, cut into paragraphs under their headings."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

import yaml

from fumetto.documents.errors import DocumentNotText
from fumetto.documents.parsing.model import Limits, Paragraph

FRONT: Final = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
HEADING: Final = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
UNDERLINE: Final = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
FENCE: Final = re.compile(r"^ {0,3}(?:```|~~~)")
RULE: Final = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
ITEM: Final = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,9}[.)])[ \t]+")
COMMENT: Final = re.compile(r"<!--.{0,20000}?-->", re.DOTALL)
MARKUP: Final = (
    (re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,1000}\)"), " "),
    (re.compile(r"\[([^\[\]\n]{1,300})\]\([^()\n]{0,1000}\)"), r"\1"),
    (re.compile(r"<((?:https?|mailto):[^<>\s]{1,1000})>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>\n]{0,500}>"), " "),
    (re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,500})\1"), r"\2"),
    (re.compile(r"(?<![\w*_])([*_])(?=\S)([^*_\n]{1,500})\1(?![\w*_])"), r"\2"),
    (re.compile(r"`{1,2}([^`\n]{1,500})`{1,2}"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])"), r"\1"),
)
LEVELS: Final = 6
MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(data: bytes, file: str) -> str:
    """Raises DocumentNotText for what is binary."""
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    strange = sum(
        (unicodedata.category(char) == "Cc" and char not in "\n\r\t\f\v") or char == "\ufffd" for char in text
    )
    if "\0" in text or strange > len(text) // 200:
        raise DocumentNotText(file=file)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Cf"))


def front_matter(text: str, limits: Limits) -> tuple[dict[str, Any], str]:
    """What stands before a text, and the text. A front that is no YAML, is too long, or points about is text."""
    match = FRONT.match(text)
    if match is None or len(match[1]) > limits.front_matter or re.search(r"(?m)(^|[\s:,\[-])[&*][\w]", match[1]):
        return {}, text
    try:
        found = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, text
    return (found, text[match.end() :]) if isinstance(found, dict) else ({}, text)


def said(front: Mapping[str, Any], name: str, longest: int) -> str | None:
    value = front.get(name)
    return " ".join(str(value).split())[:longest] or None if isinstance(value, (str, int, float)) else None


def listed(front: Mapping[str, Any], name: str, longest: int, most: int) -> tuple[str, ...]:
    value = front.get(name)
    values = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return tuple(" ".join(str(one).split())[:longest] for one in values[:most] if isinstance(one, (str, int)))


def day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def paragraphs_of_markdown(text: str) -> Iterator[Paragraph]:
    """Headings become sections; a list's item is a paragraph of its own."""
    headings: list[tuple[int, str]] = []
    gathered: list[str] = []
    fenced = False

    def section() -> tuple[str, ...]:
        return tuple(title for _, title in headings)

    for line in [*COMMENT.sub("", text).split("\n"), ""]:
        if FENCE.match(line):
            fenced = not fenced
            continue
        heading = None if fenced else HEADING.match(line)
        under = None if fenced or len(gathered) != 1 else UNDERLINE.match(line)
        blank = not line.strip() or (not fenced and bool(RULE.match(line)) and not under)
        if heading or blank or (not fenced and ITEM.match(line)):
            if gathered:
                yield Paragraph(bare("\n".join(gathered)), section=section())
            gathered = []
        if heading or under:
            level = len(heading[1]) if heading else 1 if line.strip()[0] == "=" else 2
            title = bare(heading[2] if heading else gathered[0])[:200]
            gathered = []
            headings = [(depth, kept) for depth, kept in headings if depth < level][: LEVELS - 1]
            if title:
                headings.append((level, title))
        elif not blank:
            gathered.append(ITEM.sub("", line).lstrip("> ") if not fenced else line)
    if gathered:
        yield Paragraph(bare("\n".join(gathered)), section=section())


def bare(text: str) -> str:
    for pattern, into in MARKUP:
        text = pattern.sub(into, text)
    return " ".join(text.split())


def paragraphs_of_text(text: str, page: int | None = None) -> Iterator[Paragraph]:
    """Parted by empty lines; a word cut at a line's end is made whole."""
    whole = re.sub(r"(?<=\w)-\n(?=[a-zà-ÿ])", "", text)
    for part in re.split(r"\n[ \t]*\n+", whole):
        if part.strip():
            yield Paragraph(" ".join(part.split()), page=page)

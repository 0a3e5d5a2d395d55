"""The shapes in which Pepper & Carrot is published, read with care: every field may be missing or of another kind.

`episodes-v1.json`: `[{name, total_pages, pages: {cover, title, "1", …, credits}, translated_languages}]`; `pages` is to
be trusted, `total_pages` means different things. `{name}/info.json`: `published`, `original-language`, `credits`,
`related-urls`, `supporters` (a number, a text or null), `background-color`. `{name}/hi-res/titles.json`, which may be
absent: `{code: title}`. `langs.json`: for each of the publisher's own language codes, the ISO one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from slugify import slugify

from fumetto.kernel.text.languages import language_of_code

SITE = "https://www.peppercarrot.com"
BASE = f"{SITE}/0_sources"
SERIES = "Pepper & Carrot"
AUTHOR = "David Revoy"
LICENSE = "CC BY 4.0"
LICENSE_URL = "https://creativecommons.org/licenses/by/4.0/"
ATTRIBUTION = f"{SERIES} by {AUTHOR}, {SITE}, licensed under {LICENSE}"
BLOG = "https://www.davidrevoy.com"

NUMBER = re.compile(r"^(?:new-)?ep(\d+)", re.IGNORECASE)
PAGE = re.compile(r"E\d+(P\d+)?(?=\.)")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}")
UNSAFE = re.compile(r"[/\\\x00-\x1f]")
MOST_EPISODES = 2000
MOST_PAGES = 2000
IMAGES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"})


@dataclass(frozen=True, slots=True)
class Published:
    """An episode as the list has it. `pages` maps `cover`, `title`, `credits` and `1`, `2` … to file names."""

    name: str
    pages: Mapping[str, str]
    languages: tuple[str, ...]

    @property
    def slug(self) -> str:
        return slugify(self.name) or "episode"

    @property
    def number(self) -> int | None:
        match = NUMBER.match(self.name)
        return int(match[1]) if match else None

    @property
    def plain_title(self) -> str:
        """A title made of the name, for want of a better one."""
        words = NUMBER.sub("", self.name).strip("_- ").replace("-", " ").replace("_", " ")
        return f"Episode {self.number}: {words}" if self.number is not None and words else words or self.name

    @property
    def credits_url(self) -> str:
        return f"{SITE}/en/webcomic/{quote(self.name)}.html"

    def is_called(self, slug: str) -> bool:
        """Whether somebody may mean this one: by its name, its slug, or `ep01` or `1`."""
        wanted = slug.strip().lower()
        match = re.fullmatch(r"(?:ep)?(\d+)", wanted)
        return wanted in (self.name.lower(), self.slug) or (match is not None and int(match[1]) == self.number)


@dataclass(frozen=True, slots=True)
class Language:
    """One of the publisher's languages: `code` is his own, `tag` is BCP 47."""

    code: str
    tag: str
    name: str
    translators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Info:
    """What `info.json` says that anybody needs here."""

    published: date | None = None
    original_language: str | None = None
    supporters: int | None = None
    background: str | None = None
    credits: tuple[tuple[str, str], ...] = ()
    commentary_url: str | None = None


def read_json(data: bytes) -> Any:
    """Whatever JSON it is, or None. A byte order mark is not held against it."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def read_manifest(value: Any) -> list[Published]:
    """The episodes in the list's order; entries that make no sense are left out. Empty where it is no list."""
    found = []
    for entry in value[:MOST_EPISODES] if isinstance(value, list) else []:
        name, pages = (entry.get("name"), entry.get("pages")) if isinstance(entry, dict) else (None, None)
        if not isinstance(name, str) or not is_safe(name) or not isinstance(pages, dict):
            continue
        kept = {
            str(slot): file
            for slot, file in list(pages.items())[:MOST_PAGES]
            if isinstance(file, str) and is_safe(file) and is_slot(str(slot)) and suffix(file) in IMAGES
        }
        codes = entry.get("translated_languages")
        codes = codes if isinstance(codes, list) else []
        languages = tuple(code for code in codes if isinstance(code, str) and is_safe(code))
        if kept:
            found.append(Published(name, kept, languages))
    return found


def is_safe(name: str) -> bool:
    """Whether a name can be one part of an address and no more."""
    encodable = not any("\ud800" <= character <= "\udfff" for character in name)
    return encodable and 0 < len(name) <= 200 and not UNSAFE.search(name) and name not in (".", "..")


def is_slot(slot: str) -> bool:
    return slot in ("cover", "title", "credits") or (slot.isascii() and slot.isdigit() and 0 < int(slot) <= MOST_PAGES)


def suffix(file: str) -> str:
    return PurePosixPath(file).suffix.lower()


def read_languages(value: Any) -> dict[str, Language]:
    """The publisher's languages by his code; what `langs.json` does not say is guessed from the code."""
    found = {}
    for code, entry in value.items() if isinstance(value, dict) else []:
        if isinstance(entry, dict) and is_safe(code):
            names = entry.get("translators")
            translators = tuple(str(name) for name in names) if isinstance(names, list) else ()
            found[code] = Language(code, tag_of(code, entry), str(entry.get("name") or code), translators)
    return found


def tag_of(code: str, entry: Mapping[str, Any]) -> str:
    """BCP 47, from `iso_code` with its script or, failing that, its region: `cn` is `zh-Hans`, `mx` is `es-MX`."""
    iso = str(entry.get("iso_code") or "").strip()
    more = str(entry.get("iso_script") or entry.get("iso_locale") or "").strip()
    return language_of_code(f"{iso}-{more}" if more else iso) or language_of_code(iso) or plain_tag(code)


def plain_tag(code: str) -> str:
    return language_of_code(code) or code


def language_for(wanted: str, codes: Sequence[str], languages: Mapping[str, Language]) -> Language | None:
    """The language among `codes` that somebody means by `wanted`: the publisher's code, or else a BCP 47 tag."""
    known = [languages.get(code) or Language(code, plain_tag(code), code, ()) for code in codes]
    tag = (language_of_code(wanted) or wanted).lower()
    by_code = [each for each in known if each.code == wanted.lower()]
    by_tag = [each for each in known if each.tag.lower() == tag]
    akin = [each for each in known if each.tag.partition("-")[0] == tag.partition("-")[0]]
    return next(iter([*by_code, *by_tag, *akin]), None)


def read_titles(value: Any, languages: Mapping[str, Language]) -> dict[str, str]:
    """Titles by BCP 47 tag."""
    titles = {}
    for code, title in value.items() if isinstance(value, dict) else []:
        if isinstance(title, str) and title.strip() and isinstance(code, str):
            tag = languages[code].tag if code in languages else plain_tag(code)
            titles[tag] = " ".join(title.split())[:500]
    return titles


def read_info(value: Any, base: str) -> Info:
    if not isinstance(value, dict):
        return Info()
    original = value.get("original-language")
    background = value.get("background-color")
    return Info(
        published=day(value.get("published")),
        original_language=plain_tag(original) if isinstance(original, str) and original else None,
        supporters=whole_number(value.get("supporters")),
        background=background
        if isinstance(background, str) and re.fullmatch(r"#[0-9a-fA-F]{3,8}", background)
        else None,
        credits=tuple(credits_of(value.get("credits"))),
        commentary_url=commentary_of(value, base),
    )


def day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None


def whole_number(value: Any) -> int | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    digits = re.sub(r"[\s.,']", "", str(value))
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None


def credits_of(value: Any) -> list[tuple[str, str]]:
    """Roles and names, from `{role: [names]}` or `{role: name}`."""
    found = []
    for role, names in value.items() if isinstance(value, dict) else []:
        for name in names if isinstance(names, list) else [names]:
            if isinstance(name, str) and name.strip():
                found.append((" ".join(str(role).split()).lower()[:100], " ".join(name.split())[:200]))
    return found[:500]


def commentary_of(value: Mapping[str, Any], base: str) -> str | None:
    """Where the author writes about an episode: an address he names, his own blog first, or his blog's article."""
    named = value.get("related-urls")
    urls = [urljoin(f"{base}/", each) for each in named if isinstance(each, str)] if isinstance(named, list) else []
    urls = [url for url in urls if urlsplit(url).scheme in ("http", "https") and len(url) < 2000]
    urls.sort(key=lambda url: (not is_blog(url), urlsplit(url).path in ("", "/")))
    if urls:
        return urls[0]
    article = str(value.get("pluxmlID") or "")
    return f"{BLOG}/article{article}" if article.isascii() and article.isdigit() else None


def is_blog(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host == "davidrevoy.com" or host.endswith(".davidrevoy.com")


def lettering_name(file: str) -> str | None:
    """The name of the drawing that letters a page: `E01P02.svg` for `…_E01P02.jpg`."""
    match = PAGE.search(file)
    return f"{match[0]}.svg" if match else None


def part(name: str) -> str:
    """A name as one part of an address."""
    return quote(name, safe="")

"""What names inside a book say: which are pages, in what order, which one is the cover, which are spreads."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

IMAGE_TYPES: Final = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "jpe": "image/jpeg", "jfif": "image/jpeg",
    "png": "image/png", "apng": "image/apng", "webp": "image/webp", "gif": "image/gif",
    "avif": "image/avif", "avifs": "image/avif", "heic": "image/heic", "heif": "image/heif", "hif": "image/heif",
    "jxl": "image/jxl", "jp2": "image/jp2", "j2k": "image/jp2", "j2c": "image/jp2", "jpf": "image/jp2",
    "jpx": "image/jp2",
    "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff",
}  # fmt: skip
ARCHIVE_SUFFIXES: Final = frozenset(
    {"cbz", "zip", "cbr", "rar", "cb7", "7z", "cbt", "tar", "tgz", "gz", "bz2", "xz", "zst", "pdf", "epub"}
)
JUNK_NAMES: Final = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "folder.jpg.bak"})
JUNK_FOLDERS: Final = frozenset({"__macosx", "@eadir", "$recycle.bin", "system volume information", "#recycle"})
COVER_STEMS: Final = frozenset(
    {"cover", "front", "frontcover", "front_cover", "front-cover", "front cover", "couverture", "copertina", "portada",
     "titelbild", "umschlag", "表紙"}
)  # fmt: skip

_DRIVE = re.compile(r"^[A-Za-z]:")
_DIGITS = re.compile(r"(\d+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_COVER_WORD = re.compile(r"(?<![^\W\d_])(?:front[ _-]?)?(?:cover|couverture|copertina)(?![^\W\d_])")
_BACK_WORD = re.compile(r"(?<![^\W\d_])(?:back|rear|inside|dos|retro|quarta)(?![^\W\d_])")
_ZERO_PAGE = re.compile(r"(?:^|[^\d.])0+a?$")
_RANGE = re.compile(r"(?:^|[^\d])(\d{1,4})(?:[-_+&,]| - | & )(?:p(?:g|age)?)?(\d{1,4})$")
_CREDITS_WORD = re.compile(r"(?<![^\W\d_])(?:credits?|crediti|cr[eé]dits|colophon|impressum)(?![^\W\d_])")
NAME_CHARACTERS: Final = 1024


def safe_name(raw: str) -> str | None:
    """The member name that Fumetto uses for an archive's own: slashes, no drive, not absolute; None if it is unsafe.

    Unsafe are names that climb out (`..`), hold control characters or NUL, are empty or longer than 1,024 characters.
    Nothing is ever written under these names; they are shown, stored in the database and offered in downloads.
    """
    if len(raw) > NAME_CHARACTERS:
        return None
    name = raw.replace("\\", "/") if "\\" in raw else raw
    if name[:1] == "/" or name[1:2] == ":":
        name = _DRIVE.sub("", name).lstrip("/")
    if "./" in name or "//" in name or name.endswith(".."):
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if ".." in parts:
            return None
        name = "/".join(parts)
    if not name or not (name.isprintable() or not _CONTROL.search(name)):
        return None
    return name


def is_junk(name: str) -> bool:
    """Whether a name is of the kind that operating systems leave behind: dotfiles, `__MACOSX`, `Thumbs.db`."""
    if name[0] == "." or "/." in name:
        return True
    slash = name.rfind("/")
    if slash >= 0 and _is_junk_folder(name[:slash]):
        return True
    return name[slash + 1 :].lower() in JUNK_NAMES


@lru_cache(maxsize=256)
def _is_junk_folder(folder: str) -> bool:
    return not JUNK_FOLDERS.isdisjoint(folder.lower().split("/"))


def suffix_of(name: str) -> str:
    """The lower-case suffix without its dot, or an empty string."""
    dot = name.rfind(".")
    return name[dot + 1 :].lower() if dot > name.rfind("/") else ""


def stem_of(name: str) -> str:
    """The last part of a name without its suffix, case folded and composed (NFKC)."""
    last = name[name.rfind("/") + 1 :]
    dot = last.rfind(".")
    return folded(last[:dot] if dot > 0 else last)


def folded(name: str) -> str:
    """A name as it is compared: case folded, full-width digits and decomposed accents made ordinary (NFKC)."""
    return name.lower() if name.isascii() else unicodedata.normalize("NFKC", name).casefold()


def natural_key(name: str) -> tuple[str | int, ...]:
    """A sort key by which page 2 comes before page 10, folders are compared before what is in them, case is ignored.

    The suffix does not count (`E01.jpg` comes before `E01P00.jpg`). Digits of any script are numbers.
    """
    dot = name.rfind(".")
    text = folded(name[:dot] if dot > name.rfind("/") + 1 else name)
    parts: list[str | int] = list(_DIGITS.split(text.replace("/", "\x01") if "/" in text else text))
    for index in range(1, len(parts), 2):
        parts[index] = int(parts[index])
    return tuple(parts)


def is_cover_name(stem: str) -> bool:
    """Whether a stem (from `stem_of`) says that this is the front cover: `cover`, `front`, `000`, `p00`."""
    if stem in COVER_STEMS:
        return True
    if _COVER_WORD.search(stem):
        return not _BACK_WORD.search(stem)
    return bool(_ZERO_PAGE.search(stem))


def is_credits_name(stem: str) -> bool:
    return bool(_CREDITS_WORD.search(stem))


def is_double_name(stem: str) -> bool:
    """Whether a stem names two consecutive pages: `p012-013`, `12_13`, `012-13`."""
    found = _RANGE.search(stem)
    if not found:
        return False
    first, second = found.groups()
    if len(second) > len(first):
        return False
    return int(first) + 1 == int(first[: len(first) - len(second)] + second)


def is_spread(width: int, height: int, typical: float) -> bool:
    """Whether a page of `width` x `height` pixels is two facing ones; `typical` is the book's median width:height.

    It is when it is wider than tall and at least 1.6 times as wide, for its height, as its fellows.
    """
    return height > 0 and width > height and width / height >= 1.6 * typical

"""What a key may look like: one grammar that means the same on every file system and in every object store."""

from __future__ import annotations

import re

from fumetto.kernel.storage.errors import KeyInvalid

MAX_KEY = 512
MAX_SEGMENT = 200  # below the 255 bytes of most file systems, with room for the suffix of a file being written
SEGMENT = re.compile(r"[a-z0-9_][a-z0-9._-]*")
UNSAFE = re.compile(r"[^a-z0-9._-]+")
CONTENT_TYPES = {
    "avif": "image/avif",
    "bin": "application/octet-stream",
    "cbz": "application/vnd.comicbook+zip",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "jxl": "image/jxl",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webp": "image/webp",
    "xml": "application/xml",
    "zip": "application/zip",
}
UNKNOWN_TYPE = "application/octet-stream"


def check_key(key: str) -> str:
    """The key as it is, or KeyInvalid.

    Segments of `a-z 0-9 . _ -` joined by single slashes. Upper case is refused because `A.webp` and `a.webp` are one
    file on some systems and two on others; a leading dot, `..`, a slash at either end and NUL because they lead out.
    """
    if not key or len(key) > MAX_KEY:
        raise KeyInvalid(key=key[:80], reason=f"must have 1 to {MAX_KEY} characters")
    for segment in key.split("/"):
        if len(segment) > MAX_SEGMENT:
            raise KeyInvalid(key=key[:80], reason=f"has a part of more than {MAX_SEGMENT} characters")
        if not SEGMENT.fullmatch(segment) or segment.endswith("."):
            raise KeyInvalid(
                key=key[:80].replace("\0", "\\0"),
                reason="must be parts of a-z, 0-9, '.', '_' and '-', joined by single slashes",
            )
    return key


def check_prefix(prefix: str) -> str:
    """A folder of keys, without the slash at its end; empty for all."""
    return check_key(prefix.removesuffix("/")) if prefix else ""


def make_key(*parts: object) -> str:
    """A key of these parts in lower case, with `-` for what a key cannot hold: `make_key("art", id, "pt_BR.webp")`."""
    return check_key("/".join(UNSAFE.sub("-", str(part).lower()).strip("-.") or "_" for part in parts))


def content_type_of(key: str) -> str:
    """The content type that the key's suffix stands for."""
    return CONTENT_TYPES.get(key.rsplit("/", 1)[-1].rpartition(".")[2], UNKNOWN_TYPE)


def check_content_type(key: str, content_type: str | None) -> str:
    """The type to store `key` with; KeyInvalid when the suffix says otherwise, for a local file has only its suffix."""
    known = content_type_of(key)
    if content_type is not None and content_type.partition(";")[0].strip() != known.partition(";")[0]:
        raise KeyInvalid(key=key[:80], reason=f"has a suffix that stands for {known}, not for {content_type}")
    return known

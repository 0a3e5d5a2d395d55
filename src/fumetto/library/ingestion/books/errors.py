"""Why a book, or one page of it, cannot be read. Every error names the file; page errors name the member too."""

from __future__ import annotations

from typing import Any

from fumetto.kernel.errors import Invalid


class BookError(Invalid):
    """A book that cannot be read, for a reason that reading it again will not change."""

    code = "book_unreadable"

    def __init__(self, *, file: str, **detail: Any) -> None:
        super().__init__(file=file, **detail)

    @property
    def file(self) -> str:
        return str(self.detail["file"])


class BookMissing(BookError):
    """There is no such file or folder (any more)."""

    code = "book_missing"


class BookNotAccessible(BookError):
    """The operating system refuses: permissions, a device or pipe instead of a file, an input error."""

    code = "book_not_accessible"

    def __init__(self, *, file: str, reason: str) -> None:
        super().__init__(file=file, reason=reason)


class BookEmptyFile(BookError):
    """The file has zero bytes."""

    code = "book_empty_file"


class BookNotRecognised(BookError):
    """The content is none of the formats that are read, whatever the name says."""

    code = "book_not_recognised"


class BookHasNoPages(BookError):
    """The archive or folder is sound and holds no picture."""

    code = "book_has_no_pages"


class BookIsText(BookError):
    """An EPUB whose chapters are text: a book for another shelf."""

    code = "book_is_text"


class BookNeedsPassword(BookError):
    """Pages, or the list of them, are encrypted."""

    code = "book_needs_password"


class BookIsProtected(BookError):
    """An EPUB whose pages are locked by digital rights management."""

    code = "book_is_protected"


class BookDamaged(BookError):
    """Cut off, or inconsistent with itself. `reason` says where, in English."""

    code = "book_damaged"

    def __init__(self, *, file: str, reason: str) -> None:
        super().__init__(file=file, reason=reason)


class BookTooLarge(BookError):
    """More than a limit allows; `what` is entries, bytes, memory, directory, metadata or pages, `limit` the limit."""

    code = "book_too_large"

    def __init__(self, *, file: str, what: str, limit: int) -> None:
        super().__init__(file=file, what=what, limit=limit)


class BookIsBomb(BookError):
    """Made to exhaust whoever unpacks it; `reason` is overlap, ratio or nesting."""

    code = "book_is_bomb"

    def __init__(self, *, file: str, reason: str) -> None:
        super().__init__(file=file, reason=reason)


class BookNamesUnsafe(BookError):
    """Every picture in it has a name that points outside of the archive, or a name that no file can have."""

    code = "book_names_unsafe"


class BookMethodUnsupported(BookError):
    """Compressed in a way that is not read; `method` is its name or number."""

    code = "book_method_unsupported"

    def __init__(self, *, file: str, method: str) -> None:
        super().__init__(file=file, method=method)


class PageError(BookError):
    """One page of a book that cannot be read; the others may well be."""

    code = "page_damaged"

    def __init__(self, *, file: str, member: str, **detail: Any) -> None:
        super().__init__(file=file, member=member, **detail)


class PageMissing(PageError):
    """The book has no page of that name (any more)."""

    code = "page_missing"


class PageChanged(PageError):
    """What lies in its place now is another page than the one that was scanned; a scan puts that right."""

    code = "page_changed"


class PageDamaged(PageError):
    """Its bytes are cut off, fail their checksum, or are not what the archive announces."""

    code = "page_damaged"

    def __init__(self, *, file: str, member: str, reason: str) -> None:
        super().__init__(file=file, member=member, reason=reason)


class PageTooLarge(PageError):
    """More than a limit allows, or unpacking out of all proportion; `what` is bytes, pixels or ratio."""

    code = "page_too_large"

    def __init__(self, *, file: str, member: str, what: str, limit: int) -> None:
        super().__init__(file=file, member=member, what=what, limit=limit)


class PageNeedsPassword(PageError):
    code = "page_needs_password"


class PageMethodUnsupported(PageError):
    code = "page_method_unsupported"

    def __init__(self, *, file: str, member: str, method: str) -> None:
        super().__init__(file=file, member=member, method=method)

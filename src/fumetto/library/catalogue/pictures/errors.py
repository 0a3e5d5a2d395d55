"""Why a page's picture cannot be sent. `file` is the file's name for those who look after the library, else "none"."""

from __future__ import annotations

from fumetto.kernel.errors import Busy, Conflict, Invalid

NOT_TOLD = "none"


class PageUnavailable(Busy):
    """The file is not there: moved, deleted, or on a disk that is not mounted."""

    code = "page_unavailable"

    def __init__(self, *, page: int, file: str) -> None:
        super().__init__(page=page, file=file)


class PageBroken(Invalid):
    """The file is there and this page of it is damaged. `reason` is the code of what is wrong."""

    code = "page_broken"

    def __init__(self, *, page: int, file: str, reason: str) -> None:
        super().__init__(page=page, file=file, reason=reason)


class PageSourceChanged(Conflict):
    """The file is another than the one that was scanned; a scan puts that right."""

    code = "page_source_changed"

    def __init__(self, *, page: int, file: str) -> None:
        super().__init__(page=page, file=file)

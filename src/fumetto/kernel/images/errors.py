"""What can be wrong with a picture."""

from __future__ import annotations

from enum import StrEnum

from fumetto.kernel.errors import Invalid


class Reason(StrEnum):
    """Why a page could not be read; the text for each is in the catalogues, under `errors.page_unreadable`."""

    EMPTY = "empty"  # no bytes at all
    NOT_AN_IMAGE = "not_an_image"  # nothing that we know the beginning of
    TOO_MANY_PIXELS = "too_many_pixels"  # more than FUMETTO_MAX_PAGE_PIXELS, by its own header
    TRUNCATED = "truncated"  # the end is missing
    DAMAGED = "damaged"  # begins like an image and cannot be decoded


class PageUnreadable(Invalid):
    """A page is no image, or a broken one. `reason` is a Reason; `file` names the page where the caller knows it."""

    code = "page_unreadable"

    def __init__(self, *, reason: Reason, file: str = "none", explanation: str = "") -> None:
        self.reason = reason
        super().__init__(reason=reason.value, file=file, explanation=explanation)

    def naming(self, file: str) -> PageUnreadable:
        """The same error with the page's name in it."""
        return PageUnreadable(reason=self.reason, file=file, explanation=str(self.detail["explanation"]))

"""One root for every error that a person may see, with the status and the code that the wire shows.

A subclass is a fact (`SeriesNotFound`), declared where it arises. Its `code` is listed in docs/error-codes.md and
is never used again for something else; its text is `errors.<code>` in the catalogues, taking the keyword arguments.
"""

from __future__ import annotations

import copyreg
from typing import Any, ClassVar


class FumettoError(Exception):
    """Something went wrong that can be explained. `detail` holds plain values, for the message and for programs."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, **detail: Any) -> None:
        self.detail = detail
        super().__init__(self.code, detail)

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross between processes as what they are, whatever arguments their constructors want."""
        return copyreg.__newobj__, (type(self),), {"args": self.args, **self.__dict__}  # type: ignore[attr-defined]  # real, though the stub lacks it

    def __str__(self) -> str:
        from fumetto.kernel.text.catalogues import say

        return say("en", f"errors.{self.code}", **self.detail)


class Invalid(FumettoError):
    """The request or the file is wrong; the same again will fail again."""

    status = 422
    code = "invalid"


class NotFound(FumettoError):
    """There is none, or none for this person: the two look the same."""

    status = 404
    code = "not_found"


class Conflict(FumettoError):
    """Somebody else, or an earlier request, got there first."""

    status = 409
    code = "conflict"


class NotSignedIn(FumettoError):
    status = 401
    code = "not_signed_in"


class NotAllowed(FumettoError):
    """For actions only; a thing that somebody may not see is NotFound."""

    status = 403
    code = "not_allowed"


class TooLarge(FumettoError):
    status = 413
    code = "too_large"


class Busy(FumettoError):
    """Nothing is wrong with the request; the same later will do."""

    status = 503
    code = "busy"


class DiskFull(FumettoError):
    status = 507
    code = "disk_full"


class SettingsInvalid(Invalid):
    code = "settings_invalid"

"""What can go wrong with what is on a page."""

from __future__ import annotations

from fumetto.kernel.errors import Busy, Conflict, Invalid, NotFound


class SidecarInvalid(Invalid):
    """A sidecar that is not as its schema says. `line` counts from 1, `key` is where in it, `reason` is in English."""

    code = "sidecar_invalid"

    def __init__(self, *, file: str, line: int, key: str, reason: str) -> None:
        super().__init__(file=file, line=line, key=key, reason=reason)


class SidecarsMissing(Invalid):
    """A folder in which no sidecar belongs to any page."""

    code = "sidecars_missing"

    def __init__(self, *, path: str) -> None:
        super().__init__(path=path)


class SeriesUnknown(NotFound):
    """No series has that slug or title."""

    code = "series_unknown"

    def __init__(self, *, series: str) -> None:
        super().__init__(series=series)


class PageChangedMeanwhile(Conflict):
    """Somebody else changed the same thing of the page after it was loaded."""

    code = "page_changed_meanwhile"


class BoxInvalid(Invalid):
    """A box that does not lie on the page, or has no size."""

    code = "box_invalid"

    def __init__(self, *, what: str, number: int) -> None:
        super().__init__(what=what, number=number)


class LanguageInvalid(Invalid):
    """Not a BCP 47 tag of a language."""

    code = "language_invalid"

    def __init__(self, *, language: str) -> None:
        super().__init__(language=language)


class VisionUnavailable(Busy):
    """The vision model's server does not answer, or is overloaded; the page is described later."""

    code = "vision_unavailable"

    def __init__(self, *, provider: str, reason: str) -> None:
        super().__init__(provider=provider, reason=reason)


class VisionRefused(Invalid):
    """The vision model's server refuses: a key, a model's name, an address that is wrong."""

    code = "vision_refused"

    def __init__(self, *, provider: str, reason: str) -> None:
        super().__init__(provider=provider, reason=reason)


class VisionNonsense(Invalid):
    """The vision model answered with something that is no description."""

    code = "vision_nonsense"

    def __init__(self, *, provider: str, reason: str) -> None:
        super().__init__(provider=provider, reason=reason)

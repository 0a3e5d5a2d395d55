"""What can be wrong with a page's lettering."""

from __future__ import annotations

from fumetto.kernel.errors import Invalid


class LetteringUnreadable(Invalid):
    """An SVG that should letter a page cannot be read. It costs that page its lettering in that language, no more."""

    code = "lettering_unreadable"

    def __init__(self, *, reason: str, file: str = "none") -> None:
        self.reason = reason
        super().__init__(reason=reason, file=file)

    def naming(self, file: str) -> LetteringUnreadable:
        """The same error with the file's name in it."""
        return LetteringUnreadable(reason=self.reason, file=file)

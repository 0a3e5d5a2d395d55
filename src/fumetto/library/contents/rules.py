"""Pure decisions about looking at a page: what is worth doing, and why something is left out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from fumetto.library.catalogue.kinds import PageKind, TextSource
from fumetto.library.contents.kinds import Look, PanelSource
from fumetto.library.contents.ocr.alphabets import UNKNOWN, can_read, script_of

VERSIONS: Final = {Look.SIDECAR: 2, Look.OCR: 1, Look.PANELS: 1}
"""Of the program's ways of looking. A higher one has every page looked at again in that way, in the background."""

BOXES_OF_LETTERS: Final = 2
"""The version of the look at files from which on balloons of letterings have the boxes of their letters."""

DISABLED: Final = {Look.OCR: "ocr_disabled", Look.PANELS: "panels_disabled"}
"""Why a page was not looked at so that its look is due again once the setting is on."""

TRUST: Final = {
    TextSource.PERSON: 0,
    TextSource.LETTERING: 1,
    TextSource.SIDECAR: 2,
    TextSource.EPUB: 3,
    TextSource.OCR: 4,
}
"""Which text of a page is shown where there are several; what a person set right comes first."""

WITHOUT_PANELS: Final = frozenset({PageKind.TITLE, PageKind.CREDITS})


@dataclass(frozen=True, slots=True)
class Skip:
    """Why something is not done: a code, and particulars for the sentence that says so."""

    code: str
    language: str | None = None
    script: str | None = None

    @property
    def detail(self) -> dict[str, str]:
        told = {"language": self.language, "script": self.script}
        return {name: value for name, value in told.items() if value is not None}


def why_not_to_read(
    *, enabled: bool, series_allows: bool, readable: bool, language: str, texts: Collection[tuple[str, TextSource]]
) -> Skip | None:
    """Why OCR is not to read a page whose better texts are `texts` (language and source); None when it is to."""
    if not enabled:
        return Skip(DISABLED[Look.OCR])
    if not series_allows:
        return Skip("ocr_off")
    if has_better_text(language, texts):
        return Skip("better_text", language)
    if not can_read(language):
        return Skip("ocr_alphabet", language, script_of(language))
    if not readable:
        return Skip("page_unreadable")
    return None


def has_better_text(language: str, texts: Collection[tuple[str, TextSource]]) -> bool:
    """Whether somebody else says what is on the page: where it is lettered apart, its art has no words at all."""
    for spoken, source in texts:
        if source is TextSource.LETTERING:
            return True
        if source is not TextSource.OCR and (UNKNOWN in (language, spoken) or same_language(language, spoken)):
            return True
    return False


def same_language(one: str, other: str) -> bool:
    return one.split("-")[0].lower() == other.split("-")[0].lower()


def may_replace_panels(new: PanelSource, now: PanelSource | None) -> bool:
    """Whether panels of one source may take the place of another's: never a person's."""
    rank = {PanelSource.PERSON: 0, PanelSource.SIDECAR: 1, PanelSource.DETECTED: 2}
    return now is None or (now is not PanelSource.PERSON and rank[new] <= rank[now])

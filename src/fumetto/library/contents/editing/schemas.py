"""What editors send and are told about a page."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from fumetto.library.catalogue.kinds import BalloonKind, TextSource
from fumetto.library.contents.kinds import DescriptionSource, Look, LookState, PanelSource
from fumetto.library.contents.schemas import PanelBox

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000, pattern=r"^[^\x00]*$")]
Tag = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=40, pattern=r"^[^\x00]*$")
]
Language = Annotated[str, StringConstraints(min_length=2, max_length=35)]
Version = Annotated[str, Field(max_length=64, description="As it was given when this was loaded, without its quotes.")]


class BalloonEdit(PanelBox):
    """One piece of text as a person has it."""

    text: Words
    kind: BalloonKind = BalloonKind.SPEECH
    speaker: Name | None = None
    panel: int | None = Field(None, ge=1, le=100, description="Number of its panel, from 1; left out: by its box.")


class TextsEdit(BaseModel):
    """The words of a page in one language, in reading order; they stand in place of every source's."""

    language: Language
    version: Version
    balloons: list[BalloonEdit] = Field(max_length=1000)


class SourceItem(BaseModel):
    """A source that a page has text from, in a language."""

    language: str
    source: TextSource
    balloons: int
    confidence: float | None = Field(description="The least sure balloon's; null where nobody guessed.")


class EditableBalloon(BalloonEdit):
    confidence: float | None


class EditableTexts(BaseModel):
    """The words of a page in one language, from the source that is trusted most, and which other sources there are."""

    page_id: uuid.UUID
    language: str
    source: TextSource | None
    version: str = Field(description="To be sent with a change: it fails when somebody else was first.")
    balloons: list[EditableBalloon]
    sources: list[SourceItem]


class PanelEdit(PanelBox):
    description: Prose | None = None


class PanelsEdit(BaseModel):
    """The panels of a page in reading order; none says that it has none."""

    version: Version
    language: Language | None = Field(None, description="Of the descriptions.")
    panels: list[PanelEdit] = Field(max_length=100)


class EditablePanels(BaseModel):
    page_id: uuid.UUID
    source: PanelSource | None
    version: str
    language: str | None
    panels: list[PanelEdit]


class DescriptionEdit(BaseModel):
    """What a page shows, in one language."""

    language: Language
    version: Version
    description: Prose
    mood_tags: list[Tag] = Field(default_factory=list, max_length=8)


class EditableDescription(BaseModel):
    page_id: uuid.UUID
    language: str
    source: DescriptionSource | None
    model: str | None = Field(description="Name of the vision model that wrote it.")
    version: str
    description: str
    mood_tags: list[str]


class PageEdit(BaseModel):
    """What changed of a page, saved together or not at all; a part that is left out stays as it is."""

    texts: TextsEdit | None = None
    panels: PanelsEdit | None = None
    description: DescriptionEdit | None = None


class EditedPage(BaseModel):
    """The parts that were sent, as they are now."""

    page_id: uuid.UUID
    texts: EditableTexts | None
    panels: EditablePanels | None
    description: EditableDescription | None


class LookItem(BaseModel):
    """How far a page was looked at in one way."""

    look: Look
    state: LookState
    reason: str | None = Field(description="Why it was not done, in the reader's language.")
    reason_code: str | None
    detail: dict[str, Any]
    looked_at: datetime | None


class PageLooks(BaseModel):
    page_id: uuid.UUID
    items: list[LookItem]


class LookAgain(BaseModel):
    """Ways to look at a page once more, though nothing has changed."""

    looks: list[Look] = Field(min_length=1, max_length=4)


class LookCount(BaseModel):
    """How many pages of a series were looked at in one way, with one outcome."""

    look: Look
    state: LookState
    reason_code: str | None
    reason: str | None
    pages: int


class SeriesLooks(BaseModel):
    """How far the pages of a series were looked at. `ocr`: whether words are read off pages without better text."""

    series_id: uuid.UUID
    ocr: bool
    items: list[LookCount]


class OcrSwitch(BaseModel):
    ocr: bool

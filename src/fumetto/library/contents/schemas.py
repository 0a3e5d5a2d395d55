"""What the API says about what is on a page. Boxes are fractions (0 to 1) of the page's width and height."""

from __future__ import annotations

import uuid

from pydantic import BaseModel, Field

from fumetto.library.catalogue.kinds import BalloonKind, Direction, TextSource
from fumetto.library.contents.kinds import PanelSource


class Speaker(BaseModel):
    """Who speaks. `id` is the character's of the roster, null where the name is only what the source says."""

    id: uuid.UUID | None
    name: str


class BalloonItem(BaseModel):
    """One piece of text."""

    id: uuid.UUID
    text: str
    kind: BalloonKind
    x: float
    y: float
    width: float
    height: float
    order: int = Field(description="From 0, in reading order.")
    panel: int | None = Field(description="Number of its panel, from 1; null where it is in none.")
    speaker: Speaker | None
    confidence: float | None = Field(description="From 0 to 1, how sure a machine was; null where nobody guessed.")


class PageTexts(BaseModel):
    """What is written on a page, in one language, in reading order."""

    language: str
    source: TextSource | None = Field(description="Null where the page has no text that is known.")
    direction: Direction = Field(description="Reading direction of the page.")
    balloons: list[BalloonItem]


class PanelItem(BaseModel):
    """One panel."""

    id: uuid.UUID
    order: int = Field(description="From 0, in reading order.")
    number: int = Field(description="From 1, as a balloon's `panel` says it.")
    x: float
    y: float
    width: float
    height: float
    source: PanelSource
    confidence: float | None
    description: str | None


class PanelList(BaseModel):
    """The panels of a page in reading order; none where nobody has looked for them, or there are none."""

    items: list[PanelItem]


class PanelBox(BaseModel):
    x: float
    y: float
    width: float
    height: float


class TranscriptLine(BaseModel):
    """One text of a panel, as it is read out."""

    balloon_id: uuid.UUID
    speaker: str | None
    kind: BalloonKind
    text: str


class TranscriptPanel(BaseModel):
    """What a panel shows and says. A page without known panels is one panel."""

    order: int = Field(description="From 0, in reading order.")
    box: PanelBox
    description: str | None
    lines: list[TranscriptLine]


class Transcript(BaseModel):
    """A page in words, panel by panel, for who cannot see it."""

    page_id: uuid.UUID
    language: str = Field(description="Of the lines.")
    description: str | None
    description_language: str | None
    mood_tags: list[str]
    panels: list[TranscriptPanel]

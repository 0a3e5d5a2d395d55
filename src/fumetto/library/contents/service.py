"""What is on a page, told to a reader within their horizon."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Protocol

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.errors import PageNotFound
from fumetto.library.catalogue.kinds import Direction, TextSource
from fumetto.library.catalogue.models import PageState, PageText
from fumetto.library.catalogue.repository.pages import find_page
from fumetto.library.catalogue.rules import best_language
from fumetto.library.contents import repository
from fumetto.library.contents.boxes import WHOLE_PAGE, Box, panel_of
from fumetto.library.contents.kinds import DescriptionSource, PanelSource
from fumetto.library.contents.models import PageDescription, Panel
from fumetto.library.contents.ocr.alphabets import UNKNOWN
from fumetto.library.contents.repository import Spoken
from fumetto.library.contents.rules import TRUST
from fumetto.library.contents.schemas import (
    BalloonItem,
    PageTexts,
    PanelBox,
    PanelItem,
    PanelList,
    Speaker,
    Transcript,
    TranscriptLine,
    TranscriptPanel,
)
from fumetto.library.reading.horizon import Horizon

TRUSTED = {DescriptionSource.PERSON: 0, DescriptionSource.SIDECAR: 1, DescriptionSource.MODEL: 2}


class Boxed(Protocol):
    x: float
    y: float
    width: float
    height: float


def box_of(row: Boxed) -> Box:
    return Box(row.x, row.y, row.width, row.height)


async def page_texts(
    session: ReadSession, horizon: Horizon, page_id: uuid.UUID, wanted: Sequence[str | None]
) -> PageTexts:
    """What is written on a page, in the first of the `wanted` languages that it has text in, else the original's, else
    any; from the source that is trusted most. Without any text, no balloons. Raises PageNotFound."""
    direction, text, spoken, language = await words_of(session, horizon, page_id, wanted)
    panels = await repository.panels_of(session, horizon, page_id)
    boxes, said = [box_of(panel) for panel in panels], say_numbers(panels)
    return PageTexts(
        language=language,
        source=text.source if text else None,
        direction=direction,
        balloons=[balloon_item(each, number_of(each, boxes, said=said)) for each in spoken],
    )


async def words_of(
    session: ReadSession, horizon: Horizon, page_id: uuid.UUID, wanted: Sequence[str | None]
) -> tuple[Direction, PageText | None, list[Spoken], str]:
    found = await find_page(session, page_id)
    if found is None or not horizon.knows(found[0].position):
        raise PageNotFound
    _, episode, series = found
    direction = episode.direction or series.direction
    texts = await repository.texts_of(session, page_id)
    chosen = language_among([*wanted, episode.language], {text.language for text in texts})
    if chosen is None:
        first = next((language for language in [*wanted, episode.language] if language), UNKNOWN)
        return direction, None, [], first
    text = min((one for one in texts if one.language == chosen), key=trusted)
    return direction, text, await repository.balloons_of(session, horizon, text.id), chosen


def trusted(text: PageText) -> tuple[bool, int]:
    """A key by which the text to show comes first: one that is read already, from the best source."""
    return text.state is not PageState.READY, TRUST[TextSource(text.source)]


def language_among(wanted: Sequence[str | None], there: Collection[str]) -> str | None:
    return best_language(wanted, there) or min(there, default=None)


def say_numbers(panels: Sequence[Panel]) -> bool:
    """Whether the numbers that balloons were given by a sidecar are of these panels."""
    return bool(panels) and panels[0].source is PanelSource.SIDECAR


def number_of(spoken: Spoken, panels: Sequence[Box], *, said: bool) -> int | None:
    """The number, from 1, of a balloon's panel: as its source says, else by where it lies."""
    told = spoken.balloon.panel_number
    if said and told is not None and told <= len(panels):
        return told
    index = panel_of(box_of(spoken.balloon), panels)
    return None if index is None else index + 1


def balloon_item(spoken: Spoken, panel: int | None) -> BalloonItem:
    balloon = spoken.balloon
    return BalloonItem(
        id=balloon.id,
        text=balloon.text,
        kind=balloon.kind,
        x=balloon.x,
        y=balloon.y,
        width=balloon.width,
        height=balloon.height,
        order=balloon.order_index,
        panel=panel,
        speaker=Speaker(id=spoken.character_id, name=spoken.speaker) if spoken.speaker else None,
        confidence=balloon.confidence,
    )


async def page_panels(session: ReadSession, horizon: Horizon, page_id: uuid.UUID) -> PanelList:
    """The panels of a page in reading order."""
    panels = await repository.panels_of(session, horizon, page_id)
    return PanelList(items=[panel_item(index, panel) for index, panel in enumerate(panels)])


def panel_item(index: int, panel: Panel) -> PanelItem:
    return PanelItem(
        id=panel.id,
        order=index,
        number=index + 1,
        x=panel.x,
        y=panel.y,
        width=panel.width,
        height=panel.height,
        source=panel.source,
        confidence=panel.confidence,
        description=panel.description,
    )


async def transcript(
    session: ReadSession, horizon: Horizon, page_id: uuid.UUID, wanted: Sequence[str | None]
) -> Transcript:
    """The page in words. A text that lies in no panel is read with the panel nearest to it. Raises PageNotFound."""
    _, _, spoken, language = await words_of(session, horizon, page_id, wanted)
    panels = await repository.panels_of(session, horizon, page_id)
    boxes = [box_of(panel) for panel in panels] or [WHOLE_PAGE]
    said = say_numbers(panels)
    lines: dict[int, list[TranscriptLine]] = {index: [] for index in range(len(boxes))}
    for each in spoken:
        number = number_of(each, boxes, said=said)
        index = nearest(box_of(each.balloon), boxes) if number is None else number - 1
        balloon = each.balloon
        lines[index].append(
            TranscriptLine(balloon_id=balloon.id, speaker=each.speaker, kind=balloon.kind, text=balloon.text)
        )
    told = best_description(await repository.descriptions_of(session, horizon, page_id), [*wanted, language])
    return Transcript(
        page_id=page_id,
        language=language,
        description=(told.visual_description or None) if told else None,
        description_language=told.language if told else None,
        mood_tags=list(told.mood_tags) if told else [],
        panels=[
            TranscriptPanel(
                order=index,
                box=PanelBox(x=box.x, y=box.y, width=box.width, height=box.height),
                description=panels[index].description if panels else None,
                lines=lines[index],
            )
            for index, box in enumerate(boxes)
        ],
    )


def nearest(box: Box, panels: Sequence[Box]) -> int:
    """Index of the panel whose rim is nearest to the middle of a text."""
    x, y = box.x + box.width / 2, box.y + box.height / 2

    def distance(panel: Box) -> float:
        across = max(panel.x - x, 0.0, x - panel.right)
        down = max(panel.y - y, 0.0, y - panel.bottom)
        return across * across + down * down

    return min(range(len(panels)), key=lambda index: distance(panels[index]))


def best_description(found: Sequence[PageDescription], wanted: Sequence[str | None]) -> PageDescription | None:
    """The description in the first of the wanted languages, else in any, by whom is trusted most."""
    chosen = language_among(wanted, {each.language for each in found})
    return min((each for each in found if each.language == chosen), key=lambda each: TRUSTED[each.source], default=None)

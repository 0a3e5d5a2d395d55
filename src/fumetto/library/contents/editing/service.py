"""Use cases of editors. Each checks that nobody else was first, writes, audits, and tells that the page has changed.

What a person writes is kept apart from what the sources say, so that undoing is forgetting it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.events import emit
from fumetto.kernel.text.catalogues import say
from fumetto.kernel.text.languages import language_of_code
from fumetto.kernel.web.caching import etag_of
from fumetto.library.catalogue.errors import PageNotFound, SeriesNotFound
from fumetto.library.catalogue.kinds import TextSource
from fumetto.library.catalogue.models import Balloon, Episode, Page, Series
from fumetto.library.catalogue.repository.pages import find_page
from fumetto.library.contents import looks_repository as rows
from fumetto.library.contents.boxes import Box
from fumetto.library.contents.editing import repository
from fumetto.library.contents.editing.schemas import (
    BalloonEdit,
    DescriptionEdit,
    EditableBalloon,
    EditableDescription,
    EditablePanels,
    EditableTexts,
    EditedPage,
    LookCount,
    LookItem,
    PageEdit,
    PageLooks,
    PanelEdit,
    PanelsEdit,
    SeriesLooks,
    SourceItem,
    TextsEdit,
)
from fumetto.library.contents.errors import BoxInvalid, LanguageInvalid, PageChangedMeanwhile
from fumetto.library.contents.events import PageTextChanged
from fumetto.library.contents.kinds import DescriptionSource, Look, PanelSource
from fumetto.library.contents.looks_repository import BalloonRow, PanelRow
from fumetto.library.contents.models import PageDescription, Panel
from fumetto.library.contents.ocr.alphabets import UNKNOWN
from fumetto.library.contents.rules import TRUST
from fumetto.library.contents.schemas import PanelBox
from fumetto.library.contents.service import TRUSTED, box_of, language_among
from fumetto.library.contents.tasks import schedule_pages

ROUNDED = 0.001  # by which a box may leave the page, its numbers having been rounded
SOON = 10  # priority of what an editor waits for


async def require_page(session: ReadSession, page_id: uuid.UUID) -> tuple[Page, Episode]:
    found = await find_page(session, page_id)
    if found is None:
        raise PageNotFound
    return found[0], found[1]


async def require_series(session: ReadSession, series_id: uuid.UUID) -> Series:
    series = await repository.find_series(session, series_id)
    if series is None:
        raise SeriesNotFound
    return series


async def texts(session: ReadSession, page_id: uuid.UUID, language: str | None) -> EditableTexts:
    """The words of a page in a language, else in the original's, else in any. Raises PageNotFound."""
    _, episode = await require_page(session, page_id)
    sources = await repository.sources_of(session, page_id)
    spoken = language_to_edit(language, episode.language, {text.language for text, _, _ in sources})
    best = min(
        (text for text, _, _ in sources if text.language == spoken), key=lambda text: TRUST[text.source], default=None
    )
    balloons = await repository.balloons_of(session, best.id) if best else []
    return EditableTexts(
        page_id=page_id,
        language=spoken,
        source=best.source if best else None,
        version=version_of_texts(best.source if best else None, balloons),
        balloons=[editable(balloon) for balloon in balloons],
        sources=[
            SourceItem(language=text.language, source=text.source, balloons=count, confidence=confidence)
            for text, count, confidence in sources
        ],
    )


def editable(balloon: Balloon) -> EditableBalloon:
    return EditableBalloon(
        x=balloon.x,
        y=balloon.y,
        width=balloon.width,
        height=balloon.height,
        text=balloon.text,
        kind=balloon.kind,
        speaker=balloon.speaker_name,
        panel=balloon.panel_number,
        confidence=balloon.confidence,
    )


async def set_texts(session: WriteSession, actor: uuid.UUID, page_id: uuid.UUID, edit: TextsEdit) -> EditableTexts:
    """Put a person's words in the place of every source's.

    Raises PageNotFound, PageChangedMeanwhile, BoxInvalid, LanguageInvalid.
    """
    language = tag_of(edit.language)
    await hold(session, page_id)
    before = await texts(session, page_id, language)
    check_version(edit.version, before.version)
    balloons = [
        BalloonRow(each.text, each.kind, checked_box(each, "balloon", number), each.speaker, each.panel)
        for number, each in enumerate(edit.balloons, 1)
    ]
    await rows.store_text(session, page_id, language, TextSource.PERSON, balloons)
    old, new = summed(before.source, before.balloons), summed(TextSource.PERSON, edit.balloons)
    await told(session, actor, "page.texts", page_id, old, new, {"language": language})
    return await texts(session, page_id, language)


async def revert_texts(
    session: WriteSession, actor: uuid.UUID, page_id: uuid.UUID, language: str, version: str
) -> EditableTexts:
    """Forget a person's words: the most trusted source speaks again. Raises PageNotFound, PageChangedMeanwhile."""
    await hold(session, page_id)
    before = await texts(session, page_id, language)
    check_version(version, before.version)
    if await repository.drop_text(session, page_id, before.language, TextSource.PERSON):
        old = summed(before.source, before.balloons)
        await told(session, actor, "page.texts.reverted", page_id, old, None, {"language": before.language})
    return await texts(session, page_id, before.language)


def summed(source: TextSource | None, balloons: Sequence[BalloonEdit]) -> dict[str, Any]:
    """What the audit log keeps of a text: not the words themselves."""
    return {"source": source, "balloons": len(balloons), "characters": sum(len(each.text) for each in balloons)}


async def panels(session: ReadSession, page_id: uuid.UUID) -> EditablePanels:
    """Raises PageNotFound."""
    await require_page(session, page_id)
    found = await repository.panels_of(session, page_id)
    return EditablePanels(
        page_id=page_id,
        source=found[0].source if found else None,
        version=version_of_panels(found),
        language=next((panel.language for panel in found if panel.language), None),
        panels=[
            PanelEdit(x=each.x, y=each.y, width=each.width, height=each.height, description=each.description)
            for each in found
        ],
    )


async def set_panels(session: WriteSession, actor: uuid.UUID, page_id: uuid.UUID, edit: PanelsEdit) -> EditablePanels:
    """Put a person's panels in the place of those found. Raises PageNotFound, PageChangedMeanwhile, BoxInvalid."""
    await hold(session, page_id)
    before = await panels(session, page_id)
    check_version(edit.version, before.version)
    language = tag_of(edit.language) if edit.language else None
    made = [
        PanelRow(checked_box(each, "panel", number), None, each.description or None, language)
        for number, each in enumerate(edit.panels, 1)
    ]
    await rows.store_panels(session, page_id, PanelSource.PERSON, made)
    old = {"source": before.source, "panels": len(before.panels)}
    new = {"source": PanelSource.PERSON, "panels": len(made)}
    await told(session, actor, "page.panels", page_id, old, new, None)
    return await panels(session, page_id)


async def revert_panels(session: WriteSession, actor: uuid.UUID, page_id: uuid.UUID, version: str) -> EditablePanels:
    """Forget a person's panels, and have the page looked at again. Raises PageNotFound, PageChangedMeanwhile."""
    page, episode = await hold(session, page_id)
    before = await panels(session, page_id)
    check_version(version, before.version)
    if await rows.drop_panels(session, page_id, PanelSource.PERSON):
        await repository.forget_look(session, page_id, Look.PANELS)
        again = [Look.PANELS]
        await schedule_pages(session, [(episode.id, page.id)], again=again, priority=SOON)
        old = {"source": PanelSource.PERSON, "panels": len(before.panels)}
        await told(session, actor, "page.panels.reverted", page_id, old, None, None)
    return await panels(session, page_id)


async def description(session: ReadSession, page_id: uuid.UUID, language: str | None) -> EditableDescription:
    """What a page shows, in a language, else in any. Raises PageNotFound."""
    _, episode = await require_page(session, page_id)
    found = await repository.descriptions_of(session, page_id)
    spoken = language_to_edit(language, episode.language, {each.language for each in found})
    best = min((each for each in found if each.language == spoken), key=lambda each: TRUSTED[each.source], default=None)
    return EditableDescription(
        page_id=page_id,
        language=spoken,
        source=best.source if best else None,
        model=best.model if best else None,
        version=version_of_description(best),
        description=best.visual_description if best else "",
        mood_tags=list(best.mood_tags) if best else [],
    )


async def set_description(
    session: WriteSession, actor: uuid.UUID, page_id: uuid.UUID, edit: DescriptionEdit
) -> EditableDescription:
    """Put a person's description above all others. Raises PageNotFound, PageChangedMeanwhile, LanguageInvalid."""
    language = tag_of(edit.language)
    await hold(session, page_id)
    before = await description(session, page_id, language)
    check_version(edit.version, before.version)
    tags = list(dict.fromkeys(edit.mood_tags))
    await repository.drop_description(session, page_id, language, DescriptionSource.PERSON)
    session.add(
        PageDescription(
            page_id=page_id,
            language=language,
            source=DescriptionSource.PERSON,
            visual_description=edit.description,
            mood_tags=tags,
        )
    )
    await session.flush()
    old = {"source": before.source, "characters": len(before.description), "mood_tags": before.mood_tags}
    new = {"source": DescriptionSource.PERSON, "characters": len(edit.description), "mood_tags": tags}
    await told(session, actor, "page.description", page_id, old, new, {"language": language})
    return await description(session, page_id, language)


async def revert_description(
    session: WriteSession, actor: uuid.UUID, page_id: uuid.UUID, language: str, version: str
) -> EditableDescription:
    """Forget a person's description. Raises PageNotFound, PageChangedMeanwhile."""
    await hold(session, page_id)
    before = await description(session, page_id, language)
    check_version(version, before.version)
    if await repository.drop_description(session, page_id, before.language, DescriptionSource.PERSON):
        old = {"source": before.source, "characters": len(before.description), "mood_tags": before.mood_tags}
        await told(session, actor, "page.description.reverted", page_id, old, None, {"language": before.language})
    return await description(session, page_id, before.language)


async def set_page(session: WriteSession, actor: uuid.UUID, page_id: uuid.UUID, edit: PageEdit) -> EditedPage:
    """Several parts of a page at once: in the session's one transaction, so that a mistake in one saves none of them.

    Raises PageNotFound, PageChangedMeanwhile, BoxInvalid, LanguageInvalid.
    """
    await hold(session, page_id)
    return EditedPage(
        page_id=page_id,
        panels=await set_panels(session, actor, page_id, edit.panels) if edit.panels else None,
        texts=await set_texts(session, actor, page_id, edit.texts) if edit.texts else None,
        description=await set_description(session, actor, page_id, edit.description) if edit.description else None,
    )


async def looks(session: ReadSession, page_id: uuid.UUID, language: str) -> PageLooks:
    """How far a page was looked at, with reasons in a language. Raises PageNotFound."""
    await require_page(session, page_id)
    return PageLooks(
        page_id=page_id,
        items=[
            LookItem(
                look=each.look,
                state=each.state,
                reason=explained(language, each.reason_code, each.reason_detail or {}),
                reason_code=each.reason_code,
                detail=each.reason_detail or {},
                looked_at=each.looked_at,
            )
            for each in await repository.looks_of(session, page_id)
        ],
    )


async def look_again(session: WriteSession, page_id: uuid.UUID, wanted: Sequence[Look]) -> None:
    """Have a page looked at once more. Raises PageNotFound."""
    page, episode = await require_page(session, page_id)
    await schedule_pages(session, [(episode.id, page.id)], again=wanted, priority=SOON)


async def series_looks(session: ReadSession, series_id: uuid.UUID, language: str) -> SeriesLooks:
    """Raises SeriesNotFound."""
    series = await require_series(session, series_id)
    return SeriesLooks(
        series_id=series_id,
        ocr=series.ocr,
        items=[
            LookCount(look=look, state=state, reason_code=code, reason=explained(language, code, detail), pages=pages)
            for look, state, code, detail, pages in await repository.series_looks(session, series_id)
        ],
    )


async def switch_ocr(session: WriteSession, actor: uuid.UUID | None, series_id: uuid.UUID, ocr: bool) -> None:
    """Have words read off a series' pages, or not, and look at all of them accordingly. Raises SeriesNotFound."""
    series = await require_series(session, series_id)
    if series.ocr == ocr:
        return
    await audit(session, actor, "series.ocr", "series", series_id, {"ocr": series.ocr}, {"ocr": ocr})
    series.ocr = ocr
    await session.flush()
    await schedule_pages(session, await repository.pages_of_series(session, series_id))


def explained(language: str, code: str | None, detail: dict[str, Any]) -> str | None:
    """A reason as a person reads it: a look's own, or an error's."""
    if code is None:
        return None
    for text in (f"looks.{code}", f"errors.{code}"):
        try:
            return say(language, text, **detail)
        except (KeyError, ValueError):
            continue
    return code


async def hold(session: WriteSession, page_id: uuid.UUID) -> tuple[Page, Episode]:
    if not await rows.hold_page(session, page_id):
        raise PageNotFound
    return await require_page(session, page_id)


async def told(
    session: WriteSession,
    actor: uuid.UUID,
    action: str,
    page_id: uuid.UUID,
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    details: dict[str, Any] | None,
) -> None:
    await audit(session, actor, action, "page", page_id, old, new, details)
    await emit(session, PageTextChanged(page_id))


def language_to_edit(wanted: str | None, original: str | None, there: Collection[str]) -> str:
    """The language that is wanted, even where there is nothing in it yet, to write the first; else what there is."""
    chosen = language_among([wanted, original], there)
    if wanted is not None and chosen != wanted:
        chosen = tag_of(wanted)
    return chosen or original or UNKNOWN


def tag_of(language: str) -> str:
    tag = UNKNOWN if language == UNKNOWN else language_of_code(language)
    if tag is None:
        raise LanguageInvalid(language=language[:35])
    return tag


def checked_box(edit: PanelBox, what: str, number: int) -> Box:
    """The box of an edit, on the page. Raises BoxInvalid, which says which one, from 1."""
    on_page = 0 <= edit.x < 1 and 0 <= edit.y < 1 and edit.width > 0 and edit.height > 0
    if not on_page or edit.x + edit.width > 1 + ROUNDED or edit.y + edit.height > 1 + ROUNDED:
        raise BoxInvalid(what=what, number=number)
    return Box(edit.x, edit.y, edit.width, edit.height).on_page()


def check_version(given: str, now: str) -> None:
    if given != now:
        raise PageChangedMeanwhile


def version_of_texts(source: TextSource | None, balloons: Sequence[Balloon]) -> str:
    parts = [(b.text, b.kind.value, box_of(b), b.speaker_name, b.panel_number) for b in balloons]
    return etag_of(source, *parts).strip('"')


def version_of_panels(found: Sequence[Panel]) -> str:
    return etag_of(*((p.source.value, box_of(p), p.description) for p in found)).strip('"')


def version_of_description(found: PageDescription | None) -> str:
    if found is None:
        return etag_of(None).strip('"')
    return etag_of(found.source.value, found.visual_description, tuple(found.mood_tags)).strip('"')

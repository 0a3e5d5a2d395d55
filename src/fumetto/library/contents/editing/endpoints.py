"""Routes for editors. A change is sent with the version that it was made of, and fails when somebody else was first."""

from __future__ import annotations

import uuid
from typing import Annotated, TypeVar

from fastapi import Query, Response, status

from fumetto.kernel.web.routes import Routes
from fumetto.library.contents.editing import service
from fumetto.library.contents.editing.schemas import (
    DescriptionEdit,
    EditableDescription,
    EditablePanels,
    EditableTexts,
    EditedPage,
    LookAgain,
    OcrSwitch,
    PageEdit,
    PageLooks,
    PanelsEdit,
    SeriesLooks,
    TextsEdit,
)
from fumetto.library.reading.editing_view import EditingRead, EditingWrite, Editor

router = Routes(prefix="/editing", tags=["editing"])

LanguageTag = Annotated[str | None, Query(max_length=35, description="BCP 47 tag.")]
InLanguage = Annotated[str, Query(max_length=35, description="BCP 47 tag.")]
Version = Annotated[str, Query(max_length=64, description="As it was given when this was loaded.")]


@router.put("/pages/{page_id}")
async def set_page(session: EditingWrite, editor: Editor, page_id: uuid.UUID, body: PageEdit) -> EditedPage:
    """Put a person's words, panels and description in place, those that are sent: all of them, or none."""
    return await service.set_page(session, editor.id, page_id, body)


@router.get("/pages/{page_id}/texts")
async def get_editable_texts(
    session: EditingRead, editor: Editor, response: Response, page_id: uuid.UUID, lang: LanguageTag = None
) -> EditableTexts:
    """The words of a page in a language, to be set right."""
    return versioned(response, await service.texts(session, page_id, lang))


@router.put("/pages/{page_id}/texts")
async def set_page_texts(
    session: EditingWrite, editor: Editor, response: Response, page_id: uuid.UUID, body: TextsEdit
) -> EditableTexts:
    """Put a person's words in the place of every source's, in one language."""
    return versioned(response, await service.set_texts(session, editor.id, page_id, body))


@router.delete("/pages/{page_id}/texts")
async def revert_page_texts(
    session: EditingWrite, editor: Editor, response: Response, page_id: uuid.UUID, lang: InLanguage, version: Version
) -> EditableTexts:
    """Forget a person's words: what the sources say is shown again."""
    return versioned(response, await service.revert_texts(session, editor.id, page_id, lang, version))


@router.get("/pages/{page_id}/panels")
async def get_editable_panels(
    session: EditingRead, editor: Editor, response: Response, page_id: uuid.UUID
) -> EditablePanels:
    """The panels of a page, to be set right."""
    return versioned(response, await service.panels(session, page_id))


@router.put("/pages/{page_id}/panels")
async def set_page_panels(
    session: EditingWrite, editor: Editor, response: Response, page_id: uuid.UUID, body: PanelsEdit
) -> EditablePanels:
    """Put a person's panels in the place of those found."""
    return versioned(response, await service.set_panels(session, editor.id, page_id, body))


@router.delete("/pages/{page_id}/panels")
async def revert_page_panels(
    session: EditingWrite, editor: Editor, response: Response, page_id: uuid.UUID, version: Version
) -> EditablePanels:
    """Forget a person's panels, and look for them again; they are there a moment later."""
    return versioned(response, await service.revert_panels(session, editor.id, page_id, version))


@router.get("/pages/{page_id}/description")
async def get_editable_description(
    session: EditingRead, editor: Editor, response: Response, page_id: uuid.UUID, lang: LanguageTag = None
) -> EditableDescription:
    """What a page shows, in a language, to be set right."""
    return versioned(response, await service.description(session, page_id, lang))


@router.put("/pages/{page_id}/description")
async def set_page_description(
    session: EditingWrite, editor: Editor, response: Response, page_id: uuid.UUID, body: DescriptionEdit
) -> EditableDescription:
    """Put a person's description and mood tags above all others; no model writes over them."""
    return versioned(response, await service.set_description(session, editor.id, page_id, body))


@router.delete("/pages/{page_id}/description")
async def revert_page_description(
    session: EditingWrite, editor: Editor, response: Response, page_id: uuid.UUID, lang: InLanguage, version: Version
) -> EditableDescription:
    """Forget a person's description in a language."""
    return versioned(response, await service.revert_description(session, editor.id, page_id, lang, version))


@router.get("/pages/{page_id}/looks")
async def get_page_looks(session: EditingRead, editor: Editor, page_id: uuid.UUID) -> PageLooks:
    """How far a page was looked at: what was done, left out or failed, and why."""
    return await service.looks(session, page_id, editor.language or "en")


@router.post("/pages/{page_id}/looks", status_code=status.HTTP_202_ACCEPTED)
async def look_at_page_again(session: EditingWrite, editor: Editor, page_id: uuid.UUID, body: LookAgain) -> None:
    """Have a page looked at once more: its sidecar, its panels, its words."""
    await service.look_again(session, page_id, body.looks)


@router.get("/series/{series_id}/looks")
async def get_series_looks(session: EditingRead, editor: Editor, series_id: uuid.UUID) -> SeriesLooks:
    """How far the pages of a series were looked at, by outcome."""
    return await service.series_looks(session, series_id, editor.language or "en")


@router.put("/series/{series_id}/ocr")
async def switch_series_ocr(
    session: EditingWrite, editor: Editor, series_id: uuid.UUID, body: OcrSwitch
) -> SeriesLooks:
    """Have words read off the pages of a series that have no better text, or not."""
    await service.switch_ocr(session, editor.id, series_id, body.ocr)
    return await service.series_looks(session, series_id, editor.language or "en")


Shown = TypeVar("Shown", EditableTexts, EditablePanels, EditableDescription)


def versioned(response: Response, shown: Shown) -> Shown:
    """The same with its version as a validator."""
    response.headers["ETag"] = f'"{shown.version}"'
    return shown

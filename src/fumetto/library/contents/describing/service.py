"""Describing a page by a vision model, unless a person or a sidecar has described it."""

from __future__ import annotations

import uuid
from typing import Any

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.events import emit
from fumetto.kernel.jobs.context import failure as as_plain
from fumetto.kernel.sandbox import ParserPool
from fumetto.kernel.settings import Settings
from fumetto.library.catalogue.kinds import PageKind
from fumetto.library.contents import looks_repository as rows
from fumetto.library.contents.describing.clients import describer
from fumetto.library.contents.describing.picture import picture_for_model
from fumetto.library.contents.describing.port import Describer
from fumetto.library.contents.errors import VisionUnavailable
from fumetto.library.contents.events import PageTextChanged
from fumetto.library.contents.kinds import DescriptionSource, Look, LookState
from fumetto.library.contents.looking import IS_ANOTHER
from fumetto.library.contents.looks_repository import Noted, PageToLookAt
from fumetto.library.ingestion.books import Limits

VERSION = 1


def wants_description(settings: Settings) -> bool:
    """Whether a vision model is configured."""
    return settings.vision_provider != "json"


async def describe(
    database: Database, settings: Settings, parsers: ParserPool, page_id: uuid.UUID, by: Describer | None = None
) -> None:
    """Have a page described and keep that. What stands in the way is written down beside the page.

    Raises VisionUnavailable, after writing it down, so that the job is tried again.
    """
    by = by or describer(settings)
    async with database.read(EVERY_READER) as session:
        page = await rows.page_to_look_at(session, page_id)
    if by is None or page is None:
        return
    if why := why_not_to_describe(page):
        await noted(database, page, LookState.SKIPPED, why, {})
        return
    limits = Limits.from_settings(settings)
    try:
        picture = await parsers.run(picture_for_model, page.path, limits, page.member, page.fingerprint)
        told = await by.describe(picture, settings.vision_language)
    except IS_ANOTHER:
        return  # it may come back, or the next scan will say what it is now
    except VisionUnavailable as error:
        await noted(database, page, LookState.PENDING, error.code, as_plain("", error)["detail"])
        raise
    except FumettoError as error:
        if error.status == 503:
            raise
        await noted(database, page, LookState.FAILED, error.code, as_plain("", error)["detail"])
        return
    async with database.write(EVERY_READER) as session:
        if not await rows.hold_page(session, page.id, page.fingerprint):
            return
        changed = await rows.store_description(
            session, page.id, settings.vision_language, DescriptionSource.MODEL, told.text, told.mood_tags, by.model
        )
        await rows.note(session, page.id, [Noted(Look.DESCRIPTION, LookState.DONE, VERSION, page.fingerprint)])
        if changed:
            await emit(session, PageTextChanged(page.id))


def why_not_to_describe(page: PageToLookAt) -> str | None:
    if not page.readable:
        return "page_unreadable"
    if page.kind is PageKind.CREDITS:
        return "not_described"
    if page.described_by & {DescriptionSource.PERSON, DescriptionSource.SIDECAR}:
        return "better_description"
    look = page.looks.get(Look.DESCRIPTION)
    if look is not None and look.state is LookState.DONE and look.fingerprint == page.fingerprint:
        return None if DescriptionSource.MODEL not in page.described_by else "described"
    return None


async def noted(database: Database, page: PageToLookAt, state: LookState, code: str, detail: dict[str, Any]) -> None:
    if code == "described":
        return
    async with database.write(EVERY_READER) as session:
        if await rows.hold_page(session, page.id):
            await rows.note(session, page.id, [Noted(Look.DESCRIPTION, state, VERSION, page.fingerprint, code, detail)])

"""Looking at a page: its sidecar and EPUB text, its panels, its words. What a person wrote stays as it is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.events import emit
from fumetto.kernel.jobs.context import failure as as_plain
from fumetto.kernel.sandbox import ParserPool
from fumetto.kernel.settings import Settings
from fumetto.library.catalogue.kinds import BalloonKind, TextSource
from fumetto.library.contents import looks_repository as rows
from fumetto.library.contents.boxes import WHOLE_PAGE
from fumetto.library.contents.events import CharacterSeen, PageLookedAt, PageTextChanged
from fumetto.library.contents.kinds import DescriptionSource, Look, LookState, PanelSource
from fumetto.library.contents.lettering_repository import LetteringText, carry_over, letterings_of, place_balloons
from fumetto.library.contents.looking import (
    IS_ANOTHER,
    FilesFound,
    FilesTask,
    PictureFound,
    PictureTask,
    SidecarFound,
    look_at_files,
    look_at_picture,
)
from fumetto.library.contents.looks_repository import BalloonRow, Noted, PageToLookAt, PanelRow
from fumetto.library.contents.pool import LookingPool
from fumetto.library.contents.rules import (
    BOXES_OF_LETTERS,
    DISABLED,
    VERSIONS,
    WITHOUT_PANELS,
    Skip,
    may_replace_panels,
    why_not_to_read,
)
from fumetto.library.contents.sidecars.document import Sidecar
from fumetto.library.ingestion.books import Limits

SLOW = 120.0  # seconds that looking at one picture may take, the start of the process and its model included
NO_FILES_BESIDE = frozenset({"pdf"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with a page's picture. `skip` says why its words are not read."""

    want_panels: bool
    want_words: bool
    skip: Skip | None
    panels_disabled: bool = False


class PageLooker:
    """Looks at pages for one job."""

    def __init__(self, database: Database, settings: Settings, parsers: ParserPool, looking: LookingPool) -> None:
        self.database = database
        self.settings = settings
        self.parsers = parsers
        self.looking = looking
        self.limits = Limits.from_settings(settings)

    async def look(self, page_id: uuid.UUID, *, again: frozenset[Look] = frozenset()) -> bool:
        """Bring what is known of a page up to date; `again` are ways to look though it was looked at so already.

        False when the page or its file is gone. Raises what passes by itself (503), to be tried again.
        """
        async with self.database.read(EVERY_READER) as session:
            page = await rows.page_to_look_at(session, page_id)
            letterings = await letterings_of(session, page_id) if page is not None and has_frames(page) else []
        if page is None:
            return False
        try:
            files = await self._files(page, letterings)
            plan = plan_for(page, files, self.settings, again)
            picture, problem = await self._picture(page, files, plan)
        except IS_ANOTHER:
            return False  # it may come back, or the next scan will say what it is now
        async with self.database.write(EVERY_READER) as session:
            if await rows.hold_page(session, page.id, page.fingerprint):
                await keep(session, page, files, plan, picture, problem, letterings)
        return True

    async def _files(self, page: PageToLookAt, letterings: Sequence[LetteringText]) -> FilesFound:
        if page.book_kind in NO_FILES_BESIDE:
            return FilesFound(None, (), None)
        task = FilesTask(
            path=page.path,
            limits=self.limits,
            member=page.member,
            fingerprint=page.fingerprint,
            kind=page.kind,
            direction=page.direction,
            size=page.size,
            letterings=tuple((text.language, text.member, text.fingerprint) for text in letterings),
        )
        try:
            return await self.parsers.run(look_at_files, task)
        except IS_ANOTHER:
            raise
        except FumettoError as error:
            if error.status == 503:
                raise
            return FilesFound(None, (), None)  # the picture's own look tells what is wrong with the book

    async def _picture(
        self, page: PageToLookAt, files: FilesFound, plan: Plan
    ) -> tuple[PictureFound | None, FumettoError | None]:
        if not plan.want_panels and not plan.want_words:
            return None, None
        sidecar = files.sidecar.sidecar if files.sidecar else None
        known = page.panels
        if sidecar is not None and sidecar.panels is not None and page.panel_source is not PanelSource.PERSON:
            known = tuple(panel.box for panel in sidecar.panels)
        task = PictureTask(
            path=page.path,
            limits=self.limits,
            member=page.member,
            fingerprint=page.fingerprint,
            kind=page.kind,
            direction=page.direction,
            language=page.language,
            want_panels=plan.want_panels,
            want_words=plan.want_words,
            panels=known,
            threads=self.settings.ocr_threads,
        )
        seconds = max(SLOW, float(self.settings.parse_timeout_seconds))
        try:
            return await self.looking.run(look_at_picture, task, timeout=seconds, file=str(page.path)), None
        except IS_ANOTHER:
            raise
        except FumettoError as error:
            if error.status == 503:
                raise
            return None, error


def plan_for(page: PageToLookAt, files: FilesFound, settings: Settings, again: frozenset[Look]) -> Plan:
    """What to do with the picture, by what is known of the page and what lies beside it."""
    sidecar = files.sidecar.sidecar if files.sidecar else None
    texts = set(page.texts)
    if files.sidecar is not None:
        texts = {each for each in texts if each[1] is not TextSource.SIDECAR}
    if sidecar is not None and sidecar.balloons is not None:
        texts.add((sidecar.language or page.language, TextSource.SIDECAR))
    if files.words:
        texts.add((files.language or page.language, TextSource.EPUB))
    skip = why_not_to_read(
        enabled=settings.ocr,
        series_allows=page.ocr,
        readable=page.readable,
        language=page.language,
        texts=texts,
    )
    told = (sidecar is not None and sidecar.panels is not None) or page.panel_source is PanelSource.PERSON
    imported = page.panel_source is PanelSource.SIDECAR and is_imported(page)
    to_be_found = page.readable and not told and not imported and page.kind not in WITHOUT_PANELS
    panels_due = Look.PANELS in again or not is_current(page, Look.PANELS) or not has_panels_of_its_own(page)
    return Plan(
        want_panels=settings.panels and to_be_found and panels_due,
        want_words=skip is None and (Look.OCR in again or not is_current(page, Look.OCR)),
        skip=skip,
        panels_disabled=not settings.panels,
    )


def is_current(page: PageToLookAt, look: Look) -> bool:
    """Whether the page was looked at in this way, as it is now, by the present means."""
    row = page.looks.get(look)
    return (
        row is not None
        and row.state in (LookState.DONE, LookState.FAILED)
        and row.version >= VERSIONS[look]
        and row.fingerprint == page.fingerprint
    )


def has_panels_of_its_own(page: PageToLookAt) -> bool:
    """Whether panels that were looked for are still those that are there, or could not be found."""
    row = page.looks.get(Look.PANELS)
    return page.panel_source is PanelSource.DETECTED or (row is not None and row.state is LookState.FAILED)


def has_frames(page: PageToLookAt) -> bool:
    """Whether balloons of the page's letterings have the boxes that their letterers drew, from an earlier version."""
    before = page.looks.get(Look.SIDECAR)
    return before is not None and before.version < BOXES_OF_LETTERS


def is_imported(page: PageToLookAt) -> bool:
    """Whether the page's sidecar came by the command, and not beside its picture."""
    row = page.looks.get(Look.SIDECAR)
    return row is not None and bool(row.reason_detail.get("imported"))


async def keep(
    session: WriteSession,
    page: PageToLookAt,
    files: FilesFound,
    plan: Plan,
    picture: PictureFound | None,
    problem: FumettoError | None,
    letterings: Sequence[LetteringText] = (),
) -> None:
    """Write down what was found, and tell. `letterings` are those that were read again."""
    looks = [await keep_sidecar(session, page, files.sidecar)]
    if files.words:
        balloons = [BalloonRow(text, BalloonKind.SPEECH, WHOLE_PAGE) for text in files.words]
        language = files.language or page.language
        await rows.store_text(session, page.id, language, TextSource.EPUB, balloons, locator=page.member)
        await rows.drop_texts(session, page.id, TextSource.EPUB, but=[language])
    elif any(source is TextSource.EPUB for _, source in page.texts):
        await rows.drop_texts(session, page.id, TextSource.EPUB)
    looks += await keep_words(session, page, plan, picture, problem)
    looks += await keep_panels(session, page, plan, picture, problem)
    for text in letterings:
        if text.language in files.lettered:
            await place_balloons(session, text, files.lettered[text.language])
    await carry_over(session, page.id)
    await rows.note(session, page.id, looks)
    found = files.sidecar.sidecar if files.sidecar else None
    await emit(session, PageLookedAt(page.id, characters_of(found)))
    await emit(session, PageTextChanged(page.id))


def characters_of(sidecar: Sidecar | None) -> tuple[CharacterSeen, ...] | None:
    if sidecar is None or sidecar.characters is None:
        return None
    return tuple(CharacterSeen(each.name, each.aliases) for each in sidecar.characters)


async def keep_sidecar(session: WriteSession, page: PageToLookAt, found: SidecarFound | None) -> Noted:
    version = VERSIONS[Look.SIDECAR]
    before = page.looks.get(Look.SIDECAR)
    if found is None:
        if before is not None and is_imported(page):
            return Noted(Look.SIDECAR, before.state, version, before.fingerprint, None, dict(before.reason_detail))
        if before is not None and before.state is LookState.DONE:
            await drop_sidecar(session, page.id)
        return Noted(Look.SIDECAR, LookState.SKIPPED, version, page.fingerprint, "no_sidecar")
    if found.problem is not None:
        detail = as_plain("", found.problem)["detail"]
        return Noted(Look.SIDECAR, LookState.FAILED, version, found.digest, found.problem.code, detail)
    if found.sidecar is None:
        return Noted(Look.SIDECAR, LookState.SKIPPED, version, found.digest, "not_a_sidecar", {"file": found.name})
    await store_sidecar(session, page, found.sidecar, found.name, found.digest)
    return Noted(Look.SIDECAR, LookState.DONE, version, found.digest, None, {"file": found.name})


async def store_sidecar(session: WriteSession, page: PageToLookAt, sidecar: Sidecar, name: str, digest: str) -> None:
    """Make what a sidecar says the page's; what the one before it said and it does not is forgotten."""
    language = sidecar.language or page.language
    if sidecar.balloons is None:
        await rows.drop_texts(session, page.id, TextSource.SIDECAR)
    else:
        balloons = balloons_of(sidecar)
        await rows.store_text(
            session, page.id, language, TextSource.SIDECAR, balloons, locator=name, fingerprint=digest
        )
        await rows.drop_texts(session, page.id, TextSource.SIDECAR, but=[language])
    if sidecar.description is None and not sidecar.mood_tags:
        await rows.drop_description(session, page.id, DescriptionSource.SIDECAR)
    else:
        told = sidecar.description or ""
        await rows.store_description(session, page.id, language, DescriptionSource.SIDECAR, told, sidecar.mood_tags)
    if sidecar.panels is None:
        await rows.drop_panels(session, page.id, PanelSource.SIDECAR)
    elif may_replace_panels(PanelSource.SIDECAR, page.panel_source):
        panels = [
            PanelRow(panel.box, None, panel.description, language if panel.description else None)
            for panel in sidecar.panels
        ]
        await rows.store_panels(session, page.id, PanelSource.SIDECAR, panels)


def balloons_of(sidecar: Sidecar) -> list[BalloonRow]:
    """The sidecar's balloons; one without a box has its panel's, or else the page's."""
    panels = sidecar.panels or ()
    return [
        BalloonRow(
            each.text,
            each.kind,
            each.box or (panels[each.panel - 1].box if each.panel else WHOLE_PAGE),
            each.speaker,
            each.panel,
        )
        for each in sidecar.balloons or ()
    ]


async def drop_sidecar(session: WriteSession, page_id: uuid.UUID) -> None:
    await rows.drop_texts(session, page_id, TextSource.SIDECAR)
    await rows.drop_description(session, page_id, DescriptionSource.SIDECAR)
    await rows.drop_panels(session, page_id, PanelSource.SIDECAR)


async def keep_words(
    session: WriteSession, page: PageToLookAt, plan: Plan, picture: PictureFound | None, problem: FumettoError | None
) -> Sequence[Noted]:
    version = VERSIONS[Look.OCR]
    if plan.skip is not None:
        if plan.skip.code != "page_unreadable":
            await rows.drop_texts(session, page.id, TextSource.OCR)
        detail = dict(plan.skip.detail)
        return [Noted(Look.OCR, LookState.SKIPPED, version, page.fingerprint, plan.skip.code, detail)]
    if not plan.want_words:
        return []
    if problem is not None:
        detail = as_plain("", problem)["detail"]
        return [Noted(Look.OCR, LookState.FAILED, version, page.fingerprint, problem.code, detail)]
    if picture is None or picture.words is None:
        return []
    if picture.words:
        balloons = [
            BalloonRow(each.text, BalloonKind(each.kind), each.box, confidence=each.confidence)
            for each in picture.words
        ]
        await rows.store_text(session, page.id, picture.language, TextSource.OCR, balloons)
        await rows.drop_texts(session, page.id, TextSource.OCR, but=[picture.language])
    else:
        await rows.drop_texts(session, page.id, TextSource.OCR)
    counted: dict[str, Any] = {"language": picture.language, "balloons": len(picture.words)}
    return [Noted(Look.OCR, LookState.DONE, version, page.fingerprint, None, counted)]


async def keep_panels(
    session: WriteSession, page: PageToLookAt, plan: Plan, picture: PictureFound | None, problem: FumettoError | None
) -> Sequence[Noted]:
    version = VERSIONS[Look.PANELS]
    if not plan.want_panels:
        if is_current(page, Look.PANELS):
            return []
        reason = "page_unreadable" if not page.readable else "better_panels"
        if plan.panels_disabled:
            reason = DISABLED[Look.PANELS]
        if page.kind in WITHOUT_PANELS:
            reason = "no_panels"
            await rows.drop_panels(session, page.id, PanelSource.DETECTED)
        return [Noted(Look.PANELS, LookState.SKIPPED, version, page.fingerprint, reason)]
    if problem is not None:
        detail = as_plain("", problem)["detail"]
        return [Noted(Look.PANELS, LookState.FAILED, version, page.fingerprint, problem.code, detail)]
    if picture is None or picture.panels is None:
        return []
    panels = [PanelRow(each.box, each.confidence) for each in picture.panels]
    await rows.store_panels(session, page.id, PanelSource.DETECTED, panels)
    detail = {"panels": len(panels)}
    return [Noted(Look.PANELS, LookState.DONE, version, page.fingerprint, None, detail)]

"""Routes of roots, imports, uploads, and of what could not be read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Request, status

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say
from fumetto.kernel.web.pagination import CursorText, Limit, Listing, decode_cursor, encode_cursor
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.library.ingestion import problems, repository, roots
from fumetto.library.ingestion.intake import absolute, import_path, import_paths, scan_all, scan_one
from fumetto.library.ingestion.kinds import RootState
from fumetto.library.ingestion.models import LibraryRoot
from fumetto.library.ingestion.schemas import (
    ImportCreate,
    Notice,
    ProblemItem,
    RootCreate,
    RootItem,
    RootStarted,
    Started,
)
from fumetto.library.ingestion.uploads import receive
from fumetto.people.public import Reader, Role, flags, require_role

router = Routes(tags=["import"])

Editor = Annotated[Reader, Depends(require_role(Role.EDITOR))]
Owner = Annotated[Reader, Depends(require_role(Role.OWNER))]
RetryFailed = Annotated[bool, Query(description="Also try again what could not be read before.")]
IMPORTING = [Depends(flags.switched_on("imports"))]
PROBLEMS_ORDER = "problems:at:desc"


@router.get("/roots")
async def list_library_roots(session: ReadTransaction, editor: Editor) -> Listing[RootItem]:
    """Folders and files of the library, oldest first."""
    found = [root for root in await repository.list_roots(session) if root.state is not RootState.REMOVED]
    items = await _items(session, found, editor.language or "en")
    return Listing(items=items, total=len(items))


@router.post("/roots", status_code=status.HTTP_201_CREATED, dependencies=IMPORTING)
async def add_library_root(request: Request, session: WriteTransaction, owner: Owner, body: RootCreate) -> RootStarted:
    """Make a folder or file of the server's disk part of the library, read in place, and scan it."""
    settings: Settings = request.app.state.settings
    activity = await import_path(session, settings, body.path, body.series_title, started_by=owner.id)
    root = await roots.root_for(session, settings, absolute(body.path), body.series_title)
    await audit(session, owner.id, "root.added", "library_root", root.id, None, {"path": root.path})
    (item,) = await _items(session, [root], owner.language or "en")
    return RootStarted(**item.model_dump(), activity_id=activity)


@router.delete("/roots/{root_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_library_root(session: WriteTransaction, owner: Owner, root_id: uuid.UUID) -> None:
    """Take a folder out of the library. No file is touched; its books stay on the shelf as missing until forgotten."""
    root = await roots.get_root(session, root_id)
    await audit(session, owner.id, "root.removed", "library_root", root.id, {"path": root.path}, None)
    await roots.remove_root(session, root_id)


@router.post("/roots/{root_id}/scan", status_code=status.HTTP_202_ACCEPTED, dependencies=IMPORTING)
async def scan_library_root(
    session: WriteTransaction, editor: Editor, root_id: uuid.UUID, retry_failed: RetryFailed = False
) -> Started:
    """Look now what is new, changed or gone."""
    root = await roots.get_root(session, root_id)
    return Started(activity_id=await scan_one(session, root, started_by=editor.id, retry_failed=retry_failed))


@router.post("/scan", status_code=status.HTTP_202_ACCEPTED, dependencies=IMPORTING)
async def scan_library(session: WriteTransaction, editor: Editor, retry_failed: RetryFailed = False) -> Started:
    """Look at all folders now."""
    return Started(activity_id=await scan_all(session, started_by=editor.id, retry_failed=retry_failed))


@router.post("/imports", status_code=status.HTTP_202_ACCEPTED, dependencies=IMPORTING)
async def start_import(request: Request, session: WriteTransaction, owner: Owner, body: ImportCreate) -> Started:
    """Bring files and folders of the server's disk in, all or none of them; one activity for all."""
    settings: Settings = request.app.state.settings
    activity = await import_paths(session, settings, body.paths, body.series_title, started_by=owner.id)
    await audit(session, owner.id, "import.started", "activity", activity, None, {"paths": body.paths})
    return Started(activity_id=activity)


@router.post(
    "/uploads",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=IMPORTING,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["files"],
                        "properties": {
                            "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                            "series_title": {"type": "string", "maxLength": 512},
                        },
                    }
                }
            },
        }
    },
)
async def upload_files(request: Request, editor: Editor) -> Started:
    """Take books, pages and folders of them. A file's name may hold the folders it lay in."""
    settings: Settings = request.app.state.settings
    received = await receive(settings, request.headers.get("content-type", ""), request.stream())
    async with database_of(request).write() as session:
        root = await roots.root_for(session, settings, received.folder, received.series_title)
        activity = await scan_one(session, root, kind="import", title=received.series_title, started_by=editor.id)
        await audit(session, editor.id, "upload.received", "activity", activity, None, {"files": received.files})
    return Started(activity_id=activity)


@router.get("/problems")
async def list_what_could_not_be_read(
    session: ReadTransaction, editor: Editor, cursor: CursorText = None, limit: Limit = 100
) -> Listing[ProblemItem]:
    """Roots that are away; books, pages, letterings and what is on pages that could not be read; newest first."""
    after = decode_cursor(cursor, PROBLEMS_ORDER, [datetime, uuid.UUID])
    found, total = await problems.list_problems(session, (after[0], after[1]) if after else None, limit)
    language = editor.language or "en"
    items = [
        ProblemItem(
            path=problem.path,
            code=problem.code,
            message=problem.message(language),
            at=problem.at,
            kind=problem.kind,
            episode_id=problem.episode_id,
        )
        for problem in found
    ]
    more = encode_cursor(PROBLEMS_ORDER, [found[-1].at, found[-1].id]) if len(found) == limit else None
    return Listing(items=items, total=total, next_cursor=more)


async def _items(session: ReadSession, found: Iterable[LibraryRoot], language: str) -> list[RootItem]:
    listed = list(found)
    counts = await repository.count_sources(session, [root.id for root in listed])
    items = []
    for root in listed:
        of_root = counts[root.id]
        items.append(
            RootItem(
                id=root.id,
                path=root.path,
                series_title=root.series_title,
                managed=root.managed,
                state=root.state,
                notice=notice_of(root, language),
                episode_count=of_root.get("present", 0),
                missing_count=of_root.get("missing", 0),
                failed_count=of_root.get("failed", 0),
                last_scanned_at=root.last_scanned_at,
            )
        )
    return items


def notice_of(root: LibraryRoot, language: str) -> Notice | None:
    if root.state is RootState.UNMOUNTED:
        return Notice(code="root_unavailable", message=say(language, "errors.root_unavailable", path=root.path))
    if root.notice_code is None:
        return None
    detail = {"path": root.path} | (root.notice_detail or {})
    return Notice(code=root.notice_code, message=say(language, f"errors.{root.notice_code}", **detail))

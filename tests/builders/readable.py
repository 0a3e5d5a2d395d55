"""Episodes whose pages can really be opened: a file on the disk, and the rows that a scan would make of it."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.catalogue.models import Episode, Page, PageKind, PageState, PageText, Series, TextSource
from fumetto.library.ingestion.books import open_book
from fumetto.library.ingestion.models import LibraryRoot, Source
from fumetto.library.reading.rules import positions_of
from tests.builders.library import an_episode


async def a_root(session: WriteSession, folder: Path) -> LibraryRoot:
    """The root at this folder, made when there is none."""
    root = await session.scalar(select(LibraryRoot).where(LibraryRoot.path == str(folder)))
    if root is None:
        root = LibraryRoot(path=str(folder))
        session.add(root)
        await session.flush()
    return root


async def a_readable_episode(
    session: WriteSession, root: Path, path: Path, series: Series | None = None, **values: Any
) -> Episode:
    """The book at `path`, below `root`, as an episode; letterings too, if it has any."""
    with open_book(path) as book:
        pages, letterings = book.pages, book.letterings
        prints = {member: book.member(member).fingerprint for group in letterings.values() for member in group.values()}
        kind = book.kind.value
    languages = sorted({language for group in letterings.values() for language in group})
    episode = await an_episode(session, series, **{"languages": languages} | values)
    kinds = [(PageKind(page.kind), page.page_number) for page in pages]
    for index, (page, position) in enumerate(zip(pages, positions_of(Decimal(episode.sort_key), kinds), strict=True)):
        row = Page(
            episode_id=episode.id,
            order_index=index,
            position=position,
            page_number=page.page_number,
            kind=PageKind(page.kind),
            member=page.member,
            media_type=page.media_type,
            byte_size=page.byte_size,
            fingerprint=page.fingerprint,
            state=PageState.PENDING,
            image_metadata={"width": 8, "height": 12},
        )
        session.add(row)
        await session.flush()
        for language, member in letterings.get(index, {}).items():
            session.add(
                PageText(
                    page_id=row.id,
                    language=language,
                    source=TextSource.LETTERING,
                    locator=member,
                    fingerprint=prints[member],
                )
            )
    episode.page_count = len(pages)
    episode_root = await a_root(session, root)
    found = os.stat(path)
    session.add(
        Source(
            root_id=episode_root.id,
            episode_id=episode.id,
            path=str(path.relative_to(root)),
            kind=kind,
            byte_size=found.st_size,
            modified_ns=found.st_mtime_ns,
        )
    )
    await session.flush()
    return episode

"""The one query that serving a picture needs."""

from __future__ import annotations

import uuid
from pathlib import Path

from sqlalchemy import select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Episode, Page, PageState, PageText, Series, TextSource
from fumetto.library.catalogue.pictures.rules import CHEAP_TO_REACH, Lettering, PageFacts, Place
from fumetto.library.ingestion.kinds import SourceState
from fumetto.library.ingestion.models import LibraryRoot, Source

READ_AHEAD = 7


async def facts_of(session: ReadSession, page_id: uuid.UUID) -> PageFacts | None:
    """Everything about one page that its picture depends on."""
    rows = (
        await session.execute(
            select(Page, Episode, Series.direction, Source.path, Source.kind, LibraryRoot.path, PageText)
            .join(Episode, Episode.id == Page.episode_id)
            .join(Series, Series.id == Episode.series_id)
            .outerjoin(Source, Source.episode_id == Episode.id)
            .outerjoin(LibraryRoot, LibraryRoot.id == Source.root_id)
            .outerjoin(PageText, (PageText.page_id == Page.id) & (PageText.source == TextSource.LETTERING))
            .where(Page.id == page_id)
            .order_by(Source.state != SourceState.PRESENT, Source.seen_at.desc(), PageText.language)
        )
    ).all()
    if not rows:
        return None
    page, episode, direction, path, kind, root, _ = rows[0]
    letterings = {row[6].language: lettering_from(row[6]) for row in rows if row[6] is not None}
    return PageFacts(
        page_id=page.id,
        order_index=page.order_index,
        member=page.member,
        media_type=page.media_type,
        fingerprint=page.fingerprint,
        kind=page.kind.value,
        direction=(episode.direction or direction).value,
        image_key=page.image_key,
        thumbnail_key=page.thumbnail_key,
        language=episode.language,
        letterings=tuple(letterings[language] for language in sorted(letterings)),
        place=place_of(root, path, kind) if path is not None and root is not None else None,
        following=() if kind is None or kind in CHEAP_TO_REACH else await members_after(session, page),
    )


async def members_after(session: ReadSession, page: Page) -> tuple[str, ...]:
    """The names, in the book, of the pages after one."""
    rows = await session.scalars(
        select(Page.member)
        .where(Page.episode_id == page.episode_id, Page.order_index > page.order_index)
        .order_by(Page.order_index)
        .limit(READ_AHEAD)
    )
    return tuple(rows)


def lettering_from(text: PageText) -> Lettering:
    return Lettering(
        language=text.language,
        member=text.locator,
        fingerprint=text.fingerprint or "",
        image_key=text.image_key,
        thumbnail_key=text.thumbnail_key,
        usable=text.state is not PageState.FAILED,
    )


def place_of(root: str, path: str, kind: str) -> Place:
    """`path` is relative to the root, "." being the root itself."""
    return Place(Path(root) if path == "." else Path(root, path), Path(root), path, kind)

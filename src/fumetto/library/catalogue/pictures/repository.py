"""The one query that serving a picture needs."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from fumetto.kernel.db.questions import Question
from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.library.catalogue.models import Episode, Page, PageState, PageText, TextSource
from fumetto.library.catalogue.pictures.rules import CHEAP_TO_REACH, Lettering, PageFacts, Place
from fumetto.library.ingestion.kinds import SourceState
from fumetto.library.ingestion.models import LibraryRoot, Source
from fumetto.library.ingestion.walk import file_of, on_disk

READ_AHEAD = 7
LETTERING_COLUMNS = ("language", "locator", "fingerprint", "image_key", "thumbnail_key")


async def facts_of(session: ReadSession, page_id: uuid.UUID) -> PageFacts | None:
    """Everything about one page that its picture depends on."""
    asked = OF_PAGE.about(page=page_id)
    await session.ask(asked)
    return asked.first


async def facts_for(database: Database, reader_id: uuid.UUID | None, page_id: uuid.UUID) -> PageFacts | None:
    """The same for a reader, in one round trip."""
    asked = OF_PAGE.about(page=page_id)
    await database.ask(asked, reader=reader_id)
    return asked.first


async def facts_of_episode(session: ReadSession, episode_id: uuid.UUID) -> tuple[PageFacts, ...]:
    """The same of every page of an episode, in reading order."""
    asked = OF_EPISODE.about(episode=episode_id)
    await session.ask(asked)
    return tuple(asked.rows)


async def facts_at(session: ReadSession, episode_id: uuid.UUID, order_index: int) -> PageFacts | None:
    """The same of the page at a place in an episode."""
    asked = AT_PLACE.about(episode=episode_id, order_index=order_index)
    await session.ask(asked)
    return asked.first


def facts_query(*wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Pages, each with the file to read it from: of several, the one that is present and was seen last."""
    source = (
        select(Source.path, Source.kind, LibraryRoot.path.label("root"))
        .join(LibraryRoot, LibraryRoot.id == Source.root_id)
        .where(Source.episode_id == Page.episode_id)
        .order_by(Source.state != SourceState.PRESENT, Source.seen_at.desc())
        .limit(1)
        .lateral()
    )
    later = aliased(Page)
    following = (
        select(later.member)
        .where(
            later.episode_id == Page.episode_id,
            later.order_index > Page.order_index,
            *(source.c.kind != kind for kind in sorted(CHEAP_TO_REACH)),
        )
        .order_by(later.order_index)
        .limit(READ_AHEAD)
        .scalar_subquery()
    )
    columns = [getattr(PageText, name) for name in LETTERING_COLUMNS]
    lettering = func.json_build_array(*columns, PageText.state != PageState.FAILED)
    letterings = (
        select(func.json_agg(aggregate_order_by(lettering, PageText.language)))
        .where(PageText.page_id == Page.id, PageText.source == TextSource.LETTERING)
        .scalar_subquery()
    )
    return (
        select(
            letterings,
            source.c.root,
            source.c.path,
            source.c.kind,
            func.array(following),
            Page.id,
            Page.order_index,
            Page.member,
            Page.media_type,
            Page.fingerprint,
            Page.image_key,
            Page.thumbnail_key,
            Episode.language,
        )
        .join(Episode, Episode.id == Page.episode_id)
        .outerjoin(source, true())
        .where(*wanted)
        .order_by(Page.order_index)
    )


def facts_from(
    letterings: list[list[Any]] | None, root: str | None, path: str, kind: str, following: list[str], *row: Any
) -> PageFacts:
    spoken = tuple(
        Lettering(language, member, fingerprint or "", image_key, thumbnail_key, usable)
        for language, member, fingerprint, image_key, thumbnail_key, usable in letterings or ()
    )
    place = place_of(root, path, kind) if root is not None else None
    return PageFacts(*(*row, spoken, place, tuple(following)))


def place_of(root: str, path: str, kind: str) -> Place:
    """`path` is relative to the root, "." being the root itself; names that are not UTF-8 are as `stored` has them."""
    return Place(file_of(root, path), Path(on_disk(root)), path, kind)


OF_PAGE = Question(facts_query(Page.id == bindparam("page")), facts_from)
OF_EPISODE = Question(facts_query(Page.episode_id == bindparam("episode")), facts_from)
AT_PLACE = Question(
    facts_query(Page.episode_id == bindparam("episode"), Page.order_index == bindparam("order_index")), facts_from
)

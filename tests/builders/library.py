"""Series, episodes and pages to test with, in place in their reading order."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import func, select

from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.catalogue.models import Episode, Page, PageKind, PageState, Series
from fumetto.library.catalogue.rules import sort_title_of
from fumetto.library.reading.rules import position_of

numbers = count(1)


async def a_series(session: WriteSession, **values: Any) -> Series:
    """A series without episodes."""
    number = next(numbers)
    title = values.get("title", f"Series {number}")
    series = Series(**{"slug": f"series-{number}", "title": title, "sort_title": sort_title_of(title)} | values)
    session.add(series)
    await session.flush()
    return series


async def an_episode(session: WriteSession, series: Series | None = None, *, pages: int = 0, **values: Any) -> Episode:
    """The next episode of a series (one of its own when none is given), with a cover and so many story pages in it
    when `pages` is not 0."""
    series = series or await a_series(session)
    if "episode_number" not in values:
        last = await session.scalar(select(func.max(Episode.sort_key)).where(Episode.series_id == series.id))
        values["episode_number"] = Decimal(int(last or 0) + 1)
    number = values["episode_number"]
    sort_key = values.get("sort_key", Decimal(900_000) if number is None else Decimal(number))
    defaults = {
        "series_id": series.id,
        "slug": f"episode-{sort_key}",
        "title": f"Episode {sort_key}",
        "sort_key": sort_key,
    }
    episode = Episode(**defaults | values)
    session.add(episode)
    await session.flush()
    if pages:
        await a_page(session, episode, kind=PageKind.COVER)
        for _ in range(pages):
            await a_page(session, episode)
    return episode


async def a_page(session: WriteSession, episode: Episode | None = None, **values: Any) -> Page:
    """The next page of an episode: a story page unless it says otherwise, ready to look at, 1000 by 1400."""
    episode = episode or await an_episode(session)
    kind = values.get("kind", PageKind.STORY)
    last, last_number = (
        await session.execute(
            select(func.max(Page.order_index), func.max(Page.page_number)).where(Page.episode_id == episode.id)
        )
    ).one()
    order_index = values.get("order_index", 0 if last is None else last + 1)
    page_number = values.get("page_number", (last_number or 0) + 1 if kind is PageKind.STORY else None)
    defaults = {
        "episode_id": episode.id,
        "order_index": order_index,
        "page_number": page_number,
        "kind": kind,
        "position": position_of(episode.sort_key, kind, page_number),
        "member": f"{order_index:03}.png",
        "media_type": "image/png",
        "fingerprint": f"{order_index:08x}",
        "state": PageState.READY,
        "image_metadata": {"width": 1000, "height": 1400},
    }
    page = Page(**defaults | values)
    session.add(page)
    episode.page_count += 1
    await session.flush()
    return page

"""Finding: the index is asked inside a horizon, and what it found is read from its rows through the same horizon."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from fumetto.kernel import index
from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.index.question import slots_of
from fumetto.kernel.web.pagination import decode_cursor, encode_cursor
from fumetto.library.catalogue.repository.episodes import episodes_by_ids
from fumetto.library.catalogue.repository.series import series_by_ids
from fumetto.library.catalogue.rules import spoken_number
from fumetto.library.contents.boxes import Box, panel_of
from fumetto.library.reading.horizon import Horizon, Horizons
from fumetto.library.search import repository
from fumetto.library.search.kinds import PassageKind
from fumetto.library.search.rules import found_in
from fumetto.library.search.schemas import HitBox, HitEpisode, HitPage, HitSeries, SearchHit, SearchPage

ORDER = "search"
ALIKE = 0.4  # cosine similarity from which a passage is taken for an answer though it has none of the words
DEEPEST = 1000  # hits that can be paged to: who wants more asks something else
AROUND = 0.06  # of the page, shown around words that lie in no panel


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for. Filters that are empty let everything through; `character_id` is who says it or is there."""

    text: str
    kinds: Sequence[PassageKind] = ()
    language: str | None = None
    character_id: uuid.UUID | None = None
    limit: int = 20
    cursor: str | None = None


async def find(session: ReadSession, within: Horizon | Horizons, query: SearchQuery) -> SearchPage:
    """The best passages within the horizon, of one series or of many. Raises CursorInvalid."""
    offset = (decode_cursor(query.cursor, ORDER, [int]) or (0,))[0]
    if not query.text.strip() or not 0 <= offset < DEEPEST:
        return SearchPage(items=[])
    found = await index.search(
        session,
        within.scope(),
        query.text,
        k=query.limit,
        kinds=query.kinds or None,
        languages=[query.language] if query.language else None,
        labels=[query.character_id] if query.character_id else None,
        offset=offset,
    )
    worth = [hit for hit in found.hits if worth_showing(hit)]
    items = await told(session, within, found.corrected or query.text, worth)
    further = offset + query.limit
    more = found.more and further < DEEPEST and len(worth) == len(found.hits)
    next_cursor = encode_cursor(ORDER, [further]) if more else None
    corrected = found.corrected if items else None
    return SearchPage(items=items, next_cursor=next_cursor, words_alone=found.words_alone, corrected=corrected)


def worth_showing(hit: index.Hit) -> bool:
    """The index ranks all it may look at; what neither says the words nor means the same is no answer."""
    return hit.lexical > 0 or (hit.dense or 0.0) >= ALIKE


async def told(
    session: ReadSession, within: Horizon | Horizons, text: str, hits: Sequence[index.Hit]
) -> list[SearchHit]:
    """Hits as they are shown. One whose row is gone, or that the second look does not let through, is left out."""
    wanted: dict[PassageKind, list[uuid.UUID]] = {}
    for hit in hits:
        wanted.setdefault(PassageKind(hit.kind), []).append(hit.id)
    passages = await repository.passages(session, within, wanted)
    places = [passage.place for passage in passages.values() if passage.place]
    series = await series_by_ids(session, list({hit.key for hit in hits}))
    episodes = await episodes_by_ids(session, list({place.episode_id for place in places}))
    panels = await repository.panel_boxes(session, within, {place.page_id for place in places})
    shown = []
    for hit in hits:
        passage, of = passages.get(hit.id), series.get(hit.key)
        if passage is None or of is None:
            continue
        place = passage.place
        episode, _ = episodes.get(place.episode_id, (None, None)) if place else (None, None)
        boxes = panels.get(place.page_id, []) if place else []
        box = place.box if place else None
        at = panel_of(box, boxes) if box else None
        terms = {term for slot in slots_of(text, [passage.language]).words for term in slot.terms}
        shown.append(
            SearchHit(
                id=hit.id,
                kind=PassageKind(hit.kind),
                series=HitSeries(id=of.id, slug=of.slug, title=of.title),
                episode=None
                if episode is None
                else HitEpisode(
                    id=episode.id,
                    number=spoken_number(episode.episode_number),
                    title=episode.title,
                ),
                page=None
                if place is None
                else HitPage(id=place.page_id, page_number=place.page_number, order_index=place.order_index),
                language=passage.language,
                title=passage.title,
                owner_id=passage.owner_id,
                speaker=passage.speaker,
                text=passage.text,
                ranges=found_in(passage.text, passage.language, terms),
                box=as_hit_box(box),
                panel=None if at is None else at + 1,
                crop=as_hit_box(crop_of(box, boxes, at)),
                score=hit.score,
            )
        )
    return shown


def crop_of(box: Box | None, panels: Sequence[Box], at: int | None) -> Box | None:
    """What to show of a page: the panel, or what is around the words where there is none."""
    if at is not None:
        return panels[at]
    if box is None:
        return panels[0] if panels else None
    wider = Box(box.x - AROUND, box.y - AROUND, box.width + 2 * AROUND, box.height + 2 * AROUND)
    return wider.on_page()


def as_hit_box(box: Box | None) -> HitBox | None:
    return None if box is None else HitBox(x=box.x, y=box.y, width=box.width, height=box.height)

"""The first wall: every query of what reveals the story, cut at a horizon.

    known = revealed(session, horizon)
    balloons = await known.scalars(select(Balloon).where(Balloon.page_text_id == text_id))

A statement is written as any other. What it takes from a revealing table, joined, aliased or in a subquery, is only
what the horizon lets through; in an outer join, the rest is as if it were not there. `tests/architecture` fails where
reading code asks for a revealing table in another way. WALLS lists the tables, each with what makes a row visible.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, TypeVarTuple, cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Executable,
    FromClause,
    Result,
    ScalarResult,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.sql.selectable import TypedReturnsRows

from fumetto.kernel.db.base import Base
from fumetto.kernel.db.entities import models_in
from fumetto.kernel.db.rowsecurity import REVEALED
from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import SCHEMA
from fumetto.library.reading.horizon import Horizon, Horizons

S = TypeVar("S", bound=Executable)
T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Within = Horizon | Horizons
Columns = Any
"""The columns of a table as attributes: a mapped class, or the `c` of a table or its alias."""

Wall = Callable[[Within, Columns], ColumnElement[bool]]
"""What makes a row of a table visible within a horizon."""


def table(name: str) -> FromClause:
    return Base.metadata.tables[f"{SCHEMA}.{name}"].alias()


def page_seen(within: Within, page_id: Any) -> ColumnElement[bool]:
    """That a page is within the horizon."""
    page, episode = table("pages"), table("episodes")
    return (
        select(literal(1))
        .select_from(page.join(episode, episode.c.id == page.c.episode_id))
        .where(page.c.id == page_id, within.covers(episode.c.series_id, page.c.position))
        .correlate_except(page, episode)
        .exists()
    )


def episode_seen(within: Within, episode_id: Any) -> ColumnElement[bool]:
    """That every page of an episode is, and it has one."""
    page, episode = table("pages"), table("episodes")
    return (
        select(literal(1))
        .select_from(page.join(episode, episode.c.id == page.c.episode_id))
        .where(episode.c.id == episode_id)
        .having(func.bool_and(within.covers(episode.c.series_id, page.c.position)))
        .correlate_except(page, episode)
        .exists()
    )


def evidence_seen(within: Within, evidence: Columns) -> ColumnElement[bool]:
    """That an evidence was accepted and every page it needs is there and within the horizon."""
    return and_(
        evidence.state == "accepted",
        evidence.page_count >= 1,
        evidence.page_count == evidence.pages_there,
        within.covers(evidence.series_id, evidence.needs),
    )


def with_evidence(subject: str) -> Wall:
    """That some evidence of a row is visible; `subject` is the column by which evidences name it."""

    def evidenced(within: Within, row: Columns) -> ColumnElement[bool]:
        evidence = table("evidences")
        return matching(evidence, evidence.c[subject] == row.id, evidence_seen(within, evidence.c))

    return evidenced


def matching(other: FromClause, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(literal(1)).select_from(other).where(*conditions).correlate_except(other).exists()


def of_page(within: Within, row: Columns) -> ColumnElement[bool]:
    return page_seen(within, row.page_id)


def of_episode(within: Within, row: Columns) -> ColumnElement[bool]:
    return episode_seen(within, row.episode_id)


def balloon(within: Within, row: Columns) -> ColumnElement[bool]:
    text = table("page_texts")
    return matching(text, text.c.id == row.page_text_id, page_seen(within, text.c.page_id))


def balloon_speaker(within: Within, row: Columns) -> ColumnElement[bool]:
    spoken = table("balloons")
    return matching(spoken, spoken.c.id == row.balloon_id, balloon(within, spoken.c))


def character(within: Within, row: Columns) -> ColumnElement[bool]:
    """Known from any page they are on."""
    on = table("page_characters")
    met = matching(on, on.c.character_id == row.id, page_seen(within, on.c.page_id))
    return and_(row.state == "accepted", met)


def wiki_fact(within: Within, row: Columns) -> ColumnElement[bool]:
    article = table("wiki_articles")
    here = matching(article, article.c.id == row.article_id, within.concerns(article.c.series_id))
    return or_(and_(row.safe_lore, here), with_evidence("wiki_fact_id")(within, row))


def wiki_article(within: Within, row: Columns) -> ColumnElement[bool]:
    """Known with the first of its facts."""
    fact = table("wiki_facts")
    return matching(fact, fact.c.article_id == row.id, wiki_fact(within, fact.c))


def commentary_note(within: Within, row: Columns) -> ColumnElement[bool]:
    """One without a page needs the whole episode."""
    return case((row.page_id.is_(None), of_episode(within, row)), else_=of_page(within, row))


def never(within: Within, row: Columns) -> ColumnElement[bool]:
    return false()


WALLS: dict[str, Wall] = {
    "balloons": balloon,
    "balloon_speakers": balloon_speaker,
    "character_aliases": with_evidence("alias_id"),
    "characters": character,
    "commentary_notes": commentary_note,
    "entity_facts": with_evidence("entity_fact_id"),
    "episode_summaries": of_episode,
    "evidence_pages": of_page,
    "evidences": evidence_seen,
    "page_characters": of_page,
    "page_descriptions": of_page,
    "panels": of_page,
    "wiki_articles": wiki_article,
    "wiki_facts": wiki_fact,
    "wiki_sources": never,
    "world_entities": with_evidence("entity_id"),
    "world_relationships": with_evidence("relationship_id"),
}
"""Every revealing table of the library. A new one is added here and declares its policy beside its model."""


class Revealed:
    """A session for what reveals the story; it answers with what is within a horizon.

    Statements are ORM queries. There is no `get`, which could answer with what was loaded elsewhere.
    """

    def __init__(self, session: ReadSession, within: Within) -> None:
        self._session = session
        self._within = within

    async def execute(self, statement: TypedReturnsRows[*Ts]) -> Result[*Ts]:
        return await self._session.execute(cut(statement, self._within))

    async def scalars(self, statement: TypedReturnsRows[T]) -> ScalarResult[T]:
        return await self._session.scalars(cut(statement, self._within))

    async def scalar(self, statement: TypedReturnsRows[T]) -> T | None:
        found: T | None = await self._session.scalar(cut(statement, self._within))
        return found


def revealed(session: ReadSession, within: Within) -> Revealed:
    """What reading code asks revealing tables through."""
    return Revealed(session, within)


def cut(statement: S, within: Within) -> S:
    """The same statement, with only what the horizon lets through of every revealing table in it.

    Raises TypeError where SQLAlchemy would not put the condition: for a table that is not named by its mapped class,
    or in conditions only.
    """
    if not isinstance(statement, Select | CompoundSelect):
        raise TypeError(f"only queries are cut at a horizon, not {type(statement).__name__}")
    models = models_in(statement, revealing)
    walls = (with_loader_criteria(model, wall_of(model, within), include_aliases=True) for model in models)
    made = statement.options(*walls).execution_options(populate_existing=True)
    return cast(S, made)


def wall_of(model: type[Base], within: Within) -> ColumnElement[bool]:
    return wall_at(model, within) if isinstance(within, Horizon) else WALLS[name_of(model)](within, model)


@functools.lru_cache(maxsize=512)
def wall_at(model: type[Base], horizon: Horizon) -> ColumnElement[bool]:
    """One request asks several times at one horizon."""
    return WALLS[name_of(model)](horizon, model)


def name_of(model: type[Base]) -> str:
    return str(model.__table__.name)  # type: ignore[attr-defined]  # a FromClause to mypy, always a Table with us


def revealing(table: Table) -> bool:
    """Whether a table is one that reveals something."""
    return REVEALED in table.info

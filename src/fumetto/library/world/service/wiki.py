"""Bringing wiki articles in, and declaring them safe to know. What people edited or decided stays as it is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fumetto.kernel.audit import audit
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.catalogue.errors import SeriesNotFound
from fumetto.library.world.errors import ArticleNotFound, WorldFileInvalid
from fumetto.library.world.events import Thing, Touched
from fumetto.library.world.kinds import Origin, ReviewState
from fumetto.library.world.models import WikiArticle, WikiFact, WikiSource
from fumetto.library.world.repository import evidence, pages, wiki
from fumetto.library.world.repository.evidence import NewEvidence
from fumetto.library.world.rules.articles import Article, digest_of, read_article
from fumetto.library.world.rules.located import Problem, Unreadable
from fumetto.library.world.service.telling import tell


@dataclass(slots=True)
class WikiImported:
    """What an import brought. `cut_short` names articles with more statements than are taken."""

    articles: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    facts: int = 0
    dropped: int = 0
    kept: int = 0
    cut_short: list[str] = field(default_factory=list)


def read_articles(files: Mapping[str, bytes]) -> list[Article]:
    """Read Markdown files by path; long, for large ones: run it in a thread. Raises WorldFileInvalid with all of it."""
    articles: list[Article] = []
    problems: list[Problem] = []
    paths: dict[str, str] = {}
    for path, data in sorted(files.items()):
        try:
            article = read_article(path, data)
        except Unreadable as error:
            problems.append(error.problem)
            continue
        if article.slug in paths:
            problems.append(Problem(path, 1, "twice", article.slug, f"1 ({paths[article.slug]})"))
            continue
        paths[article.slug] = path
        articles.append(article)
    if problems:
        raise WorldFileInvalid(problems=problems)
    return articles


async def import_articles(
    session: WriteSession, series_id: uuid.UUID, articles: Sequence[Article], actor: uuid.UUID | None
) -> WikiImported:
    """Write articles as statements that wait for review; in a session that was begun for EVERY_READER.

    Raises SeriesNotFound.
    """
    if not await pages.hold_series(session, series_id):
        raise SeriesNotFound
    report = WikiImported(articles=len(articles))
    touched = Touched(series_id)
    known = await wiki.articles_of(session, series_id)
    prints = await wiki.fingerprints(session, series_id)
    for article in articles:
        row = known.get(article.slug)
        if row is not None and prints.get(article.slug) == article.fingerprint:
            report.unchanged += 1
            continue
        if row is None:
            row = WikiArticle(
                id=uuid7(), series_id=series_id, slug=article.slug, title=article.title, safe_lore=article.safe_lore
            )
            session.add(row)
            report.added += 1
        else:
            report.changed += 1
        row.title, row.kind, row.language = article.title, article.kind, article.language
        row.url, row.license = article.url, article.license
        await session.flush()
        await write_source(session, row.id, article)
        await write_facts(session, row, article, report, touched)
        touched.note(Thing.WIKI_ARTICLE, [row.id])
        if article.cut_short:
            report.cut_short.append(article.slug)
    await tell(session, touched)
    counts = {"articles": report.articles, "added": report.added, "changed": report.changed, "facts": report.facts}
    await audit(session, actor, "wiki.import", "series", series_id, None, counts)
    return report


async def write_source(session: WriteSession, article_id: uuid.UUID, article: Article) -> None:
    source = await session.get(WikiSource, article_id)
    if source is None:
        source = WikiSource(article_id=article_id)
        session.add(source)
    source.body = article.body
    source.front_matter = article.front_matter
    source.path = article.path
    source.fingerprint = article.fingerprint
    await session.flush()


async def write_facts(
    session: WriteSession, row: WikiArticle, article: Article, report: WikiImported, touched: Touched
) -> None:
    """Bring an article's facts in step with its statements; those that are known keep their places."""
    had = await wiki.facts_of(session, row.id)
    spare: dict[str, list[WikiFact]] = {}
    for fact in had:
        if fact.imported_as:
            spare.setdefault(fact.imported_as, []).append(fact)
    proposals: list[NewEvidence] = []
    order = 0
    for statement in article.statements:
        same = spare.get(statement.digest)
        if same:
            fact = same.pop(0)
            fact.order_index = order
        else:
            fact = WikiFact(
                id=uuid7(),
                article_id=row.id,
                order_index=order,
                heading=statement.heading,
                text=statement.text,
                imported_as=statement.digest,
                safe_lore=row.safe_lore,
            )
            session.add(fact)
            report.facts += 1
            proposals.append(NewEvidence(Thing.WIKI_FACT, fact.id, ReviewState.PROPOSED, Origin.EXTRACTION))
            touched.note(Thing.WIKI_FACT, [fact.id])
        order += 1
    left = [fact for facts in spare.values() for fact in facts]
    decided = await evidence.reviewed_among(session, Thing.WIKI_FACT, [fact.id for fact in left])
    dropped = [fact for fact in left if fact.id not in decided and is_untouched(fact)]
    gone = {fact.id for fact in dropped}
    for fact in had:
        if fact.id not in gone and (fact in left or fact.imported_as is None):
            fact.order_index = order
            order += 1
            report.kept += 1
    report.dropped += len(dropped)
    touched.note(Thing.WIKI_FACT, gone)
    await session.flush()
    await wiki.remove_facts(session, gone)
    await evidence.add(session, row.series_id, proposals)


def is_untouched(fact: WikiFact) -> bool:
    """Whether a fact says what an import brought."""
    return fact.imported_as == digest_of(fact.heading or "", fact.text)


async def declare_safe(session: WriteSession, article_id: uuid.UUID, safe: bool, actor: uuid.UUID | None) -> None:
    """Say, or take back, that everything in an article may be known at once. Raises ArticleNotFound."""
    article = await wiki.hold_article(session, article_id)
    if article is None:
        raise ArticleNotFound
    if article.safe_lore == safe:
        return
    await wiki.set_safe(session, article_id, safe, actor)
    await audit(
        session, actor, "wiki.safe_lore", "wiki_article", article_id, {"safe_lore": not safe}, {"safe_lore": safe}
    )
    touched = Touched(article.series_id)
    touched.note(Thing.WIKI_ARTICLE, [article_id])
    touched.note(Thing.WIKI_FACT, await wiki.fact_ids(session, [article_id]))
    await tell(session, touched)


async def remove_article(session: WriteSession, article_id: uuid.UUID, actor: uuid.UUID | None) -> None:
    """Delete an article with its facts. Importing its file again brings it back. Raises ArticleNotFound."""
    article = await wiki.hold_article(session, article_id)
    if article is None:
        raise ArticleNotFound
    touched = Touched(article.series_id)
    touched.note(Thing.WIKI_ARTICLE, [article_id])
    touched.note(Thing.WIKI_FACT, await wiki.fact_ids(session, [article_id]))
    await audit(
        session, actor, "wiki.delete", "wiki_article", article_id, {"slug": article.slug, "title": article.title}
    )
    await session.delete(article)
    await session.flush()
    await tell(session, touched)

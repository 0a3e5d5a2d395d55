"""What documents say to a question."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from fumetto.documents.collections import repository
from fumetto.documents.collections.models import Document, DocumentChunk
from fumetto.documents.collections.scope import KIND, scope_of
from fumetto.kernel import index
from fumetto.kernel.db.sessions import ReadSession


@dataclass(frozen=True, slots=True)
class FoundChunk:
    """A piece of a document with where it stands: `page` from 1 in PDF, `section` as "A › B"."""

    id: uuid.UUID
    document_id: uuid.UUID
    title: str
    section: str
    page: int | None
    text: str
    language: str | None
    sources: tuple[str, ...]
    score: float


async def find(
    session: ReadSession,
    owners: Collection[repository.Owner],
    question: str,
    *,
    slugs: Collection[str] | None = None,
    languages: Iterable[str] | None = None,
    k: int = 8,
) -> list[FoundChunk]:
    """The best pieces of some owners' collections (None among them: the house's), best first."""
    collections = await repository.collections(session, owners, slugs)
    if not collections or not question.strip():
        return []
    hits = await index.search(session, scope_of(collections), question, k=k, kinds=[KIND], languages=languages)
    scores = {hit.id: hit.score for hit in hits.hits}
    rows = await repository.chunks_of_ids(session, list(scores))
    return [found(*rows[one], score) for one, score in scores.items() if one in rows]


def found(chunk: DocumentChunk, document: Document, score: float) -> FoundChunk:
    return FoundChunk(
        id=chunk.id,
        document_id=document.id,
        title=document.title,
        section=chunk.section,
        page=chunk.page,
        text=chunk.content,
        language=document.language,
        sources=tuple(str(one) for one in document.sources),
        score=score,
    )


def indexed(title: str, section: str, content: str) -> str:
    """A piece's text as the index reads it: its headings are looked through with it."""
    return "\n".join(part for part in (title, section, content) if part)


async def texts_of(session: ReadSession, ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """For the index, as `register_texts` has it."""
    rows = await repository.chunks_of_ids(session, ids)
    return {one: indexed(document.title, chunk.section, chunk.content) for one, (chunk, document) in rows.items()}

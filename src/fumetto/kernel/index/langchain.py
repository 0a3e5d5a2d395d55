"""The index as LangChain has such things: models as `Embeddings`, collections as a `VectorStore` and a retriever.

    store = IndexVectorStore(database, Collection(owner, "notes"))
    await store.aadd_documents(documents)
    await IndexRetriever(store=store, k=3).ainvoke("who brewed the potion?")

Nothing of ours loads this module by itself: LangChain takes seconds to load.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import documents
from fumetto.kernel.index.documents import Collection, Text
from fumetto.kernel.index.embedding import BuiltIn
from fumetto.kernel.providers.embeddings import Embedder

T = TypeVar("T")


class IndexEmbeddings(Embeddings):
    """A model of ours, the built-in one unless another is given, for whoever wants LangChain's."""

    def __init__(self, model: Embedder | None = None) -> None:
        self.model: Embedder = model or BuiltIn()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return asyncio.run(self.aembed_documents(texts))

    def embed_query(self, text: str) -> list[float]:
        return asyncio.run(self.aembed_query(text))

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        made: list[list[float]] = (await self.model.vectors(texts)).tolist()
        return made

    async def aembed_query(self, text: str) -> list[float]:
        made: list[float] = (await self.model.vectors([text], question=True))[0].tolist()
        return made


class IndexVectorStore(VectorStore):
    """A collection of one owner's documents. Found by words and by meaning together, by the model that the index is
    searched by; scores are the index's, higher is better.

    `loop` is the one that the database was opened in, the present one unless given. Methods may be called from any
    other thread or loop; there, only the asynchronous ones.
    """

    def __init__(
        self, database: Database, collection: Collection, loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        self._database = database
        self._collection = collection
        self._loop = loop or asyncio.get_running_loop()

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[Any, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> IndexVectorStore:
        """`kwargs` are the constructor's. ValueError for an embedding of others: the index makes its vectors."""
        if not isinstance(embedding, IndexEmbeddings):
            raise ValueError(
                "the index makes vectors by its own model: give IndexEmbeddings, and choose in the settings"
            )
        store = cls(**kwargs)
        store.add_texts(texts, metadatas, ids=ids)
        return store

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[Any, Any]] | None = None,
        *,
        ids: Sequence[str | None] | None = None,
        **kwargs: Any,
    ) -> list[str]:
        return self._at_once(self.aadd_texts(texts, metadatas, ids=ids))

    async def aadd_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[Any, Any]] | None = None,
        *,
        ids: Sequence[str | None] | None = None,
        **kwargs: Any,
    ) -> list[str]:
        """Returns the ids, made where none are given. ValueError where there are not as many as texts."""
        listed = list(texts)
        named = [name or str(uuid7()) for name in (ids or [None] * len(listed))]
        about: Sequence[Mapping[Any, Any]] = metadatas or [{}] * len(listed)
        kept = [Text(name, text, each) for name, text, each in zip(named, listed, about, strict=True)]
        await self._there(documents.keep(self._database, self._collection, kept))
        return named

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:
        return self._at_once(self.adelete(ids))

    async def adelete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:
        """Without ids, the whole collection."""
        await self._there(documents.forget(self._database, self._collection, ids))
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        return self._at_once(self.aget_by_ids(ids))

    async def aget_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        return [as_document(text) for text in await self._there(documents.named(self._database, self._collection, ids))]

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    async def asimilarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:
        return [document for document, _ in await self.asimilarity_search_with_score(query, k, **kwargs)]

    def similarity_search_with_score(self, query: str, k: int = 4, **kwargs: Any) -> list[tuple[Document, float]]:
        return self._at_once(self.asimilarity_search_with_score(query, k, **kwargs))

    async def asimilarity_search_with_score(
        self, query: str, k: int = 4, filter: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> list[tuple[Document, float]]:
        """filter: only documents whose metadata contain this."""
        found = await self._there(documents.found(self._database, self._collection, query, k, filter))
        return [(as_document(text), score) for text, score in found]

    async def _there(self, work: Coroutine[Any, Any, T]) -> T:
        """Have something done in the database's loop."""
        if asyncio.get_running_loop() is self._loop:
            return await work
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def _at_once(self, work: Coroutine[Any, Any, T]) -> T:
        """The same for callers who cannot await; RuntimeError in that loop, which would wait for itself."""
        if running_loop() is self._loop:
            work.close()
            raise RuntimeError("await the method of this name with an `a` before it: this loop cannot wait for itself")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class IndexRetriever(BaseRetriever):
    """The k best documents of a collection; `filter` as the store has it."""

    store: IndexVectorStore
    k: int = 4
    filter: dict[str, Any] | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return self.store.similarity_search(query, k or self.k, filter=self.filter)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return await self.store.asimilarity_search(query, k or self.k, filter=self.filter)


def running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def as_document(text: Text) -> Document:
    return Document(id=text.name, page_content=text.content, metadata=dict(text.about))

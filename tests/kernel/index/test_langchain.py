"""The standard suites of LangChain, on real PostgreSQL; and what is particular to ours."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import (
    EmbeddingsIntegrationTests,
    RetrieversIntegrationTests,
    VectorStoreIntegrationTests,
)
from langchain_tests.unit_tests import EmbeddingsUnitTests

from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index.documents import Collection
from fumetto.kernel.index.langchain import IndexEmbeddings, IndexRetriever, IndexVectorStore
from fumetto.kernel.settings import Settings

OWNER, OTHER = uuid.uuid4(), uuid.uuid4()
STORY = ["Pepper brews a potion of flight", "Carrot chases a hat", "The broom is broken", "Tea is served at night"]


Elsewhere = tuple[Database, asyncio.AbstractEventLoop]


@pytest.fixture
def benchmark() -> Callable[..., Any]:
    """What LangChain's suites would time is run once."""
    return lambda function, *args, **options: function(*args, **options)


@pytest.fixture
def elsewhere(database_server: DatabaseServer, settings: Settings) -> Iterator[Elsewhere]:
    """A database that lives in a loop and a thread of its own, as beside LangChain's code that cannot await."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opened = asyncio.run_coroutine_threadsafe(Database.on(database_server, settings), loop).result()
    yield opened, loop
    asyncio.run_coroutine_threadsafe(opened.close(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def store(elsewhere: Elsewhere) -> IndexVectorStore:
    return IndexVectorStore(elsewhere[0], Collection(OWNER, "notes"), elsewhere[1])


class TestStandardStore(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self, store: IndexVectorStore) -> VectorStore:
        return store


class TestStandardRetriever(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def filled(self, store: IndexVectorStore) -> None:
        store.add_texts(STORY)
        self.store = store

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return IndexRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"store": self.store}

    @property
    def retriever_query_example(self) -> str:
        return "who brewed the potion?"


class TestStandardEmbeddings(EmbeddingsUnitTests):
    @property
    def embeddings_class(self) -> type[IndexEmbeddings]:
        return IndexEmbeddings


class TestStandardEmbeddingsIntegration(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self) -> type[IndexEmbeddings]:
        return IndexEmbeddings


async def test_best_document_comes_first_and_filters_never_leave_a_result_short(database: Database) -> None:
    store = IndexVectorStore(database, Collection(OWNER, "story"))
    many = [Document(page_content=f"a potion, number {number}", metadata={"page": number % 7}) for number in range(150)]
    await store.aadd_documents(
        [Document(page_content=text, metadata={"page": 99, "language": "en"}) for text in STORY] + many
    )
    (first,) = await store.asimilarity_search("who brewed the flying potion?", k=1)
    assert first.page_content == STORY[0]
    found = await store.asimilarity_search_with_score("potion", k=25, filter={"page": 3})
    assert [document.metadata for document, _ in found] == [{"page": 3}] * 21
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


async def test_owner_finds_and_reads_and_deletes_nothing_of_anothers(database: Database) -> None:
    mine, theirs = (IndexVectorStore(database, Collection(owner, "notes")) for owner in (OWNER, OTHER))
    await mine.aadd_texts(["my hat"], ids=["1"])
    assert await theirs.asimilarity_search("hat") == []
    assert await theirs.aget_by_ids(["1"]) == []
    await theirs.adelete(["1"])
    await theirs.adelete()
    assert [each.page_content for each in await mine.asimilarity_search("hat")] == ["my hat"]
    async with database.read(OTHER) as session:
        rows = await session.raw().execute("SELECT count(*) FROM app.index_documents")
        assert await rows.fetchone() == (0,)
    await mine.adelete()
    assert await mine.asimilarity_search("hat") == []


async def test_mistakes_are_told(database: Database, store: IndexVectorStore) -> None:
    here = IndexVectorStore(database, Collection(OWNER, "notes"))
    with pytest.raises(RuntimeError, match="await"):
        here.similarity_search("hat")
    with pytest.raises(ValueError, match="IndexEmbeddings"):
        IndexVectorStore.from_texts(["hat"], VectorStoreIntegrationTests.get_embeddings())
    with pytest.raises(ValueError, match="longer"):
        await here.aadd_texts(["a", "b"], ids=["1"])

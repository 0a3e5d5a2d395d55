"""LangChain's PGVectorStore loaded and asked; run by `bench/search_series.py` with a Python that has it.

Set up as its documentation recommends for filtering: metadata in columns of their own, HNSW with its defaults (m 16,
ef_construction 64). Prints one line of JSON.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import numpy as np
import psycopg
from _processor import BACKENDS, spent
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_postgres import Column, PGEngine, PGVectorStore
from langchain_postgres.v2.indexes import HNSWIndex, HNSWQueryOptions

BATCH = 1000


async def main(url: str, data: dict[str, np.ndarray], texts: list[str], efforts: list[int]) -> None:
    engine = PGEngine.from_connection_string(url=url)
    await engine.ainit_vectorstore_table(
        table_name="passages",
        vector_size=int(data["vectors"].shape[1]),
        metadata_columns=[Column("series", "INTEGER"), Column("position", "INTEGER")],
        overwrite_existing=True,
    )
    store = await PGVectorStore.create(
        engine=engine,
        table_name="passages",
        embedding_service=DeterministicFakeEmbedding(size=int(data["vectors"].shape[1])),
        metadata_columns=["series", "position"],
    )
    started, processor = time.perf_counter(), time.process_time()
    count = len(texts)
    for start in range(0, count, BATCH):
        rows = slice(start, min(start + BATCH, count))
        await store.aadd_embeddings(
            texts[rows],
            data["vectors"][rows].tolist(),
            metadatas=[
                {"series": int(series), "position": int(position)}
                for series, position in zip(data["series"][rows], data["position"][rows], strict=True)
            ],
            ids=[str(name) for name in data["ids"][rows]],
        )
    loaded, processor = time.perf_counter() - started, time.process_time() - processor
    started = time.perf_counter()
    await store.aapply_vector_index(HNSWIndex())
    indexed = time.perf_counter() - started
    numbers = {str(name): row for row, name in enumerate(data["ids"])}
    answers = {}
    for effort in efforts:
        store = await PGVectorStore.create(
            engine=engine,
            table_name="passages",
            embedding_service=DeterministicFakeEmbedding(size=int(data["vectors"].shape[1])),
            metadata_columns=["series", "position"],
            index_query_options=HNSWQueryOptions(ef_search=effort),
        )
        # Its connections are there after the first question.
        await store.asimilarity_search_by_vector(data["question_vectors"][0].tolist(), k=10)
        with psycopg.connect(url.replace("+psycopg", "")) as beside:
            backends = [pid for (pid,) in beside.execute(BACKENDS).fetchall()]
        before = time.process_time() + spent(backends)
        found, times = [], []
        for vector, series, horizon in zip(
            data["question_vectors"], data["question_series"], data["question_horizons"], strict=True
        ):
            begun = time.perf_counter()
            hits = await store.asimilarity_search_by_vector(
                vector.tolist(), k=10, filter={"series": int(series), "position": {"$lte": int(horizon)}}
            )
            times.append(time.perf_counter() - begun)
            found.append([numbers[hit.id] for hit in hits])
        processor = (time.process_time() + spent(backends) - before) / len(times)
        answers[str(effort)] = {"found": found, "times": times, "processor": processor}
    rates = {"rows_per_second": count / loaded, "rows_per_processor_second": count / processor}
    print(json.dumps({**rates, "index_seconds": indexed, "answers": answers}), flush=True)
    await engine.close()


workspace = Path(sys.argv[2])
asyncio.run(
    main(
        sys.argv[1],
        dict(np.load(workspace / "data.npz")),
        json.loads((workspace / "texts.json").read_text("utf-8")),
        json.loads(sys.argv[3]),
    )
)

"""Chroma loaded and asked; run by `bench/search_series.py` with a Python that has it. Prints one line of JSON."""

import json
import sys
import time
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings

BATCH = 1000


def main() -> None:
    workspace = sys.argv[1]
    data = np.load(f"{workspace}/data.npz")
    texts = json.loads(Path(workspace, "texts.json").read_text("utf-8"))
    client = chromadb.PersistentClient(path=f"{workspace}/chroma", settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection("passages", metadata={"hnsw:space": "cosine"}, embedding_function=None)
    started = time.perf_counter()
    for start in range(0, len(texts), BATCH):
        rows = slice(start, min(start + BATCH, len(texts)))
        collection.add(
            ids=[str(name) for name in data["ids"][rows]],
            embeddings=data["vectors"][rows],
            documents=texts[rows],
            metadatas=[
                {"series": int(series), "position": int(position)}
                for series, position in zip(data["series"][rows], data["position"][rows], strict=True)
            ],
        )
    loaded = time.perf_counter() - started
    numbers = {str(name): row for row, name in enumerate(data["ids"])}
    found, times = [], []
    for vector, series, horizon in zip(
        data["question_vectors"], data["question_series"], data["question_horizons"], strict=True
    ):
        begun = time.perf_counter()
        hits = collection.query(
            query_embeddings=[vector],
            n_results=10,
            where={"$and": [{"series": int(series)}, {"position": {"$lte": int(horizon)}}]},
        )
        times.append(time.perf_counter() - begun)
        found.append([numbers[name] for name in hits["ids"][0]])
    answers = {"default": {"found": found, "times": times}}
    print(json.dumps({"rows_per_second": len(texts) / loaded, "answers": answers}), flush=True)


main()

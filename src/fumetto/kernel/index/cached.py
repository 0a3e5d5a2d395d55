"""Vectors that models have made before, by what they were made of. The table may be emptied at any time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from fumetto.kernel.db.sessions import ReadSession, WriteSession

if TYPE_CHECKING:
    from fumetto.kernel.providers.embeddings import Vectors

MOST_KEPT = 200_000  # vectors: 400 MB of 1024 numbers
KEPT = timedelta(days=90)  # since they were made: they are in their space, and serve where one is made again
KEPT_WITHOUT_SPACE = timedelta(days=7)  # after which those of models that no space is of go

OF_QUESTIONS = "/questions"

KNOWN = "SELECT digest, vector FROM cache.embeddings WHERE model = %s AND digest = ANY (%s)"
KEEP = """
INSERT INTO cache.embeddings (model, digest, vector) SELECT %s, digest, vector
FROM unnest(%s::bytea[], %s::bytea[]) AS given (digest, vector) ORDER BY digest ON CONFLICT DO NOTHING
"""
TIDY_MODELS = """
DELETE FROM cache.embeddings c WHERE used_at < now() - %s::interval OR used_at < now() - %s::interval AND NOT EXISTS (
    SELECT FROM rag.spaces s WHERE s.state <> 'retired' AND starts_with(c.model, s.model || '@')
)
"""
TIDY_OLDEST = """
DELETE FROM cache.embeddings WHERE (model, digest) IN (
    SELECT model, digest FROM cache.embeddings ORDER BY used_at DESC, model, digest OFFSET %s
)
"""


def kept_as(model: str, sample: bytes | None, *, question: bool = False) -> str:
    """The name that a model's vectors are kept under: another one under the same name has another sample. Those of
    questions are apart, since people ask them."""
    name = f"{model}@{hashlib.blake2b(sample or b'', digest_size=8).hexdigest()}"
    return name + OF_QUESTIONS if question else name


def digest(text: str, *, question: bool = False) -> bytes:
    """Some models make other vectors of questions than of passages."""
    return hashlib.blake2b(
        text.encode("utf-8", "surrogatepass"), digest_size=32, person=b"q" if question else b"p"
    ).digest()


async def known(session: ReadSession, model: str, digests: Iterable[bytes]) -> dict[bytes, Vectors]:
    """Those of the vectors that are kept, by digest; `model` as kept_as has it."""
    import numpy as np

    rows = await session.raw().execute(KNOWN, [model, sorted(set(digests))])
    return {key: np.frombuffer(vector, "<f2").astype(np.float32) for key, vector in await rows.fetchall()}


async def keep(session: WriteSession, model: str, vectors: Mapping[bytes, Vectors]) -> None:
    if vectors:
        columns = [list(vectors), [vector.astype("<f2").tobytes() for vector in vectors.values()]]
        await session.raw().execute(KEEP, [model, *columns])


async def tidy(session: WriteSession, most: int = MOST_KEPT) -> None:
    """Forget vectors after their term and those of models that are no longer used, and the oldest beyond so many."""
    await session.raw().execute(TIDY_MODELS, [KEPT, KEPT_WITHOUT_SPACE])
    await session.raw().execute(TIDY_OLDEST, [most])

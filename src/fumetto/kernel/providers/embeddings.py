"""Models that make vectors of texts, over HTTP: Ollama, whatever speaks OpenAI's embeddings, and Gemini.

One port: an `Embedder` has a name that stays with the vectors it made, and makes unit vectors. The same models are
LangChain `Embeddings` through `fumetto.kernel.providers.langchain`.
"""

from __future__ import annotations

import asyncio
import json
import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol
from urllib.parse import quote

from fumetto.kernel.providers.errors import EmbeddingsNonsense, EmbeddingsRefused, EmbeddingsUnavailable

if TYPE_CHECKING:  # numpy takes longer to load than most of what is asked of us
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

LONGEST_TEXT: Final = 5000  # characters that are sent: about what models of 8192 tokens take in any script
BYTES_OF_A_NUMBER: Final = 40  # in JSON, at most
MOST_DIMENSIONS: Final = 4000  # what pgvector can search by halves
ATTEMPTS: Final = 4
FIRST_PAUSE: Final = 0.5  # seconds, doubled each time
LONGEST_PAUSE: Final = 30.0
LATER: Final = frozenset({408, 425, 429, 529})


class Embedder(Protocol):
    """A model that makes vectors. `name` is kept with what it made: provider/model. `batch`: texts at a time."""

    @property
    def name(self) -> str: ...

    @property
    def batch(self) -> int: ...

    async def vectors(self, texts: Sequence[str], *, question: bool = False, patient: bool = True) -> Vectors:
        """(texts, dimensions), each a unit vector, of noughts for a text without a word.

        question: the texts are questions, which some models tell from passages. patient: try again while the server is
        overloaded; else once. Raises EmbeddingsUnavailable, EmbeddingsRefused, EmbeddingsNonsense.
        """
        ...


class Client(ABC):
    """Asks over HTTP; a subclass knows the shape of question and answer. No address but the configured one is asked."""

    provider: ClassVar[str]

    def __init__(
        self, address: str, model: str, key: str, seconds: float, *, batch: int = 64, dimensions: int | None = None
    ) -> None:
        self.name = f"{self.provider}/{model}"
        self.model = model
        self.batch = batch
        self.dimensions = dimensions
        self.address = address.rstrip("/")
        self._key = key
        self._seconds = seconds

    @property
    @abstractmethod
    def path(self) -> str: ...

    @abstractmethod
    def question(self, texts: list[str], *, asking: bool) -> dict[str, Any]: ...

    @abstractmethod
    def answer(self, body: Any) -> list[Any]: ...

    def headers(self) -> dict[str, str]:
        return {}

    async def vectors(self, texts: Sequence[str], *, question: bool = False, patient: bool = True) -> Vectors:
        import numpy as np

        worded = [place for place, text in enumerate(texts) if text.strip()]
        found: list[Vectors] = []
        for start in range(0, len(worded), self.batch):
            sent = [texts[place][:LONGEST_TEXT] for place in worded[start : start + self.batch]]
            found.append(self._as_vectors(await self._ask(self.question(sent, asking=question), patient), len(sent)))
        if not found:
            return np.zeros((len(texts), self.dimensions or 0), np.float32)
        if len({part.shape[1] for part in found}) > 1:
            raise EmbeddingsNonsense(
                provider=self.provider, address=self.address, reason="its vectors are of several lengths"
            )
        made = np.zeros((len(texts), found[0].shape[1]), np.float32)
        made[worded] = np.concatenate(found)
        return made

    def _as_vectors(self, body: Any, count: int) -> Vectors:
        import numpy as np

        def nonsense(reason: str) -> EmbeddingsNonsense:
            return EmbeddingsNonsense(provider=self.provider, address=self.address, reason=reason)

        try:
            rows = self.answer(body)
            made = np.asarray(rows, dtype=np.float32)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            raise nonsense("its answer has another shape") from None
        if made.ndim != 2 or not 0 < made.shape[1] <= MOST_DIMENSIONS:
            raise nonsense(f"its vectors have no length from 1 to {MOST_DIMENSIONS}")
        if len(made) != count:
            raise nonsense(f"it made {len(made)} vectors of {count} texts")
        if not np.isfinite(made).all():
            raise nonsense("its vectors hold what is no number")
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        if not lengths.all():
            raise nonsense("it made vectors of noughts")
        unit: Vectors = made / lengths
        return unit

    async def _ask(self, question: dict[str, Any], patient: bool) -> Any:
        attempt = 1
        while True:
            try:
                return await self._asked(question)
            except EmbeddingsUnavailable as error:
                if not patient or attempt == ATTEMPTS:
                    raise
                wanted = error.wait or FIRST_PAUSE * 2 ** (attempt - 1)
            await asyncio.sleep(min(wanted, LONGEST_PAUSE) * (1 + random.random() / 4))  # noqa: S311 - spreads retries, hides nothing
            attempt += 1

    async def _asked(self, question: dict[str, Any]) -> Any:
        import httpx

        most = 100_000 + MOST_DIMENSIONS * BYTES_OF_A_NUMBER * self.batch
        try:
            async with (
                httpx.AsyncClient(timeout=httpx.Timeout(self._seconds, connect=min(self._seconds, 10.0))) as client,
                client.stream("POST", self.address + self.path, json=question, headers=self.headers()) as response,
            ):
                data = bytearray()
                async for chunk in response.aiter_bytes():
                    data += chunk
                    if len(data) > most:
                        raise EmbeddingsNonsense(
                            provider=self.provider, address=self.address, reason="its answer does not end"
                        )
        except httpx.HTTPError as error:
            raise EmbeddingsUnavailable(
                provider=self.provider, address=self.address, reason=type(error).__name__
            ) from error
        except httpx.InvalidURL as error:
            raise EmbeddingsRefused(provider=self.provider, address=self.address, reason=str(error)) from error
        status = response.status_code
        if status >= 500 or status in LATER:
            raise EmbeddingsUnavailable(
                provider=self.provider,
                address=self.address,
                reason=f"it answers {status}{told(data)}",
                wait=seconds_of(response.headers.get("retry-after")),
            )
        if status != 200:
            raise EmbeddingsRefused(
                provider=self.provider, address=self.address, reason=f"it answers {status}{told(data)}", answer=status
            )
        try:
            return json.loads(data)
        except ValueError:
            raise EmbeddingsNonsense(
                provider=self.provider, address=self.address, reason="its answer is cut off, or no JSON"
            ) from None


def told(data: bytes | bytearray) -> str:
    words = " ".join(data.decode("utf-8", "replace").split())[:200]
    return f": {words}" if words else ""


def seconds_of(header: str | None) -> float | None:
    return float(header) if header and header.isdecimal() else None


class Ollama(Client):
    """https://github.com/ollama/ollama/blob/main/docs/api.md, POST /api/embed."""

    provider = "ollama"
    path = "/api/embed"

    def question(self, texts: list[str], *, asking: bool) -> dict[str, Any]:
        return {"model": self.model, "input": texts, "truncate": True}

    def answer(self, body: Any) -> list[Any]:
        return list(body["embeddings"])


class OpenAiCompatible(Client):
    """https://platform.openai.com/docs/api-reference/embeddings, as vLLM, llama.cpp, LM Studio and others have it too.
    The address ends in /v1."""

    provider = "openai"
    path = "/embeddings"

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"} if self._key else {}

    def question(self, texts: list[str], *, asking: bool) -> dict[str, Any]:
        wanted = {"dimensions": self.dimensions} if self.dimensions else {}
        return {"model": self.model, "input": texts, "encoding_format": "float", **wanted}

    def answer(self, body: Any) -> list[Any]:
        return [row["embedding"] for row in sorted(body["data"], key=lambda row: int(row["index"]))]


class Gemini(Client):
    """https://ai.google.dev/api/embeddings, models.batchEmbedContents."""

    provider = "gemini"

    @property
    def path(self) -> str:
        return f"/v1beta/models/{quote(self.model, safe='')}:batchEmbedContents"

    def headers(self) -> dict[str, str]:
        return {"x-goog-api-key": self._key}

    def question(self, texts: list[str], *, asking: bool) -> dict[str, Any]:
        kind = "RETRIEVAL_QUERY" if asking else "RETRIEVAL_DOCUMENT"
        wanted = {"outputDimensionality": self.dimensions} if self.dimensions else {}
        return {
            "requests": [
                {
                    "model": f"models/{self.model}",
                    "content": {"parts": [{"text": text}]},
                    "taskType": kind,
                    **wanted,
                }
                for text in texts
            ]
        }

    def answer(self, body: Any) -> list[Any]:
        return [row["values"] for row in body["embeddings"]]

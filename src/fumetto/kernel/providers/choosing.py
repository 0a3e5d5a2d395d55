"""Which model makes vectors: the one that the settings name, or one by the name that its vectors were kept under."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from fumetto.kernel.providers.embeddings import LONGEST_TEXT, Client, Embedder, Gemini, Ollama, OpenAiCompatible
from fumetto.kernel.providers.errors import EmbeddingsNoKey, EmbeddingsNotInstalled, EmbeddingsRefused
from fumetto.kernel.settings import Settings

if TYPE_CHECKING:
    from fumetto.kernel.providers.embeddings import Vectors

DEFAULT_MODELS: Final = {
    "ollama": "bge-m3",
    "openai": "text-embedding-3-small",
    "gemini": "gemini-embedding-001",
    "sentence-transformers": "BAAI/bge-m3",
}
GEMINI_BATCH: Final = 100  # texts, more than which it refuses


def wanted_model(settings: Settings) -> str | None:
    """The name of the model that the settings want, as provider/model; None for the built-in one."""
    if settings.embedding_provider == "builtin":
        return None
    return f"{settings.embedding_provider}/{settings.embedding_model or DEFAULT_MODELS[settings.embedding_provider]}"


def embedder_for(settings: Settings, name: str, *, seconds: float | None = None) -> Embedder:
    """The model of that name. seconds: the longest wait, in place of the settings' for passages.

    Raises EmbeddingsNotInstalled, EmbeddingsNoKey, and EmbeddingsRefused for a name of no provider's.
    """
    provider, _, model = name.partition("/")
    wait = seconds or float(settings.embedding_timeout_seconds)
    batch = settings.embedding_batch
    declared = settings.embedding_dimensions if name == wanted_model(settings) else 0
    match provider:
        case "ollama":
            return Ollama(settings.ollama_base_url, model, "", wait, batch=batch)
        case "openai":
            key = settings.openai_api_key.get_secret_value()
            return OpenAiCompatible(
                settings.openai_base_url, model, key, wait, batch=batch, dimensions=declared or None
            )
        case "gemini":
            key = settings.gemini_api_key.get_secret_value()
            if not key:
                raise EmbeddingsNoKey(provider=provider, setting="GEMINI_API_KEY")
            return Gemini(
                settings.gemini_base_url,
                model,
                key,
                wait,
                batch=min(batch, GEMINI_BATCH),
                dimensions=declared or None,
            )
        case "sentence-transformers":
            return SentenceTransformers(model, batch)
    raise EmbeddingsRefused(provider=provider, address=name, reason="no such provider is known")


def address_of(embedder: Embedder) -> str:
    """Where a model is asked, for people to read."""
    return embedder.address if isinstance(embedder, Client) else "this machine"


class SentenceTransformers:
    """A model run in this process by the package sentence-transformers, which is not installed with Fumetto.
    https://sbert.net; needs its model on disk, or fetches it from where that package does."""

    provider = "sentence-transformers"

    def __init__(self, model: str, batch: int) -> None:
        if importlib.util.find_spec("sentence_transformers") is None:
            raise EmbeddingsNotInstalled(provider=self.provider, package="sentence-transformers")
        self.name = f"{self.provider}/{model}"
        self.batch = batch
        self._model = model

    async def vectors(self, texts: Sequence[str], *, question: bool = False, patient: bool = True) -> Vectors:
        return await asyncio.to_thread(self._made, list(texts), question)

    def _made(self, texts: list[str], question: bool) -> Vectors:
        import numpy as np

        model = loaded(self._model)
        encode = getattr(model, "encode_query" if question else "encode_document", model.encode)
        worded = [place for place, text in enumerate(texts) if text.strip()]
        if not worded:
            return np.zeros((len(texts), 0), np.float32)
        found = np.asarray(
            encode(
                [texts[place][:LONGEST_TEXT] for place in worded],
                batch_size=self.batch,
                normalize_embeddings=True,
                show_progress_bar=False,
            ),
            dtype=np.float32,
        )
        made: Vectors = np.zeros((len(texts), found.shape[1]), np.float32)
        made[worded] = found
        return made


@cache
def loaded(model: str) -> Any:
    """The model, loaded once for each process. Raises EmbeddingsRefused for one that cannot be had."""
    sentence_transformers: Any = importlib.import_module("sentence_transformers")
    try:
        return sentence_transformers.SentenceTransformer(model)
    except (OSError, ValueError) as error:
        reason = f"the model cannot be loaded: {str(error)[:200]}"
        raise EmbeddingsRefused(provider="sentence-transformers", address=model, reason=reason) from error

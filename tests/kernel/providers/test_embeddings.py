"""Embedding models over real HTTP: what is sent, what comes back, and what happens when it is nonsense."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from fumetto.kernel.errors import FumettoError
from fumetto.kernel.jobs.retries import is_transient
from fumetto.kernel.providers import choosing, embeddings
from fumetto.kernel.providers.choosing import embedder_for, wanted_model
from fumetto.kernel.providers.embeddings import Embedder
from fumetto.kernel.providers.errors import (
    EmbeddingsNoKey,
    EmbeddingsNonsense,
    EmbeddingsNotInstalled,
    EmbeddingsRefused,
    EmbeddingsUnavailable,
)
from fumetto.kernel.settings import Settings, load_settings
from tests.builders.embeddings import EmbeddingServer, serving, settings_for

PROVIDERS = ["ollama", "openai", "gemini"]
PATHS = {
    "ollama": "/api/embed",
    "openai": "/v1/embeddings",
    "gemini": "/v1beta/models/made-up:batchEmbedContents",
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    monkeypatch.setattr(embeddings, "FIRST_PAUSE", 0.001)
    with serving() as served:
        yield served


def model(settings: Settings) -> Embedder:
    name = wanted_model(settings)
    assert name is not None
    return embedder_for(settings, name)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_each_provider_makes_a_unit_vector_of_each_text_in_their_order(
    settings: Settings, server: EmbeddingServer, provider: str
) -> None:
    by = model(settings_for(settings, server, provider))
    texts = [f"text {number}" for number in range(6)] + [" \n", "x" * 9000]
    made = await by.vectors(texts)
    expected = [server.vector(text[:5000]) if text.strip() else np.zeros(8) for text in texts]
    assert np.allclose(made, expected, atol=1e-6)
    assert by.name == f"{provider}/made-up"
    assert [path for path, _, _ in server.asked] == [PATHS[provider]] * 2
    assert [len(server.texts()), "\n" in "".join(server.texts())] == [7, False]
    header = {"openai": "authorization", "gemini": "x-goog-api-key"}.get(provider)
    assert header is None or server.asked[0][1][header].endswith("secret")


@pytest.mark.parametrize("provider", ["openai", "gemini"])
async def test_so_many_numbers_are_asked_for_as_were_declared(
    settings: Settings, server: EmbeddingServer, provider: str
) -> None:
    by = model(settings_for(settings, server, provider, embedding_dimensions=5))
    assert (await by.vectors(["a", "b"])).shape == (2, 5)


async def test_gemini_is_told_questions_from_passages(settings: Settings, server: EmbeddingServer) -> None:
    by = model(settings_for(settings, server, "gemini"))
    await by.vectors(["who?"], question=True)
    await by.vectors(["she"])
    assert [sent["requests"][0]["taskType"] for _, _, sent in server.asked] == ["RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT"]


async def test_a_server_that_is_overloaded_is_asked_again_unless_somebody_waits(
    settings: Settings, server: EmbeddingServer
) -> None:
    by = model(settings_for(settings, server, "ollama"))
    server.statuses = [503, 429]
    assert (await by.vectors(["a"])).shape == (1, 8)
    assert len(server.asked) == 3
    server.statuses = [503]
    with pytest.raises(EmbeddingsUnavailable):
        await by.vectors(["a"], patient=False)
    server.always = 500
    with pytest.raises(EmbeddingsUnavailable) as caught:
        await by.vectors(["a"])
    assert is_transient(caught.value)
    assert len(server.asked) == 4 + embeddings.ATTEMPTS


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, None, EmbeddingsRefused),
        (404, None, EmbeddingsRefused),
        (200, b"<html>", EmbeddingsNonsense),
        (200, b"{}", EmbeddingsNonsense),
        (200, b"[1]", EmbeddingsNonsense),
        (200, b'{"embeddings": []}', EmbeddingsNonsense),
        (200, b'{"embeddings": [[1, 2], [3, 4]]}', EmbeddingsNonsense),
        (200, b'{"embeddings": [["a", "b"]]}', EmbeddingsNonsense),
        (200, b'{"embeddings": [[NaN, 1]]}', EmbeddingsNonsense),
        (200, b'{"embeddings": [[0, 0]]}', EmbeddingsNonsense),
        (200, b'{"embeddings": [[]]}', EmbeddingsNonsense),
        (200, json.dumps({"embeddings": [[0.5] * 4001]}).encode(), EmbeddingsNonsense),
        (200, b"[" * 5_000_000, EmbeddingsNonsense),
    ],
)
async def test_what_is_no_vectors_is_an_error_that_names_the_provider_and_its_address(
    settings: Settings, server: EmbeddingServer, status: int, body: bytes | None, error: type[FumettoError]
) -> None:
    server.always, server.body = status, body
    with pytest.raises(error) as caught:
        await model(settings_for(settings, server, "ollama")).vectors(["a"])
    assert caught.value.detail["provider"] == "ollama"
    assert caught.value.detail["address"] == server.address
    assert server.address in str(caught.value)
    assert not is_transient(caught.value)


async def test_a_server_that_is_not_there_or_has_no_address_is_an_error_that_says_so(
    settings: Settings, server: EmbeddingServer
) -> None:
    away = settings_for(settings, server, "openai", openai_base_url="http://127.0.0.1:9")
    with pytest.raises(EmbeddingsUnavailable):
        await model(away).vectors(["a"])
    with pytest.raises((EmbeddingsRefused, EmbeddingsUnavailable)):
        await model(settings_for(settings, server, "openai", openai_base_url="http://[")).vectors(["a"])


def test_what_the_settings_want_has_a_name_and_lacks_are_told(settings: Settings) -> None:
    assert wanted_model(settings) is None
    ollama = load_settings({"EMBEDDING_PROVIDER": "ollama"}, data_dir=settings.data_dir)
    assert wanted_model(ollama) == "ollama/bge-m3"
    with pytest.raises(FumettoError, match="EMBEDDING_PROVIDER"):
        load_settings({"EMBEDDING_PROVIDER": "olama"})
    with pytest.raises(EmbeddingsNoKey, match="GEMINI_API_KEY"):
        embedder_for(settings.model_copy(update={"gemini_api_key": SecretStr("")}), "gemini/x")
    with pytest.raises(EmbeddingsNotInstalled, match="pip install sentence-transformers"):
        embedder_for(settings, "sentence-transformers/BAAI/bge-m3")
    with pytest.raises(EmbeddingsRefused):
        embedder_for(settings, "elsewhere/model")


PACKAGE = """
import numpy

class SentenceTransformer:
    def __init__(self, name):
        if name == "missing":
            raise OSError("no such model")

    def encode(self, texts, batch_size, normalize_embeddings, show_progress_bar):
        assert normalize_embeddings and batch_size == 4
        return numpy.array([[len(text), 0.0] for text in texts]) / numpy.array([[len(text)] for text in texts])
"""


async def test_sentence_transformers_is_used_where_it_is_installed(
    settings: Settings, server: EmbeddingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sentence_transformers.py").write_text(PACKAGE)
    monkeypatch.syspath_prepend(str(tmp_path))
    choosing.loaded.cache_clear()
    here = settings_for(settings, server, "sentence-transformers")
    assert (await model(here).vectors(["abc", "", "d"])).tolist() == [[1, 0], [0, 0], [1, 0]]
    with pytest.raises(EmbeddingsRefused, match="cannot be loaded"):
        await model(here.model_copy(update={"embedding_model": "missing"})).vectors(["a"])
    choosing.loaded.cache_clear()
    sys.modules.pop("sentence_transformers")

"""What can go wrong with models that others serve."""

from __future__ import annotations

from fumetto.kernel.errors import Busy, Invalid


class EmbeddingsUnavailable(Busy):
    """The embedding model's server does not answer, or is overloaded. The same again may succeed later, after `wait`
    seconds where the server says how many."""

    code = "embeddings_unavailable"

    def __init__(self, *, provider: str, address: str, reason: str, wait: float | None = None) -> None:
        super().__init__(provider=provider, address=address, reason=reason)
        self.wait = wait


class EmbeddingsRefused(Invalid):
    """The embedding model's server refuses: a key, a model's name, an address, or a text. `answer`: its status."""

    code = "embeddings_refused"

    def __init__(self, *, provider: str, address: str, reason: str, answer: int = 0) -> None:
        super().__init__(provider=provider, address=address, reason=reason, answer=answer)


class EmbeddingsNonsense(Invalid):
    """The embedding model's server answers with something that is no vectors, or not as many as it was sent texts."""

    code = "embeddings_nonsense"

    def __init__(self, *, provider: str, address: str, reason: str) -> None:
        super().__init__(provider=provider, address=address, reason=reason)


class EmbeddingDimensions(Invalid):
    """Vectors have another length than was declared, or than those of the space they are for."""

    code = "embedding_dimensions"

    def __init__(self, *, model: str, found: int, wanted: int) -> None:
        super().__init__(model=model, found=found, wanted=wanted)


class EmbeddingModelChanged(Invalid):
    """Another model answers under the name that a space was made with, so its vectors compare with none there."""

    code = "embedding_model_changed"

    def __init__(self, *, model: str) -> None:
        super().__init__(model=model)


class EmbeddingsNotInstalled(Invalid):
    """The package that the provider needs is not installed."""

    code = "embeddings_not_installed"

    def __init__(self, *, provider: str, package: str) -> None:
        super().__init__(provider=provider, package=package)


class EmbeddingsNoKey(Invalid):
    """The provider wants a key, and the setting that holds it is empty."""

    code = "embeddings_no_key"

    def __init__(self, *, provider: str, setting: str) -> None:
        super().__init__(provider=provider, setting=setting)

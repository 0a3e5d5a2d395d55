"""Clients of vision models over HTTP: Ollama, whatever speaks OpenAI's chat completions, and Anthropic."""

from __future__ import annotations

import asyncio
import base64
import json
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Final

from fumetto.kernel.settings import Settings
from fumetto.library.contents.describing.port import Describer, Description, Picture, parse_answer, prompt_for
from fumetto.library.contents.errors import VisionNonsense, VisionRefused, VisionUnavailable

MAX_ANSWER: Final = 1_000_000  # bytes
MAX_TOKENS: Final = 700
LATER: Final = frozenset({408, 425, 429})
DEFAULT_MODELS: Final = {"ollama": "qwen2.5vl:7b", "openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5"}


def describer(settings: Settings) -> Describer | None:
    """The vision model that is configured; None where descriptions come from sidecars only."""
    model = settings.vision_model or DEFAULT_MODELS.get(settings.vision_provider, "")
    seconds = float(settings.vision_timeout_seconds)
    match settings.vision_provider:
        case "ollama":
            return Ollama(settings.ollama_base_url, model, "", seconds)
        case "openai":
            return OpenAiCompatible(
                settings.openai_base_url, model, settings.openai_api_key.get_secret_value(), seconds
            )
        case "anthropic":
            return Anthropic(settings.anthropic_base_url, model, settings.anthropic_api_key.get_secret_value(), seconds)
    return None


class Client(ABC):
    """Asks over HTTP; a subclass knows the shape of question and answer. No address but the configured one is asked."""

    provider: ClassVar[str]
    path: ClassVar[str]

    def __init__(self, address: str, model: str, key: str, seconds: float) -> None:
        self.model = model
        self._address = address.rstrip("/") + self.path
        self._key = key
        self._seconds = seconds

    @abstractmethod
    def question(self, prompt: str, picture: Picture) -> dict[str, Any]: ...

    @abstractmethod
    def answer(self, body: Any) -> Any: ...

    def headers(self) -> dict[str, str]:
        return {}

    async def describe(self, picture: Picture, language: str) -> Description:
        body = await self._ask(self.question(prompt_for(language), picture))
        try:
            text = self.answer(body)
        except (KeyError, IndexError, TypeError):
            raise VisionNonsense(provider=self.provider, reason="its answer has another shape") from None
        return parse_answer(text, self.provider)

    async def _ask(self, question: dict[str, Any]) -> Any:
        import httpx

        try:
            # httpx waits so long for each piece; a server that sends its answer in drops would be waited for for ever
            async with (
                asyncio.timeout(self._seconds),
                httpx.AsyncClient(timeout=httpx.Timeout(self._seconds, connect=10.0)) as client,
                client.stream("POST", self._address, json=question, headers=self.headers()) as response,
            ):
                data = b""
                async for chunk in response.aiter_bytes():
                    data += chunk
                    if len(data) > MAX_ANSWER:
                        raise VisionNonsense(provider=self.provider, reason="its answer does not end")
        except TimeoutError as error:
            raise VisionUnavailable(provider=self.provider, reason="its answer takes too long") from error
        except httpx.HTTPError as error:
            raise VisionUnavailable(provider=self.provider, reason=type(error).__name__) from error
        except httpx.InvalidURL as error:
            raise VisionRefused(provider=self.provider, reason=f"its address is wrong: {error}") from error
        if response.status_code >= 500 or response.status_code in LATER:
            raise VisionUnavailable(provider=self.provider, reason=f"it answers {response.status_code}")
        if response.status_code != 200:
            told = " ".join(data.decode("utf-8", "replace").split())[:200]
            raise VisionRefused(provider=self.provider, reason=f"it answers {response.status_code}: {told}")
        try:
            return json.loads(data)
        except ValueError:
            raise VisionNonsense(provider=self.provider, reason="its answer is cut off, or no JSON") from None


def encoded(picture: Picture) -> str:
    return base64.b64encode(picture.data).decode("ascii")


class Ollama(Client):
    """https://github.com/ollama/ollama/blob/main/docs/api.md, POST /api/chat."""

    provider = "ollama"
    path = "/api/chat"

    def question(self, prompt: str, picture: Picture) -> dict[str, Any]:
        message = {"role": "user", "content": prompt, "images": [encoded(picture)]}
        return {"model": self.model, "stream": False, "format": "json", "messages": [message]}

    def answer(self, body: Any) -> Any:
        return body["message"]["content"]


class OpenAiCompatible(Client):
    """Chat completions with an image as a data address: OpenAI, vLLM, llama.cpp, LM Studio and others."""

    provider = "openai"
    path = "/chat/completions"

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"} if self._key else {}

    def question(self, prompt: str, picture: Picture) -> dict[str, Any]:
        image = {"url": f"data:{picture.media_type};base64,{encoded(picture)}"}
        content = [{"type": "text", "text": prompt}, {"type": "image_url", "image_url": image}]
        return {"model": self.model, "max_tokens": MAX_TOKENS, "messages": [{"role": "user", "content": content}]}

    def answer(self, body: Any) -> Any:
        return body["choices"][0]["message"]["content"]


class Anthropic(Client):
    """https://docs.anthropic.com/en/api/messages."""

    provider = "anthropic"
    path = "/v1/messages"

    def headers(self) -> dict[str, str]:
        return {"x-api-key": self._key, "anthropic-version": "2023-06-01"}

    def question(self, prompt: str, picture: Picture) -> dict[str, Any]:
        source = {"type": "base64", "media_type": picture.media_type, "data": encoded(picture)}
        content = [{"type": "image", "source": source}, {"type": "text", "text": prompt}]
        return {"model": self.model, "max_tokens": MAX_TOKENS, "messages": [{"role": "user", "content": content}]}

    def answer(self, body: Any) -> Any:
        return "".join(part["text"] for part in body["content"] if part.get("type") == "text")

"""A provider's chat model, as LangChain has it, set up by the settings.

Their packages are loaded by name and only here, one at a time: they take from one to several seconds. Their own
retries and time limits are off; `asking` has its own.
"""

from __future__ import annotations

import importlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fumetto.kernel.providers.chat.errors import ChatModelUnknown, ChatNoKey, ChatRefused
from fumetto.kernel.providers.chat.line import Line
from fumetto.kernel.providers.chat.naming import address_of, missing_key
from fumetto.kernel.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OPENAI: Final = "api.openai.com"
NO_KEY: Final = "none"  # the SDK wants one; the line takes it away again


def chat_model_for(settings: Settings, name: str, *, max_tokens: int | None = None) -> BaseChatModel:
    """The model of that name, provider/model. Takes seconds the first time: call it outside the event loop.

    max_tokens: of an answer, in place of the settings'. Raises ChatNoKey, ChatModelUnknown, and ChatRefused for an
    address that is none.
    """
    provider, _, model = name.partition("/")
    builder = BUILDERS.get(provider)
    if builder is None or not model:
        raise ChatModelUnknown(model=name)
    if key := missing_key(settings, name):
        raise ChatNoKey(model=name, setting=key)
    address = address_of(settings, name)
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - is read to be checked
    except ValueError:
        raise ChatRefused(model=name, reason=f"{address} is no address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ChatRefused(model=name, reason=f"{address} is no address such as http://localhost:11434")
    made: BaseChatModel = builder(settings, model, address, max_tokens or settings.chat_max_tokens)
    return made


def ollama(settings: Settings, model: str, address: str, max_tokens: int) -> Any:
    """https://github.com/ollama/ollama/blob/main/docs/api.md, POST /api/chat.

    Without `num_ctx` it would cut off what is longer than its default, in silence. The temperature is low, since what
    is asked for is what the evidence says.
    """
    package = importlib.import_module("langchain_ollama")
    line = Line(address, settings.chat_connect_seconds, {"authorization": ""})
    return package.ChatOllama(
        model=model,
        base_url=address,
        num_predict=max_tokens,
        num_ctx=settings.chat_context_tokens,
        temperature=0.2,
        reasoning=False,
        async_client_kwargs=line.options(),
    )


def openai(settings: Settings, model: str, address: str, max_tokens: int) -> Any:
    """https://platform.openai.com/docs/api-reference/chat, as vLLM, llama.cpp, LM Studio and others have it too. Only
    OpenAI itself has renamed `max_tokens`; the others may not know the new name."""
    package = importlib.import_module("langchain_openai")
    client = importlib.import_module("httpx2")
    key = settings.openai_api_key.get_secret_value()
    line = Line(address, settings.chat_connect_seconds, {} if key else {"authorization": ""})
    renamed = urlsplit(address).hostname == OPENAI
    length: dict[str, Any] = {"max_tokens": max_tokens} if renamed else {"extra_body": {"max_tokens": max_tokens}}
    return package.ChatOpenAI(
        model=model,
        api_key=key or NO_KEY,
        base_url=address,
        max_retries=0,
        timeout=None,
        openai_proxy=None,  # of the environment's, which goes with no client of ours
        stream_usage=True,
        stream_chunk_timeout=0,
        use_responses_api=False,
        http_async_client=client.AsyncClient(**line.options()),
        **length,
    )


def anthropic(settings: Settings, model: str, address: str, max_tokens: int) -> Any:
    """https://docs.anthropic.com/en/api/messages."""
    package: Any = importlib.import_module("langchain_anthropic")
    sdk = importlib.import_module("anthropic")
    client = importlib.import_module("httpx2")
    line = Line(address, settings.chat_connect_seconds)

    class Anthropic(package.ChatAnthropic):  # type: ignore[misc]  # its class offers no other way to a client of ours
        @cached_property
        def _async_client(self) -> Any:
            return sdk.AsyncClient(**self._client_params, http_client=client.AsyncClient(**line.options()))

    return Anthropic(
        model=model,
        api_key=settings.anthropic_api_key.get_secret_value(),
        base_url=address,
        max_tokens=max_tokens,
        max_retries=0,
        timeout=None,
    )


def gemini(settings: Settings, model: str, address: str, max_tokens: int) -> Any:
    """https://ai.google.dev/api/generate-content, models.streamGenerateContent. One attempt is its way to say none
    again."""
    package = importlib.import_module("langchain_google_genai")
    line = Line(address, settings.chat_connect_seconds)
    return package.ChatGoogleGenerativeAI(
        model=model,
        api_key=settings.gemini_api_key.get_secret_value(),
        base_url=address,
        api_version="v1beta",
        vertexai=False,
        max_output_tokens=max_tokens,
        max_retries=1,
        client_args=line.options(),
    )


BUILDERS: Final = {"ollama": ollama, "openai": openai, "anthropic": anthropic, "gemini": gemini}

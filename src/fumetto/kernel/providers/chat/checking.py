"""Whether a chat model answers now, for whoever looks after Fumetto."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import urlsplit

from fumetto.kernel.providers.chat.asking import ChatModel, Limits
from fumetto.kernel.providers.chat.building import OPENAI
from fumetto.kernel.providers.chat.naming import BUILTIN, address_of, offered_chat_models, price_of
from fumetto.kernel.settings import Settings

PATIENCE: Final = 20.0  # seconds, its package loaded and the model too, if it is not
ENOUGH: Final = 200  # tokens: models that think first need more than the word
QUESTION: Final = "Answer with the one word: ready"


async def check_chat(settings: Settings, name: str) -> float:
    """Asks it a question of one word; the seconds until it began to answer. Raises subclasses of ChatFailed."""
    from langchain_core.messages import HumanMessage

    small = settings.model_copy(update={"chat_max_tokens": min(ENOUGH, settings.chat_max_tokens)})
    model = ChatModel(small, name, limits=Limits(PATIENCE, PATIENCE, PATIENCE, attempts=1))
    began, first = time.monotonic(), 0.0
    async for _ in model.stream([HumanMessage(QUESTION)]):
        first = first or time.monotonic() - began
    return first


def unpriced(settings: Settings) -> list[str]:
    """Models on offer whose providers want money, while CHAT_PRICES does not say how much."""
    return [
        name for name in offered_chat_models(settings) if wants_money(settings, name) and not price_of(settings, name)
    ]


def wants_money(settings: Settings, name: str) -> bool:
    provider = name.partition("/")[0]
    if provider == "openai":
        return urlsplit(address_of(settings, name)).hostname == OPENAI
    return provider not in {BUILTIN, "ollama"}

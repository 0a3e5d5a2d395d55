"""Which chat models there are, by the settings, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from fumetto.kernel.settings import Settings
from fumetto.kernel.settings.fields import listed
from fumetto.kernel.settings.models import CHAT_PRICE

BUILTIN: Final = "builtin"
DEFAULT_MODELS: Final = {
    "openai": "gpt-4o-mini",
    "anthropic": "claude-haiku-4-5",
    "gemini": "gemini-2.5-flash",
}
KEYS: Final = {"anthropic": "ANTHROPIC_API_KEY", "gemini": "GEMINI_API_KEY"}
"""The settings of the keys without which a provider answers nobody. OpenAI's protocol is spoken by servers without."""


NEARBY: Final = (".local", ".localhost", ".lan", ".internal", ".home.arpa")
"""Endings of names that only a house's own network knows; a name without a dot is one, too."""


@dataclass(frozen=True, slots=True)
class Price:
    """Of a token read and of one written, in millionths of the currency: the same number as a million cost."""

    read: Fraction
    written: Fraction

    def of(self, tokens_in: int, tokens_out: int) -> int:
        """Millionths, rounded up."""
        exact = self.read * tokens_in + self.written * tokens_out
        return -(-exact.numerator // exact.denominator)


def wanted_chat_model(settings: Settings) -> str:
    """The model that answers where none is chosen, as provider/model; `builtin` for the built-in answerer."""
    provider = settings.chat_provider
    if provider == BUILTIN:
        return BUILTIN
    usual = settings.ollama_chat_model if provider == "ollama" else DEFAULT_MODELS[provider]
    return f"{provider}/{settings.chat_model or usual}"


def offered_chat_models(settings: Settings) -> tuple[str, ...]:
    """Every model that may be chosen, the one that answers by itself first, the built-in answerer among them."""
    return tuple(dict.fromkeys([wanted_chat_model(settings), *listed(settings.chat_models), BUILTIN]))


def missing_key(settings: Settings, name: str) -> str | None:
    """The setting that holds the key of a model's provider, where it is needed and empty."""
    keys = {"anthropic": settings.anthropic_api_key, "gemini": settings.gemini_api_key}
    provider = name.partition("/")[0]
    return KEYS[provider] if provider in keys and not keys[provider].get_secret_value() else None


def address_of(settings: Settings, name: str) -> str:
    """Where a model is asked."""
    return {
        "ollama": settings.ollama_base_url,
        "openai": settings.openai_base_url,
        "anthropic": settings.anthropic_base_url,
        "gemini": settings.gemini_base_url,
    }.get(name.partition("/")[0], "").rstrip("/")


def is_in_cloud(settings: Settings, name: str) -> bool:
    """Whether what a model is asked leaves the house: its address is neither this machine nor one of its network.

    A server in the house that hands questions on to others cannot be seen through.
    """
    return name != BUILTIN and is_elsewhere(address_of(settings, name))


@lru_cache(maxsize=32)
def is_elsewhere(address: str) -> bool:
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        found = ip_address(host)
    except ValueError:
        return "." in host and not host.endswith(NEARBY)
    return not (found.is_loopback or found.is_private or found.is_link_local)


def price_of(settings: Settings, name: str) -> Price | None:
    """What a model costs; None for one that is not metered."""
    return prices_in(settings.chat_prices).get(name)


@lru_cache(maxsize=8)
def prices_in(text: str) -> Mapping[str, Price]:
    """The prices of CHAT_PRICES, by model, without those that are nothing."""
    found = (CHAT_PRICE.fullmatch(part) for part in listed(text))
    prices = {one["model"]: Price(Fraction(one["read"]), Fraction(one["written"])) for one in found if one}
    return {name: price for name, price in prices.items() if price.read or price.written}

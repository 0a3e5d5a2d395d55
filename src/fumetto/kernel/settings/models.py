"""Models that describe pages, answer and embed; with none named the built-in ones do."""

from __future__ import annotations

import re

from pydantic import SecretStr, field_validator

from fumetto.kernel.settings.fields import Area, listed, outside

CHAT_PROVIDERS = ("builtin", "ollama", "openai", "anthropic", "gemini")
EMBEDDING_PROVIDERS = ("builtin", "ollama", "openai", "gemini", "sentence-transformers")

CHAT_PRICE = re.compile(
    r"(?P<model>[a-z]+/[^=\s]+)=(?P<read>\d{1,6}(\.\d{1,6})?):(?P<written>\d{1,6}(\.\d{1,6})?)", re.ASCII
)


class Models(Area):
    """Which models, where they are, how long they may take and what they may cost."""

    vision_provider: str = outside(
        "VISION_PROVIDER", "json", "json (descriptions beside the images), ollama, openai, anthropic."
    )
    vision_model: str = outside("VISION_MODEL", "", "Model that describes pages, by the provider's name for it.")
    vision_language: str = outside("VISION_LANGUAGE", "en", "Language that pages are described in, as a BCP 47 tag.")
    vision_timeout_seconds: int = outside("VISION_TIMEOUT_SECONDS", 120, "Longest wait for a description.", ge=1)

    chat_provider: str = outside("CHAT_PROVIDER", "builtin", "builtin, ollama, openai, anthropic or gemini.")
    chat_model: str = outside(
        "CHAT_MODEL", "", "Chat model, by the provider's name for it; empty: the provider's usual one.", max_length=100
    )
    chat_models: str = outside(
        "CHAT_MODELS",
        "",
        "More models that may be chosen for a series, such as ollama/llama3.1:8b, with commas between.",
    )
    chat_max_tokens: int = outside("CHAT_MAX_TOKENS", 800, "Most tokens of an answer.", ge=16, le=32_000)
    chat_context_tokens: int = outside(
        "CHAT_CONTEXT_TOKENS",
        8192,
        "Tokens that an Ollama model takes in; more need more memory.",
        ge=2048,
        le=1_000_000,
    )
    chat_connect_seconds: float = outside("CHAT_CONNECT_SECONDS", 5.0, "Longest wait for a connection.", gt=0)
    chat_first_seconds: float = outside(
        "CHAT_FIRST_SECONDS", 60.0, "Longest wait for the first words of an answer, trying again included.", gt=0
    )
    chat_between_seconds: float = outside(
        "CHAT_BETWEEN_SECONDS", 30.0, "Longest silence in the middle of an answer.", gt=0
    )
    chat_total_seconds: float = outside("CHAT_TOTAL_SECONDS", 180.0, "Longest time that an answer may take.", gt=0)
    chat_prices: str = outside(
        "CHAT_PRICES",
        "",
        "What metered models cost for a million tokens read and written, such as openai/gpt-4o-mini=0.15:0.60, with "
        "commas between; a model without a price is not metered.",
    )
    chat_currency: str = outside("CHAT_CURRENCY", "EUR", "Currency of prices and limits.", max_length=8)
    chat_limit_reader_day: float = outside(
        "CHAT_LIMIT_READER_DAY", 0.0, "Most that metered models may cost for one reader on one day; 0: no limit.", ge=0
    )
    chat_limit_day: float = outside(
        "CHAT_LIMIT_DAY", 0.0, "Most that they may cost for everybody on one day; 0: no limit.", ge=0
    )
    chat_limit_total: float = outside("CHAT_LIMIT_TOTAL", 0.0, "Most that they may ever cost; 0: no limit.", ge=0)
    embedding_provider: str = outside(
        "EMBEDDING_PROVIDER", "builtin", "builtin, ollama, openai, gemini or sentence-transformers."
    )
    embedding_model: str = outside(
        "EMBEDDING_MODEL", "", "Model for the embedding provider, by its own name for it.", max_length=100
    )
    embedding_dimensions: int = outside(
        "EMBEDDING_DIMENSIONS",
        0,
        "Numbers in a vector of that model; 0: as many as it makes. OpenAI's and Gemini's are asked for so many.",
        ge=0,
        le=4000,
    )
    embedding_batch: int = outside("EMBEDDING_BATCH", 64, "Texts sent to the provider at a time.", ge=1, le=2048)
    embedding_timeout_seconds: int = outside(
        "EMBEDDING_TIMEOUT_SECONDS", 120, "Longest wait for the vectors of so many texts.", ge=1
    )
    embedding_question_seconds: float = outside(
        "EMBEDDING_QUESTION_SECONDS", 2.0, "Longest wait for a question's vector; then words alone are searched.", gt=0
    )
    gemini_base_url: str = outside(
        "GEMINI_BASE_URL", "https://generativelanguage.googleapis.com", "Address of Gemini's API."
    )
    gemini_api_key: SecretStr = outside("GEMINI_API_KEY", SecretStr(""), "Key for Gemini's API.")
    openai_base_url: str = outside(
        "OPENAI_BASE_URL", "https://api.openai.com/v1", "Address of an OpenAI-compatible server."
    )
    openai_api_key: SecretStr = outside("OPENAI_API_KEY", SecretStr(""), "Key for that server, if it wants one.")
    anthropic_base_url: str = outside("ANTHROPIC_BASE_URL", "https://api.anthropic.com", "Address of Anthropic's API.")
    anthropic_api_key: SecretStr = outside("ANTHROPIC_API_KEY", SecretStr(""), "Key for Anthropic's API.")
    ollama_base_url: str = outside("OLLAMA_BASE_URL", "http://localhost:11434", "Address of an Ollama server.")
    ollama_chat_model: str = outside("OLLAMA_CHAT_MODEL", "qwen2.5:7b", "Chat model on that server.")

    @field_validator("vision_provider")
    @classmethod
    def vision_provider_is_known(cls, value: str) -> str:
        if value not in {"json", "ollama", "openai", "anthropic"}:
            raise ValueError("must be json, ollama, openai or anthropic")
        return value

    @field_validator("chat_provider")
    @classmethod
    def chat_provider_is_known(cls, value: str) -> str:
        if value not in CHAT_PROVIDERS:
            raise ValueError("must be " + ", ".join(CHAT_PROVIDERS[:-1]) + f" or {CHAT_PROVIDERS[-1]}")
        return value

    @field_validator("chat_models")
    @classmethod
    def chat_models_are_named(cls, value: str) -> str:
        for name in listed(value):
            provider, _, model = name.partition("/")
            if provider not in CHAT_PROVIDERS[1:] or not model or len(name) > 100:
                raise ValueError(f"{name} is not the name of a model such as ollama/qwen2.5:7b")
        return value

    @field_validator("chat_prices")
    @classmethod
    def chat_prices_are_prices(cls, value: str) -> str:
        for part in listed(value):
            if not CHAT_PRICE.fullmatch(part):
                raise ValueError(f"{part} does not look like openai/gpt-4o-mini=0.15:0.60")
        return value

    @field_validator("embedding_provider")
    @classmethod
    def embedding_provider_is_known(cls, value: str) -> str:
        if value not in EMBEDDING_PROVIDERS:
            raise ValueError("must be " + ", ".join(EMBEDDING_PROVIDERS[:-1]) + f" or {EMBEDDING_PROVIDERS[-1]}")
        return value

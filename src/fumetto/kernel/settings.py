"""Every setting, typed, and the only reader of the environment.

A key is `FUMETTO_` and the field's name, except the names that outside services are usually known by (`DATABASE_URL`,
`OLLAMA_BASE_URL` ...), which stand as they are. A `.env` file beside the launcher is read too; the environment wins.
`.env.example` is checked against this class by a test.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from fumetto.kernel.errors import SettingsInvalid
from fumetto.kernel.oidc_settings import OidcProvider, read_providers

PREFIX = "FUMETTO_"
CHAT_PROVIDERS = ("builtin", "ollama", "openai", "anthropic", "gemini")
EMBEDDING_PROVIDERS = ("builtin", "ollama", "openai", "gemini", "sentence-transformers")

CHAT_PRICE = re.compile(
    r"(?P<model>[a-z]+/[^=\s]+)=(?P<read>\d{1,6}(\.\d{1,6})?):(?P<written>\d{1,6}(\.\d{1,6})?)", re.ASCII
)


class StorageBackend(StrEnum):
    LOCAL = "local"
    S3 = "s3"
    R2 = "r2"  # the seed's name for an S3 endpoint


class LogFormat(StrEnum):
    AUTO = "auto"  # console on a terminal, else json
    JSON = "json"
    CONSOLE = "console"


class SmtpSecurity(StrEnum):
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def outside(name: str, default: Any, description: str, **limits: Any) -> Any:
    """A key that is known by its own name outside Fumetto, and therefore has no prefix."""
    return Field(default, description=description, json_schema_extra={"key": name}, **limits)


class Settings(BaseModel):
    """What the operator decides. Made by `load_settings`; the defaults alone are a complete set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # Where things are
    data_dir: Path = Field(Path("./data"), description="Database, derived images, logs and backups live here.")
    home: Path = Field(Path(), description="The checkout; set by the launcher.")
    python: str = Field("", description="Which Python the launcher builds its environment with.")

    # Server
    host: str = Field("0.0.0.0", description="Address to listen on; 127.0.0.1 keeps it to this machine.")  # noqa: S104 - a server for a household; nobody reads without signing in
    port: int = Field(8420, ge=1, le=65535, description="Port to listen on.")
    base_path: str = Field("", description="Path below which a reverse proxy publishes Fumetto, such as /comics.")
    public_url: str = Field("", description="Address that people use, when a proxy changes it; for links and feeds.")
    trusted_proxies: str = Field("", description="Comma-separated addresses whose X-Forwarded headers are believed.")
    environment: Literal["development", "staging", "production"] = Field(
        "production", description="What this server is for; feature flags may be for one of them only."
    )
    public_reading: bool = Field(False, description="Serve the library for reading to anybody who reaches the server.")
    max_upload_bytes: int = Field(4 * 1024**3, ge=1024, description="Largest file accepted by upload, in bytes.")

    # Database
    database_url: SecretStr | None = outside(
        "DATABASE_URL", None, "A PostgreSQL server with pgvector; empty: embedded."
    )
    postgres_host: str = outside("POSTGRES_HOST", "", "Instead of DATABASE_URL: host of a PostgreSQL server.")
    postgres_port: int = outside("POSTGRES_PORT", 5432, "Port of that server.", ge=1, le=65535)
    postgres_user: str = outside("POSTGRES_USER", "fumetto", "User on that server.")
    postgres_password: SecretStr = outside("POSTGRES_PASSWORD", SecretStr(""), "Password on that server.")
    postgres_db: str = outside("POSTGRES_DB", "fumetto", "Database on that server.")
    database_pool_size: int = Field(10, ge=2, le=200, description="Connections of the general pool, per process.")
    database_pool_timeout: float = Field(
        2.0, gt=0, description="Seconds to wait for a connection before answering 503."
    )

    # Storage of derived files
    storage_backend: StorageBackend = outside("STORAGE_BACKEND", StorageBackend.LOCAL, "local, s3 or r2.")
    local_image_dir: Path | None = outside("LOCAL_IMAGE_DIR", None, "Derived images; empty: below the data directory.")
    local_image_url_prefix: str = outside(
        "LOCAL_IMAGE_URL_PREFIX", "", "Prefix of image addresses; empty: the API's own."
    )
    s3_endpoint: str = outside("S3_ENDPOINT", "", "Address of an S3-compatible store; empty: AWS itself.")
    s3_bucket: str = outside("S3_BUCKET", "", "Bucket for derived files.")
    s3_region: str = outside("S3_REGION", "us-east-1", "Region of the bucket.")
    s3_access_key_id: str = outside("S3_ACCESS_KEY_ID", "", "Access key of the store.")
    s3_secret_access_key: SecretStr = outside("S3_SECRET_ACCESS_KEY", SecretStr(""), "Secret key of the store.")
    s3_prefix: str = outside("S3_PREFIX", "", "Folder inside the bucket.")

    # Library
    managed_copy: bool = Field(
        False, description="Copy imported files below the data directory instead of reading them in place."
    )
    scan_interval_minutes: int = Field(
        60, ge=0, description="How often library folders are scanned; 0: never by itself."
    )
    watch_folders: bool = Field(True, description="Notice changes in library folders as they happen.")
    sample_series: bool = Field(True, description="Put the sample series on the shelf at the first start.")
    display_max_edge: int = Field(
        2400, ge=600, le=8000, description="Longest edge, in pixels, of a derived display image."
    )
    thumbnail_width: int = Field(400, ge=100, le=1200, description="Width, in pixels, of thumbnails.")

    # What is on a page
    ocr: bool = Field(True, description="Read the words off pages that have no better text; each series has a switch.")
    panels: bool = Field(True, description="Find the panels of pages, for the guided view.")
    ocr_threads: int = Field(1, ge=1, le=64, description="Processor threads that reading words off pages may use.")
    ocr_memory_bytes: int = Field(
        3 * 1024**3, ge=1024**3, description="Most address space of the process that reads words off pages."
    )
    vision_provider: str = outside(
        "VISION_PROVIDER", "json", "json (descriptions beside the images), ollama, openai, anthropic."
    )
    vision_model: str = outside("VISION_MODEL", "", "Model that describes pages, by the provider's name for it.")
    vision_language: str = outside("VISION_LANGUAGE", "en", "Language that pages are described in, as a BCP 47 tag.")
    vision_timeout_seconds: int = outside("VISION_TIMEOUT_SECONDS", 120, "Longest wait for a description.", ge=1)

    # What is searched, and what answers are made of
    chunk_dialogue: int = Field(
        1000,
        ge=100,
        le=20_000,
        description="Most characters of a passage of dialogue; a longer balloon is cut. At `fumetto index rebuild`.",
    )
    chunk_description: int = Field(
        800,
        ge=100,
        le=20_000,
        description="Most characters of a passage of what a page or panel shows. At `fumetto index rebuild`.",
    )
    chunk_note: int = Field(
        1000, ge=100, le=20_000, description="Most characters of a passage of commentary. At `fumetto index rebuild`."
    )
    chunk_wiki: int = Field(
        1000,
        ge=100,
        le=20_000,
        description="Most characters of a passage of the wiki or the world. At `fumetto index rebuild`.",
    )
    passages_page: int = Field(
        12, ge=1, le=100, description="Passages that an answer about the story so far is made of."
    )
    passages_wiki: int = Field(8, ge=1, le=100, description="Passages of the wiki that such an answer is made of.")
    companion_grace_seconds: float = Field(
        20.0, ge=0, le=3600, description="How long an answer goes on when nobody follows it any more."
    )

    # Limits for what comes from outside
    max_archive_entries: int = Field(20_000, ge=1, description="Most files in one book.")
    max_archive_bytes: int = Field(8 * 1024**3, ge=1024, description="Most decompressed bytes in one book.")
    max_entry_bytes: int = Field(256 * 1024**2, ge=1024, description="Most decompressed bytes of one page.")
    max_entry_ratio: int = Field(
        200, ge=2, description="Most decompressed bytes per compressed byte of an entry over 1 MiB."
    )
    max_page_pixels: int = Field(200_000_000, ge=1_000_000, description="Most pixels of one page.")
    parse_timeout_seconds: int = Field(60, ge=1, description="Longest time that one file may take to parse.")
    parse_memory_bytes: int = Field(2 * 1024**3, ge=128 * 1024**2, description="Most memory of one parser process.")
    disk_reserve_bytes: int = Field(256 * 1024**2, ge=0, description="Free space below which writes answer 507.")

    # Work in the background
    worker_concurrency: int = Field(2, ge=1, le=64, description="Jobs that one worker runs at a time.")
    workers: int = Field(1, ge=0, le=32, description="Worker processes that `up` starts.")

    # Signing in
    session_days: int = Field(90, ge=1, description="Days after which a sign-in ends.")
    session_idle_days: int = Field(30, ge=1, description="Days without a visit after which a sign-in ends.")

    oidc_providers: SecretStr = Field(
        SecretStr(""),
        description="OpenID Connect providers to sign in with, as a JSON list; see docs/how-to/sign-in.md.",
    )

    # Mail, for passwords that were forgotten; without a server nothing is sent
    smtp_host: str = Field(
        "", description="Mail server that takes mail from here; empty: none is sent. Needs FUMETTO_PUBLIC_URL."
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of that server.")
    smtp_security: SmtpSecurity = Field(
        SmtpSecurity.STARTTLS, description="starttls, tls (from the first byte, usually port 465), or none."
    )
    smtp_user: str = Field("", description="User on that server; empty: none is wanted.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password on that server.")
    smtp_from: str = Field("", description="Address that mail comes from; empty: fumetto@ the mail server's name.")

    # Watching it
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: LogFormat = Field(LogFormat.AUTO, description="json, console, or auto: console on a terminal.")
    metrics: bool = Field(True, description="Serve Prometheus metrics at /metrics to the owner and to this machine.")
    backup_keep: int = Field(5, ge=1, description="Automatic backups kept in the data directory.")

    # Development
    development: bool = Field(False, description="Aids for developers, such as the provider mock-idp; never in use.")
    chromium: str = outside("CHROMIUM", "", "Chromium that the browser tests drive; empty: found or installed.")

    # Models, used by the companion; with none named the built-in ones answer
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

    @field_validator("base_path")
    @classmethod
    def base_path_is_a_path(cls, value: str) -> str:
        value = value.rstrip("/")
        if value and not re.fullmatch(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", value):
            raise ValueError("must be a path of letters, digits, '.', '_', '~' and '-', such as /comics")
        return value

    @field_validator("oidc_providers")
    @classmethod
    def oidc_providers_are_described(cls, value: SecretStr) -> SecretStr:
        read_providers(value.get_secret_value())
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def trusted_proxies_are_networks(cls, value: str) -> str:
        for part in filter(None, (part.strip() for part in value.split(","))):
            try:
                ipaddress.ip_network(part, strict=False)
            except ValueError:
                raise ValueError(f"{part} is neither an address nor a network such as 172.16.0.0/12") from None
        return value

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

    @field_validator("log_level", mode="before")
    @classmethod
    def log_level_in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("database_url", mode="before")
    @classmethod
    def database_url_is_postgresql(cls, value: str | SecretStr | None) -> str | None:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not text:
            return None
        if urlsplit(text).scheme not in {"postgresql", "postgres"}:
            raise ValueError("must look like postgresql://user:password@host:5432/database")
        return text

    @field_validator("public_url")
    @classmethod
    def public_url_is_http(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("must look like https://comics.example.org")
        return value.rstrip("/")

    @model_validator(mode="after")
    def s3_is_complete(self) -> Self:
        if self.storage_backend is not StorageBackend.LOCAL and not self.s3_bucket:
            raise PydanticCustomError(
                "needed",
                "is needed for STORAGE_BACKEND={backend}",
                {"key": "S3_BUCKET", "backend": self.storage_backend.value},
            )
        return self

    @property
    def providers(self) -> tuple[OidcProvider, ...]:
        """The OpenID Connect providers that the operator has named, in their order."""
        return read_providers(self.oidc_providers.get_secret_value())

    @property
    def conninfo(self) -> str | None:
        """Address of the outside PostgreSQL server, or None for the embedded one."""
        if self.database_url:
            return self.database_url.get_secret_value()
        if self.postgres_host:
            words = {
                "host": self.postgres_host,
                "port": str(self.postgres_port),
                "user": self.postgres_user,
                "password": self.postgres_password.get_secret_value(),
                "dbname": self.postgres_db,
            }
            return " ".join(f"{name}={libpq_quoted(value)}" for name, value in words.items() if value)
        return None

    @property
    def image_dir(self) -> Path:
        return self.local_image_dir or self.data_dir / "images"


def load_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment, a `.env` file in the checkout, and what the command line says, the last winning.

    Raises SettingsInvalid, which names the key, for an unknown `FUMETTO_` key or a value of the wrong kind.
    """
    environment = os.environ if environment is None else environment
    values = read_env_file(Path(environment.get(f"{PREFIX}HOME", ".")) / ".env") | dict(environment)
    known = key_to_field()
    unknown = sorted(key for key in values if key.startswith(PREFIX) and key not in known)
    if unknown:
        hint = nearest(unknown[0])
        raise SettingsInvalid(key=unknown[0], reason=f"is not a setting{hint}; .env.example lists them all")
    given: dict[str, Any] = {}
    for key, field in known.items():
        if values.get(key, "") != "":
            given[field] = values[key]
    given |= {field: value for field, value in overrides.items() if value is not None}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        key = first.get("ctx", {}).get("key") or field_to_key(str(first["loc"][0]))
        raise SettingsInvalid(key=key, reason=first["msg"].removeprefix("Value error, ")) from None


def nearest(unknown: str) -> str:
    """The words that ask whether another key was meant, where one is close to the unknown one, else none."""
    without_prefix = unknown.removeprefix(PREFIX)
    known = key_to_field()
    if without_prefix in known:
        return f" (did you mean {without_prefix}?)"
    close = difflib.get_close_matches(unknown, known, n=1, cutoff=0.8)
    return f" (did you mean {close[0]}?)" if close else ""


def key_to_field() -> dict[str, str]:
    """Environment keys, in the order of the class, with the field that each fills."""
    return {field_to_key(name): name for name in Settings.model_fields}


def field_to_key(name: str) -> str:
    field = Settings.model_fields.get(name)
    extra = field.json_schema_extra if field else None
    return str(extra["key"]) if isinstance(extra, dict) else f"{PREFIX}{name.upper()}"


def as_environment(settings: Settings) -> dict[str, str]:
    """The environment for a child process of ours: this one's, with every setting as it is here."""
    given = {field_to_key(name): getattr(settings, name) for name in settings.model_fields_set}
    plain = {key: value.get_secret_value() if isinstance(value, SecretStr) else value for key, value in given.items()}
    return dict(os.environ) | {key: str(value) for key, value in plain.items() if value is not None}


def listed(text: str) -> list[str]:
    """The parts of a list with commas between."""
    return [part for part in (part.strip() for part in text.split(",")) if part]


def libpq_quoted(value: str) -> str:
    """A value as libpq's connection strings quote it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def read_env_file(path: Path) -> dict[str, str]:
    """`KEY=value` lines; comments, quotes and `export` as shells have them. A missing file is an empty one."""
    from dotenv import dotenv_values

    return {key: value or "" for key, value in dotenv_values(path).items()} if path.is_file() else {}

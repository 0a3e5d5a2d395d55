"""Where the house is, and how it is reached."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from fumetto.kernel.settings.fields import Area


class Places(Area):
    """Where things are."""

    data_dir: Path = Field(Path("./data"), description="Database, derived images, logs and backups live here.")
    home: Path = Field(Path(), description="The checkout; set by the launcher.")
    python: str = Field("", description="Which Python the launcher builds its environment with.")


class Server(Area):
    """How it is reached."""

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

    @field_validator("base_path")
    @classmethod
    def base_path_is_a_path(cls, value: str) -> str:
        value = value.rstrip("/")
        if value and not re.fullmatch(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", value):
            raise ValueError("must be a path of letters, digits, '.', '_', '~' and '-', such as /comics")
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

    @field_validator("public_url")
    @classmethod
    def public_url_is_http(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("must look like https://comics.example.org")
        return value.rstrip("/")

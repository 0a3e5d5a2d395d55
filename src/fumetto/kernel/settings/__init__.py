"""Every setting, typed, and the only reader of the environment.

A key is `FUMETTO_` and the field's name, except the names that outside services are usually known by (`DATABASE_URL`,
`OLLAMA_BASE_URL` ...), which stand as they are. A `.env` file beside the launcher is read too; the environment wins.
`.env.example` is checked against this class by a test.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from fumetto.kernel.errors import SettingsInvalid
from fumetto.kernel.settings.database import Database
from fumetto.kernel.settings.finding import Finding
from fumetto.kernel.settings.library import Library, Limits
from fumetto.kernel.settings.models import Models
from fumetto.kernel.settings.people import Mail, SigningIn
from fumetto.kernel.settings.running import Development, Watching, Work
from fumetto.kernel.settings.server import Places, Server
from fumetto.kernel.settings.storage import DerivedFiles

PREFIX = "FUMETTO_"


class Settings(
    Places,
    Server,
    Database,
    DerivedFiles,
    Library,
    Finding,
    Limits,
    Work,
    SigningIn,
    Mail,
    Watching,
    Development,
    Models,
):
    """What the operator decides. Made by `load_settings`; the defaults alone are a complete set."""

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
    """Environment keys, with the field that each fills."""
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


def read_env_file(path: Path) -> dict[str, str]:
    """`KEY=value` lines; comments, quotes and `export` as shells have them. A missing file is an empty one."""
    from dotenv import dotenv_values

    return {key: value or "" for key, value in dotenv_values(path).items()} if path.is_file() else {}

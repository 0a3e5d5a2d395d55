""".env.example, made from the settings: every key with what it is for and its default."""

from __future__ import annotations

import textwrap
from enum import Enum
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from fumetto.kernel.settings import field_to_key
from fumetto.kernel.settings.database import Database
from fumetto.kernel.settings.fields import Area
from fumetto.kernel.settings.finding import Finding
from fumetto.kernel.settings.library import Library, Limits
from fumetto.kernel.settings.models import Models
from fumetto.kernel.settings.people import Mail, SigningIn
from fumetto.kernel.settings.running import Development, Watching, Work
from fumetto.kernel.settings.server import Places, Server
from fumetto.kernel.settings.storage import DerivedFiles

AREAS: dict[type[Area], str] = {
    Places: "Where things are",
    Server: "Server",
    Database: "Database",
    DerivedFiles: "Storage of derived files",
    Library: "Library",
    Finding: "What is searched, and what answers are made of",
    Limits: "Limits for what comes from outside",
    Work: "Work in the background",
    SigningIn: "Signing in",
    Mail: "Mail, for passwords that were forgotten",
    Watching: "Watching it",
    Development: "Development",
    Models: "Models, used by the companion",
}
"""The settings that belong together, in the order of the file, with their title."""

HEADER = """\
# Fumetto's settings. Copy this file to .env and change what should differ from its default.
# The environment wins over .env, and the command line over both. An unknown or malformed key is an error that names it.
# This file is made from src/fumetto/kernel/settings by ./fumetto generate.
"""
WIDTH = 110


def render_settings_example() -> str:
    """The text of .env.example: each key commented out with its default, below its description."""
    lines = [HEADER]
    for area, title in AREAS.items():
        begun = f"# --- {title} "
        lines.append(f"\n{begun}{'-' * (60 - len(begun))}\n")
        for name, field in area.model_fields.items():
            described = " ".join([str(field.description), *limits_of(field)])
            lines += textwrap.wrap(described, WIDTH, initial_indent="# ", subsequent_indent="# ")
            lines.append(f"# {field_to_key(name)}={written(field.default)}")
            lines.append("")
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip() + "\n"


def limits_of(field: FieldInfo) -> list[str]:
    """The range of a number, as "(1 to 65535)"."""
    limits = {
        name: getattr(part, name) for part in field.metadata for name in ("ge", "gt", "le") if hasattr(part, name)
    }
    least = limits.get("ge", limits.get("gt"))
    if least is None:
        return []
    if "le" in limits:
        return [f"({least} to {limits['le']})"]
    return [f"(at least {least})" if "ge" in limits else f"(more than {least})"]


def written(value: Any) -> str:
    """A default as it is written in the file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Enum):
        return str(value.value)
    return "" if str(value) == "." else str(value)

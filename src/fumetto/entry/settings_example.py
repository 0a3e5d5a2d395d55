""".env.example, made from the settings: every key with what it is for and its default."""

from __future__ import annotations

import textwrap
from enum import Enum
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from fumetto.kernel.settings import Settings, field_to_key

GROUPS = {
    "data_dir": "Where things are",
    "host": "Server",
    "database_url": "Database",
    "storage_backend": "Storage of derived files",
    "managed_copy": "Library",
    "max_archive_entries": "Limits for what comes from outside",
    "worker_concurrency": "Work in the background",
    "session_days": "Signing in",
    "smtp_host": "Mail, for passwords that were forgotten",
    "log_level": "Watching it",
    "development": "Development",
    "vision_provider": "Models, used by the companion",
}
"""The field that begins each group, with the group's title."""

HEADER = """\
# Fumetto's settings. Copy this file to .env and change what should differ from its default.
# The environment wins over .env, and the command line over both. An unknown or malformed key is an error that names it.
# This file is made from src/fumetto/kernel/settings.py by ./fumetto generate.
"""
WIDTH = 110


def render_settings_example() -> str:
    """The text of .env.example: each key commented out with its default, below its description."""
    lines = [HEADER]
    for name, field in Settings.model_fields.items():
        if name in GROUPS:
            title = f"# --- {GROUPS[name]} "
            lines.append(f"\n{title}{'-' * (60 - len(title))}\n")
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

"""Files that are made from the code and kept beside it: they are tested to be current."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from fumetto.entry.api import create_app
from fumetto.entry.models import write_data_model
from fumetto.entry.settings_example import render_settings_example
from fumetto.kernel.db.roles import Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage.opening import open_storage

OPENAPI = Path("web") / "openapi.json"


def write_all(home: Path) -> list[Path]:
    """Write them all below `home`; returns their paths."""
    written = [write_data_model(home)]
    for name, text in ((OPENAPI, openapi_text()), (Path(".env.example"), render_settings_example())):
        (home / name).write_text(text, "utf-8")
        written.append(home / name)
    return written


def openapi_text() -> str:
    return json.dumps(openapi_document(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def openapi_document() -> dict[str, Any]:
    """The HTTP API in OpenAPI 3.1. The application is put together for it and nothing is opened."""
    settings = Settings()
    database = Database(DatabaseServer("", ""), settings, Role.APP, contextlib.AsyncExitStack())
    return create_app(settings, database, open_storage(settings)).openapi()

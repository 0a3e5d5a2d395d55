"""What is in a backup: the last entry of the file, by which all others are checked.

The file is a ZIP whose entries are stored as they are:

    database.dump   pg_dump's custom format
    files/KEY       derived files, by their key in the storage
    library/PATH    books that were uploaded or copied in, of which there may be no other copy
    settings.env    settings in force, without secrets
    manifest.json   this
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = 1
DATABASE = "database.dump"
FILES = "files/"
LIBRARY = "library/"  # the same as the folder below the data directory
SETTINGS = "settings.env"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Part:
    """One entry of the file."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """made_at: ISO 8601, UTC. revision: of the schema, empty for a database without one. rows: by table. left_out:
    settings that were in force and are not in the file, because they are secrets or belong to the machine."""

    fumetto: str
    revision: str
    postgres: str
    made_at: str
    data_dir: str
    rows: Mapping[str, int]
    left_out: tuple[str, ...]
    parts: tuple[Part, ...]
    format: int = FORMAT

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Raises ValueError for anything that `to_json` did not write."""
        try:
            words: dict[str, Any] = json.loads(text)
            parts = tuple(Part(str(part["name"]), int(part["bytes"]), str(part["sha256"])) for part in words["parts"])
            rows = {str(table): int(count) for table, count in words["rows"].items()}
            left_out = tuple(str(name) for name in words["left_out"])
            texts = {name: str(words[name]) for name in ("fumetto", "revision", "postgres", "made_at", "data_dir")}
            return cls(**texts, rows=rows, left_out=left_out, parts=parts, format=int(words["format"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no manifest: {error!r}") from error

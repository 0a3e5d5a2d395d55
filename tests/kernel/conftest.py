"""For tests of migrations and of what has to survive them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fumetto.kernel.db import migrate


@pytest.fixture
def migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Adds migrations to a copy of ours that this test alone sees."""
    copy = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    head = migrate.revisions()[-1]
    monkeypatch.setattr(migrate, "MIGRATIONS", copy)

    def add(revision: str, body: str) -> None:
        text = (
            f'"""For a test."""\nfrom alembic import op\n\nrevision = "{revision}"\ndown_revision = "{head}"\n\n\n'
            f"def upgrade() -> None:\n    {body}\n"
        )
        (copy / "versions" / f"2999-01-01-0000_{revision}.py").write_text(text)

    return add

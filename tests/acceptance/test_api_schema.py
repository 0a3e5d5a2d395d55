"""Every operation of the API with whatever its description allows and does not: no answer is a server's error.

Half a minute in a usual run; `FUZZ_SECONDS=1800 pytest tests/acceptance/test_api_schema.py -n0` looks longer.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.fumetto import fumetto_up
from tests.builders.visits import API, visitor

SECONDS = int(os.environ.get("FUZZ_SECONDS", "30"))
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance,ignored_auth,use_after_free"
ENDLESS = r"/events$"
"""Streams that end when their subject does."""


@pytest.mark.timeout(SECONDS + 240)
def test_no_operation_fails_or_answers_otherwise_than_it_says(tmp_path: Path) -> None:
    with fumetto_up(tmp_path / "data") as running:
        with visitor(running, running.owner_link()) as owner:
            made = owner.post(f"{API}/api-keys", json={"name": "schema", "scopes": ["manage"]})
            made.raise_for_status()
            description = tmp_path / "openapi.json"
            description.write_bytes(owner.get(f"{API}/openapi.json").content)
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            str(description),
            f"--url={running.url}",
            f"--header=Authorization: Bearer {made.json()['token']}",
            f"--max-time={SECONDS}",
            f"--checks={CHECKS}",
            f"--exclude-path-regex={ENDLESS}",
            "--continue-on-failure",
            "--no-shrink",
            "--no-color",
            "--warnings=off",
            "--generation-database=none",
            "--request-timeout=30",
        ]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "API Operations" in ran.stdout, ran.stdout + ran.stderr
    assert ran.returncode == 0, ran.stdout[-8000:]

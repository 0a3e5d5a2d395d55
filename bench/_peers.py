"""Environments of their own for what the benches of the index are compared with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PEERS = {
    "pgvectorstore": ["langchain-postgres==0.0.19", "psycopg[binary]", "numpy"],
    "chroma": ["chromadb==1.5.9", "numpy"],
}
LONGEST = 3600  # seconds that one peer may take


def python_with(name: str, home: Path | None) -> tuple[Path | None, str]:
    """The Python of an environment that the peer is installed in, made if need be, or None and why there is none."""
    home = (home or Path(tempfile.gettempdir()) / f"fumetto-peers-{os.getuid()}") / name
    python = home / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    if not (home / "complete").exists():
        install = [uv, "pip", "install", "-q", "--python", python, *PEERS[name]]
        for command in ([uv, "venv", "-q", "--clear", "--python", sys.executable, home], install):
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, env=os.environ | {"UV_SYSTEM_CERTS": "1"}
            )
            if done.returncode:
                return None, done.stderr.strip()[-300:]
        (home / "complete").touch()
    return python, ""


def asked(python: Path, script: str, *arguments: str) -> dict[str, Any]:
    """What a peer's script says in its last line. Raises SystemExit with its last words when it fails."""
    command = [python, Path(__file__).with_name(script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
    if done.returncode:
        raise SystemExit(f"{script} failed: {done.stderr.strip()[-800:]}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer

"""What was loaded to stay is not searched for garbage."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"


def test_garbage_is_found_again_once_everything_is_loaded() -> None:
    code = (
        "import gc\nfrom fumetto.kernel.heap import loaded, loading\n"
        "loading()\nassert not gc.isenabled()\n"
        "kept = [[] for _ in range(1000)]\n"
        "loaded()\nassert gc.isenabled()\n"
        "assert gc.get_freeze_count() >= 1000\n"
        "ring = []\nring.append(ring)\ndel ring\nprint(gc.collect())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) >= 1

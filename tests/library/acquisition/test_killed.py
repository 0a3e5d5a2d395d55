"""Acquisition that is killed at any moment leaves nothing torn, and the next run finishes it without doing it twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from fumetto.library.acquisition.model import Source
from fumetto.library.acquisition.service import acquire_episode
from tests.builders.publisher import Publisher, slow, small_tree

HOME = Path(__file__).resolve().parents[3]
CHILD = """
import asyncio, sys
from pathlib import Path
from fumetto.library.acquisition.model import Source
from fumetto.library.acquisition.service import acquire_episode
source = Source(base=sys.argv[1], allow_private=True, pause=0.02)
asyncio.run(acquire_episode(source, "1", Path(sys.argv[2])))
"""


def start(base: str, out: Path) -> subprocess.Popen[bytes]:
    # Only what a Python needs: the settings of whoever runs the tests are none of the child's business.
    return subprocess.Popen([sys.executable, "-c", CHILD, base, str(out)], env={"PYTHONPATH": str(HOME / "src")})


def wait_for(publisher: Publisher, requests: int, child: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while len(publisher.requests) < requests and child.poll() is None and time.monotonic() < end:
        time.sleep(0.005)


def everything_whole(folder: Path) -> bool:
    for path in folder.rglob("*.jpg"):
        Image.open(BytesIO(path.read_bytes())).load()
    return True


@pytest.mark.parametrize("requests", [5, 13])
async def test_killed_in_the_middle_and_run_again(tmp_path: Path, requests: int) -> None:
    with Publisher(small_tree(tmp_path / "tree", episodes=1)) as publisher:
        publisher.manners[".jpg"] = slow(0.03)
        child = start(publisher.base, tmp_path / "out")
        wait_for(publisher, requests, child)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        folder = tmp_path / "out" / "ep01-potion-of-flight"
        assert everything_whole(folder)
        # What the folder remembers is there to the last byte; what is not remembered counts as not fetched.
        state = folder / ".acquired.json"
        remembered = json.loads(state.read_text("utf-8"))["files"] if state.exists() else {}
        assert all((folder / name).stat().st_size == kept["size"] for name, kept in remembered.items())

        publisher.manners.clear()
        publisher.requests.clear()
        result = await acquire_episode(Source(base=publisher.base, allow_private=True, pause=0), "1", tmp_path / "out")
        assert result.complete
        assert result.kept == len(remembered)
        asked = [request.path for request in publisher.requests]
        assert len(asked) == len(set(asked)) == result.fetched + 4  # list, languages, information, titles
        assert not list(folder.rglob("*.part"))
        assert everything_whole(folder)
        pages = sorted(path.name for path in (folder / "pages").iterdir())
        assert pages == ["credits.jpg", "page_001.jpg", "page_002.jpg", "title.jpg"]

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from fumetto.people.flags.board import BOARD

HERE = Path(__file__).parent
LEFT_OUT = {
    "reason-codes-cached": "flags are in memory: nothing is cached that could be told as such",
    "fractional-v1": "the older way to deal out; flagd's second is ours",
    "immutability": "of the SDK's own objects, which are not ours",
}


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> None:
    """The suites' tags are markers here, before the module that reads them is imported."""
    if module_path.is_relative_to(HERE):
        for tag in sorted({tag for file in HERE.rglob("*.feature") for tag in tags_of(file)}):
            parent.config.addinivalue_line("markers", f"{tag}: a tag of a conformance suite")


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            for tag in LEFT_OUT.keys() & {marker.name for marker in item.iter_markers()}:
                item.add_marker(pytest.mark.skip(reason=LEFT_OUT[tag]))


def tags_of(file: Path) -> set[str]:
    lines = [line for line in file.read_text("utf-8").splitlines() if line.lstrip().startswith("@")]
    return set(re.findall(r"@([\w.-]+)", " ".join(lines)))


@pytest.fixture(autouse=True)
def flags_as_shipped() -> Iterator[None]:
    """The board belongs to the process, and other tests come after these."""
    yield
    BOARD.put([])

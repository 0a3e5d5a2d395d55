"""The program as people have it: its commands and servers as processes, nothing replaced, nothing reached into."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.household import SHARED_BY, household

__all__ = ["household"]


@pytest.hookimpl(tryfirst=True)  # before the groups are looked at
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            module = item.path.stem
            # A module shares one running Fumetto, some modules the same one.
            item.add_marker(pytest.mark.xdist_group("household" if module in SHARED_BY else module))
            item.add_marker(pytest.mark.timeout(400))
    items.sort(key=lambda item: SHARED_BY.index(item.path.stem) if item.path.stem in SHARED_BY else -1)

"""The program as people have it: its commands and servers as processes, nothing replaced, nothing reached into."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.hookimpl(tryfirst=True)  # before the groups are looked at
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))  # a module shares one running Fumetto
            item.add_marker(pytest.mark.timeout(400))

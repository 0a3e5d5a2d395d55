"""A Fumetto that was started in an empty folder, once for all tests that can share it, and its owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.builders.fumetto import RunningFumetto, fumetto_up
from tests.builders.visits import visitor

SHARED_BY = ("test_starting", "test_reading_devices", "test_safekeeping")
"""Modules in the order in which their tests must run: the first looks at what a first start brings, the last restores a
backup over it."""


@dataclass
class Household:
    """A Fumetto with its sample, and its owner, who has come in by the link of the first start."""

    running: RunningFumetto
    owner: httpx.Client


@pytest.fixture(scope="session")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    data = tmp_path_factory.mktemp("household") / "data"
    with fumetto_up(data) as running, visitor(running, running.owner_link()) as owner:
        yield Household(running, owner)

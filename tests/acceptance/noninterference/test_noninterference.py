"""Nothing an answer says depends on what its reader has not read: whether it is there, or differs, or is not."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from tests.acceptance.noninterference.asking import reading_routes
from tests.acceptance.noninterference.exemptions import (
    BELOW_IT_NO_STORY,
    CONVERSATIONS,
    NAVIGATION,
    NOT_OF_THE_STORY,
    PICTURES,
)
from tests.acceptance.noninterference.library import BEYOND, TestLibrary, a_library
from tests.builders.api import an_app

SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


@pytest.fixture
async def library(app: FastAPI, database: Database) -> AsyncIterator[TestLibrary]:
    async with a_library(app, database) as library:
        yield library


def test_every_exemption_names_a_route(app: FastAPI) -> None:
    there = {context.path for context in iter_route_contexts(app.routes)}
    assert (NOT_OF_THE_STORY | CONVERSATIONS | PICTURES | NAVIGATION).keys() - there == set()
    assert all(any((path or "").startswith(beginning) for path in there) for beginning in BELOW_IT_NO_STORY)
    assert NAVIGATION.keys() <= {route.path for route in reading_routes(app)}


@pytest.mark.timeout(1800)  # dozens of libraries, each asked on every route twice
@hypothesis_settings(
    max_examples=max(10, hypothesis_settings().max_examples // 6),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=SEEDS, beyond=st.sampled_from(sorted(BEYOND)))
async def test_no_answer_depends_on_what_lies_beyond_the_horizon(library: TestLibrary, seed: int, beyond: str) -> None:
    assert await library.differences(seed, beyond) == []

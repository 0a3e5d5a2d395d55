"""Thumbs and numbers over HTTP: a reader's own answers, and what their owner sees of how all did."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
from fastapi import FastAPI

from fumetto.people.public import Role
from tests.builders.api import a_client_as
from tests.companion.conversations.beside import API, Beside

WHO = "Who said “too dangerous”?"


@pytest.fixture
async def reader(reader: Beside) -> Beside:
    """One who is on the second page."""
    await reader.opened(page=2)
    return reader


async def test_thumb_is_kept_changed_and_taken_back(reader: Beside) -> None:
    path = f"{API}/answers/{(await reader.is_told(WHO))['id']}/feedback"
    given = {"is_positive": True, "rating": 4, "comment": "Just so."}
    assert (await reader.client.put(path, json=given)).status_code == 204
    assert (await reader.messages())[-1]["feedback"] == given
    assert (await reader.client.put(path, json={"is_positive": False})).status_code == 204
    assert (await reader.messages())[-1]["feedback"] == {"is_positive": False, "rating": None, "comment": ""}
    assert (await reader.client.delete(path)).status_code == 204
    assert (await reader.messages())[-1]["feedback"] is None


async def test_answers_of_others_those_folded_away_and_none_at_all_look_the_same(app: FastAPI, reader: Beside) -> None:
    answer = (await reader.is_told(WHO))["id"]
    async with a_client_as(app) as other:
        assert (await other.put(f"{API}/answers/{answer}/feedback", json={"rating": 1})).status_code == 404
    assert (await reader.client.put(f"{API}/answers/{uuid.uuid4()}/feedback", json={"rating": 1})).status_code == 404
    assert (await reader.client.put(f"{API}/answers/{answer}/feedback", json={"rating": 6})).status_code == 422
    await reader.turns_to(1)
    assert (await reader.client.put(f"{API}/answers/{answer}/feedback", json={"rating": 1})).status_code == 404


async def test_owner_sees_how_answers_did_and_nobody_else_does(app: FastAPI, reader: Beside) -> None:
    liked = (await reader.is_told(WHO))["id"]
    disliked = (await reader.is_told("Who is the emperor of nowhere?", mode="wiki"))["id"]
    for answer, positive in ((liked, True), (disliked, False)):
        await reader.client.put(f"{API}/answers/{answer}/feedback", json={"is_positive": positive})
    assert (await reader.client.get(f"{API}/analytics")).status_code == 404
    async with a_client_as(app, Role.OWNER) as owner:
        told = (await owner.get(f"{API}/analytics")).json()
        table = (await owner.get(f"{API}/analytics.csv")).text
        backwards = await owner.get(f"{API}/analytics", params={"since": "2026-02-02", "until": "2026-01-01"})
        never = (await owner.get(f"{API}/analytics", params={"since": "2001-01-01", "until": "2001-01-31"})).json()
    whole = told["whole"]
    assert (whole["answers"], whole["positive"], whole["negative"], whole["not_finished"]) == (2, 1, 1, 0)
    assert [(one["mode"], one["model"]) for one in told["by_model"]] == [("page", "builtin"), ("wiki", "builtin")]
    assert [one["answers"] for one in told["by_day"]] == [2]
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["mode"], row["answers"], row["positive"]) for row in rows] == [("page", "1", "1"), ("wiki", "1", "0")]
    assert backwards.json()["code"] == "analytics_days_backwards"
    assert (never["whole"]["answers"], never["whole"]["latency_p50"], never["by_day"]) == (0, None, [])


async def test_numbers_outlive_the_conversation_and_say_nothing_of_who_asked(app: FastAPI, reader: Beside) -> None:
    await reader.is_told(WHO)
    conversation = reader.session["conversation"]["id"]
    assert (await reader.client.delete(f"{API}/conversations/{conversation}")).status_code == 204
    async with a_client_as(app, Role.OWNER) as owner:
        told = await owner.get(f"{API}/analytics")
    assert told.json()["whole"]["answers"] == 1
    assert "dangerous" not in told.text
    assert reader.client.account.name not in told.text  # type: ignore[attr-defined]

"""Conversations as their reader keeps them: gone on with, found again, renamed, taken along, deleted."""

from __future__ import annotations

import json
import uuid

from sqlalchemy import text

from fumetto.companion.conversations.rules import TITLE, folded, storable, title_of
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from tests.companion.conversations.beside import API, Beside


async def test_opening_goes_on_with_the_latest_conversation_until_a_new_one_is_wanted(reader: Beside) -> None:
    first = await reader.opened(1, 1, device="phone")
    await reader.is_told("Who said “golden egg”?")
    assert (await reader.opened(1, None, device="laptop"))["id"] == first["id"]
    elsewhere = await reader.opened(2, 1)
    assert elsewhere["conversation"]["id"] == first["conversation"]["id"]
    assert elsewhere["id"] != first["id"]
    assert [one["kind"] for one in await reader.messages()] == ["message", "message"]
    new = await reader.opened(1, 1, new=True)
    assert new["conversation"]["id"] != first["conversation"]["id"]
    assert await reader.messages() == []
    back = await reader.opened(1, 2, conversation_id=first["conversation"]["id"])
    assert (back["id"], back["page_id"]) == (first["id"], str(reader.story.page(1, 2)))


async def test_episode_or_conversation_that_is_not_there_is_named(reader: Beside) -> None:
    for body, code in (
        ({"episode_id": str(uuid.uuid4())}, "episode_not_found"),
        (
            {"episode_id": str(reader.story.pages[1, 1].episode_id), "conversation_id": str(uuid.uuid4())},
            "conversation_not_found",
        ),
        (
            {"episode_id": str(reader.story.pages[1, 1].episode_id), "persona_id": str(uuid.uuid4())},
            "persona_not_found",
        ),
    ):
        answer = await reader.client.post(f"{API}/sessions", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_conversations_are_listed_newest_first_and_found_by_what_was_said(reader: Beside) -> None:
    for question in ("Who said “golden egg”?", "Where is 100%_sure?", "What just happened?"):
        await reader.opened(1, 1, new=True)
        await reader.is_told(question)
    listed = await reader.get("/conversations", limit=2)
    assert [one["title"] for one in listed["items"]] == ["What just happened?", "Where is 100%_sure?"]
    further = await reader.get("/conversations", limit=2, cursor=listed["next_cursor"])
    assert [one["title"] for one in further["items"]] == ["Who said “golden egg”?"]
    assert further["next_cursor"] is None
    item = further["items"][0]
    assert (item["message_count"], item["series"]["title"]) == (2, "A Story")
    assert item["last_page_id"] == str(reader.story.page(1, 1))
    assert [one["title"] for one in (await reader.get("/conversations", q="WHO SAID"))["items"]] == [item["title"]]
    assert [one["title"] for one in (await reader.get("/conversations", q="0%_"))["items"]] == ["Where is 100%_sure?"]
    assert (await reader.get("/conversations", series_id=str(uuid.uuid4())))["items"] == []
    wrong = await reader.client.get(f"{API}/conversations", params={"cursor": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "cursor_invalid")


async def test_each_device_is_shown_the_conversations_up_to_its_own_page(reader: Beside) -> None:
    """A phone on page 4, and a laptop that goes back to page 1 in another conversation, later."""
    for page in (1, 2, 3, 4):
        phone = await reader.opened(1, page, device="phone")
    await reader.is_told("Who said “full of poison”?")
    laptop = await reader.opened(1, 1, new=True, device="laptop")
    await reader.is_told("Who said “golden egg”?")
    late, early = "Who said “full of poison”?", "Who said “golden egg”?"
    for where, titles, hidden in (
        ({"session_id": phone["id"]}, [early, late], 0),
        ({"session_id": laptop["id"]}, [early], 1),
        ({}, [early], 1),
    ):
        listed = await reader.get("/conversations", **where)
        assert ([one["title"] for one in listed["items"]], listed["folded"]) == (titles, hidden), where
    found = await reader.get("/conversations", session_id=phone["id"], q="poison")
    assert [one["title"] for one in found["items"]] == [late]
    nobodys = await reader.client.get(f"{API}/conversations", params={"session_id": str(uuid.uuid4())})
    assert (nobodys.status_code, nobodys.json()["code"]) == (404, "chat_session_not_found")


async def test_reader_renames_a_conversation_and_takes_the_name_back(reader: Beside) -> None:
    opened = await reader.opened(1, 1)
    await reader.is_told("Who said “golden egg”?")
    path = f"{API}/conversations/{opened['conversation']['id']}"
    named = await reader.client.patch(path, json={"title": " About\u0000 the\negg "})
    assert named.json()["title"] == "About the egg"
    assert (await reader.get("/conversations", q="about the"))["items"][0]["title"] == "About the egg"
    assert (await reader.client.patch(path, json={})).json()["title"] == "About the egg"
    assert (await reader.client.patch(path, json={"title": ""})).json()["title"] == "Who said “golden egg”?"
    assert (await reader.client.patch(path, json={"title": "x" * 513})).status_code == 422


async def test_messages_come_in_pieces_newest_last(reader: Beside) -> None:
    opened = await reader.opened(1, 1)
    for number in range(3):
        await reader.is_told(f"What is number {number}?")
    path = f"/sessions/{opened['id']}/messages"
    last = await reader.get(path, limit=4)
    first = await reader.get(path, limit=4, cursor=last["next_cursor"])
    questions = [one["content"] for one in first["items"] + last["items"] if one["author"] == "user"]
    assert questions == [f"What is number {number}?" for number in range(3)]
    assert (len(last["items"]), len(first["items"]), first["next_cursor"]) == (4, 2, None)


async def test_conversation_is_taken_along_as_json_and_as_markdown(reader: Beside) -> None:
    opened = await reader.opened(1, 1)
    await reader.is_told("Who said “golden egg”, *truly* <b>?")
    path = f"{API}/conversations/{opened['conversation']['id']}/export"
    as_json = await reader.client.get(path)
    assert [one["author"] for one in json.loads(as_json.content)["messages"]] == ["user", "assistant"]
    as_text = await reader.client.get(path, params={"format": "markdown"})
    assert as_text.headers["content-type"] == "text/markdown; charset=utf-8"
    assert 'filename="Who said golden egg truly b.md"' in as_text.headers["content-disposition"]
    assert r"## Who said “golden egg”, \*truly\* \<b\>?" in as_text.text
    assert "1. Episode 1, page 1: “The owl guards a golden egg." in as_text.text
    assert (await reader.client.get(path, params={"format": "pdf"})).status_code == 422


async def test_deleted_conversation_leaves_nothing_behind(reader: Beside, database: Database) -> None:
    first = await reader.opened(1, 1)
    await reader.is_told("Who said “golden egg”?")
    await reader.opened(1, 1, new=True)
    await reader.is_told("What just happened?")
    gone = await reader.client.delete(f"{API}/conversations/{first['conversation']['id']}")
    assert gone.status_code == 204
    assert [one["title"] for one in (await reader.get("/conversations"))["items"]] == ["What just happened?"]
    assert (await reader.client.delete(f"{API}/conversations")).status_code == 204
    async with database.read(EVERY_READER) as session:
        for table in ("conversations", "chat_sessions", "chat_messages", "chat_events", "retrieval_traces"):
            assert await session.scalar(text(f"SELECT count(*) FROM app.{table}")) == 0, table  # noqa: S608 - names of ours


async def test_what_is_suggested_has_an_answer_and_an_answer_can_be_asked_for_again(reader: Beside) -> None:
    opened = await reader.opened(1, 2)
    suggested = (await reader.get(f"/sessions/{opened['id']}/suggestions"))["items"]
    assert [one["text"] for one in suggested][:1] == ["What just happened?"]
    answers = [await reader.is_told(**one) for one in suggested]
    assert all(answer["found"] and answer["citations"] for answer in answers)
    path = f"{API}/answers/{answers[0]['id']}"
    replayed = (await reader.client.post(f"{path}/replay")).json()
    assert replayed["then"]["question"] == replayed["now"]["question"] == "What just happened?"
    assert replayed["then"]["answer"] == replayed["now"]["answer"] == answers[0]["content"]
    assert replayed["then"]["timings"]
    assert len(await reader.messages()) == 2 * len(suggested)
    await reader.turns_to(1)
    for method, address in (("GET", f"{path}/trace"), ("POST", f"{path}/replay")):
        told = await reader.client.request(method, address)
        assert (told.status_code, told.json()["code"]) == (404, "answer_not_found")


def test_title_is_the_beginning_of_the_first_question() -> None:
    assert title_of(None) == ""
    assert title_of("Who\n is she?") == "Who is she?"
    long = title_of("word " * 40)
    assert (len(long) <= TITLE, long.endswith("word…")) == (True, True)
    assert title_of("x" * 200) == "x" * (TITLE - 1) + "…"


def test_runs_of_what_may_not_be_told_are_folded() -> None:
    assert folded(["a", None, None, "b", None]) == ["a", 2, "b", 1]
    assert folded([]) == []


def test_what_the_database_does_not_take_is_taken_out() -> None:
    assert storable({"text": "a\0b\ud800", "parts": ("\0", 1, None)}) == {"text": "ab", "parts": ["", 1, None]}


async def test_new_chat_tapped_again_and_again_leaves_one_conversation(reader: Beside, database: Database) -> None:
    first = await reader.opened(1, 1, new=True)
    second = await reader.opened(1, 2, new=True)
    assert second["conversation"]["id"] == first["conversation"]["id"]
    await reader.is_told("Who is Ada?")
    third = await reader.opened(1, 2, new=True)
    assert third["conversation"]["id"] != first["conversation"]["id"]
    await reader.client.patch(f"{API}/conversations/{third['conversation']['id']}", json={"title": "Mine"})
    fourth = await reader.opened(1, 2, new=True)
    assert fourth["conversation"]["id"] != third["conversation"]["id"]
    async with database.read(EVERY_READER) as session:
        row = await (await session.raw().execute("SELECT count(*) FROM app.conversations")).fetchone()
    assert row == (3,)

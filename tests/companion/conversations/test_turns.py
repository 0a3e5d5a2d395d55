"""Answers on their way: sent twice, followed by many, left, stopped, cut off, and told to nobody else."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from fumetto.companion.conversations import keeping, tasks
from fumetto.companion.conversations.following import Following
from fumetto.companion.conversations.turns import Turns
from fumetto.companion.kinds import TurnState
from fumetto.entry.companion import companion_rooms
from fumetto.entry.wiring import bind_rooms
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.settings import Settings, load_settings
from fumetto.kernel.storage.opening import open_storage
from fumetto.kernel.web.sse import ServerEvent
from tests.builders.api import a_client, an_app
from tests.builders.speakers import Thinking
from tests.builders.world import Story
from tests.companion.conversations.beside import API, Beside, a_reader_beside, a_told_story
from tests.companion.conversations.slow import GATHERED, MODEL, Slow

HOME = Path(__file__).resolve().parents[3]


def followed(app: FastAPI, reader: Beside, asked: dict[str, str], after: int = 0) -> AsyncIterator[ServerEvent]:
    """The events as they come; what httpx asks the application for comes all at once."""
    reader_id = reader.client.account.id  # type: ignore[attr-defined]
    question_id = uuid.UUID(asked["question"]["id"])  # type: ignore[index]
    return Following(app.state.companion, app.state.database, reader_id, question_id, "en", after=after).events()


async def some(events: AsyncIterator[ServerEvent], count: int) -> list[str]:
    return [(await anext(events)).event or "" for _ in range(count)]


async def rest(events: AsyncIterator[ServerEvent]) -> list[tuple[str, str]]:
    return [(one.id or "", one.event or "") async for one in events]


def job(app: FastAPI, settings: Settings) -> JobContext:
    return JobContext(app.state.database, settings, open_storage(settings), 1, "test", 1, None, lambda: False)


async def test_question_is_answered_as_it_comes_and_kept(reader: Beside) -> None:
    await reader.opened(page=2)
    asked = await reader.asks("Who said “too dangerous”?")
    told = await reader.follows(asked)
    assert {"started", "retrieved", "citation", "sentence"} <= {one.event for one in told}
    assert [one.id for one in told] == list(range(1, len(told) + 1))
    assert (told[0].event, told[-1].event) == ("started", "done")
    assert all(not name.startswith("_") for one in told for name in one.data)
    message = told[-1].data["message"]
    assert message["id"] == asked["answer_id"]
    assert "Ben says it on page 2 of episode 1" in message["content"]
    assert message["citations"][0]["page_number"] == 2
    question, answer = await reader.messages()
    assert (question["content"], question["state"]) == ("Who said “too dangerous”?", "done")
    assert answer == message
    again = await reader.follows(asked)
    assert [(one.id, one.event, one.data) for one in again] == [(one.id, one.event, one.data) for one in told]


async def test_same_request_sent_twice_is_asked_once(reader: Beside, slow: Slow) -> None:
    await reader.opened(page=1)
    request_id = str(uuid.uuid4())
    first, second = await asyncio.gather(*(reader.asks("Who?", request_id=request_id) for _ in range(2)))
    assert first == second
    busy = await reader.posts("And now?")
    assert (busy.status_code, busy.json()["code"]) == (409, "companion_busy")
    assert busy.json()["values"]["events"] == first["events"]
    slow.go_on.set()
    assert (await reader.follows(first))[-1].event == "done"
    assert await reader.asks("Who?", request_id=request_id) == first | {
        "question": first["question"] | {"state": "done"}
    }
    assert slow.begun == 1
    assert len(await reader.messages()) == 2


async def test_client_that_comes_back_goes_on_where_it_was_and_nothing_is_answered_twice(
    app: FastAPI, reader: Beside, slow: Slow
) -> None:
    await reader.opened(page=1)
    asked = await reader.asks("Who?")
    here, there = followed(app, reader, asked), followed(app, reader, asked)
    assert await some(here, 4) == await some(there, 4) == ["started", "retrieved", "citation", "sentence"]
    await here.aclose()  # type: ignore[attr-defined]
    slow.go_on.set()
    assert await rest(followed(app, reader, asked, after=4)) == [("5", "sentence"), ("6", "done")]
    assert await rest(there) == [("5", "sentence"), ("6", "done")]
    assert [(str(one.id), one.event) for one in await reader.follows(asked, after=4)] == [
        ("5", "sentence"),
        ("6", "done"),
    ]
    assert [one.event for one in await reader.follows(asked, after=99)] == ["done"]
    assert slow.begun == slow.ended == 1


async def test_cancelled_answer_keeps_what_had_come(app: FastAPI, reader: Beside, slow: Slow) -> None:
    await reader.opened(page=1)
    asked = await reader.asks("Who?")
    events = followed(app, reader, asked)
    await some(events, 4)
    cancelled = await reader.client.post(f"{API}/turns/{asked['question']['id']}/cancel")
    assert cancelled.status_code == 204
    assert await rest(events) == [("5", "done")]
    question, answer = await reader.messages()
    assert (question["state"], answer["state"], answer["content"]) == ("cancelled", "cancelled", "First. [1]")
    assert answer["note"] == ""  # to stop is no mistake
    assert slow.ended == 1
    assert (await reader.posts("And now?")).status_code == 202


@pytest.mark.parametrize("leaves", [True, False], ids=["the client leaves", "the server ends"])
async def test_answer_that_nobody_waits_for_is_stopped_and_kept_as_cut_off(
    app: FastAPI, settings: Settings, reader: Beside, leaves: bool
) -> None:
    slow = Slow()
    rooms = companion_rooms(settings, app.state.database)
    app.state.companion = turns = Turns(app.state.database, rooms, grace=0.1, run=slow.run)
    await reader.opened(page=1)
    asked = await reader.asks("Who?")
    events = followed(app, reader, asked)
    await some(events, 4)
    if leaves:
        await events.aclose()  # type: ignore[attr-defined]
        while turns.here(uuid.UUID(asked["question"]["id"])):  # noqa: ASYNC110 - following it would be company
            await asyncio.sleep(0.01)
    else:
        await turns.close()
        assert await rest(events) == [("5", "done")]
    _, answer = await reader.messages()
    assert (answer["state"], answer["content"]) == ("cut_off", "First. [1]")
    assert slow.ended == 1


async def test_stopped_answer_shows_what_it_was_made_of_so_far(
    app: FastAPI, settings: Settings, reader: Beside
) -> None:
    speaker = Thinking("The owl guards a golden egg [1]. It")
    rooms = replace(companion_rooms(settings, app.state.database), speakers=speaker)
    app.state.companion = turns = Turns(app.state.database, rooms, grace=3600)
    await reader.opened(page=1)
    asked = await reader.asks("Who guards the egg?")
    events = followed(app, reader, asked)
    await some(events, 4)
    await reader.client.post(f"{API}/turns/{asked['question']['id']}/cancel")
    trace = await reader.get(f"/answers/{asked['answer_id']}/trace")
    assert trace["answer"] == "The owl guards a golden egg. [1]"
    assert trace["model"] == speaker.name
    assert [one["sentence"] for one in trace["checks"]] == ["The owl guards a golden egg."]
    assert "golden egg" in str(trace["context"])
    assert trace["token_counts"]["input"] == 7
    assert {"retrieve", "generate", "whole"} <= trace["timings"].keys()
    await turns.close()


async def test_what_another_process_ended_is_kept_whole_once_its_own_says_more(
    app: FastAPI, reader: Beside, slow: Slow
) -> None:
    """Ended as lost by somebody else, with the first half of its trace; then its own process hears of it."""
    turns: Turns = app.state.companion
    await reader.opened(page=1)
    asked = await reader.asks("Who?")
    question_id = uuid.UUID(asked["question"]["id"])
    running = turns.here(question_id)
    assert running is not None
    while not running.half_kept:  # noqa: ASYNC110 - nobody tells when a log was written
        await asyncio.sleep(0.02)
    async with app.state.database.write(running.reader_id) as session:
        await keeping.close(session, running.reader_id, question_id, TurnState.CUT_OFF)
    assert (await reader.get(f"/answers/{asked['answer_id']}/trace"))["timings"] == {"retrieve": 3}
    await turns.cancel(question_id, running.reader_id)
    whole = await reader.get(f"/answers/{asked['answer_id']}/trace")
    assert (whole["state"], whole["timings"]) == ("cut_off", dict(GATHERED.timings))


async def test_reader_who_pages_back_meanwhile_is_told_no_more(app: FastAPI, reader: Beside, slow: Slow) -> None:
    await reader.opened(page=1)
    await reader.turns_to(3)
    asked = await reader.asks("Who?")
    events = followed(app, reader, asked)
    await some(events, 4)
    await reader.turns_to(2)
    slow.go_on.set()
    assert await rest(events) == [("5", "folded")]
    assert {one["kind"] for one in await reader.messages()} == {"folded"}
    assert (await reader.get("/conversations"))["items"] == []
    await reader.turns_to(3)
    assert (await reader.follows(asked))[-1].data["message"]["content"] == "First. [1]\nSecond. [1]"


@pytest.mark.parametrize("killed", [False, True])
async def test_answer_that_was_ended_before_its_first_sentence_has_a_trace(
    app: FastAPI, settings_with_database: Settings, reader: Beside, slow: Slow, killed: bool
) -> None:
    slow.silent = True
    await reader.opened(page=2)
    asked = await reader.asks("Who is Ada?")
    events = Following(
        app.state.companion, app.state.database, reader.client.account.id,  # type: ignore[attr-defined]
        uuid.UUID(asked["question"]["id"]), "en",
    ).events()  # fmt: skip
    assert [(await anext(events)).event for _ in range(2)] == ["started", "retrieved"]
    if killed:  # what is known of it is what its log has
        await app.state.companion._flush()
        async with app.state.database.write(EVERY_READER) as session:
            await session.execute(text("UPDATE app.chat_messages SET beat_at = now() - interval '1 hour'"))
        await tasks.close_lost_turns(job(app, settings_with_database))
    else:
        await reader.client.post(f"{API}/turns/{asked['question']['id']}/cancel")
    assert [one["author"] for one in await reader.messages()] == ["user"]
    trace = await reader.get(f"/answers/{asked['answer_id']}/trace")
    assert (trace["question"], trace["answer"], trace["state"]) == (
        "Who is Ada?", "", "cut_off" if killed else "cancelled",
    )  # fmt: skip
    assert trace["context"][0]["text"] == "The owl guards a golden egg."
    await reader.turns_to(1)
    assert (await reader.client.get(f"{API}/answers/{asked['answer_id']}/trace")).status_code == 404


async def test_answer_whose_server_was_killed_is_kept_once_as_far_as_it_came(
    app: FastAPI, settings_with_database: Settings, reader: Beside
) -> None:
    await reader.opened(page=2)
    url = settings_with_database.database_url
    assert url is not None
    reader_id = reader.client.account.id  # type: ignore[attr-defined]
    process = subprocess.Popen(  # noqa: ASYNC220 - it is waited for in a thread
        [sys.executable, "-m", "tests.companion.conversations.killed_process", str(reader_id), reader.session["id"]],
        stdout=subprocess.PIPE,
        cwd=HOME,
        text=True,
        env={"PYTHONPATH": f"{HOME / 'src'}:{HOME}", "DATABASE_URL": url.get_secret_value(), "PATH": "/usr/bin:/bin"},
    )
    assert process.stdout is not None
    question_id = (await asyncio.to_thread(process.stdout.readline)).strip()
    assert (await reader.posts("Another?")).status_code == 409
    process.send_signal(signal.SIGKILL)
    process.wait()
    asked = {"events": f"{API}/turns/{question_id}/events"}
    assert [one["state"] for one in await reader.messages()] == ["running"]
    async with app.state.database.write(EVERY_READER) as session:
        await session.execute(text("UPDATE app.chat_messages SET beat_at = now() - interval '1 hour'"))
    context = job(app, settings_with_database)
    told, _, next_one = await asyncio.gather(
        reader.follows(asked), tasks.close_lost_turns(context), reader.asks("And now?")
    )
    await reader.follows(next_one)
    assert [one.event for one in told] == ["started", "retrieved", "citation", "sentence", "done"]
    kept = [one for one in await reader.messages() if one["state"] == "cut_off"]
    assert [one["content"] for one in kept] == ["Who is Ada?", "First. [1]"]
    assert kept[1]["citations"][0]["page_number"] == 2
    trace = await reader.get(f"/answers/{kept[1]['id']}/trace")
    assert (trace["state"], trace["answer"], trace["model"]) == ("cut_off", "First. [1]", MODEL)
    assert trace["hits"][0]["score"] == 0.5
    assert trace["context"][0]["text"] == "The owl guards a golden egg."
    assert (trace["prompt"][0]["content"], trace["prompt_version"]) == ("Who?", "en-1")
    assert trace["timings"] == {"retrieve": 3}


async def test_no_connection_is_held_while_a_model_is_awaited(
    settings: Settings, database_server: DatabaseServer
) -> None:
    """Four times as many answers on their way, each followed, as there are connections; others are served as ever."""
    bind_rooms()
    small = load_settings({}, **settings.model_dump(include=settings.model_fields_set), database_pool_size=2)
    async with await Database.on(database_server, small) as database:
        app = an_app(small, database)
        slow = Slow()
        app.state.companion = turns = Turns(database, companion_rooms(small, database), grace=3600, run=slow.run)
        async with a_reader_beside(app, await a_told_story(database)) as reader:
            streams = []
            for _ in range(8):
                await reader.opened(page=1, new=True)
                events = followed(app, reader, await reader.asks("Who?"))
                await some(events, 4)
                streams.append(asyncio.create_task(rest(events)))
            await reader.opened(page=1, new=True)
            ninth = await reader.posts("Who?")
            assert (ninth.status_code, ninth.json()["code"]) == (429, "companion_too_many")
            assert database.statistics()["general"]["lent"] == 0
            assert (await reader.client.get("/api/v1/series")).status_code == 200
            slow.go_on.set()
            assert {ended[-1][1] for ended in await asyncio.gather(*streams)} == {"done"}
        await turns.close()


async def test_failure_is_told_with_the_way_out_and_the_question_is_kept(
    app: FastAPI, settings: Settings, reader: Beside
) -> None:
    async def broken(turn: object, rooms: object) -> AsyncIterator[object]:
        raise RuntimeError("a mistake of ours")
        yield

    rooms = companion_rooms(settings, app.state.database)
    app.state.companion = Turns(app.state.database, rooms, grace=20, run=broken)  # type: ignore[arg-type]
    await reader.opened(page=1)
    [last] = await reader.follows(await reader.asks("Who?"))
    assert (last.event, last.data["code"], last.data["retry"]) == ("failed", "answer_failed", True)
    assert "Ask again" in last.data["detail"]
    assert [(one["content"], one["state"]) for one in await reader.messages()] == [("Who?", "failed")]


async def test_what_was_streamed_is_forgotten_after_a_day_and_the_answer_stays(
    app: FastAPI, settings: Settings, reader: Beside
) -> None:
    await reader.opened(page=1)
    asked = await reader.asks("Who said “golden egg”?")
    whole = await reader.follows(asked)
    async with app.state.database.write(EVERY_READER) as session:
        await session.execute(text("UPDATE app.chat_events SET created_at = now() - interval '2 days'"))
    await tasks.tidy_turns(job(app, settings))
    [last] = await reader.follows(asked)
    assert (last.event, last.data) == ("done", whole[-1].data)


BAD = {
    "nothing": ({"text": "  \n "}, "question_empty"),
    "what does not print": ({"text": "\u0000\u202e\u200b"}, "question_empty"),
    "too long": ({"text": "a" * 2001}, "question_too_long"),
    "enormous": ({"text": "a" * 200_000}, "invalid"),
    "another mode": ({"mode": "support"}, "invalid"),
    "no language": ({"language": "<script>"}, "invalid"),
    "no request": ({"request_id": None}, "invalid"),
}


async def test_model_that_is_not_on_offer_is_refused_and_asked_nothing(reader: Beside) -> None:
    await reader.opened(page=1)
    answer = await reader.posts("Who?", model="openai/gpt-99")
    assert (answer.status_code, answer.json()["code"]) == (422, "chat_model_unknown")
    assert "openai/gpt-99" in answer.json()["detail"]
    assert await reader.messages() == []
    assert (await reader.is_told("Who said “golden egg”?", model="builtin"))["model"] == "builtin"


async def test_bad_questions_are_refused_with_the_way_out_and_nothing_is_kept(reader: Beside) -> None:
    await reader.opened(page=1)
    for name, (body, code) in BAD.items():
        answer = await reader.posts(**{"text": "Who?"} | body)
        assert (answer.status_code, answer.json()["code"]) == (422, code), name
        assert len(answer.json()["detail"]) > 20, name
    assert await reader.messages() == []
    cleaned = await reader.asks("Who\u0000 is\u202e  Ada?\r\n\r\nTell <b>me</b>!")
    assert cleaned["question"]["content"] == "Who is Ada? Tell <b>me</b>!"
    await reader.follows(cleaned)


async def test_page_out_of_range_is_not_found_and_changes_nothing(reader: Beside) -> None:
    opened = await reader.opened(page=2)
    for page_id in (str(uuid.uuid4()), str(reader.story.page(2, 1))):
        answer = await reader.client.patch(f"{API}/sessions/{opened['id']}", json={"page_id": page_id})
        assert (answer.status_code, answer.json()["code"]) == (404, "page_not_found")
    assert (await reader.get(f"/sessions/{opened['id']}"))["page_id"] == opened["page_id"]
    turned = await reader.turns_to(4)
    assert turned["page_id"] == str(reader.story.page(1, 4))
    episode = reader.story.pages[1, 1].episode_id
    progress = await reader.client.get(f"/api/v1/reading/progress/{episode}")
    assert progress.json()["items"][0]["order_index"] == 3


async def test_another_readers_conversation_is_nowhere_to_be_found(app: FastAPI, story: Story) -> None:
    async with a_reader_beside(app, story) as owner, a_reader_beside(app, story) as other, a_client(app) as nobody:
        await owner.opened(page=2)
        answer = await owner.is_told("Who said “golden egg”?")
        await other.opened(page=2)
        session, conversation = owner.session["id"], owner.session["conversation"]["id"]
        episode = str(story.pages[1, 1].episode_id)
        question = {"text": "Who?", "request_id": str(uuid.uuid4())}
        asked: list[tuple[str, str, dict[str, str] | None]] = [
            ("GET", f"/sessions/{session}", None),
            ("PATCH", f"/sessions/{session}", {"page_id": str(story.page(1, 1))}),
            ("GET", f"/sessions/{session}/messages", None),
            ("POST", f"/sessions/{session}/messages", question),
            ("POST", "/sessions", {"episode_id": episode, "conversation_id": conversation}),
            ("GET", f"/turns/{answer['answers_id']}/events", None),
            ("POST", f"/turns/{answer['answers_id']}/cancel", None),
            ("GET", f"/conversations/{conversation}", None),
            ("PATCH", f"/conversations/{conversation}", {"title": "Mine"}),
            ("DELETE", f"/conversations/{conversation}", None),
            ("GET", f"/conversations/{conversation}/export", None),
            ("GET", f"/answers/{answer['id']}/trace", None),
        ]
        for method, path, body in asked:
            for client, status in ((other.client, 404), (nobody, 401)):
                told: httpx.Response = await client.request(method, f"{API}{path}", json=body)
                assert told.status_code == status, (method, path, told.text)
        assert (await other.get("/conversations"))["items"] == []
        assert (await other.client.delete(f"{API}/conversations")).status_code == 204
        assert len(await owner.messages()) == 2


def test_grace_is_a_setting() -> None:
    assert load_settings({"FUMETTO_COMPANION_GRACE_SECONDS": "3"}).companion_grace_seconds == 3
    assert TurnState.CUT_OFF.value == "cut_off"

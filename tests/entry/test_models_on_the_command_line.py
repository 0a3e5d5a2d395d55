"""doctor asks the chat models; usage tells what they cost."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

from typer.testing import CliRunner

from fumetto.billing.public import reserve, settle
from fumetto.entry.cli.main import app
from fumetto.entry.doctor import answers
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from tests.builders.chat_servers import MODEL, chat_settings, serving


async def test_doctor_asks_every_model_one_word_and_says_what_is_amiss(settings: Settings) -> None:
    assert [(one.ok, one.part) for one in await answers(settings)] == [(True, "answers")]
    with serving(lambda _: ["ready"]) as server:
        named = chat_settings(settings, server, chat_models="anthropic/other,ollama/gone", chat_limit_day=1.0)
        named = named.model_copy(update={"anthropic_api_key": Settings().anthropic_api_key})
        well, keyless, free, unpriced = await answers(named)
        assert sorted(asked.body["model"] for asked in server.asked) == ["gone", MODEL]
        assert all(len(asked.messages) == 1 for asked in server.asked)
        assert well.ok
        assert f"openai/{MODEL} on {server.address}/v1" in well.detail
        assert (keyless.ok, free.ok) == (False, True)
        assert "ANTHROPIC_API_KEY is empty" in keyless.detail
        assert (unpriced.part, unpriced.ok) == ("spending", False)
        assert "anthropic/other: no price" in unpriced.detail, "a server of one's own wants no money"
        server.always = 404
        missing, *_ = await answers(named)
    assert not missing.ok
    assert f"There is no chat model openai/{MODEL}" in missing.detail


async def a_question_that_cost(database: Database, settings: Settings) -> None:
    reserved = await reserve(database, settings, None, "openai/made-up", most_in=5000, most_out=0)
    assert reserved is not None
    await settle(database, settings, reserved, tokens_in=1200, tokens_out=34)


def test_usage_tells_what_was_used_and_what_is_left(settings_with_database: Settings) -> None:
    url = settings_with_database.database_url
    assert url is not None
    priced = {"CHAT_PRICES": "openai/made-up=1:1", "CHAT_LIMIT_DAY": "0.01", "DATABASE_URL": url.get_secret_value()}
    where = ["--data-dir", str(settings_with_database.data_dir)]
    runner = CliRunner()
    assert "No metered model was used" in runner.invoke(app, ["usage", *where], env=priced).output

    async def use() -> None:
        settings = settings_with_database.model_copy(update={"chat_prices": "openai/made-up=1:1"})
        async with await Database.open(settings) as database:
            await a_question_that_cost(database, settings)

    asyncio.run(use())
    told = json.loads(runner.invoke(app, ["usage", "--json", *where], env=priced).output)
    today = datetime.now(UTC).date().isoformat()
    row = {"model": "openai/made-up", "requests": 1, "tokens_in": 1200, "tokens_out": 34, "cost": 0.001234}
    assert told["used"] == [{"day": today} | row]
    assert told["limits"][0] == {"kind": "day", "limit": 0.01, "spent": 0.001234, "left": 0.008766}
    said = runner.invoke(app, ["usage", *where], env=priced).output
    assert "Today: 0.001234 of 0.01 EUR spent, 0.008766 left." in said
    assert "In all: 0.001234 EUR spent. There is no limit." in said

"""A teenager tells Betty about a bad day, in French, with no model."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event

from fumetto.kernel.db.sessions import Database
from tests.builders.api import a_client_as
from tests.companion.support.talking import SUPPORT, a_talk, a_teenager, words_of

STORIES = (
    "page_texts",
    "balloons",
    "characters",
    "wiki",
    "panels",
    "page_descriptions",
    "world_entities",
    "commentary",
)

pytestmark = pytest.mark.usefixtures("texts")


async def test_a_teenager_tells_betty_about_a_bad_day_in_french(app: FastAPI, database: Database) -> None:
    young, _ = await a_teenager(database)
    async with a_client_as(app, account=young) as client:  # type: ignore[arg-type] # it has an account's id
        tapped = await a_talk(client, "grumio")
        talk = await a_talk(client)  # nothing was said to the first, so none is left behind
        assert talk.conversation["id"] == tapped.conversation["id"]
        assert talk.conversation["monster"]["name"] == "betty"
        assert (await client.get(f"{SUPPORT}/conversations")).json()["items"] == []
        assert "un programme, pas un être humain" in talk.conversation["opening"][0]
        assert "ni thérapeute ni médecin" in talk.conversation["opening"][0]
        asked: list[str] = []

        told = await talk.say(
            "J'ai passé une sale journée."
            " À la cantine des filles de ma classe se sont moquées de moi, tout le monde a ri."
        )
        assert "Ce n’est pas ta faute" in words_of(told)
        assert told["model"] == "builtin"
        asked.append(told["sentences"][-1]["text"])
        # Who and where were told already.
        assert asked[-1] == "C’était la première fois, ou ça arrive plus souvent\u202f?"
        assert "Presque tous les jours" in [chip["text"] for chip in told["suggestions"]]

        told = await talk.say("Presque tous les jours")
        asked.append(told["sentences"][-1]["text"])
        told = await talk.say("Je préfère ne pas le dire")
        assert words_of(told).startswith("Pas de souci")

        told = await talk.say("J'ai honte. Qu'est-ce que je peux faire ?")
        cited = [one for one in told["sentences"] if one["citations"]]
        assert cited
        place = told["citations"][0]["document"]
        assert place["title"].startswith("Ce que tu peux faire")
        assert place["section"] in {"Sur le moment", "Après"}
        assert any("UNICEF" in source for source in place["sources"])
        assert told["citations"][0]["quote"] == cited[0]["text"]
        assert "un adulte à qui tu fais un peu confiance" in words_of(told)

        again = await talk.say("tu peux m'aider encore ?")
        assert not {one["text"] for one in again["sentences"] if one["citations"]} & {one["text"] for one in cited}

        human = await talk.say("t'es une vraie personne ?")
        assert "un programme, pas un être humain" in words_of(human)
        assert len(set(asked)) == len(asked)

        kept = await talk.incident()
        answers = {one["question"]: one["answer"] for one in kept["answers"]}
        assert answers["how_often"] == "Presque tous les jours"
        assert answers["where"].startswith("À la cantine")
        assert answers["feeling"] == "J'ai honte."
        changed = await client.patch(f"{talk.path}/incident", json={"answers": {"who": ""}, "summary": "C’était dur."})
        assert changed.json()["summary"] == "C’était dur."
        assert "who" not in [one["question"] for one in changed.json()["answers"]]
        assert changed.json()["edited"]

        file = await client.get(f"{talk.path}/export")
        assert "Presque tous les jours" in file.text
        assert (await client.get("/api/v1/companion/conversations")).json()["items"] == []
        assert (await client.delete(talk.path)).status_code == 204
        assert (await client.get(f"{talk.path}/incident")).status_code == 404


async def test_the_helper_never_asks_the_database_for_the_words_of_a_story(app: FastAPI) -> None:
    asked: list[str] = []

    def noted(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    async with a_client_as(app) as client:  # whom no condition of what fits is put before
        talk = await a_talk(client)
        event.listen(Engine, "before_cursor_execute", noted)
        try:
            await talk.say("On se moque de moi, que faire ? Et que fait Pepper dans l'épisode 39, qui est Saffron ?")
        finally:
            event.remove(Engine, "before_cursor_execute", noted)
    assert any("app.incidents" in one for one in asked)
    assert [one for one in asked if any(f"library.{table}" in one for table in STORIES)] == []

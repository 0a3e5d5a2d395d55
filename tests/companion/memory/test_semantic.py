"""The semantic cache: it finds what means the same, and nothing that may not be seen or that means something else."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from fumetto.companion.answering.ports import Retrieved
from fumetto.companion.answering.rules.asking import language_of
from fumetto.companion.kinds import Mode
from fumetto.companion.memory import questions
from fumetto.companion.memory.rules.meaning import form_of, hash_of, pairs
from fumetto.companion.memory.rules.thresholds import chosen
from fumetto.companion.memory.semantic import LOOKED_UP_AGAIN, MOST_WAITING, SemanticCache, fingerprint_of
from fumetto.kernel import index
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from tests.builders.world import Story
from tests.companion.memory.conftest import PAGES, Talk

AGE_SOME = """
UPDATE cache.semantic_cache SET created_at = now() - interval '20 days'
WHERE id IN (SELECT id FROM cache.semantic_cache LIMIT 6)
"""
TEXTS = tuple(f"Ada guards the golden egg number {number}" for number in range(1, PAGES + 1))


@pytest.fixture
async def passages(story: Story) -> list[uuid.UUID]:
    """One on each page, by their ids."""
    ids = [uuid7() for _ in TEXTS]
    async with story.database.write(EVERY_READER) as session:
        await index.put(session, [passage(story, ids[at], at + 1, text) for at, text in enumerate(TEXTS)])
    return ids


def passage(story: Story, key: uuid.UUID, page: int, text: str) -> index.Passage:
    position = story.pages[1, page].position
    return index.Passage(key, story.series.id, "dialogue", "en", text, (((position, position + 1),),))


@pytest.fixture
async def cache(database: Database) -> AsyncIterator[SemanticCache]:
    opened = SemanticCache(database)
    yield opened
    await opened.close()


async def print_of(talk: Talk, at: int | None = None, mode: Mode = Mode.PAGE, model: str = "builtin") -> str:
    async with talk.turn(at=at).standpoint.look() as look:
        return await fingerprint_of(look, mode=mode, model=model, prompt_version="1")


async def found(cache: SemanticCache, talk: Talk, text: str, at: int | None = None) -> Retrieved | None:
    async with talk.turn(at=at).standpoint.look() as look:
        return await cache.find(
            look, await fingerprint_of(look, mode=Mode.PAGE, model="builtin", prompt_version="1"), text
        )


async def keep(cache: SemanticCache, talk: Talk, text: str, ids: list[uuid.UUID], at: int | None = None) -> None:
    cache.keep(await print_of(talk, at), text, Retrieved(tuple(ids), tuple(1.0 for _ in ids), "miss"))
    await cache.written()


def forms(pair: tuple[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    one, other = (form_of(text, language_of(text, "en")) for text in pair)
    return one, other


def test_no_two_questions_that_mean_different_things_have_one_form() -> None:
    told = pairs()
    assert {kind: len(listed) >= 40 for kind, listed in told.items() if kind != "other"} == dict.fromkeys(
        ["paraphrase", "negation", "number", "role_swap", "name_swap"], True
    )
    same = [forms(pair) for pair in told["paraphrase"]]
    different = [(pair, forms(pair)) for kind, listed in told.items() if kind != "paraphrase" for pair in listed]
    assert sum(one == other != () for one, other in same) >= 0.7 * len(same)
    assert [pair for pair, (one, other) in different if one == other != ()] == []
    assert form_of("誰ですか", "ja") == (), "where the wording is not known, only the very same question counts"
    assert hash_of("Who is  PEPPER?") == hash_of("who is Pepper")
    assert hash_of("Who is Pepper") != hash_of("Who is Carrot")


def test_a_threshold_finds_what_it_can_without_a_false_hit() -> None:
    assert chosen([0.64, 0.9], []) == 0.6
    assert chosen([0.64, 0.9], [0.7]) == 0.75
    assert chosen([], []) == 1.0


async def test_a_question_that_means_the_same_gets_the_same_passages_and_no_other_does(
    cache: SemanticCache, talk: Talk, passages: list[uuid.UUID]
) -> None:
    await keep(cache, talk, "Who guards the golden egg?", passages[:3])
    for text in ("who guards the golden egg", "Can you tell me who guards the golden egg?"):
        hit = await found(cache, talk, text)
        assert hit is not None
        assert (hit.ids, hit.cache) == (tuple(passages[:3]), "hit")
    for text in ("Who does not guard the golden egg?", "Who does the golden egg guard?", "Why is there an egg?"):
        assert await found(cache, talk, text) is None
    assert (cache.counts.same, cache.counts.alike, cache.counts.missed) == (1, 1, 3)
    async with talk.database.write() as session:
        await session.raw().execute("DELETE FROM cache.semantic_cache")
    assert await found(cache, talk, "Who guards the golden egg?") is None


async def test_what_is_kept_at_one_page_is_found_at_no_other_by_nobody_else_and_not_after_a_change(
    cache: SemanticCache, story: Story, talk: Talk, passages: list[uuid.UUID]
) -> None:
    other = Talk(story, await story.a_reader(*[(1, page) for page in range(1, PAGES + 1)]))
    prints = {
        await print_of(talk, at=5),
        await print_of(talk, at=4),
        await print_of(talk),
        await print_of(talk, mode=Mode.WIKI),
        await print_of(talk, model="ollama/x"),
        await print_of(other),
    }
    assert len(prints) == 6
    await keep(cache, talk, "Who guards it?", passages[:5], at=5)
    assert await found(cache, talk, "Who guards it?", at=4) is None
    assert await found(cache, talk, "Who guards it?", at=5) is not None
    before = await print_of(talk, at=5)
    async with story.database.write(EVERY_READER) as session:
        await index.put(session, [passage(story, passages[8], 9, "Ada was the thief all along")])
        await index.put(session, [passage(story, uuid7(), 10, "More of it")])
        await index.put(session, [passage(story, passages[0], 1, TEXTS[0])])
    assert await print_of(talk, at=5) == before, "nothing that lies beyond, and nothing that is as it was, changes it"
    async with story.database.write(EVERY_READER) as session:
        await index.put(session, [passage(story, passages[0], 1, TEXTS[0].replace("golden", "silver"))])
    assert await print_of(talk, at=5) != before


async def test_what_is_gone_is_not_given_though_it_was_kept(
    cache: SemanticCache, talk: Talk, passages: list[uuid.UUID]
) -> None:
    async with talk.turn(at=5).standpoint.look() as look:
        kept_under = await fingerprint_of(look, mode=Mode.PAGE, model="builtin", prompt_version="1")
        cache.keep(kept_under, "Who guards it?", Retrieved((passages[7],), (1.0,)))
        cache.keep(kept_under, "Who is gone?", Retrieved((uuid7(),), (1.0,)))
        cache.keep(kept_under, "Who stays?", Retrieved((passages[1],), (1.0,)))
    await cache.written()
    assert await found(cache, talk, "Who guards it?", at=5) is None, "page 8 lies beyond, whatever was kept"
    assert await found(cache, talk, "Who is gone?", at=5) is None
    assert await found(cache, talk, "Who stays?", at=5) is not None


async def test_too_much_to_keep_is_dropped_and_what_is_old_goes(talk: Talk, passages: list[uuid.UUID]) -> None:
    idle = SemanticCache(talk.database)
    for number in range(MOST_WAITING + 5):
        idle.keep("f" * 64, f"Question {number}?", Retrieved((passages[0],), (1.0,)))
    assert idle.counts.dropped == 5
    await asyncio.wait_for(idle.written(), 30)
    await idle.close()
    assert idle.counts.kept == MOST_WAITING
    async with talk.database.write() as session:
        await session.raw().execute(AGE_SOME)
        await questions.tidy(session, age=timedelta(days=14), most=100)
        row = await (await session.raw().execute("SELECT count(*) FROM cache.semantic_cache")).fetchone()
    assert row == (100,)


async def test_false_hits_are_counted_by_searching_now_and_then_all_the_same(
    cache: SemanticCache, talk: Talk, passages: list[uuid.UUID]
) -> None:
    await keep(cache, talk, "Who guards the golden egg?", passages[:2])
    asked = "Please tell me who guards the golden egg."
    hits = [await found(cache, talk, asked) for _ in range(LOOKED_UP_AGAIN)]
    assert [hit is None for hit in hits] == [False] * (LOOKED_UP_AGAIN - 1) + [True]
    cache.keep(await print_of(talk), asked, Retrieved(tuple(passages[5:8]), (1.0, 1.0, 1.0)))
    assert (cache.counts.looked_up_again, cache.counts.false) == (1, 1)
    told = {sample.labels["outcome"]: sample.value for metric in cache.collect() for sample in metric.samples}
    assert (told["alike"], told["false"]) == (LOOKED_UP_AGAIN - 1, 1)
    await cache.written()
    async with talk.database.write(talk.reader) as session:
        await questions.forget_questions(session, talk.reader)
    assert await found(cache, talk, asked) is None

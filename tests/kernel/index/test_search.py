"""Passages are found by their words and by what they mean, and none that the scope does not have."""

from __future__ import annotations

import uuid

from fumetto.kernel import index
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import EVERYTHING, Passage
from tests.kernel.index.builders import make_scope, page, passage, scope, up_to

SERIES = uuid.uuid4()


async def put(database: Database, *passages: Passage) -> None:
    async with database.write(EVERY_READER) as session:
        await index.put(session, passages)


async def found(database: Database, within: index.Scope, text: str, **options: object) -> list[uuid.UUID]:
    async with database.read() as session:
        return [hit.id for hit in (await index.search(session, within, text, **options)).hits]  # type: ignore[arg-type] # options are of many kinds


async def test_word_of_a_question_finds_the_passage_that_has_it(database: Database) -> None:
    potion, broom = passage(SERIES, "She brewed a potion of flight", 1), passage(SERIES, "The broom is broken", 2)
    await put(database, potion, broom)
    assert await found(database, up_to(SERIES, 9), "who broke the brooms?", k=1) == [broom.id]
    assert await found(database, up_to(SERIES, 9), "flying potions", k=1) == [potion.id]


async def test_reader_who_has_not_read_a_page_does_not_find_it(database: Database) -> None:
    early, late = passage(SERIES, "Pepper loses her hat", 1), passage(SERIES, "Pepper finds her hat", 5)
    await put(database, early, late)
    assert await found(database, up_to(SERIES, 4), "hat") == [early.id]
    assert set(await found(database, up_to(SERIES, 5), "hat")) == {early.id, late.id}
    assert await found(database, up_to(SERIES, 5).cut(10), "hat") == [early.id]


async def test_reader_who_jumped_finds_only_what_takes_pages_they_saw(database: Database) -> None:
    both = Passage(uuid.uuid4(), SERIES, "fact", "en", "The hat was stolen", ((page(3), page(10)),))
    either = Passage(uuid.uuid4(), SERIES, "fact", "en", "The hat is red", ((page(3),), (page(10),)))
    await put(database, both, either)
    assert await found(database, scope(SERIES, [page(10)]), "hat") == [either.id]
    assert set(await found(database, scope(SERIES, [page(3), page(10)]), "hat")) == {both.id, either.id}
    assert await found(database, scope(SERIES, [page(4)]), "hat") == []


async def test_passage_without_a_place_is_found_in_a_scope_of_everything_only(database: Database) -> None:
    lost = passage(SERIES, "Hats are worn by witches")
    await put(database, lost)
    assert await found(database, scope(SERIES, [(-(10**15), 10**15)]), "hats") == []
    assert await found(database, scope(SERIES, [(-(2**63), 2**63)]), "hats") == []
    assert await found(database, scope(SERIES, EVERYTHING), "hats") == [lost.id]


async def test_passage_that_needs_nothing_is_found_by_whoever_may_look_at_its_key(database: Database) -> None:
    lore = Passage(uuid.uuid4(), SERIES, "wiki", "en", "Hats are worn by witches", ((),))
    await put(database, lore)
    assert await found(database, scope(SERIES, []), "hats") == [lore.id]
    assert await found(database, scope(uuid.uuid4(), EVERYTHING), "hats") == []


async def test_search_over_several_keys_finds_in_each_what_is_visible_there(database: Database) -> None:
    other, third = uuid.uuid4(), uuid.uuid4()
    mine, theirs, later, unread = (
        passage(SERIES, "a hat", 1),
        passage(other, "the hat", 7),
        passage(other, "hat again", 8),
        passage(third, "hat", 1),
    )
    await put(database, mine, theirs, later, unread)
    within = make_scope({SERIES: [page(1)], other: [page(7)]})
    async with database.read() as session:
        hits = (await index.search(session, within, "hat")).hits
    assert {(hit.id, hit.key) for hit in hits} == {(mine.id, SERIES), (theirs.id, other)}


async def test_page_after_page_of_hits_makes_the_whole_and_says_when_it_ends(database: Database) -> None:
    await put(database, *(passage(SERIES, f"hat number {number}", number) for number in range(7)))
    async with database.read() as session:
        whole = await index.search(session, up_to(SERIES, 9), "hat", k=7)
        parts = [await index.search(session, up_to(SERIES, 9), "hat", k=3, offset=start) for start in (0, 3, 6)]
    assert [part.more for part in parts] == [True, True, False]
    assert not whole.more
    assert tuple(hit for part in parts for hit in part.hits) == whole.hits
    assert len(whole.hits) == 7


async def test_hits_can_be_limited_to_kinds_languages_and_labels(database: Database) -> None:
    witch = uuid.uuid4()
    one = passage(SERIES, "a hat", 1, kind="wiki")
    two = passage(SERIES, "un chapeau, a hat", 1, language="fr")
    three = passage(SERIES, "the hat", 1, labels=(witch, uuid.uuid4()))
    await put(database, one, two, three)
    everywhere = up_to(SERIES, 1)
    assert await found(database, everywhere, "hat", kinds=["wiki"]) == [one.id]
    assert await found(database, everywhere, "hat", languages=["fr"]) == [two.id]
    assert await found(database, everywhere, "hat", labels=[witch]) == [three.id]
    assert await found(database, everywhere, "hat", kinds=[]) == []


async def test_putting_again_replaces_and_removing_forgets(database: Database) -> None:
    first = passage(SERIES, "a hat", 1)
    await put(database, first)
    await put(database, passage(SERIES, "a broom", 2, identifier=first.id))
    async with database.read() as session:
        assert await index.count(session, up_to(SERIES, 1)) == 0
        hits = (await index.search(session, up_to(SERIES, 2), "hat")).hits
    assert [(hit.id, hit.lexical) for hit in hits] == [(first.id, 0.0)]
    async with database.write(EVERY_READER) as session:
        await index.remove(session, [first.id, uuid.uuid4()])
        assert await index.count(session, scope(SERIES, EVERYTHING)) == 0


async def test_removing_a_key_leaves_the_others(database: Database) -> None:
    other = uuid.uuid4()
    mine, theirs = passage(SERIES, "a hat", 1), passage(other, "a hat", 1)
    await put(database, mine, theirs)
    async with database.write(EVERY_READER) as session:
        await index.remove_key(session, SERIES)
    assert await found(database, make_scope({SERIES: EVERYTHING, other: EVERYTHING}), "hat") == [theirs.id]


async def test_question_in_any_language_of_the_series_finds_by_that_language_s_stems(database: Database) -> None:
    french = passage(SERIES, "Les sorcières préparaient des potions", 1, language="fr")
    japanese = passage(SERIES, "魔女の薬を飲んだ", 2, language="ja")
    english = passage(SERIES, "The witches were brewing", 3)
    await put(database, french, japanese, english)
    everything = up_to(SERIES, 9)
    assert await found(database, everything, "sorciere préparer", k=1) == [french.id]
    assert await found(database, everything, "魔女", k=1) == [japanese.id]
    assert await found(database, everything, "brewed", k=1) == [english.id]


async def test_long_question_of_many_words_counts_each_of_them(database: Database) -> None:
    words = [f"{first}{second}ak" for first in "bcdfgh" for second in "aeiou"]
    await put(database, *(passage(SERIES, word, number, language="und") for number, word in enumerate(words)))
    async with database.read() as session:
        hits = (await index.search(session, up_to(SERIES, 99), " ".join(words), k=40)).hits
    assert len(hits) == 30
    assert all(hit.lexical > 0 for hit in hits)
    assert len({round(hit.lexical, 9) for hit in hits}) == 1


async def test_question_of_stop_words_alone_looks_for_them(database: Database) -> None:
    asked, other = passage(SERIES, "Who are you?!", 1), passage(SERIES, "Brooms", 2)
    await put(database, other, asked)
    async with database.read() as session:
        hits = (await index.search(session, up_to(SERIES, 9), "who are you")).hits
    assert [hit.id for hit in hits if hit.lexical > 0] == [asked.id]


async def test_empty_question_and_empty_index_have_an_answer(database: Database) -> None:
    assert await found(database, up_to(SERIES, 9), "hat") == []
    one = passage(SERIES, "", 1)
    await put(database, one)
    assert await found(database, up_to(SERIES, 9), "  ?! ") == [one.id]


async def test_many_passages_at_once_are_the_same_as_one_by_one(database: Database) -> None:
    """Many are loaded by COPY, few are inserted."""
    other = uuid.uuid4()
    texts = [f"hat number {number} of the {'old' if number % 3 else 'young'} witch" for number in range(150)]
    sources = [
        ((page(number), page(number + 2)), (page(9),)) if number % 5 == 0 else (page(number),) for number in range(150)
    ]
    labels = (uuid.uuid4(), uuid.uuid4())
    many = [
        Passage(uuid.UUID(int=number + 1), SERIES, "fact", "en" if number % 2 else None, text, tuple(
            each if isinstance(each[0], tuple) else (each,) for each in source), labels if number % 7 == 0 else ())
        for number, (text, source) in enumerate(zip(texts, sources, strict=True))
    ]  # fmt: skip
    lost = Passage(uuid.uuid4(), SERIES, "fact", "en", "a lost hat", ())
    await put(database, *many, lost)
    for one in [*many, lost]:
        copy = Passage(
            uuid.UUID(int=one.id.int ^ (1 << 100)), other, one.kind, one.language, one.text, one.sources, one.labels
        )
        await put(database, copy)
    async with database.read() as session:
        for filters in ({}, {"labels": [labels[1]]}, {"languages": ["en"]}):
            pair = [
                await index.search(session, make_scope({key: allowed}), "young hat 30", k=200, **filters)  # type: ignore[arg-type] # filters are of two kinds
                for key in (SERIES, other)
                for allowed in ([(0, 400)], EVERYTHING)
            ]
            loaded, all_loaded, inserted, all_inserted = ([hit.score for hit in found.hits] for found in pair)
            assert loaded == inserted
            assert all_loaded == all_inserted
            assert len(all_loaded) > len(loaded) > 0


async def test_misspelt_word_finds_what_was_meant_and_says_so(database: Database) -> None:
    carrot, other = passage(SERIES, "Saffron scolds Truffel in Komona", 1), passage(SERIES, "The broom is broken", 2)
    await put(database, carrot, other)
    async with database.read() as session:
        for misspelt in ("Safron", "Saffrron", "Sffron", "Safrfon", "Seffron"):
            found_for = await index.search(session, up_to(SERIES, 9), f"where is {misspelt}")
            assert found_for.hits[0].id == carrot.id
            assert found_for.hits[0].lexical > 0
            assert found_for.corrected == "where is saffron"
        assert (await index.search(session, up_to(SERIES, 9), "Safron", forgiving=False)).hits[0].lexical == 0
        assert (await index.search(session, up_to(SERIES, 9), "Saffron")).corrected is None


async def test_misspelt_word_is_not_taken_for_one_that_lies_beyond_the_scope(database: Database) -> None:
    await put(database, passage(SERIES, "The broom is broken", 1), passage(SERIES, "Saffron arrives", 5))
    async with database.read() as session:
        early = await index.search(session, up_to(SERIES, 4), "Safron")
        late = await index.search(session, up_to(SERIES, 5), "Safron")
    assert (early.corrected, late.corrected) == (None, "saffron")
    assert [hit.lexical for hit in early.hits] == [0.0]


async def test_english_word_that_is_nowhere_is_left_as_it_is(database: Database) -> None:
    await put(database, passage(SERIES, "They make a lake", 1))
    async with database.read() as session:
        assert (await index.search(session, up_to(SERIES, 4), "who took the cake")).corrected is None

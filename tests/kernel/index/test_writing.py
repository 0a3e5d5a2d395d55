"""What is put is kept as it is: cut up many at a time to what each is by itself, and read back column by column."""

from __future__ import annotations

import string
import uuid

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fumetto.kernel import index
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import Passage
from fumetto.kernel.index.analysis import MOST_TERMS, TERMS, terms_of
from fumetto.kernel.index.built_in import built_in
from fumetto.kernel.index.cutting import cut_up
from fumetto.kernel.index.encoding import sources_of, span_text
from fumetto.kernel.index.places import HIGHEST, LOWEST
from fumetto.kernel.index.wordpiece import ASCII_WORDS, WORDS

WORDS_OF_ALL_KINDS = [
    "the",
    "witch",
    "witches",
    "l'éclair",
    "d'Élise",
    "don't",
    "猫は",
    "ねこ",
    "1st",
    "—",
    "o'clock",
    "Ωραία",
]

texts = st.lists(st.sampled_from(WORDS_OF_ALL_KINDS), max_size=30).map(" ".join)
languages = st.sampled_from(["en", "fr", "de-AT", "ja", None])


@given(told=st.lists(st.tuples(texts, languages), max_size=8))
@settings(max_examples=40, deadline=None)
def test_texts_cut_up_together_are_what_each_is_by_itself(told: list[tuple[str, str | None]]) -> None:
    alone = [terms_of(text, language) for text, language in told]
    cut = cut_up([text for text, _ in told], [language for _, language in told])
    ends = np.cumsum(cut.sizes)
    together = [
        dict(zip(cut.terms[end - size : end].tolist(), cut.counts[end - size : end].tolist(), strict=True))
        for end, size in zip(ends, cut.sizes, strict=True)
    ]
    assert together == [terms for terms, _ in alone]
    assert cut.words.tolist() == [words for _, words in alone]
    assert all(np.all(np.diff(cut.terms[end - size : end]) > 0) for end, size in zip(ends, cut.sizes, strict=True))


@given(text=st.text(alphabet=string.printable + "\0\x1b\x7f"))
@settings(max_examples=100, deadline=None)
def test_plain_text_has_the_same_pieces_as_any_other(text: str) -> None:
    assert ASCII_WORDS.findall(text.lower()) == WORDS.findall(text.lower())


def test_vectors_of_many_texts_are_those_of_each() -> None:
    told = ["the witch brewed a potion", "", "é猫", "potion " * 9000, "Komona"]
    assert np.array_equal(built_in().vectors(told), np.concatenate([built_in().vectors([text]) for text in told]))


async def test_passages_of_all_kinds_are_kept_as_they_are(database: Database) -> None:
    key, label = uuid.uuid4(), uuid.uuid4()
    story = " ".join(f"word{at} pot" for at in range(MOST_TERMS))
    told: list[tuple[str, str | None, tuple[tuple[tuple[int, int], ...], ...], tuple[uuid.UUID, ...]]] = [
        ("the witch's hat", "en", (((10, 11),),), ()),
        ("", None, (), (label,)),
        ("l'éclair d'Élise", "fr", (((10, 11), (30, 31)),), (label, key)),
        ("猫は飼う", "ja", (((10, 11),), ((50, 51),)), ()),
        ("everywhere", "en", ((),), ()),
        ("at both ends", "en", (((LOWEST - 5, HIGHEST + 5),),), ()),
        (story, "en", (((70, 90),),), ()),
        *((f"page {at} of many", "en", (((at, at + 1),),), ()) for at in range(600)),
    ]
    given_ = [
        Passage(uuid.uuid4(), key, "wiki", language, text, sources, labels) for text, language, sources, labels in told
    ]
    async with database.write(EVERY_READER) as session:
        await index.put(session, given_)
        await session.raw().execute("SELECT set_config('fumetto.scope', '{(,)}', true)")
        ((number,),) = await (await session.raw().execute("SELECT number FROM rag.keys")).fetchall()
        rows = await session.raw().execute(
            "SELECT id, place, span::text, others, kind, language, labels, words, terms::text, embedding::text"
            " FROM rag.space_1"
        )
        kept = {row[0]: row[1:] for row in await rows.fetchall()}
        others = "SELECT (%s::text)::rag.spans[]"
        for passage in given_:
            at, span, closed, several = sources_of(passage.sources, number)
            terms, words = terms_of(passage.text, passage.language)
            ((alternatives,),) = await (await session.raw().execute(others, [several])).fetchall()
            row = kept.pop(passage.id)
            labels = list(passage.labels) or None
            assert row[:7] == (at, span_text(span, closed), alternatives, "wiki", passage.language, labels, words)
            assert row[7] == f"{{{','.join(f'{term}:{terms[term]}' for term in sorted(terms))}}}/{TERMS}"
            vector = built_in().vectors([passage.text])[0].astype(np.float16)
            assert np.array_equal(np.array(row[8][1:-1].split(","), np.float32), vector.astype(np.float32))
    assert not kept

"""How facts about a reader come about and grow: the same said again is one fact, with one source more."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from fumetto.companion.memory.model import BY_READER, Exchange, Fact, FactKind, Source
from fumetto.companion.memory.rules.noticing import Noticed, notice
from fumetto.kernel.text.catalogues import say

MOST_FACTS: Final = 200  # of a reader
MOST_SOURCES: Final = 8  # of a fact
NAMESPACE: Final = uuid.UUID("6f2f7c1e-6a51-4c0a-9c0e-0d7f0a4f5b11")
OF_THE_READER: Final = frozenset({FactKind.ASKS_IN, FactKind.READS_IN, FactKind.IS_CALLED})
"""What is true of a reader whatever they read; the rest belongs to the series that it was said about."""
OPPOSITES: Final = {FactKind.LIKES: FactKind.DISLIKES, FactKind.DISLIKES: FactKind.LIKES}


def noticed_in(exchange: Exchange) -> list[Noticed]:
    """What an exchange tells of the reader: the language of the question, and what they said themselves."""
    asks_in = Noticed(FactKind.ASKS_IN, exchange.language.split("-")[0].lower())
    return [asks_in, *notice(exchange.question, exchange.language)]


def grown(
    facts: Mapping[uuid.UUID, Fact], noticed: Iterable[Noticed], exchange: Exchange, reader_id: uuid.UUID
) -> tuple[dict[uuid.UUID, Fact], set[uuid.UUID]]:
    """The facts that are new or changed by an exchange, and the ids of those that no longer hold. Taking in the same
    exchange again changes nothing."""
    changed: dict[uuid.UUID, Fact] = {}
    gone: set[uuid.UUID] = set()
    for one in noticed:
        series_id = None if one.kind in OF_THE_READER else exchange.series_id
        key = id_of(reader_id, series_id, one.kind, one.thing)
        before = changed.get(key) or facts.get(key)
        if before is not None and any(exchange.answer_id in source.messages for source in before.sources):
            continue
        changed[key] = with_source(before, one, key, series_id, exchange)
        if opposite := OPPOSITES.get(one.kind):
            gone.add(id_of(reader_id, series_id, opposite, one.thing))
    gone &= facts.keys()
    for old in sorted(facts.keys() - changed.keys() - gone)[: max(0, len(facts.keys() | changed.keys()) - MOST_FACTS)]:
        if facts[old].by != BY_READER:
            gone.add(old)
    return changed, gone


def with_source(
    before: Fact | None, one: Noticed, key: uuid.UUID, series_id: uuid.UUID | None, exchange: Exchange
) -> Fact:
    # The language that somebody writes tells nothing of a story; their words may, so they need the pages.
    pages = frozenset() if one.kind is FactKind.ASKS_IN else exchange.pages
    source = Source(exchange.conversation_id, (exchange.question_id, exchange.answer_id), pages)
    if before is None:
        return Fact(key, one.kind, worded(one, exchange.language), series_id, (source,))
    sources = (*before.sources, source)[-MOST_SOURCES:]
    if before.by == BY_READER or one.kind is not FactKind.CALLS:
        return replace(before, sources=sources, times=before.times + 1)
    # Another name for somebody takes the place of the one before, and is known from where it was said alone.
    text = worded(one, exchange.language)
    return replace(before, text=text, sources=sources if text == before.text else (source,), times=before.times + 1)


def worded(one: Noticed, language: str) -> str:
    thing = one.thing
    if one.kind in (FactKind.ASKS_IN, FactKind.READS_IN):
        thing = name_of(thing, language)
    return say(language, f"memory.{one.kind.value}", thing=thing, to=one.to)


def name_of(code: str, language: str) -> str:
    try:
        return say(language, f"memory.languages.{code}")
    except KeyError:
        return code


def id_of(reader_id: uuid.UUID, series_id: uuid.UUID | None, kind: FactKind, thing: str) -> uuid.UUID:
    """The same for the same thing said again, whichever worker takes it in."""
    about = "" if kind is FactKind.IS_CALLED else " ".join(thing.casefold().split())
    return uuid.uuid5(NAMESPACE, f"{reader_id}/{series_id or ''}/{kind.value}/{about}")

"""What a model's answer may be made of: the present page, what was said and shown before it, and the story's world."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from fumetto.companion.answering.finding import Finder
from fumetto.companion.answering.model import Answer, Mode, Question
from fumetto.companion.answering.ports import Look, Retrieved, Rooms
from fumetto.companion.answering.rules.translations import in_languages, put_aside, same_balloon
from fumetto.companion.answering.service import SHOWN, WIKI, is_a_heading
from fumetto.kernel.index.analysis import base
from fumetto.library.public import PassageKind, Quotable, Spot, Subject, evidence

STORY: Final = (*SHOWN, PassageKind.NOTE)
MOST_HERE: Final = 30  # things that the present page shows and says
MOST_FACTS: Final = 6  # of each of whom is asked about
MOST_MEANT: Final = 3
MOST_TRANSLATED: Final = 4  # pages on which balloons are looked for in the question's language


@dataclass(frozen=True, slots=True)
class Gathered:
    """The evidence that a model is given, that which the built-in answer rests on first. `aside`: the same balloons in
    other languages, which only the check reads."""

    given: list[Quotable]
    aside: list[Quotable]
    retrieved: Retrieved


async def gather(
    look: Look,
    finder: Finder,
    question: Question,
    mode: Mode,
    known: Sequence[Subject],
    built_in: Answer,
    rooms: Rooms,
    model: str,
    reader: str,
) -> Gathered:
    """The evidence, and what was searched for it.

    As many passages of the story and of its world as the settings say, beside the present page and what is known of
    whom is asked about. reader: the reader's language.
    """
    meant = evidence.named_in(question.text, known)[:MOST_MEANT]
    gathered: list[Quotable] = []
    for subject in meant:
        gathered += (await finder.told_of(subject))[:MOST_FACTS]
    if mode is Mode.PAGE:
        present: Spot | None = look.here or next(iter(await finder.last_pages(1)), None)
        if present is not None:
            gathered += (await finder.on_page(present, [question.language]))[:MOST_HERE]
    found, retrieved = await searched(look, finder, asked(question, meant), question.language, mode, rooms, model)
    gathered += [one for one in found if not is_a_heading(one)]
    rests_on = [one.id for one in built_in.citations if one.kind != "page"]
    by_id = {one.id: one for one in reversed(gathered)}
    missing = [one for one in rests_on if one not in by_id]
    by_id |= {one.id: one for one in quoted_in(built_in, missing)}
    distinct = [by_id[one] for one in dict.fromkeys([*rests_on, *(one.id for one in gathered)])]
    languages = await languages_for(look, question, reader)
    distinct += await translations_of(finder, [one for one in distinct if one.id not in rests_on], languages)
    aside = put_aside(in_languages(distinct), languages, rests_on)
    given = {one.id: one for one in (aside.get(each.id, each) for each in distinct)}
    return Gathered(list(given.values()), [one for one in distinct if one.id in aside], retrieved)


async def languages_for(look: Look, question: Question, reader: str) -> list[str]:
    """In which languages a model is given what there is in several: in the question's, in which it answers, else in the
    reader's, else in the one that the story was told in first."""
    told_in = (await evidence.series_names(look.session, [look.horizon.series_id])).get(look.horizon.series_id)
    return [question.language, reader, *([told_in.language] if told_in and told_in.language else [])]


async def translations_of(finder: Finder, found: Sequence[Quotable], languages: Sequence[str]) -> list[Quotable]:
    """The same balloons in the first of the languages that their pages have, where they were found in others."""
    foreign = [
        one
        for one in found
        if one.kind is PassageKind.DIALOGUE and one.spot and base(one.language) != base(languages[0])
    ]
    spots = dict.fromkeys(one.spot for one in foreign if one.spot)
    seen = [one for spot in list(spots)[:MOST_TRANSLATED] for one in await finder.on_page(spot, languages)]
    there = {one.id for one in found}
    pairs = ((one, other) for one in foreign for other in seen if same_balloon(one, other) and other.id not in there)
    return list({other.id: replace(other, score=one.score) for one, other in pairs}.values())


def asked(question: Question, meant: Sequence[Subject]) -> str:
    """What the index is asked: the question, and by their own names those whom it calls otherwise."""
    text = question.core or question.text
    return " ".join([text, *(one.name for one in meant if one.name.lower() not in text.lower())])


async def searched(
    look: Look, finder: Finder, text: str, language: str, mode: Mode, rooms: Rooms, model: str
) -> tuple[list[Quotable], Retrieved]:
    """The index's passages, or those that were found for a question that means the same."""
    fingerprint = ""
    if rooms.shortcut is not None:
        fingerprint = await rooms.shortcut.fingerprint(
            look,
            mode=mode,
            model=model,
            prompt_version=rooms.prompts.version(language),
            what=f"{language}/{rooms.passages_page}/{rooms.passages_wiki}",
        )
        kept = await rooms.shortcut.find(look, fingerprint, text)
        if kept is not None:
            return await finder.these(kept.ids), kept
    found: list[Quotable] = []
    if mode is Mode.PAGE:
        said = await finder.look_up(text, kinds=[PassageKind.DIALOGUE], language=language, limit=rooms.passages_page)
        shown = await finder.look_up(text, kinds=STORY, limit=rooms.passages_page)
        best = {one.id: one for one in sorted([*said, *shown], key=lambda one: -one.score)}
        found += list(best.values())[: rooms.passages_page]
    found += await finder.look_up(text, kinds=WIKI, limit=rooms.passages_wiki)
    ids: tuple[uuid.UUID, ...] = tuple(one.id for one in found)
    retrieved = Retrieved(ids, tuple(one.score for one in found), "off" if rooms.shortcut is None else "miss")
    if rooms.shortcut is not None and ids:
        rooms.shortcut.keep(fingerprint, text, retrieved)
    return found, retrieved


def quoted_in(built_in: Answer, ids: Sequence[uuid.UUID]) -> list[Quotable]:
    """What the built-in answer cites, as evidence again."""
    return [
        Quotable(
            id=one.id,
            kind=PassageKind(one.kind),
            text=one.quote or "",
            language=one.language,
            spot=one.spot,
            speaker=one.speaker,
            about=one.about,
            box=one.box,
            panel=one.panel,
        )
        for one in built_in.citations
        if one.id in ids
    ]

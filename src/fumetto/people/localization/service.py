"""Use cases of texts that are said otherwise: look through them, try one, keep it, take it back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.text.audience import Variant
from fumetto.kernel.text.catalogues import DEFAULT, LANGUAGES, say, words
from fumetto.kernel.text.checking import Problem, is_a_language, most_characters
from fumetto.kernel.text.messages import MessageInvalid, format_message, format_parts
from fumetto.kernel.text.pseudo import PSEUDO_LANGUAGES, pseudo
from fumetto.kernel.web.pagination import decode_cursor, encode_cursor
from fumetto.people.localization import repository, rules
from fumetto.people.localization.errors import WordsLanguageUnknown, WordsRefused, WordsUnknown
from fumetto.people.localization.kinds import Category, TextState
from fumetto.people.localization.repository import Deed, Written
from fumetto.people.localization.schemas import (
    ArgumentOut,
    ProblemOut,
    Sample,
    TextCounts,
    TextDetail,
    TextItem,
    TextPage,
    TextPreview,
)

ORDER: Final = "words:key"
OVERRIDES: Final = {TextState.OVERRIDDEN, TextState.STALE, TextState.BROKEN}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for. state OVERRIDDEN is all that is said otherwise, the stale and the broken among it."""

    language: str
    variant: Variant = Variant.ALL
    category: Category | None = None
    state: TextState | None = None
    search: str = ""


async def list_texts(session: ReadSession, wanted: Wanted, cursor: str | None, limit: int) -> TextPage:
    """Texts by key. Raises WordsLanguageUnknown, CursorInvalid."""
    language = known_language(wanted.language)
    after = decode_cursor(cursor, ORDER, [str])
    kept = await repository.written(session, language, wanted.variant)
    texts = [item_of(language, wanted.variant, key, kept.get(key)) for key in sorted({*rules.known_keys()})]
    found = [one for one in texts if is_wanted(one, wanted)]
    rest = [one for one in found if after is None or one.key > after[0]]
    count = {state: sum(one.state is state for one in texts) for state in TextState}
    return TextPage(
        items=rest[:limit],
        total=len(found),
        next_cursor=encode_cursor(ORDER, [rest[limit - 1].key]) if len(rest) > limit else None,
        counts=TextCounts(
            overridden=sum(count[state] for state in OVERRIDES),
            stale=count[TextState.STALE],
            broken=count[TextState.BROKEN],
            missing=count[TextState.MISSING],
        ),
        languages=sorted({*LANGUAGES, *await repository.languages(session)}),
    )


async def get_text(session: ReadSession, language: str, variant: Variant, key: str) -> TextDetail:
    """Raises WordsUnknown, WordsLanguageUnknown."""
    known_language(language)
    known_key(key)
    kept = (await repository.written(session, language, variant, key)).get(key)
    item = item_of(language, variant, key, kept)
    return TextDetail(
        **item.model_dump(),
        arguments=[ArgumentOut.model_validate(one) for one in rules.arguments_of(key, language)],
        longest=most_characters(rules.known_keys()[key]),
        was=kept.said.base if kept and rules.hash_of(item.original) != kept.said.base_hash else None,
    )


async def put_text(
    session: WriteSession, actor: uuid.UUID | None, language: str, variant: Variant, key: str, value: str, speaking: str
) -> None:
    """Say it so from now on; what is said is marked as written for the files' present text. `speaking`: the language
    that problems are told in. Raises WordsUnknown, WordsLanguageUnknown, WordsRefused."""
    known_language(language)
    known_key(key)
    if found := rules.problems(key, language, value):
        told = problems_out(found, speaking)
        all_told = [one.model_dump() for one in told]
        raise WordsRefused(key=key, language=language, problem=told[0].message, problems=all_told)
    await keep(session, actor, language, variant, key, value)


async def keep(
    session: WriteSession, actor: uuid.UUID | None, language: str, variant: Variant, key: str, value: str
) -> None:
    before = (await repository.written(session, language, variant, key)).get(key)
    base = rules.in_files(language, variant, key).text
    await repository.put(session, language, variant, key, value, base, actor)
    old = {"value": before.said.value} if before else None
    entity = repository.entity_of(language, variant, key)
    await audit(session, actor, "words.change", repository.ENTITY, entity, old=old, new={"value": value})


async def reset_text(session: WriteSession, actor: uuid.UUID | None, language: str, variant: Variant, key: str) -> None:
    """Say what the files say again. One that nothing is said otherwise for is left alone, whether or not it is known:
    what an older Fumetto had can be cleared away."""
    before = (await repository.written(session, language, variant, key)).get(key)
    if before is not None:
        await repository.drop(session, language, variant, key)
        entity = repository.entity_of(language, variant, key)
        await audit(session, actor, "words.reset", repository.ENTITY, entity, old={"value": before.said.value})


async def history(session: ReadSession, language: str, variant: Variant, key: str) -> list[Deed]:
    return await repository.history(session, language, variant, key)


def preview(key: str, language: str, variant: Variant, value: str | None, speaking: str) -> TextPreview:
    """How a text reads with sample values, and what is wrong with it. Raises WordsUnknown, WordsLanguageUnknown."""
    known_key(key)
    odd = language in PSEUDO_LANGUAGES
    spoken = DEFAULT if odd else known_language(language)
    text = said_now(spoken, variant, key) if value is None else value
    samples: list[Sample] = []
    for values in rules.samples_for(text, spoken):
        try:
            said = format_parts(pseudo(text, language), spoken, values) if odd else format_message(text, spoken, values)
        except (MessageInvalid, ValueError, TypeError, ArithmeticError):
            break  # the problems below say why
        if all(said != one.text for one in samples):
            samples.append(Sample(values=values, text=said))
    return TextPreview(problems=problems_out(rules.problems(key, spoken, text), speaking), samples=samples)


def problems_out(found: Iterable[Problem], speaking: str) -> list[ProblemOut]:
    """Problems with words in a language."""
    return [
        ProblemOut(
            kind=one.kind,
            place=one.place,
            wanted=one.wanted,
            message=say(speaking, f"words.problems.{one.kind}", place=one.place, wanted=one.wanted),
        )
        for one in found
    ]


def item_of(language: str, variant: Variant, key: str, kept: Written | None) -> TextItem:
    original = rules.in_files(language, variant, key)
    return TextItem(
        key=key,
        category=rules.category_of(key),
        state=rules.state_of(language, variant, key, kept.said if kept else None),
        english=rules.known_keys()[key],
        original=original.text,
        original_language=original.language,
        value=kept.said.value if kept else None,
        said=said_now(language, variant, key),
        updated_at=kept.at if kept else None,
        updated_by=kept.by if kept else None,
    )


def said_now(language: str, variant: Variant, key: str) -> str:
    """What readers get, by what this process says."""
    return next(rules.with_browser(words()).found(language, variant, key)).text


def is_wanted(item: TextItem, wanted: Wanted) -> bool:
    if wanted.category is not None and item.category is not wanted.category:
        return False
    states = OVERRIDES if wanted.state is TextState.OVERRIDDEN else {wanted.state}
    if wanted.state is not None and item.state not in states:
        return False
    sought = wanted.search.casefold().split()
    searched = "\n".join([item.key, item.english, item.original, item.value or ""]).casefold()
    return all(word in searched for word in sought)


def known_language(language: str) -> str:
    if not is_a_language(language):
        raise WordsLanguageUnknown(language=language[:40])
    return language


def known_key(key: str) -> str:
    if key not in rules.known_keys():
        raise WordsUnknown(key=key[:200])
    return key

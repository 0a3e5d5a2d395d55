"""Texts in YAML files, for translators: language, then variant, then key (or its parts, one below the other)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

import yaml

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.text.audience import Variant
from fumetto.kernel.text.catalogues import say
from fumetto.kernel.text.checking import is_a_language
from fumetto.people.localization import repository, rules, service
from fumetto.people.localization.errors import WordsFileRefused, WordsFileUnreadable
from fumetto.people.localization.kinds import Category
from fumetto.people.localization.schemas import TakenOver

Text = tuple[str, Variant, str, str]
MOST_TOLD: Final = 50
DEEPEST: Final = 12


async def written_out(
    session: ReadSession, language: str | None, category: Category | None, *, everything: bool = False
) -> str:
    """YAML of what is said otherwise, in one language or all; `everything`: with the files' texts where nothing is, for
    who is to translate them. Raises WordsLanguageUnknown."""
    rows = await repository.all_said(session)
    wanted: dict[tuple[str, Variant], dict[str, str]] = {}
    if everything:
        spoken = service.known_language(language or "en")
        keys = sorted(rules.known_keys())
        wanted[spoken, Variant.ALL] = {key: rules.in_files(spoken, Variant.ALL, key).text for key in keys}
    for row in rows:
        if language in (None, row.language):
            wanted.setdefault((row.language, row.variant), {})[row.key] = row.value
    tree: dict[str, dict[str, dict[str, str]]] = {}
    for (tag, variant), texts in sorted(wanted.items()):
        kept = {key: text for key, text in sorted(texts.items()) if category in (None, rules.category_of(key))}
        if kept:
            tree.setdefault(tag, {})[variant.value] = kept
    return yaml.safe_dump(tree, allow_unicode=True, width=120, sort_keys=False) if tree else ""


async def taken_over(
    session: WriteSession, actor: uuid.UUID | None, text: str, speaking: str, *, check: bool = False
) -> TakenOver:
    """Say what a file says: all of it, or nothing where some of it is refused. What says the same as Fumetto's own
    files is said otherwise no more. check: only say what would change.

    Raises WordsFileUnreadable, WordsFileRefused.
    """
    texts = texts_in(text)
    refused: list[dict[str, Any]] = []
    for language, variant, key, value in texts:
        place = {"language": language, "variant": variant.value, "key": key}
        if key not in rules.known_keys():
            message = say(speaking, "words.problems.unknown_key", place=key, wanted="")
            refused.append(place | {"kind": "unknown_key", "message": message})
        else:
            told = service.problems_out(rules.problems(key, language, value), speaking)
            refused += [place | one.model_dump() for one in told]
    if refused:
        first = f"{refused[0]['key']} ({refused[0]['language']}): {refused[0]['message']}"
        raise WordsFileRefused(count=len(refused), first=first, problems=refused[:MOST_TOLD])
    written = removed = 0
    rows = {(row.language, row.variant, row.key): row for row in await repository.all_said(session)}
    for language, variant, key, value in texts:
        row, original = rows.get((language, variant, key)), rules.in_files(language, variant, key).text
        if value == original:
            removed += row is not None
            if row is not None and not check:
                await service.reset_text(session, actor, language, variant, key)
        elif row is None or (row.value, row.base_hash) != (value, rules.hash_of(original)):
            written += 1
            if not check:
                await service.keep(session, actor, language, variant, key, value)
    return TakenOver(written=written, removed=removed, unchanged=len(texts) - written - removed)


def texts_in(text: str) -> list[Text]:
    """The texts of a file. Raises WordsFileUnreadable for what is no such YAML, or uses anchors."""
    tree = read(text)
    found: list[Text] = []
    for language, variants in mapping(tree, "").items():
        if not is_a_language(language):
            raise WordsFileUnreadable(problem=f"{language[:40]}: no language that CLDR knows")
        for variant, texts in mapping(variants, language).items():
            if variant not in set(Variant):
                raise WordsFileUnreadable(problem=f"{language}.{variant[:40]}: teenager, parent or all")
            flat = flattened(mapping(texts, f"{language}.{variant}"), "", f"{language}.{variant}")
            found += [(language, Variant(variant), key, value) for key, value in flat.items()]
    return found


def read(text: str) -> object:
    try:
        for token in yaml.scan(text):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
                raise WordsFileUnreadable(problem=f"line {token.start_mark.line + 1}: anchors and aliases are not used")
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise WordsFileUnreadable(problem=" ".join(str(error).split())[:300]) from error
    except (RecursionError, ValueError) as error:
        raise WordsFileUnreadable(problem="nested too deep, or no text") from error


def mapping(tree: object, place: str) -> Mapping[str, Any]:
    if tree is None:
        return {}
    if not isinstance(tree, dict) or not all(isinstance(key, str) for key in tree):
        raise WordsFileUnreadable(problem=f"{place or 'the file'}: names with something below them are wanted")
    return tree


def flattened(tree: Mapping[str, Any], prefix: str, place: str, depth: int = 0) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, str):
            flat[key] = value
        elif isinstance(value, dict) and depth < DEEPEST:
            flat |= flattened(mapping(value, f"{place}.{key}"), f"{key}.", place, depth + 1)
        else:
            raise WordsFileUnreadable(problem=f"{place}.{key[:200]}: a text is wanted")
    return flat

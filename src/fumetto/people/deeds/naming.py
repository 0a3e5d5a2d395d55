"""What a deed is called and whom it names, in its reader's language: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.text.catalogues import DEFAULT, catalogue, say
from fumetto.kernel.text.messages import locale_of
from fumetto.kernel.text.pseudo import PSEUDO_LANGUAGES

Names = Mapping[tuple[str, str], str]
"""Present names by (kind of thing, id)."""

PERSON: Final = "user"
STANDS_FOR: Final = {
    "consent": ("for", PERSON),
    "consent_request": ("child", PERSON),
    "guardianship": ("child", PERSON),
    "invitation": ("collective", "collective"),
}
"""Kinds that have no name of their own are called by what a field of theirs points at: (field, its kind)."""

OWN_NAMES: Final = ("name", "username", "title", "filename", "device", "path", "slug")
"""Fields by which a thing that is no more was called."""

CALLED_BY_ID: Final = {"feature_flag", "help_line", "words"}
TEXTS: Final = {"retention_term": "privacy.terms.{}", "consent_policy": "consent.policies.{}.title"}
MOST_DEEP: Final = 4
SHORT: Final = 12


def subjects_of(row: AuditLog) -> set[tuple[str, str]]:
    """(kind, id) of all that a deed may name: the thing itself, what stands for it, and whoever its values name."""
    found = {(row.entity_type, row.entity_id)} if is_id(row.entity_id) else set()
    if row.actor_id:
        found.add((PERSON, str(row.actor_id)))
    pointed = pointed_at(row)
    if pointed:
        found.add(pointed)
    for side in (row.old_value, row.new_value, row.details):
        found |= {(PERSON, text) for text in texts_in(side, 0) if is_id(text)}
    return found


def sentence_of(row: AuditLog, names: Names, language: str) -> str:
    """The deed as a sentence. An action that has none (of a version to come, or gone) is told by its thing."""
    who, thing = doer_of(row, names, language), thing_of(row, names, language)
    own = "yes" if row.entity_type == PERSON and row.entity_id == str(row.actor_id) else "no"
    what = detail_of(row, names, language)
    key = key_of(row.action)
    if not known(key):
        key = "deeds_of.undone" if row.action.endswith(".undone") else "deeds_of.unknown"
    return say(language, key, who=who, thing=thing, own=own, what=what)


def known(key: str) -> bool:
    """Whether there are words for a key: every language has those of English, pseudo-languages are made of it."""
    return key in catalogue(DEFAULT)


def key_of(action: str) -> str:
    return f"deeds.{action.replace('.', '_')}"


def doer_of(row: AuditLog, names: Names, language: str) -> str:
    if row.actor_id is None:
        return say(language, "deeds_of.machine")
    return names.get((PERSON, str(row.actor_id))) or say(language, "deeds_of.gone")


def thing_of(row: AuditLog, names: Names, language: str) -> str:
    """What the thing is called: its present name, what stands for it, what it was called, at last the end of its id."""
    name = names.get((row.entity_type, row.entity_id)) or names.get(pointed_at(row) or ("", ""))
    if name:
        return name
    kind, key = row.entity_type, row.entity_id
    text = TEXTS.get(kind, "").format(key)
    if known(text):
        return say(language, text)
    if kind == "country":
        spoken = DEFAULT if language in PSEUDO_LANGUAGES else language
        return str(locale_of(spoken).territories.get(key.upper(), key))
    if kind not in CALLED_BY_ID:
        for side in (row.new_value, row.old_value):
            for field in OWN_NAMES:
                if isinstance(called := (side or {}).get(field), str) and called:
                    return called
    return key if len(key) <= SHORT or not is_id(key) else f"…{key[-8:]}"


def detail_of(row: AuditLog, names: Names, language: str) -> str:
    """What else a sentence may name: who answers for somebody, what was agreed to, how far a session goes."""
    for side in (row.new_value, row.old_value):
        told = side or {}
        if isinstance(person := told.get("guardian") or told.get("user"), str):
            return names.get((PERSON, person)) or say(language, "deeds_of.gone")
        if known(purpose := f"consent.policies.{told.get('purpose')}.title"):
            return say(language, purpose)
        if known(scope := f"deed_scopes.{str(told.get('scope')).lower()}"):
            return say(language, scope)
    return "…"


def pointed_at(row: AuditLog) -> tuple[str, str] | None:
    field, kind = STANDS_FOR.get(row.entity_type, ("", ""))
    for side in (row.new_value, row.old_value, row.details):
        if field and isinstance(pointed := (side or {}).get(field), str) and is_id(pointed):
            return kind, pointed
    return None


def texts_in(value: Any, depth: int) -> Iterator[str]:
    """All texts within a value."""
    if isinstance(value, str):
        yield value
    elif depth < MOST_DEEP and isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from texts_in(one, depth + 1)


def is_id(text: str) -> bool:
    with suppress(ValueError):
        return len(text) == 36 and str(UUID(text)) == text
    return False


def label_of_field(field: str, language: str) -> str:
    """What a field is called; fields within others by their last part, unknown ones by their code."""
    key = f"deed_fields.{field.rsplit('.', 1)[-1]}"
    return say(language, key) if known(key) else field.replace("_", " ")


def label_of_kind(kind: str, language: str) -> str:
    key = f"deed_things.{kind}"
    return say(language, key) if known(key) else kind.replace("_", " ")


def label_of_action(action: str, language: str) -> str:
    """An action as its sentence with nobody and nothing named, such as "… changed the series “…”"."""
    key = key_of(action)
    if not known(key):
        return action
    return say(language, key, who="…", thing="…", own="no", what="…")

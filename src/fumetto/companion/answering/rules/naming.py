"""Answers call everybody by their own name, where another name can simply be put aside for it.

That is where one proper name stands in the place of another: not inside a quotation, whose words are the book's; not
behind an article ("the Cumin"), and not where the other name is part of the name itself ("the Mayor" of the Mayor of
Komona), since there a sentence would have to be written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from fumetto.companion.answering.rules.checking import QUOTATION
from fumetto.library.public import EntityKind, Subject, evidence

ARTICLES: Final = (
    *("a", "an", "the", "this", "that"),
    *("le", "la", "les", "un", "une", "el", "los", "las", "una"),
    *("il", "lo", "i", "gli", "uno", "der", "die", "das"),
)
BEFORE: Final = "".join(rf"(?<!\b(?i:{article})\s)" for article in ARTICLES)
VOWELS: Final = frozenset("aeiouhàâäéèêëîïôöùûüœ")  # that "d’" and "l’" stand before


def by_own_names(sentence: str, known: Sequence[Subject]) -> str:
    """The sentence with everybody's own name in the place of another of theirs, where that is nothing but a change of
    names. A name that two have is left."""
    if QUOTATION.search(sentence):
        return sentence
    for subject in evidence.named_in(sentence, known):
        if subject.name not in sentence:
            for alias in put_aside(subject, known):
                pattern = rf"(?<![\w'’-]){BEFORE}{re.escape(alias)}(?![\w-])"
                sentence = re.sub(pattern, subject.name.replace("\\", r"\\"), sentence)
    return sentence


def put_aside(subject: Subject, known: Sequence[Subject]) -> Iterator[str]:
    """Somebody's other names that their own can stand for."""
    own = subject.name.split()
    for alias in subject.names[1:]:
        words = alias.split()
        if (
            subject.kind is EntityKind.CHARACTER
            and all(word[:1].isupper() for word in [*own, *words])
            and set(map(str.casefold, own)).isdisjoint(map(str.casefold, words))
            and (alias[0].casefold() in VOWELS) == (subject.name[0].casefold() in VOWELS)
            and evidence.named_in(alias, known) == [subject]
        ):
            yield alias

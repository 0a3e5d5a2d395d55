"""Answers call everybody by their own name, where another name can simply be put aside for it.

That is where one proper name stands in the place of another: not inside a quotation, whose words are the book's; not
inside another word or another's name; not behind an article ("the Cumin"), and not where the other name is part of the
name itself ("the Mayor" of the Mayor of Komona), since there a sentence would have to be written anew. What a language
changes in the word before a name is changed with it: "d’Ada" for "de Cumin", "a Cumin" for "ad Ada".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from fumetto.companion.answering.rules.quotations import quoted_in
from fumetto.kernel.index.analysis import base
from fumetto.library.public import EntityKind, Subject, evidence

ARTICLES: Final = {
    "en": "a an the this that these those my your his her its our their another every some any no",
    "fr": "le la les l un une des du au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur"
    " leurs chaque quel quelle aucun aucune",
    "de": "der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner keines dieser diese"
    " dieses diesen diesem jener jene jenes jenen jenem mein meine meinen meinem meiner meines dein deine deinen deinem"
    " deiner sein seine seinen seinem seiner seines ihr ihre ihren ihrem ihrer ihres unser unsere unseren unserem euer"
    " eure am im vom zum zur beim ins ans fürs aufs",
    "it": "il lo la i gli le l un uno una questo questa questi queste quel quello quella quei quegli quelle del dello"
    " della dei degli delle al allo alla ai agli alle dal dallo dalla dai dagli dalle nel nello nella nei negli nelle"
    " sul sullo sulla sui sugli sulle col coi mio mia miei mie tuo tua tuoi tue suo sua suoi sue nostro nostra vostro"
    " vostra loro ogni",
    "es": "el la los las lo un una unos unas del al este esta estos estas ese esa esos esas mi mis tu tus su sus",
}
ALL_ARTICLES: Final = frozenset(word for words in ARTICLES.values() for word in words.split())
OWN_ARTICLES: Final = {"en": "the", "fr": "le la les", "de": "der die das", "it": "il lo la i gli le"}
"""Those that a name may begin with, which are put aside with it: "the Smith"."""
ALL_OWN_ARTICLES: Final = frozenset(word for words in OWN_ARTICLES.values() for word in words.split()) | {"el", "los"}
ELIDING: Final = re.compile(r"[^\W\d_]{1,4}['’]")
SHOUTED: Final = 3  # letters, from which a name in capitals is told from an abbreviation
ELIDED: Final = {
    "fr": {word[:-1]: word for word in ("de", "que", "jusque", "lorsque", "puisque", "quoique")},
    "it": {"d": "di"},
}
"""Words that lose their end before a vowel, as they are then and else. In Italian they need not."""
SOUNDED: Final = {"ad": "a", "ed": "e", "od": "o"}  # in Italian, before a vowel, and else
POSSESSIVE: Final = re.compile(r"['’]s(?!\w)", re.IGNORECASE)
BEFORE_AN_APOSTROPHE: Final = re.compile(r"(?<![\w'’-])([^\W\d_]+)(['’])$")
BEFORE_A_SPACE: Final = re.compile(r"(?<![\w'’-])([^\W\d_]+)(\s+)$")
VOWELS: Final = frozenset("aeiouœæ")
EITHER: Final = frozenset("hy")  # "l’histoire" and "la harpe", "d’Yvonne" and "de Yann"
UNCHANGING: Final = frozenset({"en", "de"})  # languages in which no word changes before a name


def by_own_names(sentence: str, known: Sequence[Subject], language: str = "") -> str:
    """The sentence with everybody's own name in the place of another of theirs, where that is nothing but a change of
    names. A name that two have is left. language: the sentence's; in one that is not known here only those names are
    changed that begin alike, with a vowel or without."""
    language = base(language)
    for subject in evidence.named_in(sentence, known):
        if subject.name in sentence or not may_stand(subject.name):
            continue
        quoted = quoted_in(sentence)
        places = places_of(sentence, [*put_aside(subject, known, language)], language)
        free = [one for one in places if not any(one[0] < closes and one[1] > opens for opens, closes in quoted)]
        alone = {one: blanked(sentence, [other for other in places if other != one]) for one in free}
        for begin, end in reversed(free):
            if subject in evidence.named_in(alone[begin, end], known):  # and not in a longer name of somebody's
                sentence = changed(sentence, begin, end, subject, language)
    return sentence


def may_stand(name: str) -> bool:
    """Whether a name is a proper one through and through."""
    first, *rest = name.split() or [""]
    has_article = bool(rest) and first.casefold() in ALL_OWN_ARTICLES
    return all(word[:1].isupper() for word in (first, *rest)) and not has_article and not ELIDING.match(first)


def put_aside(subject: Subject, known: Sequence[Subject], language: str) -> Iterator[str]:
    """Somebody's other names that their own can stand for."""
    own = set(map(str.casefold, subject.name.split()))
    for alias in subject.names[1:]:
        words = alias.split()
        proper = words[1:] if with_article(alias, language) else words
        if (
            subject.kind is EntityKind.CHARACTER
            and proper
            and all(word[:1].isupper() for word in proper)
            and own.isdisjoint(map(str.casefold, proper))
            and evidence.named_in(alias, known) == [subject]
        ):
            yield alias


def with_article(name: str, language: str) -> bool:
    first, _, rest = name.partition(" ")
    return bool(rest) and first.casefold() in OWN_ARTICLES.get(language, "").split()


def places_of(sentence: str, names: Sequence[str], language: str) -> list[tuple[int, int]]:
    """Where names stand as whole words, as they are written or in capitals; of several that begin at one place the
    longest."""
    written = [form for name in sorted(names, key=len, reverse=True) for form in forms_of(name, language)]
    if not written:
        return []
    pattern = rf"(?<![\w-])(?:{'|'.join(map(re.escape, written))})(?![\w-])"
    return [match.span() for match in re.finditer(pattern, sentence)]


def forms_of(name: str, language: str) -> Iterator[str]:
    yield name
    if with_article(name, language):
        yield name[0].swapcase() + name[1:]  # where it begins a sentence, or does not
    if len(name) >= SHOUTED and name.upper() != name:
        yield name.upper()


def changed(sentence: str, begin: int, end: int, subject: Subject, language: str) -> str:
    """The sentence with somebody's own name in the place of what stands there, and with what is beside it as that name
    wants it; as it was where that would be more than a change of names."""
    there = sentence[begin:end]
    before = led(sentence[:begin], there, subject.name, language)
    after = trailed(there, sentence[end:], language)
    if before is None or after is None:
        return sentence
    shouted = there.isupper() and there not in subject.names
    return before + (subject.name.upper() if shouted else subject.name) + after


def trailed(there: str, after: str, language: str) -> str | None:
    """What stands behind another name in the place of one; None where it is part of it."""
    if after[:1] not in ("'", "’") or POSSESSIVE.match(after):
        return after
    if language == "en" and there[-1:].lower() == "s":
        return f"{after[0]}s{after[1:]}"  # "James’ egg": the apostrophe alone belongs to a name in s
    return None


def led(before: str, there: str, name: str, language: str) -> str | None:
    """What stands before a name, as it is before another one; None where that cannot be told."""
    sound = sound_of(name)
    elided = ELIDED.get(language, {})
    if cut := BEFORE_AN_APOSTROPHE.search(before):
        whole = elided.get(cut[1].lower())
        if whole is None or sound is None:
            return None
        return before if sound else f"{before[: cut.start()]}{like(cut[1], whole)} "
    if before[-1:] in ("'", "’"):
        return None
    word = BEFORE_A_SPACE.search(before)
    last = word[1].lower() if word else ""
    if is_article(last, language):
        return None
    if word is None or language in UNCHANGING:
        return before
    if language == "fr":
        if sound is False or last not in elided.values():
            return before
        return None if sound is None else f"{before[: word.start()]}{word[1][:-1]}’"
    if language == "it":
        if last in SOUNDED and not sound:
            return None if sound is None else f"{before[: word.start()]}{word[1][:-1]}{word[2]}"
        same = last in ("a", "e") and plain(name[:1]) == last
        return f"{before[: word.start()]}{word[1]}d{word[2]}" if same else before
    return before if sound is not None and sound == sound_of(there) else None


def is_article(word: str, language: str) -> bool:
    return word in (ARTICLES[language].split() if language in ARTICLES else ALL_ARTICLES)


def sound_of(name: str) -> bool | None:
    """Whether a name begins with a vowel; None where its letter does not tell."""
    first = plain(name[:1])
    return None if first in EITHER or not first.isalpha() else first in VOWELS


def plain(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter)[:1].casefold()


def like(written: str, word: str) -> str:
    """A word that begins as another is written."""
    return word.capitalize() if written[:1].isupper() else word


def blanked(sentence: str, places: Sequence[tuple[int, int]]) -> str:
    """The sentence without what stands at some places, of the same length."""
    for begin, end in places:
        sentence = f"{sentence[:begin]}{'·' * (end - begin)}{sentence[end:]}"
    return sentence

"""Danger to oneself or others, recognised by rules in each language before anybody else looks.

Rules are there to miss little: what is told as past, or as another's words, counts too, at a lower level. They are
measured on `tests/companion/support/danger_sentences.yaml`; docs/reference/support.md has the rates and what they miss.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from fumetto.companion.support.kinds import Danger, Level
from fumetto.kernel.text.shipped import read_shipped

FILE: Final = Path(__file__).with_suffix(".yaml")
LEET: Final = str.maketrans("0134578@$!", "oieastbasi")
SPELLED: Final = re.compile(r"(?<!\w)(?:\w[ .\-_*]){2,}\w(?!\w)")
CLAUSES: Final = re.compile(r"[.!?…;\n]+")
QUOTED: Final = re.compile(r"“[^”]{2,300}”|«[^»]{2,300}»|\"[^\"]{2,300}\"")
LONGEST: Final = 4000  # characters that are looked at at a time; a message is shorter
SLIP_FROM: Final = 6  # letters of a word that one slip of the pen is allowed in
NEGATIVE: Final = re.compile(
    r"(?:never|not|dont|do not|no|any|cant|plus|pas|jamais|aucune|non|stopped|mange|nobody|noone|they|personne|couldnt"
    r"|could not|nessuno|piu|merite)(?!\w)"
)
INSIDE: Final = re.compile(r"(?<!\w)(?:pas|plus) (?!envie|la|le)")
FIRST_PERSON: Final = re.compile(
    r"(?<!\w)(?:i|im|ive|id|ill|my|me|je|j|m|moi|mon|ma|mes|io|mi|mio|mia|voglio|vorrei)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a rule found. `at_home`: somebody at home seems to be who does it. `told`: others said it to them."""

    danger: Danger
    level: Level
    rule: str
    language: str
    at_home: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """One language's. `rules`: (id, pattern)."""

    language: str
    keys: frozenset[str]
    chat: dict[str, str]
    idioms: re.Pattern[str]
    denied: re.Pattern[str]
    but: re.Pattern[str]
    past: re.Pattern[str]
    told: re.Pattern[str]
    story: re.Pattern[str]
    home: re.Pattern[str]
    harms: re.Pattern[str]
    rules: tuple[tuple[str, re.Pattern[str]], ...]
    grief: re.Pattern[str]
    words: tuple[tuple[Danger, re.Pattern[str]], ...]


def recognised(text: str) -> Recognised | None:
    """The most pressing danger that a message tells of, or None."""
    found = list(all_recognised(text[:LONGEST]))
    levels, dangers = list(Level), list(Danger)
    return min(found, key=lambda one: (levels.index(one.level), dangers.index(one.danger)), default=None)


def all_recognised(text: str) -> Iterator[Recognised]:
    for rules in by_language().values():
        whole = normal(text, rules)
        fiction = bool(rules.story.search(whole))
        own = normal(QUOTED.sub(" ", text), rules)
        home = concerns_home(whole, rules)
        for clause in CLAUSES.split(text):
            said = rules.idioms.sub(" ", normal(clause, rules))
            for rule, pattern in rules.rules:
                match = asserted(pattern, said)
                if match is None:
                    continue
                if fiction and is_of_a_story(pattern, own, rules, rule):
                    continue
                danger = Danger(rule.partition(".")[0])
                told = danger is Danger.SUICIDE and anywhere("told", said[: match.start()])
                past = anywhere("past", said)
                yield Recognised(
                    danger,
                    Level.BEFORE if told or past else Level.NOW,
                    f"{rules.language}.{rule}",
                    rules.language,
                    at_home=home or rule == "abuse.home",
                    told=told,
                )
            if not fiction and not rules.grief.search(said):
                yield from grave_words(said, rules, at_home=home)


def grave_words(said: str, rules: Rules, *, at_home: bool) -> Iterator[Recognised]:
    """What no rule has words for, but nobody says lightly."""
    for danger, pattern in rules.words:
        if asserted(pattern, said) is not None:
            rule = f"{rules.language}.{danger}.words"
            yield Recognised(danger, Level.UNSURE, rule, rules.language, at_home=at_home or danger is Danger.ABUSE)


def asserted(pattern: re.Pattern[str], said: str) -> re.Match[str] | None:
    """The first match that is not said not to be so."""
    return next((match for match in pattern.finditer(said) if not is_denied(said, match)), None)


def is_denied(said: str, match: re.Match[str]) -> bool:
    """Whether it is said not to be so, and nothing takes that back. A rule of one language may match in another."""
    if NEGATIVE.match(match[0]):  # "no point in living" is denied by nothing before it
        return False
    before = said[: match.start()].rstrip()
    inside = bool(INSIDE.search(match[0]))
    return any(
        (inside or rules.denied.search(before)) and not rules.but.search(said[match.end() :])
        for rules in by_language().values()
    )


def anywhere(what: str, said: str) -> bool:
    """Whether a pattern of any language is in a clause."""
    return any(getattr(rules, what).search(said) for rules in by_language().values())


def is_of_a_story(pattern: re.Pattern[str], own: str, rules: Rules, rule: str) -> bool:
    """Whether what matched is a comic's: in its quotation marks, or of others than oneself."""
    match = pattern.search(rules.idioms.sub(" ", own))
    if match is None:
        return True
    near = own[max(0, match.start() - 12) : match.end()]
    return rule.startswith(("threat", "harm_to_others", "suicide.act")) and not (
        rule.startswith("suicide") and FIRST_PERSON.search(near)
    )


def concerns_home(whole: str, rules: Rules) -> bool:
    """Whether somebody at home is told to do harm, anywhere in a message."""
    return any(
        rules.harms.search(whole[max(0, match.start() - 60) : match.end() + 60]) for match in rules.home.finditer(whole)
    )


def at_home(text: str) -> bool:
    """The same for any message, whether or not a rule for danger fires."""
    return any(concerns_home(normal(text[:LONGEST], rules), rules) for rules in by_language().values())


def normal(text: str, rules: Rules) -> str:
    """A text as the patterns have it."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(char for char in plain if unicodedata.category(char) not in ("Mn", "Cf"))
    plain = re.sub(r"n['’`]t(?!\w)", "nt", plain)
    plain = re.sub(r"(?<!\w)i['’`](m|ve|d|ll)(?!\w)", r"i\1", plain)
    plain = re.sub(r"(?<=\w)['’`]s(?!\w)", "s", plain) if rules.language == "en" else plain
    plain = SPELLED.sub(
        lambda match: re.sub(r"[ .\-_*]", "", match[0]) if is_spelled(match[0], rules) else match[0], plain
    )
    words = re.findall(r"[\w@$!]*\w[\w@$]*", plain.replace("+", " piu "))
    return " ".join(rules.chat.get(one, one) for one in (corrected(word, rules) for word in words))


def is_spelled(text: str, rules: Rules) -> bool:
    """Whether single letters in a row make a word of ours: "k i l l"."""
    return re.sub(r"[ .\-_*]", "", text) in rules.keys | rules.chat.keys()


def corrected(word: str, rules: Rules) -> str:
    """A word written with figures, with letters repeated, or with one slip, as the key word that it stands for."""
    if word in rules.keys or word in rules.chat:
        return word
    for one in (word.translate(LEET), re.sub(r"(\w)\1{2,}", r"\1", word), re.sub(r"(\w)\1{2,}", r"\1\1", word)):
        if one != word and (one in rules.keys or one in rules.chat):
            return one
    shorter = re.sub(r"(\w)\1{2,}", r"\1", word)
    if len(shorter) >= SLIP_FROM - 1:
        for key in rules.keys:
            if len(key) >= SLIP_FROM and key[0] == shorter[0] and one_slip(shorter, key):
                return key
    return shorter.strip("!$@")


def one_slip(word: str, key: str) -> bool:
    """Whether a letter was left out, added or swapped with the next. Another letter in its place is another word."""
    if word == key or abs(len(word) - len(key)) > 1:
        return False
    if len(word) == len(key):
        differ = [at for at in range(len(key)) if word[at] != key[at]]
        return (
            len(differ) == 2
            and differ[1] == differ[0] + 1
            and word[differ[0]] == key[differ[1]]
            and word[differ[1]] == key[differ[0]]
        )
    longer, less = (word, key) if len(word) > len(key) else (key, word)
    return any(longer[:at] + longer[at + 1 :] == less for at in range(1, len(longer)))


@cache
def by_language() -> dict[str, Rules]:
    read: dict[str, Any] = read_shipped(FILE)
    return {language: rules_of(language, one) for language, one in read.items()}


def rules_of(language: str, read: dict[str, Any]) -> Rules:
    home = f"(?:{read['home']})"
    return Rules(
        language=language,
        keys=frozenset(read["keys"]),
        chat={str(word): str(said) for word, said in read["chat"].items()},
        idioms=whole_words("|".join(read["idioms"])),
        denied=re.compile(rf"(?<!\w)(?:{read['denied']})$"),
        but=whole_words(read["but"]),
        past=whole_words(read["past"]),
        told=whole_words(read["told"]),
        story=whole_words(read["story"]),
        home=whole_words(read["home"]),
        harms=whole_words(read["harms"]),
        rules=tuple(
            (rule, whole_words("|".join(patterns).replace("{home}", home))) for rule, patterns in read["rules"].items()
        ),
        grief=whole_words(read["grief"]),
        words=tuple((Danger(danger), whole_words("|".join(patterns))) for danger, patterns in read["words"].items()),
    )


def whole_words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")

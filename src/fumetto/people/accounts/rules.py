"""Decisions about accounts that need nothing but the words themselves."""

from __future__ import annotations

import unicodedata

from fumetto.people.accounts.kinds import AgeClass, UserType

LONGEST_NAME = 100
MOST_MARKS = 3
AGES_OF = {
    UserType.CHILD: frozenset({AgeClass.CHILD, AgeClass.PRETEEN}),
    UserType.TEENAGER: frozenset({AgeClass.PRETEEN, AgeClass.TEENAGER}),
}


def go_together(user_type: UserType, age_class: AgeClass | None) -> bool:
    """Whether one person can be both; a preteen may be called a child or a teenager."""
    if age_class is None:
        return True
    return age_class in AGES_OF.get(user_type, frozenset({AgeClass.ADULT}))


SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Alphabets whose letters can be taken for one another's."""

ALIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u043a\u043c\u0442\u043d\u0432\u0433"
    "\u03bf\u03b1\u03b9\u03bd\u03c1\u03c5\u03c7\u03ba\u03c4\u03b7\u03b5\u03b3\u03c9\u0578\u057d\u0570\u0585"
    "01|\u0131\u2019",
    "aeopcyxijshdqwkmtnbroaivpyxktneywnuhoolli'",
)


def clean_name(text: str) -> str | None:
    """The name as it is kept: compatible forms made plain (NFKC), single spaces; None for one that cannot be used.

    That is one that is empty, too long or not printable, holds marks that do not show, or mixes alphabets whose letters
    look alike, so that nobody could tell it from another.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or len(scripts_of(name)) > 1:
        return None
    return None if is_stacked(name) else name


def scripts_of(name: str) -> frozenset[str]:
    """Which of the alphabets that look alike a name has letters of."""
    words = {unicodedata.name(letter, "").split(" ")[0] for letter in name if letter.isalpha()}
    return frozenset(words) & frozenset(SCRIPTS)


def is_stacked(name: str) -> bool:
    """Whether more marks stand on one letter than any language puts there, or one stands on none."""
    run = MOST_MARKS
    for letter in name:
        run = run + 1 if unicodedata.combining(letter) else 0
        if run > MOST_MARKS:
            return True
    return False


def skeleton(name: str) -> str:
    """What a name looks like: two names of one skeleton can be taken for each other (after UTS #39, much reduced)."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return plain.translate(ALIKE)

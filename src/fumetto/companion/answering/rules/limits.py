"""What may be asked."""

from __future__ import annotations

import unicodedata
from typing import Final

from fumetto.companion.answering.errors import QuestionEmpty, QuestionTooLong

LONGEST: Final = 2000  # characters of a question


def question_of(text: str) -> str:
    """A question as it is answered: on one line, without characters that nobody sees.

    Raises QuestionEmpty where no letter or digit is left, QuestionTooLong over 2,000 characters.
    """
    if len(text) > 4 * LONGEST:
        raise QuestionTooLong(length=len(text), most=LONGEST)
    seen = "".join(
        " " if one.isspace() else one for one in text if one.isspace() or unicodedata.category(one)[0] != "C"
    )
    said = " ".join(seen.split())
    if len(said) > LONGEST:
        raise QuestionTooLong(length=len(said), most=LONGEST)
    if not any(one.isalnum() for one in said):
        raise QuestionEmpty
    return said

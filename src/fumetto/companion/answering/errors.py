"""What can be wrong with a question."""

from __future__ import annotations

from fumetto.kernel.errors import Invalid


class QuestionEmpty(Invalid):
    """There is nothing in it that could be asked: no letter and no digit."""

    code = "question_empty"


class QuestionTooLong(Invalid):
    code = "question_too_long"

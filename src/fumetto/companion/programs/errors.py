"""What goes wrong between other programs and the companion."""

from __future__ import annotations

from fumetto.kernel.errors import FumettoError, NotFound


class ModelUnknown(FumettoError):
    """A chat client named a model that is no series of the reader's."""

    status = 404
    code = "program_model_unknown"


class NoQuestion(FumettoError):
    """A chat client sent no message of its user's to answer."""

    status = 422
    code = "program_no_question"


class InputUnreadable(FumettoError):
    """Text was wanted to make vectors of, and something else came, such as numbers of tokens."""

    status = 422
    code = "program_input_unreadable"


class NotThere(NotFound):
    """An assistant asked for a series, page or character that is not there, or that its reader may not know yet."""

    code = "program_not_there"

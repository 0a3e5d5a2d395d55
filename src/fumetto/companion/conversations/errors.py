"""What can go wrong in conversations."""

from __future__ import annotations

from fumetto.kernel.errors import Conflict, FumettoError, NotFound


class ConversationNotFound(NotFound):
    code = "conversation_not_found"


class ChatSessionNotFound(NotFound):
    code = "chat_session_not_found"


class TurnNotFound(NotFound):
    """A question that was not asked, is somebody else's, or cannot be told of at the present page."""

    code = "turn_not_found"


class AnswerNotFound(NotFound):
    """An answer that is not there, is somebody else's, or cannot be told of at the present page."""

    code = "answer_not_found"


class CompanionBusy(Conflict):
    """question_id, events: a question of this session is still being answered."""

    code = "companion_busy"


class TooManyTurns(FumettoError):
    """most: so many questions of this reader are being answered already."""

    status = 429
    code = "companion_too_many"


class AnswerCancelled(FumettoError):
    """The reader said stop before the first sentence came."""

    status = 409
    code = "answer_cancelled"


class AnswerCutOff(FumettoError):
    """The reader was gone or the server ended before the first sentence came."""

    status = 503
    code = "answer_cut_off"


class AnswerFailed(FumettoError):
    """The answerer failed in a way of its own; the log says how."""

    status = 500
    code = "answer_failed"

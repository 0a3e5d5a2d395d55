"""What can go wrong with a chat model. Whoever asks one catches ChatFailed and answers in another way."""

from __future__ import annotations

from typing import Any, ClassVar

from fumetto.kernel.errors import FumettoError


class ChatFailed(FumettoError):
    """No answer, or no whole one, from a chat model.

    `note` is the code of what readers are told where something else answers instead. `again` says whether the same
    question may succeed in a moment, `wait` after how many seconds, where the server says so.
    """

    status = 503
    code = "chat_failed"
    note: ClassVar[str] = "fallback_failed"
    again: ClassVar[bool] = False

    def __init__(self, *, model: str, wait: float | None = None, **detail: Any) -> None:
        super().__init__(model=model, **detail)
        self.wait = wait


class ChatUnreachable(ChatFailed):
    """The model's server does not answer, is overloaded, or hung up in the middle."""

    code = "chat_unreachable"
    note = "fallback_unreachable"
    again = True

    def __init__(self, *, model: str, reason: str, wait: float | None = None) -> None:
        super().__init__(model=model, reason=reason, wait=wait)


class ChatSlow(ChatFailed):
    """The model takes longer than its limits allow. `part`: first, between, total."""

    code = "chat_slow"
    note = "fallback_slow"

    def __init__(self, *, model: str, part: str, seconds: float) -> None:
        super().__init__(model=model, part=part, seconds=seconds)


class ChatRefused(ChatFailed):
    """The model's server refuses: the key, the address or the question. `answer`: its status."""

    code = "chat_refused"
    note = "fallback_refused"

    def __init__(self, *, model: str, reason: str, answer: int = 0) -> None:
        super().__init__(model=model, reason=reason, answer=answer)


class ChatNoKey(ChatFailed):
    """The provider wants a key, and the setting that holds it is empty."""

    code = "chat_no_key"
    note = "fallback_refused"

    def __init__(self, *, model: str, setting: str) -> None:
        super().__init__(model=model, setting=setting)


class ChatModelUnknown(ChatFailed):
    """The provider has no such model, or there is no such provider, or the settings do not offer it."""

    status = 422
    code = "chat_model_unknown"
    note = "fallback_refused"

    def __init__(self, *, model: str) -> None:
        super().__init__(model=model)


class ChatGarbled(ChatFailed):
    """What the server sends is no answer of a chat model: a page for browsers, half a message, another shape."""

    code = "chat_garbled"
    note = "fallback_garbled"

    def __init__(self, *, model: str, reason: str) -> None:
        super().__init__(model=model, reason=reason)


class ChatEmpty(ChatFailed):
    """The model ended without a word."""

    code = "chat_empty"
    note = "fallback_garbled"

    def __init__(self, *, model: str) -> None:
        super().__init__(model=model)


class ChatLoops(ChatFailed):
    """The model says the same over and over, or does not end."""

    code = "chat_loops"
    note = "fallback_garbled"

    def __init__(self, *, model: str) -> None:
        super().__init__(model=model)


class ChatResting(ChatFailed):
    """The model failed several times in a row, and is not asked again for a while. `seconds`: until when."""

    code = "chat_resting"
    note = "fallback_unreachable"

    def __init__(self, *, model: str, seconds: int) -> None:
        super().__init__(model=model, seconds=seconds, wait=float(seconds))

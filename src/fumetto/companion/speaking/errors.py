"""Why a model that could answer may not."""

from fumetto.kernel.providers.chat.errors import ChatFailed


class ChatNoConsent(ChatFailed):
    """The model is in the cloud, and nobody agreed that this reader's questions go there; or their family, class or
    school keeps them here."""

    status = 403
    code = "chat_no_consent"
    note = "fallback_consent"

    def __init__(self, *, model: str) -> None:
        super().__init__(model=model)


class ChatNotChosen(ChatFailed):
    """A minor's family, class or school has chosen another model for them."""

    status = 403
    code = "chat_not_chosen"
    note = "fallback_consent"

    def __init__(self, *, model: str) -> None:
        super().__init__(model=model)

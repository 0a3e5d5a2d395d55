"""What can stand in the way of asking a model that costs something."""

from __future__ import annotations

from fumetto.kernel.providers.chat.errors import ChatFailed


class SpendingLimitReached(ChatFailed):
    """What may be spent is used up. `limit`: reader_day, day, total. Whoever asks a model answers in another way, as
    after every failure of one."""

    status = 429
    code = "spending_limit"
    note = "fallback_limit"

    def __init__(self, *, model: str, limit: str) -> None:
        super().__init__(model=model, limit=limit)

"""Whether a chat model may be chosen here."""

from __future__ import annotations

from fumetto.kernel.providers.chat.errors import ChatModelUnknown, ChatNoKey
from fumetto.kernel.providers.chat.naming import BUILTIN, missing_key, offered_chat_models
from fumetto.kernel.settings import Settings


def require_offered(settings: Settings, name: str) -> None:
    """Raises ChatModelUnknown for a model that the settings do not offer, and ChatNoKey for one that wants a key. The
    built-in answerer is always there."""
    if name != BUILTIN and name not in offered_chat_models(settings):
        raise ChatModelUnknown(model=name)
    if key := missing_key(settings, name):
        raise ChatNoKey(model=name, setting=key)

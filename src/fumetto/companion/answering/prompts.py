"""The prompts that come with Fumetto: texts in catalogues/<language>/prompts.yaml, versioned by what they say."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from fumetto.kernel.text.catalogues import DEFAULT, LANGUAGES, catalogue, say

ROOT: Final = "prompts."


class BuiltInPrompts:
    """See ports.Prompts. A language without prompts of its own has the English ones."""

    def text(self, key: str, language: str, **values: object) -> str:
        return say(language, ROOT + key, **values)

    def version(self, language: str) -> str:
        """The same for as long as every prompt of the language says the same."""
        return version_of(language.split("-")[0])


@cache
def version_of(language: str) -> str:
    spoken = language if language in LANGUAGES else DEFAULT
    said = {key: text for key, text in (catalogue(DEFAULT) | catalogue(spoken)).items() if key.startswith(ROOT)}
    return f"{spoken}-{hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()[:10]}"

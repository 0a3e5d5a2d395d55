"""What models are told: the catalogues' texts below `prompts` and `prompt_snippets`, as the operator says them and for
whom the question is from, versioned by what they say."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from fumetto.kernel.text.audience import Variant, addressed
from fumetto.kernel.text.catalogues import DEFAULT, Words, ancestry, catalogue, say, words

ROOT: Final = "prompts."
SNIPPETS: Final = "prompt_snippets."


class LocalizedPrompts:
    """See ports.Prompts. A language without prompts of its own has its parent's, at last the English ones."""

    def text(self, key: str, language: str, **values: object) -> str:
        snippet = SNIPPETS + key
        return say(language, snippet if snippet in catalogue(DEFAULT) else ROOT + key, **values)

    def version(self, language: str) -> str:
        """The same for as long as all that is told in the language, to whom the question is from, is the same."""
        return version_of(words(), ancestry(language)[0], addressed())


@lru_cache(maxsize=64)
def version_of(spoken: Words, language: str, variant: Variant) -> str:
    keys = sorted(key for key in catalogue(DEFAULT) if key.startswith((ROOT, SNIPPETS)))
    told = [next(spoken.found(language, variant, key)) for key in keys]
    digest = hashlib.sha256(repr([(key, one.text) for key, one in zip(keys, told, strict=True)]).encode())
    return f"{told[0].language}-{digest.hexdigest()[:10]}"

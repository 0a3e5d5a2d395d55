"""What is searched, and what answers are made of."""

from __future__ import annotations

from pydantic import Field

from fumetto.kernel.settings.fields import Area


class Finding(Area):
    """Passages: how long, and how many."""

    chunk_dialogue: int = Field(
        1000,
        ge=100,
        le=20_000,
        description="Most characters of a passage of dialogue; a longer balloon is cut. At `fumetto index rebuild`.",
    )
    chunk_description: int = Field(
        800,
        ge=100,
        le=20_000,
        description="Most characters of a passage of what a page or panel shows. At `fumetto index rebuild`.",
    )
    chunk_note: int = Field(
        1000, ge=100, le=20_000, description="Most characters of a passage of commentary. At `fumetto index rebuild`."
    )
    chunk_wiki: int = Field(
        1000,
        ge=100,
        le=20_000,
        description="Most characters of a passage of the wiki or the world. At `fumetto index rebuild`.",
    )
    passages_page: int = Field(
        12, ge=1, le=100, description="Passages that an answer about the story so far is made of."
    )
    passages_wiki: int = Field(8, ge=1, le=100, description="Passages of the wiki that such an answer is made of.")
    companion_grace_seconds: float = Field(
        20.0, ge=0, le=3600, description="How long an answer goes on when nobody follows it any more."
    )

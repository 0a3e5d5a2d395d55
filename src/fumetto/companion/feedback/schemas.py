"""What readers say of answers, and what their owner sees of how answers do."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from fumetto.companion.kinds import Mode


class FeedbackGiven(BaseModel):
    """What is sent replaces what was there."""

    is_positive: bool | None = None
    rating: int | None = Field(None, ge=1, le=5)
    comment: str = Field("", max_length=4000)


class Quality(BaseModel):
    """How a number of answers did. Shares are of `answers`; times are in milliseconds, null where none was measured."""

    answers: int
    latency_p50: int | None
    latency_p95: int | None
    first_sentence_p50: int | None
    first_sentence_p95: int | None
    retrieval_p50: int | None
    tokens_in: int
    tokens_out: int
    cache_hits: float = Field(description="Share of the answers whose passages came from the cache, of those it knew.")
    found: float = Field(description="Share of the answers that rest on any evidence.")
    withheld: int = Field(description="Sentences of models that were not sent.")
    regenerated: int
    fell_back: int = Field(description="Answers that the built-in answerer gave in a model's place.")
    not_finished: int = Field(description="Answers that were stopped, cut off or failed.")
    positive: int
    negative: int
    rating: float | None = Field(description="Mean, of five.")


class QualityOf(Quality):
    mode: Mode
    model: str


class QualityOn(Quality):
    day: date


class Analytics(BaseModel):
    """Days are in UTC; those without an answer are left out."""

    since: date
    until: date
    whole: Quality
    by_model: list[QualityOf]
    by_day: list[QualityOn]

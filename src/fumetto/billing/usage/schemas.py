"""What was spent, and what may be, as the API tells it. Amounts are in the currency."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from fumetto.billing.usage.rules import LimitKind


class SpendingLimit(BaseModel):
    """One limit. Amounts that are the household's and not the reader's are told to its owner alone; how near it is,
    everybody is told."""

    kind: LimitKind
    limit: float | None = Field(description="None: there is no limit, or it is not for this reader to know.")
    spent: float | None = Field(description="With what is kept back for questions under way.")
    left: float | None
    warn: bool = Field(description="Four fifths of the limit are used.")
    reached: bool = Field(description="Metered models are not asked; the built-in answerer answers.")
    resets_at: datetime | None = Field(description="When the day of UTC ends; None for what never resets.")


class SpendingLimits(BaseModel):
    currency: str
    metered: bool = Field(description="Whether any model that is offered costs something.")
    items: list[SpendingLimit]

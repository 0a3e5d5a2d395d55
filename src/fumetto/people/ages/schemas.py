"""Rules of what fits as they are sent and shown."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.people.ages.rules import Rule

Label = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=64)]
Labels = Annotated[list[Label], Field(max_length=100)]


class ReadingRuleIn(BaseModel):
    """One rule. What is left out is not limited."""

    model_config = ConfigDict(extra="forbid")

    max_age: Annotated[int, Field(ge=0, le=99)] | None = Field(None, description="What is for older ones is hidden.")
    unrated: bool = Field(True, description="Whether what has no rating is shown.")
    labels_allowed: Labels | None = Field(None, description="Only what has one of these; null: whatever it has.")
    labels_excluded: Labels = Field(default_factory=list, description="Nothing that has one of these; wins.")
    only_shelves: bool = Field(False, description="Only what is on a shelf shared with a collective of theirs.")

    def rule(self) -> Rule:
        allowed = None if self.labels_allowed is None else frozenset(self.labels_allowed)
        return Rule(self.max_age, self.unrated, allowed, frozenset(self.labels_excluded), self.only_shelves)


class ReadingRuleOut(BaseModel):
    max_age: int | None
    unrated: bool
    labels_allowed: list[str] | None
    labels_excluded: list[str]
    only_shelves: bool

    @classmethod
    def of(cls, rule: Rule) -> ReadingRuleOut:
        return cls(
            max_age=rule.max_age,
            unrated=rule.unrated,
            labels_allowed=None if rule.labels_allowed is None else sorted(rule.labels_allowed),
            labels_excluded=sorted(rule.labels_excluded),
            only_shelves=rule.only_shelves,
        )


class RuleSource(StrEnum):
    OWN = "own"
    DEFAULT = "default"  # by age class, since nobody has made one for them
    COLLECTIVE = "collective"


class SourceOfRule(BaseModel):
    """One of the rules that count for somebody."""

    source: RuleSource
    collective_id: UUID | None = None
    collective_name: str | None = None
    rule: ReadingRuleOut


class ReadingRuleOfUser(BaseModel):
    """What counts for somebody, and what it comes of. `rule` is their own; null where nobody has made one."""

    user_id: UUID
    rule: ReadingRuleOut | None
    effective: ReadingRuleOut | None = Field(description="The strictest of all; null: everything fits.")
    because: list[SourceOfRule]
    may_change: bool


class ReadingRuleOfCollective(BaseModel):
    collective_id: UUID
    rule: ReadingRuleOut | None
    updated_at: datetime | None
    bound: int = Field(description="How many people it binds: minors in it, and adults who are plain members.")

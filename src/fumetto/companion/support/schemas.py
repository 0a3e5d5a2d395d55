"""What clients say to the helper, and what they are told by it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from fumetto.companion.conversations.schemas import LONGEST_BODY, LanguageTag, Message
from fumetto.companion.kinds import ConversationKind
from fumetto.companion.support.kinds import Danger, Kept, Level, Variant

MonsterName = Annotated[str, Field(max_length=32, pattern=r"^[a-z]+$")]


class Monster(BaseModel):
    """A persona of the house. `picture`: where its SVG is."""

    name: str
    title: str
    manner: str = Field(description="What it is like, in a few words.")
    opening: str
    picture: str


class HelpLineItem(BaseModel):
    """People to turn to. `hours` is empty where they are not always there: their page says when."""

    name: str
    phone: str
    url: str
    hours: str
    is_emergency: bool
    dangers: list[str]


class TrustedAdultItem(BaseModel):
    id: uuid.UUID
    name: str
    how_to_reach: str


class TrustedAdultGiven(BaseModel):
    name: str = Field(max_length=128)
    how_to_reach: str = Field("", max_length=255, description="A phone number, a place, a time: as they like.")


class TrustedAdultList(BaseModel):
    items: list[TrustedAdultItem]


class Home(BaseModel):
    """What the helper's page starts with. `talking`: whether a conversation may be had now; where not, people to turn
    to are there all the same."""

    variant: Variant
    talking: bool
    counted: bool = Field(description="Whether they agreed that what is talked about is counted, and may be rated.")
    monsters: list[Monster]
    disclosure: list[str]
    trusted_adults: list[TrustedAdultItem]
    help_lines: list[HelpLineItem]
    general_advice: list[str] = Field(description="Whom to turn to where no help line is confirmed, and in any case.")
    guardians: list[str] = Field(description="Names of those who see that a safety rule fired, never the words.")


class ConversationStart(BaseModel):
    monster: MonsterName
    kind: Literal[ConversationKind.GENERAL, ConversationKind.INCIDENT] = ConversationKind.GENERAL
    language: LanguageTag | None = Field(None, description="The reader's, where it is left out.")


class SupportConversation(BaseModel):
    """`opening` is said before the first message, with what the persona is."""

    id: uuid.UUID
    kind: ConversationKind
    title: str = Field(description="The reader's own, else the beginning of the first message.")
    monster: Monster
    opening: list[str]
    running: uuid.UUID | None = Field(description="The message that is being answered now.")
    created_at: datetime
    updated_at: datetime


class SupportConversationList(BaseModel):
    items: list[SupportConversation]
    next_cursor: str | None = None


class SupportConversationChange(BaseModel):
    """What is left out stays. An empty title goes back to the first message."""

    title: str | None = Field(None, max_length=512)
    monster: MonsterName | None = None


class SupportQuestion(BaseModel):
    text: str = Field(max_length=LONGEST_BODY, description="At most 2,000 characters.")
    language: LanguageTag | None = None
    request_id: uuid.UUID = Field(description="The client's own: the same again asks nothing twice.")
    model: str | None = Field(None, max_length=128, description="provider/model, or `builtin`; left out, the house's.")


class SupportMessageList(BaseModel):
    """Newest last. `next_cursor` leads to those before."""

    items: list[Message]
    next_cursor: str | None = None


class IncidentAnswer(BaseModel):
    question: str
    label: str
    answer: str


class IncidentView(BaseModel):
    """What is kept of what somebody told. `edited`: the summary is in their own words."""

    answers: list[IncidentAnswer]
    skipped: list[str]
    summary: str
    edited: bool
    updated_at: datetime


class IncidentChange(BaseModel):
    """What is left out stays. An empty answer is forgotten; an empty summary is made of the answers again."""

    summary: str | None = Field(None, max_length=8000)
    answers: dict[str, Annotated[str, Field(max_length=2000)]] | None = Field(None, max_length=16)


class SignalItem(BaseModel):
    """That a safety rule fired: what for, when, and what help was offered. Never the words. `kept_from`: whether
    guardians are shown it; null for guardians."""

    id: uuid.UUID
    danger: Danger
    level: Level
    offered: list[str]
    created_at: datetime
    kept_from: Kept | None = None
    kept_from_ids: list[uuid.UUID] = []


class SignalList(BaseModel):
    items: list[SignalItem]


class SignalChange(BaseModel):
    """Who is not to see it: all guardians, since it is about somebody at home, or those that are named."""

    kept_from: Kept
    kept_from_ids: list[uuid.UUID] = Field(default_factory=list, max_length=16)


class HelpLineRow(HelpLineItem):
    """A row of the table, for the operator. `confirmed_at`: null where nobody has looked at its source yet; `changed`:
    what was confirmed is not what is written now, so it waits to be confirmed again."""

    country: str
    slug: str
    languages: list[str]
    source: str
    source_date: date
    confirmed_at: datetime | None
    changed: bool


class HelpLineRows(BaseModel):
    items: list[HelpLineRow]


class HelpLineConfirmation(BaseModel):
    confirmed: bool


class Counted(BaseModel):
    """People by value; groups under five are put together as `other`, and counts are rounded down to fives."""

    what: str
    counts: dict[str, int]


class SupportAnalytics(BaseModel):
    """One whole month that is over. Empty where fewer than five people were counted."""

    month: str
    of: list[Counted]

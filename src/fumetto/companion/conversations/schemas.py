"""What clients say in conversations, and what they are told of them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from fumetto.companion.kinds import Author, ConversationKind, Mode, TurnState

AskMode = Literal[Mode.PAGE, Mode.WIKI]
LanguageTag = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
LONGEST_BODY = 100_000
"""Characters of a question that are looked at at all, to say how many too many they are."""


class PersonaName(BaseModel):
    id: uuid.UUID
    name: str


class SeriesRef(BaseModel):
    id: uuid.UUID
    slug: str
    title: str


class ConversationItem(BaseModel):
    """A conversation as far as it may be told where the reader is now."""

    id: uuid.UUID
    kind: ConversationKind
    title: str = Field(description="The reader's own, else the first visible question; empty when there is none.")
    series: SeriesRef | None
    persona: PersonaName | None
    message_count: int = Field(description="Of visible messages.")
    created_at: datetime
    updated_at: datetime
    episode_id: uuid.UUID | None = Field(description="Where it was last gone on with.")
    last_page_id: uuid.UUID | None


class ConversationList(BaseModel):
    items: list[ConversationItem]
    folded: int = Field(0, description="So many more need more than is known at the present page.")
    next_cursor: str | None = None


class ConversationChange(BaseModel):
    """What is left out stays. An empty title goes back to the first question; a null persona is none."""

    title: str | None = Field(None, max_length=512)
    persona_id: uuid.UUID | None = None


class SessionStart(BaseModel):
    """Open the companion beside an episode. It goes on with the latest conversation about the series, unless another
    is named or a new one wanted."""

    episode_id: uuid.UUID
    page_id: uuid.UUID | None = Field(None, description="The page on the screen; left out, the one that was last read.")
    conversation_id: uuid.UUID | None = None
    new: bool = False
    persona_id: uuid.UUID | None = None
    everything: bool | None = Field(None, description="Whether all that was read may be told; left out, as it was.")
    device: str | None = Field(None, max_length=128, description="The device's own id, as page turns have it.")


class ChatSessionChange(BaseModel):
    """A page turn, or another switch. What is left out stays; a null persona is none."""

    page_id: uuid.UUID | None = None
    everything: bool | None = None
    persona_id: uuid.UUID | None = None


class Session(BaseModel):
    """A conversation beside one episode, at one page."""

    id: uuid.UUID
    conversation: ConversationItem
    episode_id: uuid.UUID | None
    page_id: uuid.UUID | None
    everything: bool
    persona: PersonaName | None
    running: uuid.UUID | None = Field(description="The question that is being answered now.")


class Question(BaseModel):
    text: str = Field(max_length=LONGEST_BODY, description="At most 2,000 characters.")
    mode: AskMode = Mode.PAGE
    language: LanguageTag | None = Field(None, description="The reader's, where the question does not show it.")
    request_id: uuid.UUID = Field(description="The client's own: the same again asks nothing twice.")
    model: str | None = Field(None, max_length=128, description="provider/model, or `builtin`; left out, the series'.")


class CitationBox(BaseModel):
    """Fractions of the page's width and height."""

    x: float
    y: float
    width: float
    height: float


class CitedDocument(BaseModel):
    """A document of the house that the helper read from."""

    id: uuid.UUID
    title: str
    section: str
    page: int | None
    sources: list[str] = Field(description="Whom the document names as its own sources.")


class MessageCitation(BaseModel):
    """What a sentence rests on, and where that is."""

    number: int
    id: uuid.UUID
    kind: str = Field(description="page, or the passage's: dialogue, description, panel, note, wiki, fact.")
    quote: str | None
    language: str | None
    speaker: str | None
    about: str | None
    episode_id: uuid.UUID | None
    episode_number: str | None
    page_id: uuid.UUID | None
    page_number: int | None
    order_index: int | None
    box: CitationBox | None
    panel: int | None
    document: CitedDocument | None = None


class MessageSentence(BaseModel):
    text: str
    citations: list[int]
    language: str | None = Field(None, description="Of a quotation.")


class MessageSuggestion(BaseModel):
    text: str
    mode: Mode


class SuggestionList(BaseModel):
    items: list[MessageSuggestion]


class MessageFeedback(BaseModel):
    is_positive: bool | None
    rating: int | None
    comment: str


class Message(BaseModel):
    """A question, or the answer to one (`answers_id`)."""

    kind: Literal["message"] = "message"
    id: uuid.UUID
    author: Author
    mode: Mode
    language: str
    content: str
    state: TurnState
    sentences: list[MessageSentence]
    citations: list[MessageCitation]
    suggestions: list[MessageSuggestion]
    found: bool
    model: str
    note: str
    withheld: int
    latency_ms: int | None
    created_at: datetime
    answers_id: uuid.UUID | None
    answer_id: uuid.UUID | None
    feedback: MessageFeedback | None = None


class Folded(BaseModel):
    """So many messages one after another that need more than is known at the present page."""

    kind: Literal["folded"] = "folded"
    folded: int


class MessageList(BaseModel):
    """Newest last. `next_cursor` leads to those before."""

    items: list[Annotated[Message | Folded, Field(discriminator="kind")]]
    next_cursor: str | None = None


class Asked(BaseModel):
    question: Message
    answer_id: uuid.UUID
    events: str = Field(description="Where the answer is told as it comes, as server-sent events.")


class Replay(BaseModel):
    """Everything an answer was made of. Of one that was `cancelled` or `cut_off`, as far as that is known: where its
    server was killed, what it was to be made of."""

    question: str
    answer: str
    state: TurnState
    queries: list[dict[str, Any]]
    hits: list[dict[str, Any]]
    context: list[dict[str, Any]]
    prompt: list[dict[str, Any]]
    prompt_version: str
    model: str
    timings: dict[str, Any] = Field(description="Milliseconds.")
    token_counts: dict[str, Any]
    checks: list[dict[str, Any]]
    cache: str


class Replays(BaseModel):
    """The answer that was given, and the one that would be given now."""

    then: Replay
    now: Replay


# What is told of an answer as it comes; `data` of the events of the same name.


class StartedEvent(BaseModel):
    question_id: uuid.UUID
    answer_id: uuid.UUID
    mode: Mode
    model: str
    built_in: bool


class RetrievedEvent(BaseModel):
    passages: int
    pages: int


class SentenceEvent(MessageSentence):
    number: int


class NoteEvent(BaseModel):
    code: str
    text: str


class DoneEvent(BaseModel):
    message: Message


class FailedEvent(BaseModel):
    code: str
    title: str
    detail: str
    retry: bool

"""What the graph that answers asks of other rooms, and what it hands to them, as plain values.

A turn is one question on its way to its answer. Everything that a turn may know it looks up through its `Standpoint`,
which makes a horizon of database rows each time; no session is kept while a model is awaited.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from fumetto.companion.answering.model import Citation, Sentence
from fumetto.companion.kinds import Author, Mode, TurnState
from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.public import Horizon, Spot

if TYPE_CHECKING:  # it takes long to import, and most processes answer nothing
    from langchain_core.messages import BaseMessage

    from fumetto.companion.answering.checkpoints import Checkpoints


@dataclass(frozen=True, slots=True)
class Look:
    """One look into the database, at the horizon that there is now. `here` is the page the reader is on, if any; the
    horizon ends there unless they want everything they have read."""

    session: ReadSession
    horizon: Horizon
    here: Spot | None


class Standpoint(Protocol):
    """Where somebody stands in a series. `reader_id` is None for the operator at the command line."""

    @property
    def reader_id(self) -> uuid.UUID | None: ...

    @property
    def series_id(self) -> uuid.UUID: ...

    def look(self) -> AbstractAsyncContextManager[Look]:
        """A read-only transaction at the present horizon. Raises PageNotFound where the present page is not theirs."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A persona as prompts have it."""

    id: uuid.UUID
    name: str
    manner: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question. `thread_id` is the session's; None leaves no checkpoint, as for programs and the command line.

    `model` is the provider/model to answer with, `builtin`, or None for the one of the series or the settings.
    """

    question_id: uuid.UUID
    answer_id: uuid.UUID
    standpoint: Standpoint
    text: str
    mode: Mode
    language: str
    thread_id: uuid.UUID | None = None
    conversation_id: uuid.UUID | None = None
    voice: Voice | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """Something from before, all of whose `pages` are within the horizon that it was asked for at."""

    id: str
    text: str
    pages: frozenset[uuid.UUID]
    author: Author | None = None


@dataclass(frozen=True, slots=True)
class Recollection:
    """What is remembered for a turn: the last messages, oldest first, the summary of those before, and facts about the
    reader."""

    history: tuple[Remembered, ...] = ()
    summary: Remembered | None = None
    facts: tuple[Remembered, ...] = ()

    @property
    def pages(self) -> frozenset[uuid.UUID]:
        parts = (*self.history, *self.facts, *([self.summary] if self.summary else []))
        return frozenset().union(*(part.pages for part in parts))


class Memory(Protocol):
    """What was said before, and what is known of the reader (companion.conversations and companion.memory)."""

    async def recall(self, look: Look, turn: Turn) -> Recollection: ...


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Ids of passages with the index's scores, best first. `cache`: `hit`, `miss`, or `off`."""

    ids: tuple[uuid.UUID, ...]
    scores: tuple[float, ...]
    cache: str = "off"


class Shortcut(Protocol):
    """The second level of the cache (companion.memory.semantic): a question's passages without a search."""

    async def fingerprint(self, look: Look, *, mode: Mode, model: str, prompt_version: str, what: str) -> str:
        """Of everything but the question that decides what is found; `what` says which look-up it is."""

    async def find(self, look: Look, fingerprint: str, text: str) -> Retrieved | None:
        """What was found before for a question that means the same, under the same fingerprint; None: search."""

    def keep(self, fingerprint: str, text: str, found: Retrieved) -> None:
        """Keep it, later, in the background; nothing waits for it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a model's text as it comes; the last has no text, and the tokens that were used: `estimated` where
    the provider does not tell."""

    text: str
    tokens_in: int | None = None
    tokens_out: int | None = None
    estimated: bool = False


class Speaker(Protocol):
    """A chat model that can be had now, with its limits of time and money (bound in entry/wiring)."""

    @property
    def name(self) -> str:
        """provider/model."""

    def stream(self, messages: Sequence[BaseMessage]) -> AsyncIterator[Piece]:
        """Its answer as it comes. Closing the iterator stops the provider. Raises SpeakerFailed subclasses."""


class Speakers(Protocol):
    """Which model answers (kernel.providers.chat, with billing.usage for what may be spent)."""

    async def choose(self, turn: Turn, series_model: str | None) -> Speaker | None:
        """None: the built-in answerer. Raises SpeakerFailed, with a code for the note, where the one that was named
        cannot answer now: down, resting after failures, or over a spending limit."""


class Prompts(Protocol):
    """All prompts, by key, in a language, versioned. *Together* puts localized overrides before the built-in ones."""

    def text(self, key: str, language: str, **values: object) -> str: ...

    def version(self, language: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Suggestion:
    text: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Trace:
    """See companion.conversations.models.RetrievalTrace; JSON values only. Times in milliseconds."""

    queries: tuple[Mapping[str, Any], ...] = ()
    hits: tuple[Mapping[str, Any], ...] = ()
    context: tuple[Mapping[str, Any], ...] = ()
    prompt: tuple[Mapping[str, Any], ...] = ()
    prompt_version: str = ""
    horizon: str = ""
    cache: str = "off"
    checks: tuple[Mapping[str, Any], ...] = ()
    timings: Mapping[str, int] = field(default_factory=dict)
    token_counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that is complete, or as far as it came. `pages` are all that it was made of, cited or not."""

    turn: Turn
    state: TurnState
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    suggestions: tuple[Suggestion, ...]
    found: bool
    pages: frozenset[uuid.UUID]
    reveal_pos: int | None
    model: str
    trace: Trace
    note: str = ""  # why it is not the model's, as a code: fallback_unreachable, fallback_limit ...
    withheld: int = 0
    regenerated: int = 0
    latency_ms: int = 0
    first_sentence_ms: int | None = None

    @property
    def text(self) -> str:
        return "\n".join(" ".join([one.text, *(f"[{number}]" for number in one.citations)]) for one in self.sentences)


class Record(Protocol):
    """Who keeps an answer: one transaction, after which the turn is over (companion.conversations)."""

    async def __call__(self, answered: Answered) -> None: ...


# What a turn tells as it goes, in this order: Started, Found, then Said with the Cited it needs before it, Noted
# anywhere, Suggested, Ended.


@dataclass(frozen=True, slots=True)
class Started:
    """`so_far` makes the answer as far as it has come, with its trace, for one that is stopped."""

    model: str
    so_far: Callable[[], Answered] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Found:
    """So many passages were retrieved, on so many pages, and a model is about to be asked: `Started.so_far` has all
    that the answer is made of. `page_ids` are all that what is told now may be made of: an answer that is cut off is
    kept with them."""

    passages: int
    pages: int
    page_ids: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Cited:
    number: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that was checked."""

    number: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Noted:
    code: str


@dataclass(frozen=True, slots=True)
class Suggested:
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    answered: Answered


Happening = Started | Found | Cited | Said | Noted | Suggested | Ended


@dataclass(frozen=True, slots=True)
class Rooms:
    """What a turn works with. `memory`, `shortcut`, `record` are None where a turn leaves no trace of itself.

    `passages_page` and `passages_wiki`: as many of each a model is given, from the settings of these names.
    """

    prompts: Prompts
    speakers: Speakers | None = None
    memory: Memory | None = None
    shortcut: Shortcut | None = None
    record: Record | None = None
    checkpoints: Checkpoints | None = None
    passages_page: int = 12
    passages_wiki: int = 8

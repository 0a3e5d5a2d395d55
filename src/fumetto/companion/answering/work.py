"""What a turn has on its table while it is worked on. None of it is kept: state has ids, and the trace is recorded."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fumetto.companion.answering.composing import Exhibit, context_of, prompt_of
from fumetto.companion.answering.finding import Notebook
from fumetto.companion.answering.model import Answer, Question
from fumetto.companion.answering.ports import (
    Answered,
    Happening,
    Noted,
    Recollection,
    Rooms,
    Said,
    Speaker,
    Suggestion,
    Trace,
    Turn,
)
from fumetto.companion.answering.rules.asking import understood
from fumetto.companion.answering.saying import Listening, Tell, Told
from fumetto.companion.kinds import TurnState
from fumetto.library.public import Spot, Subject

BUILT_IN: Final = "builtin"
WHOLE: Final = "whole"  # in a trace's timings, beside those of its steps


@dataclass(slots=True)
class Work:
    """One turn. `horizon` is the fingerprint of that which the evidence was looked up at. `exhibits` are what a model
    is given; `aside`, the same balloons in other languages, is for the check alone."""

    turn: Turn
    rooms: Rooms
    writer: Tell | None = None
    began: float = field(default_factory=time.perf_counter)
    notebook: Notebook = field(default_factory=Notebook)
    timings: dict[str, int] = field(default_factory=dict)
    text: str = ""
    speaker: Speaker | None = None
    note: str = ""
    recollection: Recollection = field(default_factory=Recollection)
    question: Question | None = None
    known: Sequence[Subject] = ()
    horizon: str = ""
    here: Spot | None = None
    built_in: Answer | None = None
    exhibits: list[Exhibit] = field(default_factory=list)
    aside: list[Exhibit] = field(default_factory=list)
    cache: str = "off"
    messages: list[Any] = field(default_factory=list)
    told: Told = field(init=False)
    checks: list[dict[str, Any]] = field(default_factory=list)
    tokens: Counter[str] = field(default_factory=Counter)
    model: str = BUILT_IN
    found: bool = False
    withheld: int = 0
    regenerated: int = 0
    first_ms: int | None = None
    suggestions: tuple[Suggestion, ...] = ()

    def __post_init__(self) -> None:
        self.told = Told(self.tell)

    @property
    def asked(self) -> Question:
        """The question, as far as it is understood."""
        return self.question or understood(self.text or self.turn.text, self.turn.language)

    def tell(self, happening: Happening) -> None:
        """Tells what happens, by the graph's own stream."""
        if isinstance(happening, Said) and self.first_ms is None:
            self.first_ms = self.passed()
        if self.writer is not None:
            self.writer(happening)

    def passed(self) -> int:
        """Milliseconds since the turn began."""
        return round(1000 * (time.perf_counter() - self.began))

    def remark(self, code: str) -> None:
        """Note why the answer is not what was asked for; the first reason stays."""
        if not self.note:
            self.note = code
            self.tell(Noted(code))

    def heard(self, listening: Listening) -> None:
        """Takes over what one attempt of a model came to."""
        self.checks += listening.checks
        self.tokens += listening.tokens

    @property
    def pages(self) -> frozenset[uuid.UUID]:
        """All pages that the answer is made of, cited or not, and the one where it was asked."""
        cited = {one.spot.page_id for one in self.told.citations if one.spot}
        here = {self.here.page_id} if self.here else set()
        return frozenset(self.notebook.pages | cited | here | self.recollection.pages)

    def answered(self) -> Answered:
        """As far as it has come, as it is recorded."""
        spots = [one.spot for one in self.told.citations if one.spot] + ([self.here] if self.here else [])
        language = self.asked.language
        return Answered(
            turn=self.turn,
            state=TurnState.DONE,
            sentences=tuple(self.told.sentences),
            citations=tuple(self.told.citations),
            suggestions=self.suggestions,
            found=self.found,
            pages=self.pages,
            reveal_pos=max((spot.position for spot in spots), default=None),
            model=self.model,
            trace=Trace(
                queries=tuple(self.notebook.queries),
                hits=tuple(self.notebook.hits),
                context=context_of(self.exhibits),
                prompt=prompt_of(self.messages),
                prompt_version=self.rooms.prompts.version(language) if self.messages else "",
                horizon=self.horizon,
                cache=self.cache,
                checks=tuple(self.checks),
                timings={**self.timings, WHOLE: self.passed()},
                token_counts=dict(self.tokens),
            ),
            note=self.note,
            withheld=self.withheld,
            regenerated=self.regenerated,
            latency_ms=self.passed(),
            first_sentence_ms=self.first_ms,
        )

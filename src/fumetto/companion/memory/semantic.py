"""The second level of the cache: what was found for a question is found again for one that means the same.

Kept are ids of passages, by a fingerprint of everything else that a search depends on; they are looked up again within
the horizon when they are read. Two questions mean the same where they differ in wording only (rules.meaning) and their
vectors are close, by a threshold that was measured for the model that made them. Keeping waits for nothing and nobody
waits for it; the table may be emptied at any time.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import structlog
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from fumetto.companion.answering.ports import Look, Retrieved
from fumetto.companion.answering.rules.asking import language_of
from fumetto.companion.kinds import Mode
from fumetto.companion.memory import questions
from fumetto.companion.memory.rules.meaning import form_of, hash_of
from fumetto.companion.memory.rules.thresholds import threshold_of
from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.kernel.index.again import corpus_of, searched_space, still_visible, vector_for
from fumetto.kernel.index.spaces import LiveSpace

if TYPE_CHECKING:
    from fumetto.kernel.providers.embeddings import Vectors

log = structlog.get_logger(__name__)

MOST_WAITING: Final = 256  # questions to be kept, after which others are dropped
BATCH: Final = 32
CLOSING_SECONDS: Final = 1.0
LOOKED_UP_AGAIN: Final = 20  # of so many questions that were found by their meaning, one is searched for all the same
SAME: Final = 0.5  # of what is found then, that has to be what was kept; otherwise the hit was false
DEFAULT_LANGUAGE: Final = "en"
VERSION: Final = 1  # of what is kept


async def fingerprint_of(look: Look, *, mode: Mode, model: str, prompt_version: str, what: str = "") -> str:
    """A hash of all that what is found depends on beside the question: whom the look is for, the series, mode,
    horizon, model, prompt, the passages within the horizon as they are now, and `what` is looked for among them.

    It begins with the reader's own part, by which they are forgotten. Empty where there is nothing to be searched.
    """
    corpus = await corpus_of(look.session, look.horizon.scope())
    if corpus is None:
        return ""
    parts = (
        VERSION,
        str(look.horizon.series_id),
        mode.value,
        look.horizon.fingerprint,
        model,
        prompt_version,
        corpus.model,
        corpus.digest,
        what,
    )
    audience = questions.audience_of(await questions.whom_for(look.session))
    return audience + hashlib.sha256(json.dumps([audience, *parts]).encode()).hexdigest()[:48]


@dataclass(slots=True)
class Counts:
    """Since this process began. same: found for the very same question; alike: for one that means the same; false: of
    those that were searched for all the same, how many had found something else."""

    same: int = 0
    alike: int = 0
    missed: int = 0
    kept: int = 0
    dropped: int = 0
    looked_up_again: int = 0
    false: int = 0


@dataclass(eq=False)
class SemanticCache(Collector):
    """Implements answering.ports.Shortcut. What writes is begun with the first question to be kept, and ended by
    `close`."""

    database: Database
    counts: Counts = field(default_factory=Counts)
    _waiting: asyncio.Queue[questions.Kept | questions.Used] = field(
        default_factory=lambda: asyncio.Queue(MOST_WAITING)
    )
    _expected: OrderedDict[tuple[str, str], frozenset[Any]] = field(default_factory=OrderedDict)
    _alike: int = 0
    _writer: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Ends what writes, after a moment for what waits."""
        if self._writer is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.written(), CLOSING_SECONDS)
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)

    async def fingerprint(self, look: Look, *, mode: Mode, model: str, prompt_version: str, what: str) -> str:
        """Of everything but the question that decides what is found: see fingerprint_of."""
        return await fingerprint_of(look, mode=mode, model=model, prompt_version=prompt_version, what=what)

    async def find(self, look: Look, fingerprint: str, text: str) -> Retrieved | None:
        """What was found before for a question that means the same, all of which can still be seen."""
        if not fingerprint:
            return None
        digest = hash_of(text)
        kept = await questions.kept_for(
            look.session, fingerprint, digest, form_of(text, language_of(text, DEFAULT_LANGUAGE))
        )
        chosen = next((one for one in kept if one.question_hash == digest), None)
        same = chosen is not None
        if chosen is None and kept:
            chosen = await self._closest(look, text, kept)
        if chosen is not None and not await self._all_visible(look, chosen):
            chosen = None
        if chosen is None:
            self.counts.missed += 1
            return None
        if not same and self._is_to_be_looked_up_again(fingerprint, digest, chosen):
            return None
        self.counts.same += same
        self.counts.alike += not same
        self._later(questions.Used(chosen.id))
        return Retrieved(chosen.passage_ids, chosen.scores, cache="hit")

    def keep(self, fingerprint: str, text: str, found: Retrieved) -> None:
        """Keep what was found, later; where there is too much to keep already, not at all."""
        if not fingerprint:
            return
        digest = hash_of(text)
        expected = self._expected.pop((fingerprint, digest), None)
        if expected is not None:
            self.counts.looked_up_again += 1
            self.counts.false += len(expected & set(found.ids)) < SAME * max(len(expected), len(found.ids))
        if found.ids:
            words = form_of(text, language_of(text, DEFAULT_LANGUAGE))
            self._later(questions.Kept(fingerprint, text, digest, words, found.ids, found.scores))

    async def written(self) -> None:
        """Waits until everything so far is kept."""
        await self._waiting.join()

    async def _closest(self, look: Look, text: str, kept: Sequence[questions.Entry]) -> questions.Entry | None:
        """Of questions with the same form, the one whose vector is closest, if it is close enough."""
        space = await searched_space(look.session)
        threshold = None if space is None else threshold_of(space.model)
        if space is None or threshold is None:
            return None
        vector = await vector_for(look.session, space, text)
        if vector is None:
            return None
        likeness = {one.id: cosine(vector, one.embedding) for one in kept if one.space == space.number}
        best = max((one for one in kept if one.id in likeness), key=lambda one: likeness[one.id], default=None)
        return best if best is not None and likeness[best.id] >= threshold else None

    async def _all_visible(self, look: Look, chosen: questions.Entry) -> bool:
        visible = await still_visible(look.session, look.horizon.scope(), chosen.passage_ids)
        return set(chosen.passage_ids) <= visible

    def _is_to_be_looked_up_again(self, fingerprint: str, digest: str, chosen: questions.Entry) -> bool:
        self._alike += 1
        if self._alike % LOOKED_UP_AGAIN:
            return False
        self._expected[fingerprint, digest] = frozenset(chosen.passage_ids)
        if len(self._expected) > MOST_WAITING:
            self._expected.popitem(last=False)
        return True

    def _later(self, what: questions.Kept | questions.Used) -> None:
        if self._writer is None:
            self._writer = asyncio.create_task(self._write(), name="semantic cache")
        try:
            self._waiting.put_nowait(what)
        except asyncio.QueueFull:
            self.counts.dropped += 1

    async def _write(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            with contextlib.suppress(asyncio.QueueEmpty):
                while len(batch) < BATCH:
                    batch.append(self._waiting.get_nowait())
            try:
                await self._write_down(batch)
            except Exception as error:
                self.counts.dropped += len(batch)
                log.warning("semantic_cache.not_written", error=type(error).__name__)
            finally:
                for _ in batch:
                    self._waiting.task_done()

    async def _write_down(self, batch: Iterable[questions.Kept | questions.Used]) -> None:
        batch = list(batch)
        async with self.database.read() as session:
            space = await searched_space(session)
            vectors = await vectors_of(session, space, batch)
        async with self.database.write() as writing:
            await questions.mark_used(writing, [one.id for one in batch if isinstance(one, questions.Used)])
            for one in batch:
                if isinstance(one, questions.Kept) and space is not None:
                    await questions.keep(writing, one, space.number, vectors.get(one.text, b""))
                    self.counts.kept += 1

    def collect(self) -> Iterable[Metric]:
        """For Prometheus."""
        outcomes = CounterMetricFamily(
            "fumetto_semantic_cache_lookups", "Questions looked for in the semantic cache.", labels=["outcome"]
        )
        for outcome in ("same", "alike", "missed", "looked_up_again", "false"):
            outcomes.add_metric([outcome], getattr(self.counts, outcome))
        writes = CounterMetricFamily(
            "fumetto_semantic_cache_writes", "Questions kept, and those dropped for want of room.", labels=["outcome"]
        )
        for outcome in ("kept", "dropped"):
            writes.add_metric([outcome], getattr(self.counts, outcome))
        return (outcomes, writes)


async def vectors_of(
    session: ReadSession,
    space: LiveSpace | None,
    batch: Iterable[questions.Kept | questions.Used],
) -> dict[str, bytes]:
    """The questions' vectors as they are kept; a model that thought of them a moment ago is not asked again."""
    found = {}
    for one in batch:
        if isinstance(one, questions.Kept) and space is not None and one.text not in found:
            vector = await vector_for(session, space, one.text)
            if vector is not None:
                found[one.text] = vector.astype("<f2").tobytes()
    return found


def cosine(vector: Vectors, kept: bytes) -> float:
    import numpy as np

    other = np.frombuffer(kept, "<f2").astype(np.float32)
    if other.shape != vector.shape:
        return 0.0
    norms = float(np.linalg.norm(vector)) * float(np.linalg.norm(other))
    return float(vector @ other) / norms if norms else 0.0

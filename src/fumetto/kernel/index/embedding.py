"""Who makes the vectors of a space: the built-in model, or another that the settings say how to reach.

A question's vector is made by the model of the space that is searched, whatever the settings want: so it compares with
what is there. Where that model is away, it is not asked again for a while, and words alone are searched.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import structlog

from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.index import cached
from fumetto.kernel.index.built_in import built_in
from fumetto.kernel.index.spaces import LiveSpace, known_spaces
from fumetto.kernel.providers.choosing import address_of, embedder_for, wanted_model
from fumetto.kernel.providers.embeddings import LONGEST_TEXT, Embedder
from fumetto.kernel.providers.errors import EmbeddingDimensions, EmbeddingModelChanged
from fumetto.kernel.settings import Settings

if TYPE_CHECKING:
    from fumetto.kernel.providers.embeddings import Vectors

log = structlog.get_logger(__name__)

SAMPLE: Final = "The quick witch brews a potion for the lazy cat, and nobody asked her why."
ALIKE: Final = 0.99  # cosine of one model's vectors of one text; machines round differently
REST: Final = 30.0  # seconds for which a model that did not answer is left alone
QUESTIONS: Final = 512  # whose vectors a process remembers
TRUSTED_SECONDS: Final = 30.0  # that the active space is remembered for, where it only serves to be early


class BuiltIn:
    """The built-in model as any other."""

    batch = 2000

    @property
    def name(self) -> str:
        return built_in().name

    async def vectors(self, texts: Sequence[str], *, question: bool = False, patient: bool = True) -> Vectors:
        return await asyncio.to_thread(built_in().vectors, texts)


@dataclass(slots=True)
class InUse:
    """What this process knows of models. away: until when each is left alone; checked: spaces whose model was found to
    be the one that made them; questions: vectors by the name they are kept under and the text's digest."""

    settings: Settings = field(default_factory=Settings)
    away: dict[str, float] = field(default_factory=dict)
    checked: set[str] = field(default_factory=set)
    questions: OrderedDict[tuple[str, bytes], Vectors] = field(default_factory=OrderedDict)
    spaces: WeakKeyDictionary[Database, tuple[float, LiveSpace | None]] = field(default_factory=WeakKeyDictionary)


_in_use = InUse()


def reach_models_by(settings: Settings) -> None:
    """From now on, this process reaches models as these settings say."""
    global _in_use
    _in_use = InUse(settings)


def wanted(settings: Settings) -> str:
    """The name of the model that search should be by."""
    return wanted_model(settings) or built_in().name


def model_called(settings: Settings, name: str) -> Embedder:
    """Raises what embedder_for raises."""
    return BuiltIn() if name == built_in().name else embedder_for(settings, name)


async def check_reach(settings: Settings) -> tuple[str, int, str]:
    """The model that the settings want, how long its vectors are, and where it is: it is asked for one.

    Raises EmbeddingDimensions where that is not what was declared, and what asking raises.
    """
    name = wanted(settings)
    model = model_called(settings, name)
    found = len((await model.vectors([SAMPLE], patient=False))[0])
    declared = settings.embedding_dimensions
    if declared and not isinstance(model, BuiltIn) and found != declared:
        raise EmbeddingDimensions(model=name, found=found, wanted=declared)
    return name, found, address_of(model)


def check_sample(space: LiveSpace, sample: Vectors) -> None:
    """Raises EmbeddingDimensions or EmbeddingModelChanged where a model does not go on as it began."""
    import numpy as np

    if len(sample) != space.dimensions:
        raise EmbeddingDimensions(model=space.model, found=len(sample), wanted=space.dimensions)
    if space.sample is None:
        return
    before = np.frombuffer(space.sample, "<f2").astype(np.float32)
    if float(before @ sample) < ALIKE * float(np.linalg.norm(before)):
        raise EmbeddingModelChanged(model=space.model)


async def question_vector(session: ReadSession, number: int, model: str, text: str) -> Vectors | None:
    """A question's vector for a space, as 32-bit floats; None where its model does not answer."""
    if model == built_in().name:
        made: Vectors = built_in().vectors([text])[0]
        return made
    space = next((one for one in await known_spaces(session) if one.number == number), None)
    if space is None:
        return None
    if (found := remembered(space, text)) is not None:
        return found
    if (found := await kept(session, space, text)) is not None:
        return found
    return await asked(space, text)


async def think_ahead(database: Database, text: str) -> None:
    """Have a question's vector at hand before a transaction begins that would be held open while a model thinks."""
    seen_at, space = _in_use.spaces.get(database, (0.0, None))
    if time.monotonic() - seen_at > TRUSTED_SECONDS:
        async with database.read() as session:
            space = next((one for one in await known_spaces(session) if one.state == "active"), None)
        _in_use.spaces[database] = (time.monotonic(), space)
    if space is None or space.sample is None or remembered(space, text) is not None:
        return
    async with database.read() as session:
        found = await kept(session, space, text)
    if found is None and (found := await asked(space, text)) is not None:
        async with database.write() as writing:
            as_kept = {cached.digest(text, question=True): found}
            await cached.keep(writing, cached.kept_as(space.model, space.sample, question=True), as_kept)


def remembered(space: LiveSpace, text: str) -> Vectors | None:
    key = (cached.kept_as(space.model, space.sample), cached.digest(text, question=True))
    found = _in_use.questions.get(key)
    if found is not None:
        _in_use.questions.move_to_end(key)
    return found


def remember(space: LiveSpace, text: str, vector: Vectors) -> Vectors:
    _in_use.questions[cached.kept_as(space.model, space.sample), cached.digest(text, question=True)] = vector
    if len(_in_use.questions) > QUESTIONS:
        _in_use.questions.popitem(last=False)
    return vector


async def kept(session: ReadSession, space: LiveSpace, text: str) -> Vectors | None:
    """A question's vector as it was made before, perhaps by another process."""
    key = cached.digest(text, question=True)
    found = (await cached.known(session, cached.kept_as(space.model, space.sample, question=True), [key])).get(key)
    return None if found is None else remember(space, text, found)


async def asked(space: LiveSpace, text: str) -> Vectors | None:
    """A question's vector from the model itself, within the settings' time."""
    import numpy as np

    text = text[:LONGEST_TEXT]
    if not text.strip():
        return np.zeros(space.dimensions, np.float32)
    who = cached.kept_as(space.model, space.sample)
    if _in_use.away.get(who, 0.0) > time.monotonic():
        return None
    seconds = _in_use.settings.embedding_question_seconds
    try:
        model = embedder_for(_in_use.settings, space.model, seconds=seconds)
        async with asyncio.timeout(seconds):
            if who not in _in_use.checked:
                check_sample(space, (await model.vectors([SAMPLE], patient=False))[0])
                _in_use.checked.add(who)
            vector: Vectors = (await model.vectors([text], question=True, patient=False))[0]
        if len(vector) != space.dimensions:
            raise EmbeddingDimensions(model=space.model, found=len(vector), wanted=space.dimensions)
    except (FumettoError, TimeoutError) as error:
        _in_use.away[who] = time.monotonic() + REST
        # Not why: the server may have repeated the question
        log.warning("embeddings.away", model=space.model, error=type(error).__name__)
        return None
    return remember(space, text, vector)

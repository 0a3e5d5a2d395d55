"""What the house's texts say to somebody, as sentences with the places they stand at."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fumetto.companion.answering.model import Citation, DocumentPlace
from fumetto.companion.support.kinds import Bullying, Variant
from fumetto.documents.public import FoundChunk, find
from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.index.analysis import terms_of

COLLECTIONS: Final = {Variant.TEENAGER: "docs_youth", Variant.PARENT: "docs_adult"}
SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+|\n+")
MOST_CHUNKS: Final = 8
MOST_SENTENCES: Final = 4
FROM_ONE: Final = 2  # sentences of one piece
SHORTEST: Final = 25  # characters of a sentence that says something
SOUGHT: Final = {
    "en": {
        Bullying.WORDS: "insults teasing words",
        Bullying.EXCLUSION: "left out alone",
        Bullying.PHYSICAL: "hit pushed",
        Bullying.ONLINE: "online messages screenshots block",
        Bullying.THINGS: "things taken broken",
        Bullying.THREATS: "threats",
        Bullying.SEXUAL: "pictures body touch",
        Bullying.NONE: "ask for help talk to an adult",
    },
    "fr": {
        Bullying.WORDS: "insultes moqueries mots",
        Bullying.EXCLUSION: "mis à l'écart seul",
        Bullying.PHYSICAL: "coups bousculer",
        Bullying.ONLINE: "en ligne messages captures bloquer",
        Bullying.THINGS: "affaires prises cassées",
        Bullying.THREATS: "menaces",
        Bullying.SEXUAL: "photos corps toucher",
        Bullying.NONE: "demander de l'aide parler à un adulte",
    },
    "it": {
        Bullying.WORDS: "insulti prese in giro parole",
        Bullying.EXCLUSION: "lasciato fuori solo",
        Bullying.PHYSICAL: "colpi spinte",
        Bullying.ONLINE: "in rete messaggi schermate bloccare",
        Bullying.THINGS: "cose prese rotte",
        Bullying.THREATS: "minacce",
        Bullying.SEXUAL: "foto corpo toccare",
        Bullying.NONE: "chiedere aiuto parlare con un adulto",
    },
}
DOING: Final = {"en": "what you can do", "fr": "ce que tu peux faire", "it": "che cosa puoi fare"}


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence of a text, and where it stands."""

    text: str
    language: str | None
    citation: Citation


def sought(text: str, bullying: Sequence[Bullying], language: str) -> str:
    """What is looked up: what was said, and words for what was understood of it."""
    tongue = language.split("-")[0]
    known = SOUGHT.get(tongue, SOUGHT["en"])
    kinds = [known[one] for one in bullying or [Bullying.NONE]]
    return " ".join([DOING.get(tongue, DOING["en"]), *kinds, text])[:1000]


async def read_from(session: ReadSession, variant: Variant, question: str, language: str) -> list[FoundChunk]:
    """The pieces that fit best in somebody's language; in any where that has none."""
    slugs = [COLLECTIONS[variant]]
    found = await find(session, [None], question, slugs=slugs, languages=[language.split("-")[0]], k=MOST_CHUNKS)
    return found or await find(session, [None], question, slugs=slugs, k=MOST_CHUNKS)


def best_sentences(question: str, found: Iterable[FoundChunk]) -> list[Read]:
    """The sentences that have most of what was asked, a few of a piece, in the order of their pieces."""
    told: list[Read] = []
    for chunk in found:
        asked = frozenset(terms_of(question, chunk.language)[0])
        sentences = [one.strip() for one in SENTENCE.split(chunk.text) if len(one.strip()) >= SHORTEST]
        statements = [one for one in sentences if not one.endswith(("?", ":"))]
        ranked = sorted(statements, key=lambda one: -len(asked & frozenset(terms_of(one, chunk.language)[0])))
        chosen = set(ranked[:FROM_ONE])
        for sentence in statements:
            if sentence in chosen and all(sentence != one.text for one in told):
                told.append(Read(sentence, chunk.language, cited(chunk, sentence)))
                chosen.discard(sentence)
        if len(told) >= MOST_SENTENCES:
            break
    return told[:MOST_SENTENCES]


def cited(chunk: FoundChunk, quote: str | None) -> Citation:
    return Citation(
        id=uuid.uuid5(chunk.id, quote or ""),
        kind="document",
        quote=quote,
        language=chunk.language,
        spot=None,
        about=" › ".join(part for part in (chunk.title, chunk.section) if part),
        document=DocumentPlace(chunk.document_id, chunk.title, chunk.section, chunk.page, chunk.sources),
    )

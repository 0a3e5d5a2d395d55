"""What the house's texts say to somebody, as sentences with the places they stand at."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
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
MOST_SENTENCES: Final = 3
FROM_ONE: Final = 2  # sentences of one piece
SHORTEST: Final = 25  # characters of a sentence that says something
LONGEST: Final = 320  # of a paragraph that is read out whole
SOUGHT: Final = {
    "en": {
        Bullying.WORDS: "insults teasing bullying",
        Bullying.EXCLUSION: "left out alone",
        Bullying.PHYSICAL: "hit pushed",
        Bullying.ONLINE: "online messages screenshots block",
        Bullying.THINGS: "things taken broken",
        Bullying.THREATS: "threats",
        Bullying.SEXUAL: "pictures body touch",
        Bullying.NONE: "ask for help talk to an adult",
    },
    "fr": {
        Bullying.WORDS: "insultes moqueries harcèlement",
        Bullying.EXCLUSION: "mis à l'écart seul",
        Bullying.PHYSICAL: "coups bousculer",
        Bullying.ONLINE: "en ligne messages captures bloquer",
        Bullying.THINGS: "affaires prises cassées",
        Bullying.THREATS: "menaces",
        Bullying.SEXUAL: "photos corps toucher",
        Bullying.NONE: "demander de l'aide parler à un adulte",
    },
    "it": {
        Bullying.WORDS: "insulti prese in giro bullismo",
        Bullying.EXCLUSION: "lasciato fuori solo",
        Bullying.PHYSICAL: "colpi spinte",
        Bullying.ONLINE: "in rete messaggi schermate bloccare",
        Bullying.THINGS: "cose prese rotte",
        Bullying.THREATS: "minacce",
        Bullying.SEXUAL: "foto corpo toccare",
        Bullying.NONE: "chiedere aiuto parlare con un adulto",
    },
}
FAULT: Final = {
    "en": "whose fault is it deserves responsible",
    "fr": "à qui la faute mérite responsable",
    "it": "di chi è la colpa merita responsabile",
}
EXPLAINING: Final = re.compile(
    r"\b(what .+ is|definition|signs"
    r"|c[’']est quoi|qu[’']est-ce que|définition|signes|che cos[’']è|definizione|segni)\b",
    re.IGNORECASE,
)
"""Titles of texts that say what a thing is. Whoever asks what to do is read those that say what to do first."""
DOING: Final = {"en": "what you can do", "fr": "ce que tu peux faire", "it": "che cosa puoi fare"}


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence of a text, and where it stands."""

    text: str
    language: str | None
    citation: Citation


def sought(text: str, bullying: Sequence[Bullying], language: str, *, fault: bool = False) -> str:
    """What is looked up: what was said, and words for what was understood of it. fault: it was asked whose fault."""
    tongue = language.split("-")[0]
    if fault:
        return f"{FAULT.get(tongue, FAULT['en'])} {text}"[:1000]
    known = SOUGHT.get(tongue, SOUGHT["en"])
    kinds = [known[one] for one in bullying or [Bullying.NONE]]
    return " ".join([DOING.get(tongue, DOING["en"]), *kinds, text])[:1000]


async def read_from(session: ReadSession, variant: Variant, question: str, language: str) -> list[FoundChunk]:
    """The pieces that fit best in somebody's language; in any where that has none."""
    slugs = [COLLECTIONS[variant]]
    found = await find(session, [None], question, slugs=slugs, languages=[language.split("-")[0]], k=MOST_CHUNKS)
    return found or await find(session, [None], question, slugs=slugs, k=MOST_CHUNKS)


def best_sentences(
    question: str, found: Sequence[FoundChunk], had: frozenset[str] = frozenset(), *, about: str = ""
) -> list[Read]:
    """What has most of what was asked, a few paragraphs of a piece, in the order of their pieces; what somebody had
    already comes again only where there is nothing else. about: something of it has to be in every sentence."""
    told: list[Read] = []
    for chunk in found:
        asked = frozenset(terms_of(question, chunk.language)[0])
        meant = frozenset(terms_of(about, chunk.language)[0])
        statements = [one for one in statements_of(chunk.text) if one not in had]
        if about:
            statements = [one for one in statements if meant & frozenset(terms_of(one, chunk.language)[0])]
        ranked = sorted(statements, key=lambda one: -len(asked & frozenset(terms_of(one, chunk.language)[0])))
        chosen = set(ranked[:FROM_ONE])
        told += [Read(one, chunk.language, cited(chunk, one)) for one in dict.fromkeys(statements) if one in chosen]
        if len(told) >= MOST_SENTENCES:
            break
    if not told and had:
        return best_sentences(question, found, about=about)
    return told[:MOST_SENTENCES]


def doing_first(found: Sequence[FoundChunk]) -> list[FoundChunk]:
    """As they were found, but what only explains a thing after what says what to do."""
    return sorted(found, key=lambda chunk: bool(EXPLAINING.search(chunk.title)))


def statements_of(text: str) -> list[str]:
    """Paragraphs that say something, whole where they are short: a sentence alone may be torn from what it means."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        whole = paragraph.strip()
        parts = [whole] if len(whole) <= LONGEST else SENTENCE.split(whole)
        found += [one.strip() for one in parts if len(one.strip()) >= SHORTEST and not one.strip().endswith(("?", ":"))]
    return found


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

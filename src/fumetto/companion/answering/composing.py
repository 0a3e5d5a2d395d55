"""What a model is given: numbered passages as data, the names that are known, what was said before, and the question.

What a book says is data and nothing else: it stands between marks that no text in it can write, a model has no tools,
and whatever it makes of it goes through the check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fumetto.companion.answering.finding import numbers_of
from fumetto.companion.answering.model import Answer, Citation, Question
from fumetto.companion.answering.ports import Prompts, Recollection, Turn
from fumetto.companion.answering.rules.checking import Known
from fumetto.companion.answering.telling import cited, where
from fumetto.companion.kinds import Author
from fumetto.library.public import PassageKind, Quotable, Spot, Subject, evidence

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

MOST_NAMES: Final = 60
MARKS: Final = str.maketrans({"<": "‹", ">": "›", "\r": " "})


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One passage as a model is given it, and what it is cited as. `also`: names and the place that belong to it."""

    text: str
    citation: Citation
    also: tuple[str, ...]
    score: float = 0.0

    @property
    def known(self) -> Known:
        return Known(self.text, self.also)


def exhibits_of(
    built_in: Answer, gathered: Iterable[Quotable], known: Sequence[Subject], prompts: Prompts
) -> list[Exhibit]:
    """What structure told, then what was gathered, each once."""
    language = built_in.question.language
    found: dict[object, Exhibit] = {}
    for sentence in built_in.sentences:
        for number in sentence.citations:
            citation = built_in.citations[number - 1]
            if citation.kind == "page":
                found[("told", sentence.text)] = Exhibit(sentence.text, citation, (where(language, citation.spot),))
    return [*found.values(), *passages_of(gathered, language, known, prompts)]


def passages_of(
    gathered: Iterable[Quotable], language: str, known: Sequence[Subject], prompts: Prompts
) -> list[Exhibit]:
    """What was gathered, each once."""
    found: dict[object, Exhibit] = {}
    for one in gathered:
        if one.id in found or not one.text.strip():
            continue
        text = " ".join(one.text.split())
        if one.kind is PassageKind.DIALOGUE:
            key = "spoken" if one.speaker else "lettered"
            text = prompts.text(key, language, name=one.speaker or "", text=text)
        names = [name for subject in evidence.named_in(text, known) for name in subject.names]
        also = (one.speaker, one.about, where(language, one.spot), *names)
        found[one.id] = Exhibit(text, cited(one), tuple(name for name in also if name), one.score)
    return list(found.values())


def messages_for(
    turn: Turn,
    question: Question,
    exhibits: Sequence[Exhibit],
    known: Sequence[Subject],
    recollection: Recollection,
    here: Spot | None,
    prompts: Prompts,
) -> list[BaseMessage]:
    """The messages of one question: who speaks and by which rules, what was said, and the question with its data."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    language = question.language
    voice = turn.voice
    speaks = (
        prompts.text("persona", language, name=bare(voice.name), manner=bare(voice.manner))
        if voice
        else prompts.text("companion", language)
    )
    system = [speaks, prompts.text("rules", language), prompts.text("answer_in", language, tag=language)]
    if here is not None:
        system.append(prompts.text("stands", language, place=where(language, here)))
    if recollection.facts:
        facts = "\n".join(f"- {bare(fact.text)}" for fact in recollection.facts)
        system.append(prompts.text("reader", language, facts=facts))
    if recollection.summary:
        system.append(prompts.text("before", language, summary=bare(recollection.summary.text)))
    messages: list[BaseMessage] = [SystemMessage("\n\n".join(system))]
    for said in recollection.history:
        kind = HumanMessage if said.author is Author.USER else AIMessage
        messages.append(kind(said.text))
    passages = "\n".join(
        f'<passage number="{number}" place="{bare(where(language, one.citation.spot))}">{bare(one.text)}</passage>'
        for number, one in enumerate(exhibits, 1)
    )
    names = "; ".join(bare(subject.name) for subject in named_first(exhibits, known)[:MOST_NAMES])
    asked = prompts.text("asked", language, passages=passages, names=names, question=bare(question.text))
    return [*messages, HumanMessage(asked)]


def named_first(exhibits: Sequence[Exhibit], known: Sequence[Subject]) -> list[Subject]:
    """Everybody and everything that is known, those first whom the passages name."""
    text = "\n".join(" ".join([one.text, *one.also]) for one in exhibits)
    return list(dict.fromkeys([*evidence.named_in(text, known), *known]))


def bare(text: str) -> str:
    """A text that cannot write our marks."""
    return text.translate(MARKS)


def context_of(exhibits: Sequence[Exhibit]) -> tuple[Mapping[str, Any], ...]:
    """For a trace: exactly what was given, numbered as in the prompt."""
    return tuple(
        {
            "number": number,
            "id": str(one.citation.id),
            "kind": one.citation.kind,
            "text": one.text,
            "score": round(one.score, 4),
            "page_id": str(one.citation.spot.page_id) if one.citation.spot else None,
            **numbers_of(one.citation.spot),
        }
        for number, one in enumerate(exhibits, 1)
    )


def prompt_of(messages: Sequence[BaseMessage]) -> tuple[Mapping[str, Any], ...]:
    roles = {"system": "system", "human": "user", "ai": "assistant"}
    return tuple({"role": roles.get(one.type, one.type), "content": str(one.content)} for one in messages)

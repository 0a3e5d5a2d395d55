"""Messages as they are kept, and as they are told: a citation keeps its page's id, and says where that is now."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from fumetto.companion.answering.model import Citation, Sentence
from fumetto.companion.answering.ports import Answered, Suggestion
from fumetto.companion.conversations import repository
from fumetto.companion.conversations.models import ChatMessage
from fumetto.companion.conversations.repository import Within
from fumetto.companion.conversations.schemas import (
    CitationBox,
    CitedDocument,
    Message,
    MessageCitation,
    MessageFeedback,
    MessageSentence,
    MessageSuggestion,
    Replay,
)
from fumetto.companion.feedback.models import Feedback
from fumetto.companion.kinds import Author
from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.public import Spot, evidence, spoken_number

Kept = dict[str, Any]


def citation(number: int, cited: Citation) -> MessageCitation:
    return placed(
        MessageCitation(
            number=number,
            id=cited.id,
            kind=cited.kind,
            quote=cited.quote,
            language=cited.language,
            speaker=cited.speaker,
            about=cited.about,
            episode_id=None,
            episode_number=None,
            page_id=None,
            page_number=None,
            order_index=None,
            box=CitationBox(x=cited.box.x, y=cited.box.y, width=cited.box.width, height=cited.box.height)
            if cited.box
            else None,
            panel=cited.panel,
            document=None if cited.document is None else CitedDocument.model_validate(asdict(cited.document)),
        ),
        cited.spot,
    )


def placed(told: MessageCitation, spot: Spot | None) -> MessageCitation:
    """The same with where its page is now."""
    if spot is None:
        return told
    number = spoken_number(spot.episode_number)
    where = {"page_id": spot.page_id, "episode_id": spot.episode_id, "episode_number": number}
    return told.model_copy(update=where | {"page_number": spot.page_number, "order_index": spot.order_index})


def sentence(said: Sentence) -> MessageSentence:
    return MessageSentence(text=said.text, citations=list(said.citations), language=said.language)


def suggestions(made: Iterable[Suggestion]) -> list[MessageSuggestion]:
    return [MessageSuggestion(text=one.text, mode=one.mode) for one in made]


def kept(items: Iterable[MessageCitation | MessageSentence | MessageSuggestion]) -> list[Kept]:
    return [item.model_dump(mode="json") for item in items]


def pages_cited(citations: Iterable[Mapping[str, Any]]) -> set[uuid.UUID]:
    return {uuid.UUID(one["page_id"]) for one in citations if one.get("page_id")}


async def messages(session: ReadSession, within: Within, rows: Sequence[ChatMessage]) -> list[Message]:
    """Messages that may be told of."""
    cited = {page_id for row in rows for page_id in pages_cited(row.citations)}
    spots = await evidence.spots(session, within, cited) if cited else {}
    answers = [row.id for row in rows if row.author is Author.ASSISTANT]
    thought = await repository.feedback_on(session, answers) if answers else {}
    return [message(row, spots, thought.get(row.id)) for row in rows]


def message(row: ChatMessage, spots: Mapping[uuid.UUID, Spot], thought: Feedback | None) -> Message:
    cited = [MessageCitation.model_validate(one) for one in row.citations]
    return Message(
        id=row.id,
        author=row.author,
        mode=row.mode,
        language=row.language,
        content=row.content,
        state=row.state,
        sentences=[MessageSentence.model_validate(one) for one in row.sentences],
        citations=[placed(one, spots.get(one.page_id) if one.page_id else None) for one in cited],
        suggestions=[MessageSuggestion.model_validate(one) for one in row.suggestions],
        found=row.found,
        model=row.model,
        note=row.note,
        withheld=row.withheld,
        latency_ms=row.latency_ms,
        created_at=row.created_at,
        answers_id=row.answers_id,
        answer_id=row.answer_id,
        feedback=None
        if thought is None
        else MessageFeedback(is_positive=thought.is_positive, rating=thought.rating, comment=thought.comment),
    )


def replayed(answered: Answered) -> Replay:
    """What an answer that is not kept was made of."""
    trace = answered.trace
    return Replay(
        question=answered.turn.text,
        answer=answered.text,
        state=answered.state,
        queries=[dict(one) for one in trace.queries],
        hits=[dict(one) for one in trace.hits],
        context=[dict(one) for one in trace.context],
        prompt=[dict(one) for one in trace.prompt],
        prompt_version=trace.prompt_version,
        model=answered.model,
        timings=dict(trace.timings),
        token_counts=dict(trace.token_counts),
        checks=[dict(one) for one in trace.checks],
        cache=trace.cache,
    )


def text_of(sentences: Collection[Mapping[str, Any]]) -> str:
    """An answer's sentences as one text, each with the numbers of what it rests on."""
    return "\n".join(" ".join([one["text"], *(f"[{number}]" for number in one["citations"])]) for one in sentences)

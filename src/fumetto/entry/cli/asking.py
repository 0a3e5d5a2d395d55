"""ask, trace: a question about a series, answered from what has been read, and what an answer was made of."""

from __future__ import annotations

import uuid
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import out, show
from fumetto.entry.cli.search import place, series_id_of
from fumetto.entry.errors import TraceUnknown
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say

if TYPE_CHECKING:
    from fumetto.companion.answering.ports import Answered

PLACED = ("episode_number", "page_number")
FIRST = ("number", "query", "role", "asked", "place", "kind", "score", "passes", "why", "share", "text", "sentence")
IDS = ("id", "ids", "page_id")
TRACED = ("queries", "hits", "context", "prompt", "checks", "timings", "token_counts")


class AskMode(StrEnum):
    """The companion's modes, without loading it."""

    PAGE = "page"
    WIKI = "wiki"


SeriesName = Annotated[str, typer.Argument(help="A series, by its slug or title.")]
At = Annotated[str | None, typer.Option("--at", metavar="EP:PAGE", help="As for one who has read through this page.")]
InMode = Annotated[AskMode, typer.Option("--mode", help="The page and what came before it, or the story's world.")]
Language = Annotated[str, typer.Option("--language", help="Yours, where the question does not show it.")]
Model = Annotated[
    str | None, typer.Option("--model", help="provider/model, or builtin; else the series' or the settings'.")
]


def register(root: typer.Typer) -> None:
    root.command()(ask)
    root.command()(trace)


def ask(
    series: SeriesName,
    question: Annotated[list[str], typer.Argument(help="What you want to know.", metavar="QUESTION...")],
    at: At = None,
    mode: InMode = AskMode.PAGE,
    language: Language = "en",
    model: Model = None,
    with_trace: Annotated[bool, typer.Option("--trace", help="Show what the answer was made of, too.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Answer a question from the story. Without --at, as for one who has read everything."""
    settings = settings_for(data_dir, as_json=as_json)
    text = " ".join(question)
    told = run(asked(settings, series, text, place(at), mode, language, model, traced=with_trace), as_json=as_json)
    if as_json:
        show(told, as_json=True)
        return
    out.print(told["answer"], soft_wrap=True, markup=False, highlight=False)
    for number, each in enumerate(told["citations"], 1):
        where = ":".join(str(part) for part in (each["episode_number"], each["page_number"]) if part is not None)
        said = " ".join(filter(None, [f"[{number}]", where or "–", each["speaker"]]))
        out.print(f"  {said}", style="dim", markup=False, highlight=False)
    if why := why_quoted(settings, told):
        out.print(f"({why})", style="dim", markup=False, highlight=False)
    if with_trace:
        show_trace(told["trace"])


def trace(
    answer_id: Annotated[uuid.UUID, typer.Argument(help="An answer, by its id.", metavar="ANSWER_ID")],
    again: Annotated[
        bool, typer.Option("--replay", help="Ask again, where its reader is now, and show both. Nothing is recorded.")
    ] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show what an answer was made of: what was looked for and found, what a model was given, checks and times."""
    told = run(traced(settings_for(data_dir, as_json=as_json), answer_id, again=again), as_json=as_json)
    if as_json:
        show(told, as_json=True)
        return
    for name, each in told.items():
        out.rule(name)
        show_trace(each)


def why_quoted(settings: Settings, told: dict[str, Any]) -> str:
    """What there is to say of who answered, in the language of the answer; nothing where it was who should."""
    from fumetto.kernel.providers.chat.naming import BUILTIN, wanted_chat_model

    if told["note"]:
        return say(told["language"], f"companion.notes.{told['note']}")
    return say(told["language"], "answering.quotes") if wanted_chat_model(settings) == BUILTIN == told["model"] else ""


def show_trace(told: dict[str, Any]) -> None:
    """A trace for people: its plain values, then each of its lists, one entry a line."""
    plain = {name: value for name, value in told.items() if name not in TRACED and value not in (None, "")}
    show(plain, as_json=False)
    for name in TRACED:
        value = told[name]
        if not value:
            continue
        out.print(f"[dim]{name.replace('_', ' ')}[/dim]")
        for each in [value] if isinstance(value, dict) else value:
            out.print(f"  {line_of(each)}", soft_wrap=True, markup=False, highlight=False)


def line_of(entry: dict[str, Any]) -> str:
    """One thing in a trace, always in the same order: where it is as EP:PAGE, and ids last."""
    place = ":".join(str(entry[name]) for name in PLACED if entry.get(name) is not None)
    told = {name: value for name, value in entry.items() if name not in PLACED and value not in (None, "", [])}
    told |= {"place": place} if place else {}
    order = sorted(told, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name in IDS))
    return "  ".join(f"{name}: {shown(told[name])}" for name in order)


def shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


async def asked(
    settings: Settings,
    series: str,
    text: str,
    at: tuple[Decimal, int] | None,
    mode: AskMode,
    language: str,
    model: str | None,
    *,
    traced: bool,
) -> dict[str, Any]:
    from dataclasses import replace

    from fumetto.companion.answering.ports import Turn
    from fumetto.companion.answering.replay import replay
    from fumetto.companion.answering.rules.asking import understood
    from fumetto.companion.operator import OperatorStandpoint
    from fumetto.companion.programs.model import told as cited
    from fumetto.companion.public import Mode
    from fumetto.entry.companion import companion_rooms
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.base import uuid7
    from fumetto.kernel.db.roles import EVERY_READER

    async with open_house(settings) as house:
        async with house.database.read(EVERY_READER) as session:
            series_id = await series_id_of(session, series)
        require_model(settings, model)
        standpoint = OperatorStandpoint(house.database, series_id, at)
        turn = Turn(uuid7(), uuid7(), standpoint, text, Mode(mode.value), language, model=model)
        told = await replay(turn, replace(companion_rooms(settings, house.database), memory=None))
    question = understood(text, language)
    answer = {
        "answer": told.text,
        "found": told.found,
        "asks": question.asks.value,
        "language": question.language,
        "mode": mode.value,
        "model": told.model,
        "note": told.note,
        "withheld": told.withheld,
        "citations": [cited(each) for each in told.citations],
        "suggestions": [each.text for each in told.suggestions],
    }
    return answer | ({"trace": trace_of(text, told)} if traced else {})


def require_model(settings: Settings, model: str | None) -> None:
    """Raises ChatModelUnknown and ChatNoKey for a model that was named and cannot be had, rather than have another
    answer in its place."""
    from fumetto.kernel.providers.chat.offering import require_offered

    if model is not None:
        require_offered(settings, model)


async def require_page(session: Any, series_id: uuid.UUID, at: tuple[Decimal, int] | None) -> None:
    """Raises PlaceNotFound."""
    from fumetto.library.public import operator_horizon

    await operator_horizon(session, series_id, at)


async def traced(settings: Settings, answer_id: uuid.UUID, *, again: bool) -> dict[str, Any]:
    from fumetto.companion.answering.ports import Turn
    from fumetto.companion.answering.replay import replay
    from fumetto.companion.conversations.models import ChatMessage, RetrievalTrace
    from fumetto.companion.conversations.standpoint import ReaderStandpoint
    from fumetto.entry.companion import companion_rooms
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.roles import EVERY_READER

    async with open_house(settings) as house:
        async with house.database.read(EVERY_READER) as session:
            answer = await session.get(ChatMessage, answer_id)
            kept = await session.get(RetrievalTrace, answer_id)
            # A question that came to nothing has its trace itself.
            question = await session.get(ChatMessage, answer.answers_id) if answer and answer.answers_id else answer
        if answer is None or kept is None or question is None:
            raise TraceUnknown(answer=str(answer_id))
        names = ("horizon", "cache", "prompt_version", *TRACED)
        then = {
            "question": question.content,
            "answer": answer.content if answer is not question else "",
            "state": answer.state.value,
            "model": kept.model,
            "note": answer.note,
        }
        told = {"then": then | {name: getattr(kept, name) for name in names}}
        if again and answer.series_id is not None:
            standpoint = ReaderStandpoint(house.database, answer.user_id, answer.series_id, answer.session_id)
            turn = Turn(
                question.id,
                answer.id,
                standpoint,
                question.content,
                question.mode,
                question.language,
                conversation_id=answer.conversation_id,
            )
            now = await replay(turn, companion_rooms(settings, house.database))
            told["now"] = trace_of(question.content, now)
    return told


def trace_of(question: str, told: Answered) -> dict[str, Any]:
    """What an answer was made of, with the names that a kept trace has."""
    names = ("horizon", "cache", "prompt_version", *TRACED)
    whole = {"question": question, "answer": told.text, "state": told.state.value, "model": told.model}
    return whole | {"note": told.note} | {name: getattr(told.trace, name) for name in names}

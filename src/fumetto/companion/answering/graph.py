"""The turn as a LangGraph graph. LangGraph takes seconds to import, so it is imported when the first question comes, or
when somebody says `ready`, in a thread of its own.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncGenerator
from functools import cache
from typing import Any, Final, TypedDict

from fumetto.companion.answering.nodes import STEPS, Step
from fumetto.companion.answering.ports import Happening
from fumetto.companion.answering.work import Work

STRICT: Final = "LANGGRAPH_STRICT_MSGPACK"  # read at import: nothing but plain values comes back out of a checkpoint
_importing = threading.Lock()


class State(TypedDict, total=False):
    """What a checkpoint holds: ids and plain values, none of the story's words."""

    question_id: str
    answer_id: str
    mode: str
    language: str
    asks: str
    meant: list[str]
    remembered: list[str]
    retrieved: list[str]
    pages: list[str]
    horizon: str
    cache: str
    prompt_version: str
    model: str
    note: str
    found: bool
    said: int
    withheld: int


async def ready() -> None:
    """Everything that a turn needs is imported."""
    if not _compiled.cache_info().currsize:
        await asyncio.to_thread(compiled)


def compiled() -> Any:
    with _importing:
        return _compiled()


@cache
def _compiled() -> Any:
    os.environ.setdefault(STRICT, "true")
    from langgraph.graph import END, START, StateGraph

    graph = StateGraph(State, context_schema=Work)
    before = START
    for step in STEPS:
        name = getattr(step, "__name__", "")
        graph.add_node(name, node(name, step))
        graph.add_edge(before, name)
        before = name
    graph.add_edge(before, END)
    return graph.compile(name="turn")


def node(name: str, step: Step) -> Any:
    """A step as LangGraph runs it, timed."""
    from langgraph.runtime import Runtime

    async def run(state: State, runtime: Runtime[Work]) -> dict[str, Any]:
        work = runtime.context
        work.writer = runtime.stream_writer
        began = time.perf_counter()
        try:
            return await step(work)
        finally:
            work.timings[name] = round(1000 * (time.perf_counter() - began))

    run.__annotations__ = {"state": State, "runtime": Runtime[Work], "return": dict[str, Any]}
    return run


async def walk(work: Work) -> AsyncGenerator[Happening, None]:
    """Walks the graph for one turn, telling what happens as it does."""
    from langsmith import tracing_context

    turn, checkpoints = work.turn, work.rooms.checkpoints
    graph = compiled()
    config: dict[str, Any] = {"recursion_limit": 2 * len(STEPS)}
    durability = None
    if checkpoints is not None and turn.thread_id is not None:
        graph = graph.copy(update={"checkpointer": checkpoints.saver()})
        config["configurable"] = {"thread_id": str(turn.thread_id)}
        durability = "exit"
    begin = {"question_id": str(turn.question_id), "answer_id": str(turn.answer_id)}
    stream = graph.astream(begin, config, context=work, stream_mode="custom", durability=durability)
    try:
        while True:
            with tracing_context(enabled=False):  # whatever the environment says, readers' pages go nowhere
                happening = await anext(stream, None)
            if happening is None:
                break
            yield happening
    finally:
        await stream.aclose()
    if checkpoints is not None and turn.thread_id is not None:
        await checkpoints.trim(turn.thread_id)

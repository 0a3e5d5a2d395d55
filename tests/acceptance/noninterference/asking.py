"""Every reading route of the application, asked about a story as one reader."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any
from urllib.parse import urlencode

import httpx
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from tests.acceptance.noninterference.exemptions import (
    BELOW_IT_NO_STORY,
    CONVERSATIONS,
    EDITING,
    NAVIGATION,
    NOT_OF_THE_STORY,
    PICTURES,
    TO_THE_END_OF_THE_LEDGER,
)
from tests.builders.story import WORDS, Story

QUERIES: dict[str, list[dict[str, str]]] = {
    "/api/v1/series": [{}, {"sort": "updated"}, {"filter": "unread"}, {"search": WORDS[0]}],
    "/api/v1/search": [{"q": WORDS[0]}, {"q": f"{WORDS[1]} {WORDS[2]}"}, {"q": "secet", "limit": "3"}],
    "/opds/{version}/search/results": [{"q": WORDS[0]}],
    "/api/v1/pages/{page_id}/texts": [{"lang": "en"}, {"lang": "fr"}],
    "/api/v1/pages/{page_id}/transcript": [{"lang": "en"}, {"lang": "fr"}],
    "/api/v1/pages/{page_id}/crop": [{"x": "0", "y": "0", "w": "0.5", "h": "0.5"}],
}
"""How routes are asked that take more than their path; the present page is added where a route takes one."""


EXEMPT = NOT_OF_THE_STORY | CONVERSATIONS | PICTURES


@dataclass(frozen=True)
class Question:
    """A request. `page` is the page that it belongs to, if it belongs to one."""

    route: str
    address: str
    page: uuid.UUID | None


@dataclass(frozen=True)
class Asked:
    """A route of the table: its path template and the names of its query parameters."""

    path: str
    queries: frozenset[str]
    required: frozenset[str]


def reading_routes(app: FastAPI) -> list[Asked]:
    """Every GET route that no exemption names."""
    found = []
    for context in iter_route_contexts(app.routes):
        path = context.path or ""
        if "GET" not in (context.methods or ()) or path in EXEMPT or path.startswith((EDITING, *BELOW_IT_NO_STORY)):
            continue
        route = context.original_route
        parameters = list(query_parameters(route.dependant)) if isinstance(route, APIRoute) else []
        required = frozenset(one.alias for one in parameters if one.field_info.is_required())
        found.append(Asked(path, frozenset(one.alias for one in parameters), required))
    return found


def query_parameters(dependant: Dependant) -> Iterator[Any]:
    yield from dependant.query_params
    for one in dependant.dependencies:
        yield from query_parameters(one)


def questions(
    routes: Sequence[Asked], story: Story, seen: set[uuid.UUID], present: uuid.UUID | None, random: Random
) -> list[Question]:
    """What to ask: of each kind of thing some that the reader may know and some that they may not."""
    known = story.visible_rows(seen)
    found = []
    for route in routes:
        asked: list[Question] = []
        names = re.findall(r"\{(\w+)\}", route.path)
        values = [things(route.path, name, story, seen, known, present, random) for name in names]
        for chosen in product(*values):
            path = route.path
            for name, value in zip(names, chosen, strict=True):
                path = path.replace(f"{{{name}}}", str(value))
            below = next((value for name, value in zip(names, chosen, strict=True) if name == "page_id"), None)
            for query in queries_of(route):
                asked.append(Question(route.path, f"{path}?{urlencode(query)}", below))
                if present is not None and "page" in route.queries:
                    with_page = urlencode(query | {"page": str(present)})
                    asked.append(Question(route.path, f"{path}?{with_page}", present))
        found += some(asked, 2 if route.path in NAVIGATION else 6, random)
    return found


def queries_of(route: Asked) -> list[dict[str, str]]:
    queries = QUERIES.get(route.path, [{}])
    missing = route.required - {name for query in queries for name in query}
    if missing:
        raise LookupError(f"say in QUERIES how {route.path} is asked: it wants {', '.join(sorted(missing))}")
    return queries


def things(
    path: str,
    name: str,
    story: Story,
    seen: set[uuid.UUID],
    known: dict[str, set[tuple[Any, ...]]],
    present: uuid.UUID | None,
    random: Random,
) -> list[Any]:
    """Values for a parameter of a path. Raises LookupError for a name that nobody has said anything about."""
    before = path.partition(f"/{{{name}}}")[0].rpartition("/")[2]
    kind = name if name != "id" else before
    match kind:
        case "version":
            return ["v1.2", "v2"]
        case "slug" | "series":
            return [row["slug"] for row in story.rows["series"]]
        case "series_id":
            return [row["id"] for row in story.rows["series"]]
        case "episode_id" | "episodes":
            return some([row["id"] for row in story.rows["episodes"]], 3, random)
        case "page_id" | "pages":
            unseen = [row["id"] for row in story.rows["pages"] if row["id"] not in seen]
            here = [present] if present is not None else []
            return [*dict.fromkeys([*here, *some(sorted(seen), 2, random), *some(unseen, 1, random)])]
        case "character_id" | "characters":
            return of_both("characters", story, known, random)
        case "entity_id" | "entities":
            return of_both("world_entities", story, known, random)
        case "article_id" | "wiki":
            return of_both("wiki_articles", story, known, random)
        case "collection_id" | "list_id":
            return [uuid.UUID(int=1)]
    raise LookupError(f"say what {{{name}}} of {path} is, for the property of the horizon to ask about")


def some(values: Sequence[Any], count: int, random: Random) -> list[Any]:
    return random.sample(list(values), min(count, len(values)))


def of_both(table: str, story: Story, known: dict[str, set[tuple[Any, ...]]], random: Random) -> list[Any]:
    """Two rows that may be known, and one that may not."""
    ids = [row["id"] for row in story.rows[table]]
    may = [one for one in ids if (one,) in known[table]]
    return [*some(may, 2, random), *some([one for one in ids if one not in may], 1, random)]


Answer = tuple[int, bytes]


async def answers(client: httpx.AsyncClient, asked: Sequence[Question]) -> list[Answer]:
    found = []
    for question in asked:
        answer = await client.get(question.address, headers={"X-Request-ID": "the-same-for-all"})
        found.append((answer.status_code, settled(answer.content)))
    return found


def on_the_page(question: Question, answer: Answer) -> Answer:
    """An answer without the fields that look on to the end of the ledger."""
    fields = TO_THE_END_OF_THE_LEDGER.get(question.route)
    return (answer[0], json.dumps(left_out(json.loads(answer[1]), fields)).encode()) if fields else answer


def left_out(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {name: left_out(one, names) for name, one in value.items() if name not in names}
    return [left_out(one, names) for one in value] if isinstance(value, list) else value


def settled(content: bytes) -> bytes:
    """Without the time of the answer, which lies after everything in the library."""
    now = datetime.now(UTC)
    today = {f"{now - timedelta(hours=hours):%Y-%m-%d}".encode() for hours in (0, 24)}
    return re.sub(rb"(?:%s)T[0-9:.]+(?:Z|\+00:00)" % b"|".join(today), b"now", content)

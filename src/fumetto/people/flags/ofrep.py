"""The OpenFeature Remote Evaluation Protocol, version 0.3: flags for the web application and for other programs.

Specification: https://github.com/open-feature/protocol (service/openapi.yaml, event-streams.yaml). Of the context in a
request nothing is believed: who asks is known by their session or key. Errors have the protocol's own shape.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response, StreamingResponse

from fumetto.kernel.errors import NotSignedIn
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import best_language
from fumetto.kernel.web.caching import conditional, etag_of, validators
from fumetto.kernel.web.identity import CurrentIdentity
from fumetto.kernel.web.proxies import base_address
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sse import LastEventId, ServerEvent, event_stream
from fumetto.people.access.dependencies import visit_of
from fumetto.people.access.readers import anonymous_reader
from fumetto.people.flags.board import BOARD
from fumetto.people.flags.claims import Asker, asker
from fumetto.people.flags.kinds import Fault, Reason, Visibility
from fumetto.people.flags.rules.evaluating import Evaluation

PREFIX = "/ofrep/v1"
POLL_MILLISECONDS = 30_000
INACTIVITY_SECONDS = 120
INVALID_CONTEXT = "INVALID_CONTEXT"


class EvaluationRequest(BaseModel):
    """What OFREP's clients send. The context is read past: what counts is what the server knows of whoever asks."""

    context: dict[str, Any] = Field(default_factory=dict)


class EvaluatedFlag(BaseModel):
    """A value with its reason. Without `value` the flag is off for whoever asks: the client's own default counts."""

    key: str
    value: Any = None
    reason: Reason | None = None
    variant: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    errorCode: str | None = None  # noqa: N815 - the protocol's word
    errorDetails: str | None = None  # noqa: N815 - the protocol's word


class EvaluationFailure(BaseModel):
    """What went wrong, in the protocol's shape."""

    key: str | None = None
    errorCode: str  # noqa: N815 - the protocol's word
    errorDetails: str | None = None  # noqa: N815 - the protocol's word


class EvaluatedFlags(BaseModel):
    flags: list[EvaluatedFlag]
    eventStreams: list[dict[str, Any]]  # noqa: N815 - the protocol's word
    metadata: dict[str, Any]


router = Routes(tags=["flags"], responses={"default": {"model": EvaluationFailure, "description": "What went wrong."}})


async def who_asks(request: Request, identity: CurrentIdentity) -> Asker:
    """Whoever is signed in, or nobody where the operator serves the library to everybody.

    Raises NotSignedIn (401).
    """
    visit = visit_of(identity)
    if visit is not None:
        return asker(visit.reader)
    settings: Settings = request.app.state.settings
    if not settings.public_reading:
        raise NotSignedIn
    return asker(anonymous_reader(best_language(request.headers.get("accept-language"))))


Who = Annotated[Asker, Depends(who_asks)]
BODY: Any = {
    "requestBody": {
        "content": {"application/json": {"schema": EvaluationRequest.model_json_schema()}},
        "required": False,
    }
}


@router.post("/evaluate/flags/{key}", openapi_extra=BODY, responses={200: {"model": EvaluatedFlag}})
async def evaluate_flag(request: Request, who: Who, key: str) -> Response:
    """One flag, as OFREP's server providers ask for it."""
    refused = await refused_body(request, key)
    if refused is not None:
        return refused
    made = BOARD.evaluate(who, key, None, side=Visibility.FRONTEND)
    if made.fault is Fault.FLAG_NOT_FOUND:
        return JSONResponse(failure(key, made), 404, NO_STORE)
    if made.fault is not None:
        return JSONResponse(failure(key, made), 400, NO_STORE)
    return JSONResponse(success(key, made) | {"cacheable": False}, 200, NO_STORE)


@router.post("/evaluate/flags", openapi_extra=BODY, responses={200: {"model": EvaluatedFlags}})
async def evaluate_flags(request: Request, who: Who) -> Response:
    """Every flag that a client may see, with a validator: the same again costs a 304."""
    refused = await refused_body(request)
    if refused is not None:
        return refused
    etag = etag_of(BOARD.version, who.audience, who.key, json.dumps(who.attributes, sort_keys=True))
    unchanged = conditional(request, etag=etag)
    if unchanged is not None:
        return unchanged
    told = []
    for name in BOARD.names(Visibility.FRONTEND):
        made = BOARD.evaluate(who, name, None, side=Visibility.FRONTEND)
        told.append(failure(name, made) if made.fault else success(name, made))
    settings: Settings = request.app.state.settings
    stream = {
        "type": "sse",
        "url": f"{base_address(request, settings.public_url)}{PREFIX}/events",
        "inactivityDelaySec": INACTIVITY_SECONDS,
    }
    body = {"flags": told, "eventStreams": [stream], "metadata": {"version": BOARD.version}}
    return JSONResponse(body, 200, validators(etag, None))


@router.get("/events", response_class=StreamingResponse)
async def follow_flags(request: Request, who: Who, last_event_id: LastEventId = None) -> Response:
    """Server-sent events of type `refetchEvaluation`, each time that flags have changed; at once for whoever comes back
    and has missed a change."""
    return event_stream(request, changes(last_event_id))


@router.get("/configuration")
async def get_flag_configuration(request: Request, who: Who) -> Response:
    """What OFREP's clients may do here: ask for changes, or wait for events."""
    etag = etag_of("configuration", POLL_MILLISECONDS)
    unchanged = conditional(request, etag=etag)
    return unchanged or JSONResponse(CONFIGURATION, 200, validators(etag, None))


NO_STORE = {"Cache-Control": "no-store"}
CONFIGURATION = {
    "name": "fumetto",
    "capabilities": {
        "cacheInvalidation": {
            "polling": {"name": "polling", "enabled": True, "minPollingIntervalMs": POLL_MILLISECONDS}
        },
        "flagEvaluation": {"supportedTypes": ["int", "float", "string", "boolean", "object"]},
        "caching": {"enabled": False, "ttl": 0},
    },
}


async def changes(seen: str | None) -> AsyncIterator[ServerEvent]:
    """One event per state of the flags that comes while somebody follows."""
    seen = BOARD.version if seen is None else seen
    news = asyncio.Event()
    end = BOARD.on_change(news.set)
    try:
        while True:
            if BOARD.version != seen:
                seen = BOARD.version
                data = {"type": "refetchEvaluation", "etag": f'"{seen}"', "lastModified": int(time.time())}
                yield ServerEvent(data, id=seen)
            await news.wait()
            news.clear()
    finally:
        end()


async def refused_body(request: Request, key: str | None = None) -> Response | None:
    """The protocol's answer to a body that is none; None for one that will do, or for none at all."""
    raw = await request.body()
    if not raw:
        return None
    named = {} if key is None else {"key": key}
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return JSONResponse(named | {"errorCode": Fault.PARSE_ERROR.value, "errorDetails": "no JSON"}, 400, NO_STORE)
    if not isinstance(body, dict) or not isinstance(body.get("context", {}), dict):
        details = {"errorCode": INVALID_CONTEXT, "errorDetails": "context has to be an object"}
        return JSONResponse(named | details, 400, NO_STORE)
    return None


def success(key: str, made: Evaluation) -> dict[str, Any]:
    """Without a value where the flag is off: the client's own default counts then (OFREP's decision 6)."""
    told: dict[str, Any] = {
        "key": key,
        "reason": made.reason.value,
        "variant": made.variant or "",
        "metadata": dict(made.metadata),
    }
    return told | ({"value": made.value} if made.variant is not None else {})


def failure(key: str, made: Evaluation) -> dict[str, Any]:
    code = made.fault or Fault.GENERAL
    return {"key": key, "errorCode": code.value, "errorDetails": made.message}

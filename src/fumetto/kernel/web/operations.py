"""For those who look after the machine: alive, ready, metrics. At the root, where such tools look, not below /api."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from fumetto.kernel.errors import NotFound, NotSignedIn
from fumetto.kernel.health import is_ready, readiness
from fumetto.kernel.metrics import CONTENT_TYPE, Metrics
from fumetto.kernel.web.identity import identify
from fumetto.kernel.web.proxies import is_this_machine
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import database_of

router = Routes(tags=["operations"])

NO_STORE = {"Cache-Control": "no-store"}


class Health(BaseModel):
    status: Literal["ok"] = "ok"


class ReadyPart(BaseModel):
    ok: bool
    needed: bool
    code: str | None
    count: int | None


class Readiness(BaseModel):
    status: Literal["ready", "not_ready"]
    parts: dict[str, ReadyPart]


@router.get("/health", response_model=Health)
async def health() -> Response:
    """The process answers. Nothing else is asked, so this holds with the database gone or every connection taken."""
    return JSONResponse(Health().model_dump(), headers=NO_STORE)


@router.get("/ready", response_model=Readiness, responses={503: {"model": Readiness}})
async def ready(request: Request) -> Response:
    """Whether each part can be used; 503 when one that requests need cannot."""
    parts = await readiness(request.app.state.checks)
    found = is_ready(parts)
    body = Readiness(
        status="ready" if found else "not_ready",
        parts={name: ReadyPart(**asdict(part)) for name, part in parts.items()},
    )
    return JSONResponse(body.model_dump(), 200 if found else 503, NO_STORE)


@router.get("/metrics", response_class=Response, include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Prometheus' text format, for the owner and for programs on this machine."""
    if not request.app.state.settings.metrics:
        raise NotFound
    if not is_this_machine(request):
        identity = await identify(request)
        if identity.reader is None:
            raise NotSignedIn
        if not identity.operates:
            raise NotFound
    kept: Metrics = request.app.state.metrics
    return Response(await kept.render(database_of(request)), headers=NO_STORE, media_type=CONTENT_TYPE)

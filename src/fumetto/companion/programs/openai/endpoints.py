"""Routes below /v1, for clients that know OpenAI's."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response, StreamingResponse

from fumetto.companion.answering.ports import Ended, Happening, Rooms, Said
from fumetto.companion.personas.service import voice_called
from fumetto.companion.programs.errors import InputUnreadable, ModelUnknown
from fumetto.companion.programs.openai.rules import (
    PREFIX,
    chunk,
    line_of,
    ours,
    packed,
    question_in,
    slug_and_persona,
    usage_of,
    words_in,
)
from fumetto.companion.programs.openai.schemas import (
    MOST_INPUTS,
    ChatAnswer,
    ChatRequest,
    Embedding,
    EmbeddingList,
    EmbeddingRequest,
    Model,
    ModelList,
    OpenAiError,
    Usage,
)
from fumetto.companion.programs.service import answered, asked
from fumetto.companion.programs.stopping import Stops
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.errors import FumettoError, Invalid, NotSignedIn
from fumetto.kernel.index.embedding import model_called, wanted
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import best_language
from fumetto.kernel.web.problems import detail_of, field_error
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, database_of
from fumetto.library.public import evidence, horizons_of
from fumetto.people.public import CurrentVisit, flags

KINDS = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
EMBEDDINGS = "fumetto-embeddings"
UNKNOWN = "model_not_found"
"""What OpenAI's clients look for where a model is not there, in the place of our own code."""


class OpenAiRoute(APIRoute):
    """A route whose errors have the shape that OpenAI's clients read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except FumettoError as error:
                return error_response(request, error)
            except RequestValidationError as error:
                language = best_language(request.headers.get("accept-language"))
                first = field_error(error.errors()[0], language)
                return error_body(f"{first.field}: {first.message}", Invalid.status, first.code, first.field)

        return handled


def error_response(request: Request, error: FumettoError) -> Response:
    language = best_language(request.headers.get("accept-language"))
    if isinstance(error, ModelUnknown):
        return error_body(detail_of(error, language), error.status, UNKNOWN, "model", kind="invalid_request_error")
    return error_body(detail_of(error, language), error.status, error.code)


def error_body(message: str, status: int, code: str, parameter: str | None = None, kind: str = "") -> Response:
    kind = kind or KINDS.get(status, "invalid_request_error" if status < 500 else "api_error")
    told = {"error": {"message": message, "type": kind, "param": parameter, "code": code}}
    headers = {"Cache-Control": "no-store"}
    if status == NotSignedIn.status:
        headers["WWW-Authenticate"] = 'Bearer realm="Fumetto"'
    return JSONResponse(told, status, headers)


router = Routes(
    tags=["openai"],
    route_class=OpenAiRoute,
    dependencies=[Depends(flags.switched_on("ai"))],
    responses={"default": {"model": OpenAiError, "description": "What went wrong."}},
)


def rooms_of(request: Request) -> Rooms:
    rooms: Rooms = request.app.state.rooms
    return rooms


def stops_of(request: Request) -> Stops:
    stops: Stops = request.app.state.stops
    return stops


@router.get("/models")
async def list_chat_models(session: ReadTransaction, visit: CurrentVisit) -> ModelList:
    """Every series that the reader has begun is a model to talk to, and so is what makes vectors."""
    begun = [one.series_id for one in await horizons_of(session, visit.reader.id)]
    named = sorted((await evidence.series_names(session, begun)).values(), key=lambda one: one.slug)
    models = [Model(id=f"{PREFIX}{one.slug}", created=0, owned_by="fumetto") for one in named]
    return ModelList(data=[*models, Model(id=EMBEDDINGS, created=0, owned_by="fumetto")])


@router.get("/models/{model:path}")
async def get_chat_model(session: ReadTransaction, visit: CurrentVisit, model: str) -> Model:
    """One of them, which some clients look for before they ask it."""
    found = next((one for one in (await list_chat_models(session, visit)).data if one.id == model), None)
    if found is None:
        raise ModelUnknown(model=model)
    return found


@router.post("/chat/completions", response_model=None, responses={200: {"model": ChatAnswer}})
async def complete_chat(request: Request, body: ChatRequest, visit: CurrentVisit) -> Response | ChatAnswer:
    """An answer to the last message, as far as the reader has come; streamed, sentence by sentence."""
    reader = visit.reader
    slug, persona = slug_and_persona(body.model)
    async with database_of(request).read(reader.id) as session:
        series = await evidence.series_called(session, slug)
        if series is None:
            raise ModelUnknown(model=body.model)
        voice = await voice_called(session, reader.id, series.id, persona) if persona else None
        if persona and voice is None:
            raise ModelUnknown(model=body.model)
    question, before = question_in(body.messages)
    happenings = flags.while_on(
        reader,
        "ai",
        asked(
            database_of(request),
            rooms_of(request),
            reader.id,
            series.id,
            question,
            mode=body.mode,
            language=body.language or reader.language,
            source="openai",
            voice=voice,
            before=before,
        ),
    )
    happenings = stops_of(request).unless_stopped(reader, happenings)
    if body.stream:
        first = await anext(happenings)  # what is wrong with the question is said before the stream begins
        return StreamingResponse(streamed(body, first, happenings), media_type="text/event-stream")
    told = await answered(happenings)
    message = {"role": "assistant", "content": told.text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return ChatAnswer(
        id=f"chatcmpl-{told.turn.answer_id.hex}",
        created=int(time.time()),
        model=body.model,
        choices=[choice],
        usage=usage_of(told),
        fumetto=ours(told),
    )


async def streamed(body: ChatRequest, first: Happening, happenings: AsyncIterator[Happening]) -> AsyncIterator[bytes]:
    identifier, created = f"chatcmpl-{uuid7().hex}", int(time.time())

    def piece(delta: dict[str, Any], end: str | None = None, **more: Any) -> bytes:
        told = chunk(identifier, created, body.model, delta, end) | more
        return f"data: {json.dumps(told, default=str)}\n\n".encode()

    def pieces(happening: Happening) -> bytes:
        if isinstance(happening, Said):
            line = line_of(happening.sentence)
            return piece({"content": line if happening.number == 1 else f"\n{line}"})
        if isinstance(happening, Ended):
            last = piece({}, "stop", fumetto=ours(happening.answered))
            if body.stream_options and body.stream_options.include_usage:
                last += piece({}, choices=[], usage=usage_of(happening.answered).model_dump())
            return last
        return b""

    yield piece({"role": "assistant", "content": ""})
    try:
        yield pieces(first)
        async for happening in happenings:
            if told := pieces(happening):
                yield told
    except FumettoError as error:
        broken = {"error": {"message": str(error), "type": "api_error", "param": None, "code": error.code}}
        yield f"data: {json.dumps(broken)}\n\n".encode()
    yield b"data: [DONE]\n\n"


@router.post("/embeddings")
async def create_vectors(request: Request, body: EmbeddingRequest, visit: CurrentVisit) -> EmbeddingList:
    """The vectors that search is done with, by the model of the settings."""
    if body.model != EMBEDDINGS:
        raise ModelUnknown(model=body.model)
    texts = [body.input] if isinstance(body.input, str) else body.input
    if not texts or len(texts) > MOST_INPUTS:
        raise InputUnreadable(most=MOST_INPUTS)
    words = [one for one in texts if isinstance(one, str)]
    if len(words) != len(texts):
        raise InputUnreadable(most=MOST_INPUTS)
    settings: Settings = request.app.state.settings
    vectors = (await model_called(settings, wanted(settings)).vectors(words)).tolist()
    made = [
        Embedding(index=number, embedding=packed(vector) if body.encoding_format == "base64" else vector)
        for number, vector in enumerate(vectors)
    ]
    tokens = sum(words_in(words))
    return EmbeddingList(data=made, model=body.model, usage=Usage(prompt_tokens=tokens, total_tokens=tokens))

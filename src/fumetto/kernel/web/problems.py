"""The one shape of an error on the wire: `application/problem+json` (RFC 9457), in the language that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

import psycopg
import sqlalchemy.exc
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from pydantic_core import to_jsonable_python
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from fumetto.kernel.context import request_id
from fumetto.kernel.db.errors import DatabaseUnreachable
from fumetto.kernel.errors import DiskFull, FumettoError, Invalid, NotAllowed, NotFound, NotSignedIn, TooLarge
from fumetto.kernel.storage.disk import is_disk_full
from fumetto.kernel.text.catalogues import best_language, say
from fumetto.kernel.text.messages import MessageInvalid
from fumetto.kernel.web.errors import (
    MediaTypeUnsupported,
    MethodUnsupported,
    RangeUnsatisfiable,
    RequestMalformed,
)

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2

BY_STATUS: dict[int, type[FumettoError]] = {
    400: RequestMalformed,
    401: NotSignedIn,
    403: NotAllowed,
    404: NotFound,
    405: MethodUnsupported,
    413: TooLarge,
    415: MediaTypeUnsupported,
    416: RangeUnsatisfiable,
    422: Invalid,
}

Challenge = Callable[[Request], Response | Mapping[str, str]]


class FieldError(BaseModel):
    """What is wrong with one field; `field` is its path, such as `body.pages.0.title`."""

    field: str
    code: str = Field(description="The kind of mistake, as Pydantic names it.")
    message: str


class Problem(BaseModel):
    """What went wrong. `code` never changes its meaning; `detail` is for people and says what to do."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str | None = None
    values: dict[str, Any] = Field(default_factory=dict, description="What the detail mentions, for programs.")
    errors: list[FieldError] | None = None


def problem_response(request: Request, error: FumettoError, errors: list[FieldError] | None = None) -> Response:
    """The error as a response, with the headers that its status calls for."""
    language = best_language(request.headers.get("accept-language"))
    body = Problem(
        type=f"urn:fumetto:error:{error.code}",
        title=HTTPStatus(error.status).phrase,
        status=error.status,
        code=error.code,
        detail=detail_of(error, language),
        request_id=request_id(),
        values=to_jsonable_python(error.detail, serialize_unknown=True),
        errors=errors,
    )
    headers = {"Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept-Language"}
    if error.status in {425, 429, 503}:
        headers["Retry-After"] = str(error.detail.get("retry_after", RETRY_SECONDS))
    if isinstance(error, RangeUnsatisfiable) and "size" in error.detail:
        headers["Content-Range"] = f"bytes */{error.detail['size']}"
    return JSONResponse(body.model_dump(exclude_none=True, exclude_defaults=True), error.status, headers, MEDIA_TYPE)


def detail_of(error: FumettoError, language: str) -> str:
    """The error's text. One that lacks it, or a value in it, must not hide what went wrong behind a second error."""
    try:
        return say(language, f"errors.{error.code}", **error.detail)
    except (KeyError, MessageInvalid):
        log.warning("error.without_text", code=error.code)
        return HTTPStatus(error.status).phrase


def install_problem_handlers(app: FastAPI, challenges: Mapping[str, Challenge]) -> None:
    """Answer every error of `app` with a problem.

    `challenges` says, by the beginning of a path below the base path, how a 401 asks for credentials there: as headers
    to add, or as a whole response; the longest beginning counts.
    """

    async def on_error(request: Request, error: Exception) -> Response:
        if not isinstance(error, FumettoError):
            raise error
        return not_signed_in(request, error) if error.status == 401 else problem_response(request, error)

    def not_signed_in(request: Request, error: FumettoError) -> Response:
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        prefixes: Iterable[str] = sorted((prefix for prefix in challenges if path.startswith(prefix)), key=len)
        answer = challenges[list(prefixes)[-1]](request) if prefixes else {"WWW-Authenticate": 'Bearer realm="Fumetto"'}
        if isinstance(answer, Response):
            return answer
        response = problem_response(request, error)
        response.headers.update(answer)
        return response

    async def on_http_exception(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        known = BY_STATUS.get(error.status_code, FumettoError if error.status_code >= 500 else RequestMalformed)
        response = await on_error(request, known())
        for name, value in (error.headers or {}).items():
            response.headers.setdefault(name, value)
        return response

    async def on_validation_error(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        language = best_language(request.headers.get("accept-language"))
        return problem_response(request, Invalid(), [field_error(item, language) for item in error.errors()])

    async def on_database_error(request: Request, error: Exception) -> Response:
        found = explain(error)
        if found is None:
            raise error
        log.warning("request.database_failed", code=found.code, exc_info=error)
        return problem_response(request, found)

    app.add_exception_handler(FumettoError, on_error)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(RequestValidationError, on_validation_error)
    app.add_exception_handler(sqlalchemy.exc.OperationalError, on_database_error)
    app.add_exception_handler(psycopg.OperationalError, on_database_error)
    app.add_exception_handler(OSError, on_database_error)


def explain(error: Exception) -> FumettoError | None:
    """The error of ours that an outage or a full disk amounts to; None for what only a developer can explain."""
    cause = error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) and error.orig else error
    if is_disk_full(cause):
        return DiskFull()
    if isinstance(cause, psycopg.OperationalError):
        return DatabaseUnreachable(reason="the connection was lost")
    return None


def field_error(error: Mapping[str, Any], language: str) -> FieldError:
    """One of Pydantic's errors, in the reader's language where its kind has a text; never the rejected value."""
    kind = str(error["type"])
    try:
        message = say(language, f"fields.{kind}", **error.get("ctx", {}))
    except (KeyError, MessageInvalid, TypeError):
        message = str(error["msg"]).removeprefix("Value error, ")
    return FieldError(field=".".join(str(part) for part in error["loc"]), code=kind, message=message)


async def unexpected(request: Request, error: Exception) -> Response:
    """The answer to a mistake of ours: the request id and nothing else; the log has the traceback."""
    found = explain(error)
    log.error("request.failed", code=found.code if found else "internal", exc_info=error)
    return problem_response(request, found or FumettoError())

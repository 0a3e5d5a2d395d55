"""The contract that clients are generated from: stable operation names, and the one error shape on every operation."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from fumetto.kernel.web.problems import MEDIA_TYPE, Problem

PROBLEMS: dict[int | str, dict[str, Any]] = {"default": {"model": Problem, "description": "What went wrong."}}


def operation_id(route: APIRoute) -> str:
    """An operation is named as its function: `list_series` becomes the client's `listSeries`."""
    return route.name


def install_openapi(app: FastAPI, routes: list[Any] | None = None) -> None:
    """Describe `routes` (all, unless given) once, when asked. Raises ValueError for a name used twice."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                routes=app.routes if routes is None else routes,
                separate_input_output_schemas=app.separate_input_output_schemas,
            )
            seen: set[str] = set()
            for operations in described.get("paths", {}).values():
                for operation in operations.values():
                    if operation["operationId"] in seen:
                        raise ValueError(f"two endpoint functions are named {operation['operationId']}")
                    seen.add(operation["operationId"])
                    tidy_errors(operation)
            app.openapi_schema = described
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign] # FastAPI documents this as the way to replace it


def tidy_errors(operation: dict[str, Any]) -> None:
    """Errors in their real media type, and not FastAPI's own shape for validation errors, which is never sent."""
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422", "")):
        del responses["422"]
    content = responses.get("default", {}).get("content", {})
    if "application/json" in content:
        content[MEDIA_TYPE] = content.pop("application/json")

"""The contract that clients are generated from: stable operation names, and the one error shape on every operation."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from fumetto.kernel.web.problems import MEDIA_TYPE, Problem

REFERENCE = "#/components/schemas/{model}"


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
                    tell_errors(operation)
            add_problem(described)
            app.openapi_schema = described
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign] # FastAPI documents this as the way to replace it


def tell_errors(operation: dict[str, Any]) -> None:
    """The one shape of errors on every operation, and not FastAPI's own for validation errors, which is never sent.

    Written here and not declared on the routes, for each of which FastAPI would make a validator of the model.
    """
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422", "")):
        del responses["422"]
    schema = {"$ref": REFERENCE.format(model=Problem.__name__)}
    told = responses.setdefault("default", {"description": "What went wrong.", "content": {}})  # a protocol's own shape
    told["content"][MEDIA_TYPE] = {"schema": schema}


def add_problem(described: dict[str, Any]) -> None:
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template=REFERENCE, mode="serialization")
    for field in problem["properties"].values():
        if field.get("default", "") is None:  # FastAPI leaves it out elsewhere
            del field["default"]
    schemas.update(problem.pop("$defs", {}))
    schemas[Problem.__name__] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)

"""How a room says which requests it answers.

FastAPI makes a route whole when it is decorated, and once more for each router that includes it; with some hundred
routes that was a fifth of a start, and it was done again for the first request. Here decorating only notes what was
said. The routes are made once, when it is known where they go and what guards them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.params import Depends
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from fumetto.kernel.web.openapi import operation_id

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Routes:
    """A room's routes, declared as on FastAPI's `APIRouter`, whose documentation has what may be said of one."""

    def __init__(
        self,
        prefix: str = "",
        *,
        tags: Sequence[str | Enum] = (),
        dependencies: Sequence[Depends] = (),
        responses: Mapping[int | str, dict[str, Any]] | None = None,
        route_class: type[APIRoute] = APIRoute,
        include_in_schema: bool = True,
    ) -> None:
        self._prefix = prefix
        self._tags = list(tags)
        self._dependencies = list(dependencies)
        self._responses = dict(responses or {})
        self._route_class = route_class
        self._include_in_schema = include_in_schema
        self._said: list[tuple[str, Callable[..., Any], dict[str, Any]] | Routes] = []

    def get(self, path: str, **said: Any) -> Callable[[Endpoint], Endpoint]:
        return self._on("GET", path, said)

    def post(self, path: str, **said: Any) -> Callable[[Endpoint], Endpoint]:
        return self._on("POST", path, said)

    def put(self, path: str, **said: Any) -> Callable[[Endpoint], Endpoint]:
        return self._on("PUT", path, said)

    def patch(self, path: str, **said: Any) -> Callable[[Endpoint], Endpoint]:
        return self._on("PATCH", path, said)

    def delete(self, path: str, **said: Any) -> Callable[[Endpoint], Endpoint]:
        return self._on("DELETE", path, said)

    def _on(self, method: str, path: str, said: dict[str, Any]) -> Callable[[Endpoint], Endpoint]:
        def note(endpoint: Endpoint) -> Endpoint:
            self._said.append((path, endpoint, {"methods": [method], **said}))
            return endpoint

        return note

    def include(self, others: Routes) -> None:
        """Have another's routes among these, below the same prefix and behind the same dependencies."""
        self._said.append(others)

    def built(
        self,
        prefix: str = "",
        dependencies: Sequence[Depends] = (),
        tags: Sequence[str | Enum] = (),
        responses: Mapping[int | str, dict[str, Any]] | None = None,
        *,
        include_in_schema: bool = True,
    ) -> list[BaseRoute]:
        """The routes below `prefix`, in the order they were declared; `dependencies` come before their own."""
        router = APIRouter(
            prefix=prefix + self._prefix,
            tags=[*tags, *self._tags],
            dependencies=[*dependencies, *self._dependencies],
            responses={**(responses or {}), **self._responses},
            route_class=self._route_class,
            include_in_schema=include_in_schema and self._include_in_schema,
            generate_unique_id_function=operation_id,
        )
        for one in self._said:
            if isinstance(one, Routes):
                router.routes += one.built(
                    router.prefix,
                    router.dependencies,
                    router.tags,
                    router.responses,
                    include_in_schema=router.include_in_schema,
                )
            else:
                path, endpoint, said = one
                router.add_api_route(path, endpoint, **said)
        return router.routes

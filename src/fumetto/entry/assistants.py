"""Whose assistant it is that speaks MCP to this server."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from fumetto.companion.programs.mcp.desk import Desk
from fumetto.kernel.errors import FumettoError, NotSignedIn
from fumetto.kernel.web.identity import identify
from fumetto.kernel.web.problems import problem_response
from fumetto.people.public import Purpose, Visit, admit, flags, require


async def desk_of(scope: Scope, receive: Receive, send: Send) -> Desk | None:
    """The desk of the reader whose key was shown. Without one the request is answered, with 401, 403 or 503, and None
    returned."""
    request = Request(scope, receive)
    try:
        visit = (await identify(request)).account
        if not isinstance(visit, Visit):
            raise NotSignedIn
        admit(visit)
        flags.require_on(visit.reader, "ai")
        require(visit.reader, Purpose.AI_LOCAL)
    except FumettoError as error:
        response = problem_response(request, error)
        if error.status == NotSignedIn.status:
            response.headers["WWW-Authenticate"] = 'Bearer realm="Fumetto"'
        await response(scope, receive, send)
        return None
    state = request.app.state
    return Desk(
        state.database, state.rooms, visit.reader.id, visit.reader.language, reader=visit.reader, stops=state.stops
    )

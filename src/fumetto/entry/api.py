"""The HTTP application: every room's routes behind one gate, and the web application for the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from fumetto import __version__
from fumetto.billing.usage import endpoints as usage
from fumetto.companion.conversations import endpoints as conversations
from fumetto.companion.conversations.turns import Turns
from fumetto.companion.feedback import endpoints as feedback
from fumetto.companion.memory import endpoints as memory
from fumetto.companion.memory.lake import Soon
from fumetto.companion.memory.semantic import SemanticCache
from fumetto.companion.personas import endpoints as personas
from fumetto.companion.personas.portraits import LARGEST as LARGEST_PORTRAIT
from fumetto.companion.programs.mcp.server import OverHttp
from fumetto.companion.programs.openai import endpoints as openai
from fumetto.companion.programs.stopping import Stops
from fumetto.companion.speaking import endpoints as speaking
from fumetto.companion.speaking.service import HouseSpeakers
from fumetto.companion.support import endpoints as support
from fumetto.documents.intake import endpoints as documents
from fumetto.documents.intake.service import LARGEST as LARGEST_DOCUMENT
from fumetto.entry import administration
from fumetto.entry.assistants import desk_of
from fumetto.entry.companion import answered, companion_rooms
from fumetto.entry.hearing import hearing
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.health import standard_checks
from fumetto.kernel.jobs import endpoints as jobs
from fumetto.kernel.metrics import Metrics
from fumetto.kernel.providers.chat.naming import is_in_cloud, offered_chat_models
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage.protocol import Storage
from fumetto.kernel.web import operations
from fumetto.kernel.web.gate import BodyLimits, CrossSiteGuard
from fumetto.kernel.web.headers import Compression, HeadAsGet, SecurityHeaders, application_policy
from fumetto.kernel.web.openapi import install_openapi, operation_id
from fumetto.kernel.web.problems import Challenge, install_problem_handlers
from fumetto.kernel.web.proxies import Proxies, parse_networks
from fumetto.kernel.web.requests import Requests
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sse import OpenStreams
from fumetto.kernel.web.webapp import WebApplication
from fumetto.library.catalogue import endpoints as catalogue
from fumetto.library.contents import endpoints as contents
from fumetto.library.ingestion import endpoints as ingestion
from fumetto.library.opds import endpoints as opds
from fumetto.library.public import Pictures
from fumetto.library.reading import endpoints as reading
from fumetto.library.search import endpoints as search
from fumetto.library.shelves import endpoints as shelves
from fumetto.library.world import endpoints as world
from fumetto.library.world.uploads import LARGEST_UPLOAD
from fumetto.people.access import endpoints as access
from fumetto.people.access.devices import endpoints as devices
from fumetto.people.access.passwords import endpoints as passwords
from fumetto.people.access.providers import endpoints as providers
from fumetto.people.accounts import endpoints as accounts
from fumetto.people.ages import endpoints as ages
from fumetto.people.collectives import endpoints as collectives
from fumetto.people.consent import endpoints as consent
from fumetto.people.consent.showing import Offers
from fumetto.people.deeds import endpoints as deeds
from fumetto.people.flags import endpoints as flags
from fumetto.people.flags import ofrep
from fumetto.people.flags.board import BOARD
from fumetto.people.flags.kinds import Environment
from fumetto.people.localization import endpoints as localization
from fumetto.people.privacy import endpoints as privacy
from fumetto.people.public import (
    COOKIE,
    KeyScope,
    Purpose,
    SessionScope,
    gate,
    identify_request,
    open_from,
    require_consent,
)

API = "/api/v1"
CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Room:
    """A room's routes, where they are, and what a program's key needs to write there; None: the routes say so.

    `standing` is how far one must have come: ONBOARDING for what somebody needs on the way to being a full member.
    `purpose` is what has to be agreed to. `challenge` answers 401 below the prefix in its clients' own way.
    """

    router: Routes
    prefix: str = API
    writing: KeyScope | None = KeyScope.MANAGE
    standing: SessionScope = SessionScope.FULL
    purpose: Purpose | None = None
    challenge: Challenge | None = None


ROOMS = (
    Room(operations.router, prefix="", writing=None),
    Room(access.router, writing=None, standing=SessionScope.ONBOARDING),
    Room(passwords.router, writing=None, standing=SessionScope.ONBOARDING),
    Room(passwords.managing),
    Room(devices.router, writing=None, standing=SessionScope.ONBOARDING),
    Room(devices.managing),
    Room(providers.router, writing=None, standing=SessionScope.ONBOARDING),
    Room(accounts.router),
    Room(ages.router),
    Room(collectives.router),
    Room(collectives.joining, writing=None, standing=SessionScope.ONBOARDING),
    Room(consent.operating),
    Room(consent.router, writing=None, standing=SessionScope.ONBOARDING),
    Room(consent.guarding),
    Room(localization.router),
    Room(localization.open_router, writing=None, standing=SessionScope.ONBOARDING),
    Room(deeds.router),
    Room(flags.router),
    Room(privacy.router),
    Room(ofrep.router, prefix=ofrep.PREFIX, writing=None, standing=SessionScope.ONBOARDING),
    Room(administration.router),
    Room(jobs.router),
    Room(catalogue.router),
    Room(shelves.router),
    Room(contents.router),
    Room(reading.router, writing=KeyScope.READ_PROGRESS),
    Room(ingestion.router),
    Room(search.router),
    Room(world.router),
    Room(conversations.router, writing=KeyScope.READ_PROGRESS, purpose=Purpose.AI_LOCAL),
    Room(support.router, writing=KeyScope.READ_PROGRESS),
    Room(memory.router, writing=KeyScope.READ_PROGRESS, purpose=Purpose.AI_LOCAL),
    Room(speaking.router),
    Room(usage.router),
    Room(personas.router, purpose=Purpose.AI_LOCAL),
    Room(feedback.router, writing=KeyScope.READ_PROGRESS, purpose=Purpose.AI_LOCAL),
    Room(documents.router),
    Room(openai.router, prefix="/v1", writing=KeyScope.READ, purpose=Purpose.AI_LOCAL),
    Room(opds.router, prefix="/opds", writing=None, challenge=opds.challenge),
)


def create_app(settings: Settings, database: Database, storage: Storage) -> FastAPI:
    """The application on an open database and storage, which stay the caller's to close.

    `app.state` holds `settings`, `database`, `storage`, `pictures`, `metrics`, `speakers` (chat models), `shortcut`
    (the semantic cache), `companion` (answers on their way), `rooms` (what they are made with), `assistants`, and
    `closing` (set when the server is about to end, so that open streams end too).
    """
    app = FastAPI(
        title="Fumetto",
        summary="A self-hosted comics server with a reading companion that never spoils the story.",
        version=__version__,
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.settings = settings
    BOARD.environment = Environment(settings.environment)
    app.state.database = database
    app.state.storage = storage
    app.state.identify = identify_request
    app.state.closing = asyncio.Event()
    app.state.streams = OpenStreams()
    app.state.offers = Offers(cloud=any(is_in_cloud(settings, name) for name in offered_chat_models(settings)))
    app.state.stops = Stops()
    app.state.metrics = metrics = Metrics(database.statistics)
    app.state.checks = standard_checks(database, storage)
    app.state.pictures = Pictures(settings, storage)
    app.state.speakers = speakers = HouseSpeakers(settings, database)
    app.state.shortcut = shortcut = SemanticCache(database)
    metrics.registry.register(shortcut)
    app.state.soon = soon = Soon(database)
    app.state.rooms = rooms = companion_rooms(settings, database, speakers, shortcut, soon)
    app.state.companion = Turns(database, rooms, grace=settings.companion_grace_seconds, run=answered)
    app.state.assistants = OverHttp(desk_of)
    app.router.routes.append(Route("/mcp", app.state.assistants))

    app.router.routes += routes_of_rooms()
    if settings.development:
        include_mock_provider(app)
    # Each prefix whose clients expect it is asked for credentials in its own way.
    install_problem_handlers(app, {room.prefix: room.challenge for room in ROOMS if room.challenge})
    install_openapi(app)
    app.router.default = WebApplication(web_folder(settings), application_policy(settings.local_image_url_prefix))
    app.user_middleware = [
        Middleware(Proxies, trusted=parse_networks(settings.trusted_proxies), base_path=settings.base_path),
        Middleware(Requests, observe=metrics.observe),
        Middleware(SecurityHeaders),
        Middleware(Compression),
        Middleware(HeadAsGet),
        Middleware(CrossSiteGuard, cookie=COOKIE, public_url=settings.public_url),
        Middleware(BodyLimits, larger=larger_bodies(settings)),
    ]
    return app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with hearing(app):
        yield
    app.state.closing.set()
    await app.state.companion.close()
    await app.state.soon.close()
    await app.state.shortcut.close()
    await app.state.speakers.close()
    await app.state.assistants.close()
    await app.state.pictures.close()


def larger_bodies(settings: Settings) -> dict[str, int]:
    """Bytes that may be sent to paths that begin so."""
    return {
        f"{API}/uploads": settings.max_upload_bytes,
        f"{API}/editing/": LARGEST_UPLOAD,
        f"{API}/documents/": LARGEST_DOCUMENT + 65_536,
        f"{API}/companion/personas/": LARGEST_PORTRAIT + 64 * 1024,  # what its form adds
    }


@cache
def routes_of_rooms() -> tuple[BaseRoute, ...]:
    """Every room's routes behind their guards. They hold nothing of an application, so a process makes them once."""
    routes: list[BaseRoute] = []
    for room in ROOMS:
        guards = [Depends(gate(room.writing, room.standing) if room.writing else open_from(room.standing))]
        if room.purpose is not None:
            guards.append(Depends(require_consent(room.purpose)))
        routes += room.router.built(room.prefix, guards)
    return tuple(routes)


def include_mock_provider(app: FastAPI) -> None:
    """The provider that believes whatever it is told, for developers only."""
    from fumetto.people.access.mock_idp import MockProvider, mock_routes

    app.include_router(mock_routes(MockProvider()))


def web_folder(settings: Settings) -> Path:
    """Where the built web application is: below the checkout that the launcher named, else below this one."""
    named = settings.home / "web" / "dist"
    return named if named.is_dir() else CHECKOUT / "web" / "dist"

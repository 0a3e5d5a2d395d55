"""Routes below /opds. All but two ask who is there: how to sign in, and the shape of a search, are told to anybody."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import best_language, say
from fumetto.kernel.web.caching import REVALIDATE
from fumetto.kernel.web.identity import CurrentIdentity
from fumetto.kernel.web.pagination import CursorText
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.library.catalogue.errors import PageNotFound
from fumetto.library.catalogue.pictures.endpoints import download_response, picture_response, pictures_of
from fumetto.library.catalogue.pictures.repository import facts_at, facts_of
from fumetto.library.catalogue.pictures.rules import PageFacts
from fumetto.library.catalogue.schemas import SeriesFilter, SeriesSort
from fumetto.library.catalogue.service import browse
from fumetto.library.catalogue.service.viewer import Viewer, viewer
from fumetto.library.opds import atom, manifest, progression, service
from fumetto.library.opds.model import ATOM, OPDS2, Feed, Places
from fumetto.library.opds.progression import Progression
from fumetto.library.reading import service as reading
from fumetto.library.reading import times
from fumetto.people.public import CurrentReader, KeyScope, Reader, Role, Visit, gate

router = Routes(tags=["opds"], include_in_schema=False)
inside = Routes(dependencies=[Depends(gate(KeyScope.READ_PROGRESS))])

COVER_WIDTH = 400
LARGEST_WIDTH = 8000


class Version(StrEnum):
    V1 = "v1.2"
    V2 = "v2"


def places_of(request: Request, version: str) -> Places:
    """Addresses as the client reached us, or as the operator says that people do."""
    settings: Settings = request.app.state.settings
    origin = settings.public_url or f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"
    return Places(f"{origin}/opds", version, request.query_params.get("token"))


def challenge(request: Request) -> Response:
    """What a client gets that did not sign in: how to, in a form that readers prompt for."""
    places = places_of(request, Version.V2.value)
    headers = {
        "WWW-Authenticate": 'Basic realm="Fumetto", charset="UTF-8"',
        "Link": f'<{places.feed("auth")}>; rel="http://opds-spec.org/auth/document"; type="{manifest.AUTHENTICATION}"',
        "Cache-Control": "no-store",
    }
    return JSONResponse(authentication(request), 401, headers, manifest.AUTHENTICATION)


def authentication(request: Request) -> dict[str, object]:
    language = best_language(request.headers.get("accept-language"))
    places = Places(places_of(request, "").base, Version.V2.value)
    texts = [say(language, f"opds.auth.{name}") for name in ("description", "login", "password")]
    return manifest.authentication_json(places, "Fumetto", *texts)


def answer(request: Request, feed: Feed, version: Version, reader: Reader) -> Response:
    places = places_of(request, version.value)
    headers = {"Cache-Control": REVALIDATE}
    if version is Version.V1:
        body = atom.render_feed(feed, places, reader.language)
        return Response(body, 200, headers, ATOM.format(kind=feed.kind))
    return JSONResponse(manifest.feed_json(feed, places), 200, headers, OPDS2)


@router.get("/v2/auth")
async def opds_authentication(request: Request) -> Response:
    """The Authentication Document."""
    return JSONResponse(authentication(request), media_type=manifest.AUTHENTICATION)


@router.get("/v1.2/search")
async def opds_search_description(request: Request) -> Response:
    """The OpenSearch description."""
    text = say(best_language(request.headers.get("accept-language")), "opds.search.description")
    return Response(atom.render_search(places_of(request, Version.V1.value), text), media_type=atom.SEARCH_TYPE)


# Before the lists: their version would take `series` for itself where a series is called so.
@inside.get("/series/{slug}/cover")
async def opds_series_cover(request: Request, reader: CurrentReader, slug: str, size: str = "small") -> Response:
    """The cover of a series as JPEG."""
    asking = viewer(request, reader)
    async with database_of(request).read(reader=reader.id) as session:
        detail = await browse.series_detail(session, asking, slug)
        facts = await facts_of(session, detail.cover.page_id) if detail.cover else None
    return await cover_response(request, reader, facts, asking, size)


@inside.get("/{version}")
async def opds_root(request: Request, session: ReadTransaction, reader: CurrentReader, version: Version) -> Response:
    """Where a client starts."""
    return answer(request, await service.root(session, viewer(request, reader)), version, reader)


@inside.get("/{version}/continue")
async def opds_continue(
    request: Request, session: ReadTransaction, reader: CurrentReader, version: Version
) -> Response:
    """What the reader is in the middle of, and what comes next."""
    return answer(request, await service.on_deck(session, viewer(request, reader)), version, reader)


@inside.get("/{version}/new")
async def opds_new(
    request: Request, session: ReadTransaction, reader: CurrentReader, version: Version, cursor: CursorText = None
) -> Response:
    """Episodes, those that came last first."""
    return answer(request, await service.newest(session, viewer(request, reader), cursor), version, reader)


@inside.get("/{version}/series")
async def opds_series_list(
    request: Request,
    session: ReadTransaction,
    reader: CurrentReader,
    version: Version,
    sort: SeriesSort = SeriesSort.TITLE,
    filter: SeriesFilter = SeriesFilter.ALL,
    cursor: CursorText = None,
) -> Response:
    """All series."""
    feed = await service.all_series(session, viewer(request, reader), sort, filter, "", cursor)
    return answer(request, feed, version, reader)


@inside.get("/{version}/search/results")
async def opds_search(
    request: Request,
    session: ReadTransaction,
    reader: CurrentReader,
    version: Version,
    q: Annotated[str, Query(max_length=200)] = "",
    sort: SeriesSort = SeriesSort.TITLE,
    filter: SeriesFilter = SeriesFilter.ALL,
    cursor: CursorText = None,
) -> Response:
    """Series whose title, or one of whose episodes' titles, holds the words."""
    feed = await service.all_series(session, viewer(request, reader), sort, filter, q.strip(), cursor)
    return answer(request, feed, version, reader)


@inside.get("/{version}/search/texts")
async def opds_search_texts(
    request: Request,
    session: ReadTransaction,
    reader: CurrentReader,
    version: Version,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Episodes in whose pages the words are, as far as the reader has seen them."""
    feed = await service.spoken_of(session, viewer(request, reader), q.strip())
    return answer(request, feed, version, reader)


@inside.get("/{version}/series/{slug}")
async def opds_series(
    request: Request,
    session: ReadTransaction,
    reader: CurrentReader,
    version: Version,
    slug: str,
    cursor: CursorText = None,
) -> Response:
    """The episodes of a series."""
    return answer(request, await service.one_series(session, viewer(request, reader), slug, cursor), version, reader)


@inside.get("/{version}/collections")
async def opds_collections(
    request: Request, session: ReadTransaction, reader: CurrentReader, version: Version
) -> Response:
    """The reader's collections."""
    return answer(request, await service.collections(session, viewer(request, reader)), version, reader)


@inside.get("/{version}/collections/{collection_id}")
async def opds_collection(
    request: Request, session: ReadTransaction, reader: CurrentReader, version: Version, collection_id: uuid.UUID
) -> Response:
    """The series of a collection."""
    feed = await service.collection(session, viewer(request, reader), collection_id)
    return answer(request, feed, version, reader)


@inside.get("/{version}/reading-lists")
async def opds_reading_lists(
    request: Request, session: ReadTransaction, reader: CurrentReader, version: Version
) -> Response:
    """The reader's reading lists."""
    return answer(request, await service.reading_lists(session, viewer(request, reader)), version, reader)


@inside.get("/{version}/reading-lists/{list_id}")
async def opds_reading_list(
    request: Request, session: ReadTransaction, reader: CurrentReader, version: Version, list_id: uuid.UUID
) -> Response:
    """The episodes of a reading list."""
    return answer(request, await service.reading_list(session, viewer(request, reader), list_id), version, reader)


@inside.get("/{version}/publications/{episode_id}")
async def opds_publication(
    request: Request, session: ReadTransaction, reader: CurrentReader, version: Version, episode_id: uuid.UUID
) -> Response:
    """One publication by itself."""
    one = await service.publication(session, viewer(request, reader), episode_id)
    places = places_of(request, version.value)
    if version is Version.V1:
        return Response(atom.render_entry(one, places), media_type=atom.ENTRY_TYPE)
    return JSONResponse(manifest.publication_json(one, places), media_type=manifest.PUBLICATION)


@inside.get("/v2/publications/{episode_id}/manifest")
async def opds_manifest(
    request: Request, session: ReadTransaction, reader: CurrentReader, episode_id: uuid.UUID
) -> Response:
    """The pages of a publication as a Divina manifest, for clients that stream."""
    asking = viewer(request, reader)
    one = await service.publication(session, asking, episode_id)
    pages = await browse.page_items(session, asking, one.episode)
    made = manifest.manifest_json(one, pages, places_of(request, Version.V2.value))
    return JSONResponse(made, media_type=manifest.DIVINA)


@inside.get("/episodes/{episode_id}/cover")
async def opds_cover(request: Request, reader: CurrentReader, episode_id: uuid.UUID, size: str = "small") -> Response:
    """The cover of an episode as JPEG."""
    asking = viewer(request, reader)
    async with database_of(request).read(reader=reader.id) as session:
        one = await service.publication(session, asking, episode_id)
        facts = await facts_of(session, one.card.cover.page_id) if one.card.cover else None
    return await cover_response(request, reader, facts, asking, size)


async def cover_response(
    request: Request, reader: Reader, facts: PageFacts | None, asking: Viewer, size: str
) -> Response:
    if facts is None:
        raise PageNotFound
    width = None if size == "full" else COVER_WIDTH
    picture = await pictures_of(request).streamed(facts, asking.language, width, told=reader.may_act_as(Role.EDITOR))
    return picture_response(request, picture, REVALIDATE)


@inside.get("/episodes/{episode_id}/pages/{page_number}")
async def opds_page(
    request: Request,
    reader: CurrentReader,
    identity: CurrentIdentity,
    episode_id: uuid.UUID,
    page_number: int,
    width: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    """A page by its number from 0, as JPEG, PNG or GIF, no wider than `width` (OPDS-PSE 1.2).

    Pages are seen as `reading.fetched` says; a picture no wider than a thumbnail counts as one.
    """
    async with database_of(request).read(reader=reader.id) as session:
        facts = await facts_at(session, episode_id, page_number) if 0 <= page_number < 2**31 else None
    if facts is None:
        raise PageNotFound
    wanted = min(int(width), LARGEST_WIDTH) if width.isdecimal() and int(width) > 0 else None
    picture = await pictures_of(request).streamed(facts, reader.language, wanted, told=reader.may_act_as(Role.EDITOR))
    visit = identity.account
    settings: Settings = request.app.state.settings
    small = wanted is not None and wanted <= settings.thumbnail_width
    if isinstance(visit, Visit) and visit.may_write(KeyScope.READ_PROGRESS) and not small and not is_head(request):
        device = f"key:{visit.key_id}" if visit.key_id else f"session:{visit.session_id}"
        async with database_of(request).write(reader=reader.id) as session:
            await reading.fetched(session, reader.id, facts.page_id, device, "OPDS")
    return picture_response(request, picture, REVALIDATE)


def is_head(request: Request) -> bool:
    return bool(request.scope.get("fumetto.head"))


@inside.get("/episodes/{episode_id}/download")
async def opds_download(
    request: Request,
    reader: CurrentReader,
    episode_id: uuid.UUID,
    lang: Annotated[str | None, Query(max_length=35)] = None,
) -> Response:
    """The episode as a CBZ."""
    return await download_response(request, reader, episode_id, lang)


@inside.get("/episodes/{episode_id}/progression")
async def opds_get_progression(session: ReadTransaction, reader: CurrentReader, episode_id: uuid.UUID) -> Response:
    """The last known progression; nothing when the episode was never opened."""
    known = await progression.last_known(session, reader.id, episode_id)
    return progression_response(known, 200)


@inside.put("/episodes/{episode_id}/progression")
async def opds_put_progression(
    session: WriteTransaction, reader: CurrentReader, episode_id: uuid.UUID, body: Progression
) -> Response:
    """Say where a device is. 409 when another has said something newer."""
    known, created = await progression.update(session, reader.id, episode_id, body)
    await times.note(session, reader, body.modified)
    return progression_response(known, 201 if created else 200)


def progression_response(known: Progression | None, status: int) -> Response:
    if known is None:
        return Response(b"", 200, {"Cache-Control": "no-store"}, atom.PROGRESSION_TYPE)
    body = known.model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, status, {"Cache-Control": "no-store"}, atom.PROGRESSION_TYPE)


router.include(inside)

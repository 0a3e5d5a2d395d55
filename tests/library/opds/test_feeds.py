"""Every feed is valid by the official schemas, and clients find in them what they look for."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from jsonschema import ValidationError
from lxml import etree

from fumetto.library.catalogue.shelves import service as shelves
from fumetto.library.catalogue.shelves.repository import COLLECTIONS, READING_LISTS
from tests.library.opds.conftest import Library
from tests.library.opds.official import check_atom, check_json, check_progression, opds_1_2
from tests.shared_data import shared_data

A = "{http://www.w3.org/2005/Atom}"
PSE = "{http://vaemendis.net/opds-pse/ns}"
FEED = ("https://specs.opds.io/schema/feed.schema.json", "https://drafts.opds.io/schema/feed.schema.json")
PUBLICATION = (
    "https://specs.opds.io/schema/publication.schema.json",
    "https://drafts.opds.io/schema/publication.schema.json",
)
MANIFEST = "https://readium.org/webpub-manifest/schema/publication.schema.json"
AUTHENTICATION = "https://drafts.opds.io/schema/authentication.schema.json"
STREAM = "http://vaemendis.net/opds-pse/stream"
PROGRESSION = "application/opds-progression+json"


async def furnished(library: Library) -> list[str]:
    """A collection and a reading list beside what is there; the paths of all lists below a version."""
    async with library.database.write(reader=library.reader.id) as session:
        collection = await shelves.create(session, COLLECTIONS, library.reader.id, "Favourites")
        await shelves.put(session, COLLECTIONS, library.reader.id, collection.id, [library.series.id])
        listed = await shelves.create(session, READING_LISTS, library.reader.id, "Soon")
        from uuid import UUID

        await shelves.put(session, READING_LISTS, library.reader.id, listed.id, [UUID(one) for one in library.episodes])
        empty = await shelves.create(session, COLLECTIONS, library.reader.id, "Empty")
    lists = [
        "",
        "/continue",
        "/new",
        "/series",
        "/series?sort=added&filter=unread",
        "/series/ombre-lune",
        "/series/empty",
    ]
    lists += ["/collections", f"/collections/{collection.id}", f"/collections/{empty.id}", "/reading-lists"]
    return [
        *lists,
        f"/reading-lists/{listed.id}",
        "/search/results?q=lune",
        "/search/results?q=nothing",
        "/search/texts?q=lune",
        "/search/texts",
    ]


@pytest.mark.shared_data
async def test_every_feed_of_opds_1_2_is_valid_before_and_after_reading(
    library: Library, client: httpx.AsyncClient
) -> None:
    for _ in range(2):
        for path in await furnished(library) if _ == 0 else ["/continue", "/new", ""]:
            answer = await client.get(f"/opds/v1.2{path}")
            assert answer.status_code == 200, path
            assert answer.headers["content-type"].startswith("application/atom+xml;profile=opds-catalog;kind=")
            check_atom(answer.content)
        await client.put(f"/opds/episodes/{library.episodes[0]}/progression", json=a_progression(0.5))
    entry = await client.get(f"/opds/v1.2/publications/{library.episodes[0]}")
    check_atom(entry.content)


@pytest.mark.shared_data
async def test_every_feed_of_opds_2_is_valid_by_both_editions_of_the_schema(
    library: Library, client: httpx.AsyncClient
) -> None:
    for _ in range(2):
        for path in await furnished(library) if _ == 0 else ["/continue", "/new", ""]:
            answer = await client.get(f"/opds/v2{path}")
            assert answer.status_code == 200, path
            assert answer.headers["content-type"] == "application/opds+json"
            for schema in FEED:
                check_json(answer.json(), schema)
        await client.put(f"/opds/episodes/{library.episodes[0]}/progression", json=a_progression(0.5))
    one = (await client.get(f"/opds/v2/publications/{library.episodes[0]}")).json()
    for schema in PUBLICATION:
        check_json(one, schema)
    manifest = await client.get(f"/opds/v2/publications/{library.episodes[0]}/manifest")
    assert manifest.headers["content-type"] == "application/divina+json"
    check_json(manifest.json(), MANIFEST)
    assert len(manifest.json()["readingOrder"]) == 8


@pytest.mark.shared_data
def test_schemas_do_refuse_what_is_wrong() -> None:
    with pytest.raises(ValidationError):
        check_json({"metadata": {"title": "x"}, "links": []}, FEED[0])
    assert not opds_1_2().validate(
        etree.fromstring(b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>')
    )


@pytest.mark.shared_data
async def test_client_without_a_key_is_told_how_to_sign_in(library: Library) -> None:
    async with library.client() as nobody:
        for path in ("/opds/v1.2", "/opds/v2", f"/opds/episodes/{library.episodes[0]}/pages/0"):
            answer = await nobody.get(path)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Basic ")
            assert 'rel="http://opds-spec.org/auth/document"' in answer.headers["link"]
            assert answer.headers["content-type"] == "application/opds-authentication+json"
            check_json(answer.json(), AUTHENTICATION)
        document = await nobody.get("/opds/v2/auth")
        assert document.status_code == 200
        check_json(document.json(), AUTHENTICATION)
        assert document.json()["id"].endswith("/opds/v2/auth")
        description = await nobody.get("/opds/v1.2/search")
        assert "{searchTerms}" in description.text


async def test_koreader_browses_from_the_start_to_a_download(library: Library, client: httpx.AsyncClient) -> None:
    root = etree.fromstring((await client.get("/opds/v1.2")).content)
    series = follow(root, "Series")
    listing = etree.fromstring((await client.get(series)).content)
    episodes = etree.fromstring((await client.get(follow(listing, "Ombre & <Lune>"))).content)
    entry = episodes.find(f"{A}entry")
    assert entry is not None
    assert entry.findtext(f"{A}title") == "Ombre & <Lune> 1 – Le début"
    acquisition = next(one for one in entry.iter(f"{A}link") if one.get("rel") == "http://opds-spec.org/acquisition")
    assert acquisition.get("type") == "application/vnd.comicbook+zip"
    answer = await client.get(str(acquisition.get("href")))
    assert answer.headers["content-type"] == "application/vnd.comicbook+zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["ComicInfo.xml", *(f"{index:04d}.png" for index in range(8))]
        info = etree.fromstring(archive.read("ComicInfo.xml"))
    assert info.findtext("Series") == "Ombre & <Lune>"
    assert info.findtext("PageCount") == "8"


@pytest.mark.shared_data
async def test_downloaded_comicinfo_is_valid_by_its_schema(library: Library, client: httpx.AsyncClient) -> None:
    schema = etree.XMLSchema(etree.parse(str(next(shared_data("specs", "comicinfo", "schema", "v2.0").glob("*.xsd")))))
    answer = await client.get(f"/opds/episodes/{library.episodes[0]}/download")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        schema.assertValid(etree.fromstring(archive.read("ComicInfo.xml")))


async def test_streaming_client_reads_pages_from_zero_and_is_told_where_it_was_from_one(
    library: Library, client: httpx.AsyncClient
) -> None:
    stream = await stream_link(client)
    assert stream.get(f"{PSE}count") == "8"
    assert stream.get(f"{PSE}lastRead") is None
    assert stream.get("type") in {"image/jpeg", "image/png", "image/gif"}
    template = str(stream.get("href"))
    for number in range(7):
        answer = await client.get(template.replace("{pageNumber}", str(number)).replace("{maxWidth}", "1600"))
        assert answer.status_code == 200
        assert answer.headers["content-type"] in {"image/jpeg", "image/png", "image/gif"}
    # Pages 0 and 1 have five later ones behind them
    stream = await stream_link(client)
    assert stream.get(f"{PSE}lastRead") == "2"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(stream.get(f"{PSE}lastReadDate")))
    detail = (await client.get(f"/api/v1/episodes/{library.episodes[0]}")).json()
    assert [page["order_index"] for page in detail["pages"] if page["seen"]] == [0, 1]
    beyond = await client.get(template.replace("{pageNumber}", "8").replace("{maxWidth}", "1600"))
    assert beyond.status_code == 404


async def test_thumbnails_covers_and_downloads_count_as_nothing_read(
    library: Library, client: httpx.AsyncClient
) -> None:
    episode = library.episodes[0]
    for number in range(8):
        assert (await client.get(f"/opds/episodes/{episode}/pages/{number}?width=200")).status_code == 200
        assert (await client.head(f"/opds/episodes/{episode}/pages/{number}")).status_code == 200
    cover = await client.get(f"/opds/episodes/{episode}/cover")
    assert cover.headers["content-type"] in {"image/jpeg", "image/png", "image/gif"}
    await client.get(f"/opds/episodes/{episode}/download")
    detail = (await client.get(f"/api/v1/episodes/{episode}")).json()
    assert not any(page["seen"] for page in detail["pages"])
    assert detail["read_state"] == "unread"


async def test_key_in_the_address_is_in_every_address_that_follows(library: Library) -> None:
    async with library.client() as nobody:
        answer = await nobody.get(f"/opds/v1.2/series/ombre-lune?token={library.key}")
        assert answer.status_code == 200
        links = [one.get("href") for one in etree.fromstring(answer.content).iter(f"{A}link")]
        assert links
        assert all(f"token={library.key}" in str(link) for link in links)
        page = next(str(link) for link in links if "{pageNumber}" in str(link))
        assert (await nobody.get(page.replace("{pageNumber}", "0").replace("{maxWidth}", ""))).status_code == 200
        found = (await nobody.get(f"/opds/v2/series/ombre-lune?token={library.key}")).json()
        assert all(f"token={library.key}" in link["href"] for link in found["publications"][0]["links"])


async def test_progression_is_kept_and_an_older_one_refused(library: Library, client: httpx.AsyncClient) -> None:
    address = f"/opds/episodes/{library.episodes[0]}/progression"
    empty = await client.get(address)
    assert (empty.status_code, empty.content) == (200, b"")
    sent = a_progression(0.5)
    created = await client.put(address, json=sent)
    assert created.status_code == 201
    assert created.headers["content-type"] == PROGRESSION
    check_progression(created.json())
    assert (created.json()["progression"], created.json()["references"]) == (0.5, ["#page=4"])
    assert created.json()["device"] == sent["device"]
    assert (await client.put(address, json=a_progression(0.2, minutes=-90))).status_code == 409
    updated = await client.put(address, json=a_progression(0.1, references=["#page=8"], minutes=1))
    assert updated.status_code == 200
    assert updated.json()["progression"] == 1
    fetched = await client.get(address)
    check_progression(fetched.json())
    assert fetched.json() == updated.json()
    assert (await client.put(address, json={"progression": 2})).status_code in {400, 422}


async def test_progression_counts_only_the_page_it_names_as_seen(library: Library, client: httpx.AsyncClient) -> None:
    await client.put(f"/opds/episodes/{library.episodes[0]}/progression", json=a_progression(0.5))
    detail = (await client.get(f"/api/v1/episodes/{library.episodes[0]}")).json()
    assert [page["order_index"] for page in detail["pages"] if page["seen"]] == [3]


async def test_continue_offers_what_was_begun_and_then_what_comes_next(
    library: Library, client: httpx.AsyncClient
) -> None:
    assert "publications" not in (await client.get("/opds/v2/continue")).json()
    for progression, offered in ((0.5, "1 – Le début"), (1.0, "2 – La suite")):
        minutes = 0 if progression < 1 else 1
        await client.put(
            f"/opds/episodes/{library.episodes[0]}/progression", json=a_progression(progression, minutes=minutes)
        )
        found = (await client.get("/opds/v2/continue")).json()["publications"]
        assert [one["metadata"]["title"] for one in found] == [f"Ombre & <Lune> {offered}"]


async def test_lists_of_another_person_look_as_if_they_were_not_there(library: Library) -> None:
    paths = await furnished(library)
    from fumetto.people.public import Role, create_user
    from tests.builders.api import an_api_key

    async with library.database.write() as session:
        other = await create_user(session, name="ben", role=Role.READER)
    key = await an_api_key(library.database, other)
    async with library.client(auth=("ben", key)) as ben:
        for path in paths:
            if re.search(r"/(collections|reading-lists)/", path):
                assert (await ben.get(f"/opds/v2{path}")).status_code == 404


def a_progression(progression: float, minutes: int = 0, references: list[str] | None = None) -> dict[str, Any]:
    moment = datetime.now(UTC) - timedelta(hours=1) + timedelta(minutes=minutes)
    made: dict[str, Any] = {
        "modified": moment.isoformat(),
        "device": {"id": "urn:uuid:019c0047-cc8d-7ec4-a3c3-938ccadc020a", "name": "Reader (Pixel)"},
        "progression": progression,
    }
    return made | ({"references": references} if references else {})


def follow(feed: etree._Element, title: str) -> str:
    """The path that the entry of that title leads to."""
    entry = next(one for one in feed.iter(f"{A}entry") if one.findtext(f"{A}title") == title)
    link = entry.find(f"{A}link")
    assert link is not None
    address = urlsplit(str(link.get("href")))
    return address.path + (f"?{address.query}" if address.query else "")


async def stream_link(client: httpx.AsyncClient) -> etree._Element:
    feed = etree.fromstring((await client.get("/opds/v1.2/series/ombre-lune")).content)
    return next(one for one in feed.iter(f"{A}link") if one.get("rel") == STREAM)

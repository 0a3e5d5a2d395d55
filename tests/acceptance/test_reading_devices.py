"""What the applications of a household do with a running Fumetto: KOReader, a client that streams, OPDS 2, others."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from lxml import etree
from PIL import Image

from tests.acceptance.household import Household
from tests.builders.fumetto import RunningFumetto, answer_of
from tests.builders.visits import answer, episodes_of, settled, visitor
from tests.library.opds.official import check_atom, check_json, check_progression
from tests.shared_data import shared_data

ATOM = {
    "a": "http://www.w3.org/2005/Atom",
    "pse": "http://vaemendis.net/opds-pse/ns",
    "os": "http://a9.com/-/spec/opensearch/1.1/",
}
ACQUIRE = "http://opds-spec.org/acquisition"
STREAM = "http://vaemendis.net/opds-pse/stream"
PROGRESSION = "http://opds-spec.org/progression"


@dataclass
class Home:
    running: RunningFumetto
    owner: httpx.Client
    key: str
    sample: list[dict[str, Any]]
    title: str


@pytest.fixture(scope="module")
def home(household: Household) -> Home:
    running, owner = household.running, household.owner
    settled(owner)
    title = answer(owner, "/series")["items"][0]["title"]
    key = answer_of(running.data_dir, "user", "token", "--key", "KOReader")["token"]
    return Home(running, owner, key, episodes_of(owner, title), title)


@pytest.fixture
def device(home: Home) -> Iterator[httpx.Client]:
    """As KOReader signs in: the owner's name and a key, by Basic."""
    name = answer(home.owner, "/session")["user"]["name"]
    with visitor(home.running, auth=(name, home.key)) as client:
        yield client


def links(node: Any, rel: str) -> list[Any]:
    found: list[Any] = node.xpath(f"a:link[@rel='{rel}']", namespaces=ATOM)
    return found


def feed(client: httpx.Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.text}"
    return etree.fromstring(response.content)


def entry_of(client: httpx.Client, home: Home) -> Any:
    """The first episode's entry, found as a person would: catalogue, all series, the series."""
    root = feed(client, "/opds/v1.2")
    doors = [link.get("href") for link in root.xpath("a:entry/a:link", namespaces=ATOM)]
    everything = next(href for href in doors if href.split("?")[0].endswith("/series"))
    [series] = feed(client, everything).xpath("a:entry/a:link[@rel='subsection']/@href", namespaces=ATOM)
    return feed(client, urljoin(str(client.base_url), series)).xpath("a:entry", namespaces=ATOM)[0]


def test_nobody_comes_in_without_a_key_and_is_told_how_to_get_one(home: Home) -> None:
    with visitor(home.running) as stranger:
        refused = stranger.get("/opds/v1.2")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic")
        assert refused.json()["authentication"]


def test_koreader_browses_searches_and_downloads_a_book(home: Home, device: httpx.Client) -> None:
    entry = entry_of(device, home)
    [acquisition] = links(entry, ACQUIRE)
    download = device.get(acquisition.get("href"))
    assert download.headers["content-type"] == acquisition.get("type") == "application/vnd.comicbook+zip"
    with zipfile.ZipFile(io.BytesIO(download.content)) as book:
        assert book.testzip() is None
        info = etree.fromstring(book.read("ComicInfo.xml"))
        pictures = [name for name in book.namelist() if name != "ComicInfo.xml"]
        assert len(pictures) == home.sample[0]["page_count"] == int(info.findtext("PageCount") or 0)
        for name in pictures:
            Image.open(io.BytesIO(book.read(name))).verify()
    assert info.findtext("Series") == home.title
    [description] = [link.get("href") for link in links(feed(device, "/opds/v1.2"), "search")]
    [template] = etree.fromstring(device.get(description).content).xpath(
        "os:Url[contains(@type, 'atom')]/@template", namespaces=ATOM
    )
    word = home.title.split()[-1]
    assert len(feed(device, template.replace("{searchTerms}", word)).xpath("a:entry", namespaces=ATOM)) == 1
    assert feed(device, template.replace("{searchTerms}", "nowhere")).xpath("a:entry", namespaces=ATOM) == []


@pytest.mark.shared_data
def test_feeds_and_comicinfo_are_what_the_official_schemas_want(home: Home, device: httpx.Client) -> None:
    for address in ("/opds/v1.2", "/opds/v1.2/series", "/opds/v1.2/new"):
        check_atom(device.get(address).content)
    for address in ("/opds/v2", "/opds/v2/series", "/opds/v2/new"):
        check_json(device.get(address).json(), "https://drafts.opds.io/schema/feed.schema.json")
    schema = etree.XMLSchema(etree.parse(str(next(shared_data("specs", "comicinfo", "schema", "v2.0").glob("*.xsd")))))
    [acquisition] = links(entry_of(device, home), ACQUIRE)
    with zipfile.ZipFile(io.BytesIO(device.get(acquisition.get("href")).content)) as book:
        schema.assertValid(etree.fromstring(book.read("ComicInfo.xml")))


def test_a_streaming_client_gets_pages_as_wide_as_its_screen(home: Home, device: httpx.Client) -> None:
    [stream] = links(entry_of(device, home), STREAM)
    assert int(stream.get(f"{{{ATOM['pse']}}}count")) == home.sample[0]["page_count"]
    for number in range(2):
        address = stream.get("href").replace("{pageNumber}", str(number))
        page = device.get(address.replace("{maxWidth}", "300"))
        assert page.headers["content-type"] == stream.get("type") == "image/jpeg"
        with Image.open(io.BytesIO(page.content)) as picture:
            assert picture.format == "JPEG"
            assert picture.width == 300
    beyond = stream.get("href").replace("{pageNumber}", "9999").replace("{maxWidth}", "300")
    assert device.get(beyond).status_code == 404


@pytest.mark.shared_data
def test_an_opds_2_client_keeps_its_place_and_an_older_one_is_refused(home: Home, device: httpx.Client) -> None:
    series = device.get("/opds/v2/series").json()
    door = (series.get("navigation") or series.get("publications"))[0]
    address = door["href"] if "href" in door else door["links"][0]["href"]
    publication = device.get(address).json()["publications"][1]
    place = next(link["href"] for link in publication["links"] if link.get("rel") == PROGRESSION)
    said = {
        "modified": "2026-01-02T03:04:05Z",
        "device": {"id": "urn:uuid:11111111-2222-3333-4444-555555555555", "name": "Tablet"},
        "progression": 0.4,
        "references": ["#page=2"],
    }
    assert device.put(place, json=said).status_code in {200, 201}
    known = device.get(place).json()
    check_progression(known)
    assert (known["references"], known["device"]["name"]) == (["#page=2"], "Tablet")
    assert device.put(place, json=said | {"modified": "2025-01-02T03:04:05Z"}).status_code == 409
    assert answer(home.owner, f"/episodes/{home.sample[1]['id']}")["progress"]["order_index"] == 1


def test_a_second_reader_sees_nothing_of_the_first_ones_progress_and_changes_nothing(home: Home) -> None:
    episode = home.sample[0]
    turn = {
        "episode_id": episode["id"],
        "shown": [0, 1],
        "device": "laptop",
        "device_name": "Laptop",
        "at": "2026-01-02T03:04:05Z",
    }
    assert home.owner.post("/api/v1/reading/turns", json=turn).status_code == 200
    added = answer_of(home.running.data_dir, "user", "add", "Camille", "--role", "reader", "--type", "adult")
    assert (added["name"], added["role"]) == ("Camille", "reader")
    with visitor(home.running, added["link"]) as camille:
        assert answer(camille, "/session")["user"]["name"] == "Camille"
        seen = answer(camille, f"/episodes/{episode['id']}")
        assert seen["progress"] is None
        assert not any(page["seen"] for page in seen["pages"])
        assert answer(camille, "/reading/continue")["items"] == []
        assert camille.post("/api/v1/imports", json={"paths": ["/tmp"]}).status_code == 403
        assert camille.patch(f"/api/v1/episodes/{episode['id']}", json={"title": "Mine"}).status_code == 403
        assert camille.get("/api/v1/users").status_code == 404
        assert camille.get("/api/v1/problems").status_code == 404
    assert any(page["seen"] for page in answer(home.owner, f"/episodes/{episode['id']}")["pages"])


def test_a_key_that_was_revoked_and_a_session_that_ended_open_nothing(home: Home) -> None:
    made = answer_of(home.running.data_dir, "user", "token", "--key", "Lost phone")
    with visitor(home.running, headers={"Authorization": f"Bearer {made['token']}"}) as phone:
        assert phone.get("/api/v1/series").status_code == 200
        [key] = [each for each in answer(home.owner, "/api-keys")["items"] if each["name"] == "Lost phone"]
        assert home.owner.delete(f"/api/v1/api-keys/{key['id']}").status_code == 204
        assert phone.get("/api/v1/series").status_code == 401
        assert phone.get("/opds/v1.2").status_code == 401
    link = answer_of(home.running.data_dir, "user", "token")["link"]
    with visitor(home.running, link) as browser:
        cookies = dict(browser.cookies)
        assert browser.delete("/api/v1/session").status_code == 204
        assert browser.get("/api/v1/series").status_code == 401
    assert cookies
    with visitor(home.running, cookies=cookies) as thief:
        assert thief.get("/api/v1/series").status_code == 401


def test_what_a_reader_sends_as_a_path_reaches_no_file_of_the_server(home: Home) -> None:
    page = home.sample[0]["pages"][0]["id"]
    for address in ("/opds/episodes/..%2f..%2fetc/cover", f"/api/v1/pages/{page}/image/..%2f..%2fpasswd", "/..%2f.env"):
        response = home.owner.get(address)
        assert "root:" not in response.text
        assert response.status_code in {400, 404, 422} or response.headers["content-type"].startswith("text/html")


def test_backup_of_a_running_fumetto_holds_its_settings_and_books(home: Home, tmp_path: Path) -> None:
    made = answer_of(home.running.data_dir, "backup", str(tmp_path / "kept.zip"))
    assert made["bytes"] == (tmp_path / "kept.zip").stat().st_size > 0
    assert made["file"] == str(tmp_path / "kept.zip")

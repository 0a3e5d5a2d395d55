"""Feeds, pictures and files of what does not fit a reader are not there, whatever their program has kept of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from fumetto.people.ages.models import ReadingRule
from fumetto.people.public import refit
from tests.library.opds.conftest import Library


async def restrict(library: Library) -> None:
    async with library.database.write() as session:
        session.add(ReadingRule(user_id=library.reader.id, max_age=9, unrated=False))
        await refit(session, [library.reader.id])


async def addresses(client: httpx.AsyncClient, library: Library) -> dict[str, str]:
    """Of everything about one episode, as a program finds them."""
    api: Any = (await client.get(f"/api/v1/episodes/{library.episodes[0]}")).json()
    episode = f"/opds/episodes/{library.episodes[0]}"
    return {
        "search": "/opds/v2/search/results?q=lune",
        "feed": "/opds/v1.2/series/ombre-lune",
        "series": "/opds/v2/series/ombre-lune",
        "publication": f"/opds/v2/publications/{library.episodes[0]}",
        "manifest": f"/opds/v2/publications/{library.episodes[0]}/manifest",
        "episode": f"/api/v1/episodes/{library.episodes[0]}",
        "picture": f"/api/v1/pages/{api['pages'][0]['id']}/image/display",
        "page": f"{episode}/pages/1",
        "cover": f"{episode}/cover",
        "download": f"{episode}/download",
        "progression": f"{episode}/progression",
        "covers": "/opds/series/ombre-lune/cover",
    }


async def test_what_a_program_kept_is_not_confirmed_when_it_no_longer_fits(
    library: Library, client: httpx.AsyncClient
) -> None:
    known = {}
    for name, path in (await addresses(client, library)).items():
        answer = await client.get(path)
        assert answer.status_code == 200, name
        known[name] = (path, answer.headers.get("etag"), answer.headers["cache-control"])
    assert {keep.split(",")[0] for _, _, keep in known.values()} <= {"private", "no-store"}
    await restrict(library)
    for name, (path, etag, _) in known.items():
        if "search" in name:
            assert "ombre-lune" not in (await client.get(path)).text
            continue
        for headers in ({}, {"If-None-Match": etag or "*"}, {"If-None-Match": "*"}, {"Range": "bytes=0-10"}):
            answer = await client.get(path, headers=headers)
            assert answer.status_code == 404, (name, headers, answer.status_code)
            assert "Ombre" not in answer.text
            assert answer.headers["cache-control"] in {"no-store", "private, no-cache"}


async def test_lists_and_counts_of_every_feed_are_those_of_a_library_without_it(
    library: Library, client: httpx.AsyncClient
) -> None:
    paths = [f"/opds/{version}{path}" for version in ("v1.2", "v2") for path in ("", "/new", "/series", "/continue")]
    paths += ["/opds/v2/search/results?q=ombre", "/opds/v1.2/search/results?q=ombre", "/opds/v2/search/texts?q=lune"]
    assert [path for path in paths if "Ombre" in (await client.get(path)).text]
    await restrict(library)
    for path in paths:
        answer = await client.get(path)
        assert answer.status_code == 200, path
        for word in ("Ombre", "ombre-lune", library.episodes[0], "Une maison", "Ida"):
            assert word not in answer.text, (path, word)
    totals = (await client.get("/opds/v2/series")).json()["metadata"]
    assert totals["numberOfItems"] == 0


@pytest.mark.parametrize("path", ["/api/v1/series", "/opds/v2/series"])
async def test_answer_is_kept_for_whoever_got_it_and_nobody_else_in_the_same_browser(
    library: Library, client: httpx.AsyncClient, path: str
) -> None:
    vary = {one.strip().lower() for one in (await client.get(path)).headers["vary"].split(",")}
    assert {"cookie", "authorization"} <= vary

"""Parts of files, for any header that a client may send."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI, Request
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

from fumetto.kernel.web.caching import IMMUTABLE, etag_of, http_date
from fumetto.kernel.web.errors import RangeUnsatisfiable
from fumetto.kernel.web.headers import HeadAsGet
from fumetto.kernel.web.problems import install_problem_handlers
from fumetto.kernel.web.ranges import bytes_response, parse_range, stream_response

DATA = bytes(range(256)) * 4
ETAG = etag_of("page", 7)
MODIFIED = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)

sizes = st.integers(min_value=1, max_value=2**40)


@given(sizes, st.integers(min_value=0, max_value=2**41), st.integers(min_value=0, max_value=2**41))
def test_range_lies_within_the_file_or_is_refused_or_ignored(size: int, first: int, last: int) -> None:
    try:
        found = parse_range(f"bytes={first}-{last}", size)
    except RangeUnsatisfiable:
        assert first >= size
    else:
        if last < first:
            assert found is None
        else:
            assert found == (first, min(last + 1, size))


@given(sizes, st.integers(min_value=1, max_value=2**41))
def test_range_of_the_last_bytes_ends_at_the_end(size: int, count: int) -> None:
    assert parse_range(f"bytes=-{count}", size) == (max(size - count, 0), size)


@given(sizes, st.integers(min_value=0, max_value=2**41))
def test_open_range_goes_to_the_end(size: int, first: int) -> None:
    if first < size:
        assert parse_range(f"bytes={first}-", size) == (first, size)
    else:
        with pytest.raises(RangeUnsatisfiable):
            parse_range(f"bytes={first}-", size)


@given(st.text(max_size=40), sizes)
def test_no_header_whatsoever_leads_out_of_the_file(header: str, size: int) -> None:
    for text in (header, f"bytes={header}"):
        try:
            found = parse_range(text, size)
        except RangeUnsatisfiable:
            continue
        assert found is None or 0 <= found[0] < found[1] <= size


@pytest.mark.parametrize(
    "header", [None, "", "bytes=", "bytes=-", "items=0-1", "bytes=0-1,5-6", "bytes=9-3", "bytes=٣-٤"]
)
def test_what_is_no_single_range_is_answered_with_everything(header: str | None) -> None:
    assert parse_range(header, 100) is None


def test_the_last_no_bytes_are_refused() -> None:
    with pytest.raises(RangeUnsatisfiable):
        parse_range("bytes=-0", 100)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problem_handlers(app, {})
    app.add_middleware(HeadAsGet)
    opened: list[tuple[int, int]] = []
    app.state.opened = opened

    async def read(start: int, end: int) -> AsyncIterator[bytes]:
        opened.append((start, end))
        for begin in range(start, end, 100):
            yield DATA[begin : min(begin + 100, end)]

    @app.get("/bytes")
    async def whole(request: Request) -> Response:
        return bytes_response(request, DATA, "image/webp", etag=ETAG, modified=MODIFIED, cache_control=IMMUTABLE)

    @app.get("/stream")
    async def streamed(request: Request) -> Response:
        return stream_response(request, read, len(DATA), "image/webp", etag=ETAG, modified=MODIFIED)

    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://fumetto.test") as client:
        client.opened = opened  # type: ignore[attr-defined]
        yield client


@pytest.mark.parametrize("path", ["/bytes", "/stream"])
async def test_whole_file_says_that_parts_can_be_had(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(len(DATA))
    assert (answer.headers["etag"], answer.headers["last-modified"]) == (ETAG, "Sun, 22 Nov 2026 08:00:00 GMT")


@pytest.mark.parametrize("path", ["/bytes", "/stream"])
async def test_part_of_a_file_is_those_bytes_and_says_which(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Range": "bytes=250-449"})
    assert (answer.status_code, answer.content) == (206, DATA[250:450])
    assert answer.headers["content-range"] == f"bytes 250-449/{len(DATA)}"
    assert answer.headers["content-length"] == "200"


@pytest.mark.parametrize("path", ["/bytes", "/stream"])
async def test_part_beyond_the_end_is_refused_with_the_size(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Range": "bytes=5000-"})
    assert (answer.status_code, answer.json()["code"]) == (416, "range_unsatisfiable")
    assert answer.headers["content-range"] == f"bytes */{len(DATA)}"


@pytest.mark.parametrize("path", ["/bytes", "/stream"])
@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (ETAG, 206),
        ('"another"', 200),
        (f"W/{ETAG}", 200),
        (http_date(MODIFIED), 206),
        ("Sat, 01 Jan 2000 00:00:00 GMT", 200),
    ],
)
async def test_part_of_another_version_is_not_sent(
    client: httpx.AsyncClient, path: str, condition: str, status: int
) -> None:
    answer = await client.get(path, headers={"Range": "bytes=0-9", "If-Range": condition})
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/bytes", "/stream"])
@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": ETAG},
        {"If-None-Match": f'"x", W/{ETAG}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": "Sun, 22 Nov 2026 08:00:00 GMT"},
    ],
)
async def test_unchanged_file_is_not_sent_again(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> None:
    answer = await client.get(path, headers=headers)
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", ETAG)
    assert client.opened == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": '"x"', "If-Modified-Since": "Sun, 22 Nov 2026 09:00:00 GMT"},
        {"If-Modified-Since": "Sun, 22 Nov 2026 07:59:59 GMT"},
        {"If-Modified-Since": "yesterday"},
    ],
)
async def test_changed_file_is_sent_again(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await client.get("/bytes", headers=headers)).status_code == 200


async def test_head_of_a_stream_opens_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.head("/stream")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", str(len(DATA)))
    assert client.opened == []  # type: ignore[attr-defined]

"""Asking a publisher's server, politely and carefully: one request at a time with a pause between, limits on size and
time, every redirect checked, and another try when a server says that it is busy or breaks off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final

import httpx

import fumetto
from fumetto.library.acquisition.addresses import checked, next_hop
from fumetto.library.acquisition.errors import AddressRefused, FetchFailed, NotThere, PublisherBusy, PublisherGone

MOST_HOPS: Final = 5
TRIES: Final = 4
PATIENCE: Final = 4  # files in a row without an answer, after which a server is taken to be gone
LONGEST_WAIT: Final = 60.0  # seconds that a server may ask us to wait
TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
WHOLE_TIME: Final = 600.0  # seconds for one file, all of it
USER_AGENT: Final = f"Fumetto/{getattr(fumetto, '__version__', '0')} (comics server; fetches slowly, keeps attribution)"

MIB: Final = 1024 * 1024
BUSY: Final = frozenset({429, 503})
MOVED: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said to recognise a version of a file by."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `url` is where it came from in the end; `changed` is False when the server has nothing newer."""

    url: str
    changed: bool
    content_type: str
    size: int
    validators: Validators


class Again(Exception):
    """This try failed in a way that another may not; `after` seconds, or None for a wait of our own choosing."""

    def __init__(self, reason: str, after: float | None = None, *, silent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after
        self.silent = silent  # the server did not answer at all


class Fetcher:
    """Asks one thing at a time. `pause` is the least time, in seconds, between the starts of two requests.

    With `allow_private`, addresses of this machine and network may be asked too. `waiting` is told of every wait that
    a server asked for.
    """

    def __init__(
        self,
        *,
        pause: float,
        allow_private: bool,
        whole_time: float = WHOLE_TIME,
        longest_wait: float = LONGEST_WAIT,
        waiting: Callable[[str, float], None] | None = None,
    ) -> None:
        self._pause = pause
        self._allow_private = allow_private
        self._whole_time = whole_time
        self._longest_wait = longest_wait
        self._waiting = waiting
        self._turn = asyncio.Lock()
        self._last = float("-inf")
        self._silent = 0  # files in a row that the server did not answer for
        # No proxy from the environment: it would resolve names itself, and the check of addresses would be for nothing.
        self._client = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False, follow_redirects=False, http2=False)

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def fetch(
        self, url: str, into: BinaryIO, *, most: int, accept: str = "*/*", known: Validators | None = None
    ) -> Answer:
        """Write what is at `url` into a file, from its start.

        Raises NotThere (404, 410), AddressRefused, PublisherBusy (asked to wait too long), FetchFailed (anything else,
        after some tries: refused, broken off, slow, larger than `most` bytes), PublisherGone (too many of those in a
        row that were for want of an answer).
        """
        async with self._turn:
            if self._silent >= PATIENCE:
                raise PublisherGone(url=url, reason=f"{self._silent} requests in a row had no answer")
            for turn in range(1, TRIES + 1):
                try:
                    async with asyncio.timeout(self._whole_time):
                        answer = await self._try(url, into, most, accept, known)
                    self._silent = 0
                    return answer
                except Again as again:
                    wait = (
                        again.after if again.after is not None else min(8.0, 0.5 * 2**turn) * min(1.0, self._pause * 2)
                    )
                    if wait > self._longest_wait:
                        raise PublisherBusy(url=url, seconds=round(wait)) from again
                    if turn == TRIES:
                        self._silent += again.silent
                        raise FetchFailed(url=url, reason=again.reason) from again
                    if self._waiting and wait >= 1:
                        self._waiting(url, wait)
                    await asyncio.sleep(wait)
                except TimeoutError as error:
                    self._silent += 1
                    raise FetchFailed(url=url, reason=f"it took longer than {self._whole_time:.0f} seconds") from error
            raise FetchFailed(url=url, reason="no answer")

    async def _try(self, url: str, into: BinaryIO, most: int, accept: str, known: Validators | None) -> Answer:
        headers = {"User-Agent": USER_AGENT, "Accept": accept, "Accept-Encoding": "identity"}
        headers |= known.headers() if known else {}
        for _ in range(MOST_HOPS + 1):
            async with self._ask(url, headers) as response:
                if response.status_code in MOVED and "location" in response.headers:
                    url = next_hop(url, response.headers["location"])
                    continue
                return await self._receive(url, response, into, most)
        raise AddressRefused(url=url, reason=f"it redirects more than {MOST_HOPS} times")

    @asynccontextmanager
    async def _ask(self, url: str, headers: dict[str, str]) -> AsyncIterator[httpx.Response]:
        target = await checked(url, self._allow_private)
        await asyncio.sleep(max(0.0, self._last + self._pause - time.monotonic()))
        self._last = time.monotonic()
        request = self._client.build_request("GET", target.numbered_url, headers=headers | {"Host": target.authority})
        request.extensions["sni_hostname"] = target.host
        try:
            response = await self._client.send(request, stream=True)
        except httpx.HTTPError as error:
            raise Again(reason_of(error), silent=True) from error
        try:
            yield response
        finally:
            await response.aclose()

    async def _receive(self, url: str, response: httpx.Response, into: BinaryIO, most: int) -> Answer:
        status = response.status_code
        content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        validators = Validators(response.headers.get("etag"), response.headers.get("last-modified"))
        if status == 304:
            return Answer(url, False, content_type, 0, validators)
        if status in (404, 410):
            raise NotThere(url=url)
        if status in BUSY:
            raise Again(f"the server is busy ({status})", retry_after(response.headers.get("retry-after")))
        if status >= 500:
            raise Again(f"the server failed ({status})")
        if status != 200:
            raise FetchFailed(url=url, reason=f"the server answered {status}")
        if response.headers.get("content-encoding", "identity") != "identity":
            raise FetchFailed(url=url, reason="it came compressed, which was not asked for")
        if int(response.headers.get("content-length") or 0) > most:
            raise FetchFailed(url=url, reason=f"it is larger than {most} bytes")
        into.seek(0)
        into.truncate()
        size = 0
        try:
            async for part in response.aiter_raw(65536):
                size += len(part)
                if size > most:
                    raise FetchFailed(url=url, reason=f"it is larger than {most} bytes")
                into.write(part)
        except httpx.HTTPError as error:
            raise Again(reason_of(error)) from error
        return Answer(url, True, content_type, size, validators)


def retry_after(value: str | None) -> float | None:
    """Seconds to wait, from a Retry-After header of either form (RFC 9110, 10.2.3)."""
    from email.utils import parsedate_to_datetime

    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def reason_of(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectError):
        return "nothing answers at this address"
    if isinstance(error, httpx.TimeoutException):
        return "the server is too slow"
    if isinstance(error, httpx.RemoteProtocolError):
        return "the connection broke off before the end"
    return str(error) or type(error).__name__

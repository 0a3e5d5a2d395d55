"""Where a request came from is believed from trusted proxies only."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from fumetto.kernel.web.proxies import Proxies, base_address, is_this_machine, parse_networks, same_host

PROXY = "10.0.0.2"


def an_app(trusted: str = PROXY, base_path: str = "") -> FastAPI:
    app = FastAPI()
    app.add_middleware(Proxies, trusted=parse_networks(trusted), base_path=base_path)

    @app.get("/who")
    async def who(request: Request) -> dict[str, Any]:
        return {
            "client": request.client.host if request.client else None,
            "base": base_address(request),
            "here": is_this_machine(request),
        }

    return app


async def ask(app: FastAPI, peer: str, path: str = "/who", host: str = "comics.test", **headers: str) -> dict[str, Any]:
    transport = httpx.ASGITransport(app=app, client=(peer, 40000))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        answer = await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def test_headers_of_a_stranger_change_nothing() -> None:
    found = await ask(
        an_app(), "203.0.113.9", x_forwarded_for="127.0.0.1", x_forwarded_proto="https", x_forwarded_host="evil.test"
    )
    assert found == {"client": "203.0.113.9", "base": "http://comics.test", "here": False}


async def test_trusted_proxy_tells_client_scheme_host_and_prefix() -> None:
    found = await ask(
        an_app(),
        PROXY,
        x_forwarded_for="198.51.100.7",
        x_forwarded_proto="https",
        x_forwarded_host="read.example.org",
        x_forwarded_prefix="/comics/",
    )
    assert found == {"client": "198.51.100.7", "base": "https://read.example.org/comics", "here": False}


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("6.6.6.6, 198.51.100.7", "198.51.100.7"),
        ("6.6.6.6, 198.51.100.7, 10.0.0.3", "198.51.100.7"),
        ("10.0.0.4, 10.0.0.3", "10.0.0.4"),
        ("198.51.100.7, nonsense", PROXY),
        ("2001:db8::1", "2001:db8::1"),
        ("", PROXY),
    ],
)
async def test_client_is_the_last_address_that_no_trusted_proxy_has(forwarded: str, client: str) -> None:
    found = await ask(an_app(trusted="10.0.0.0/24"), PROXY, x_forwarded_for=forwarded)
    assert found["client"] == client


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-forwarded-prefix", "x-forwarded-proto"])
@pytest.mark.parametrize("value", ["evil.test/x", "a b", '"><script>', "//evil.test", "..", "javascript"])
async def test_malformed_word_of_a_trusted_proxy_is_left_out(header: str, value: str) -> None:
    found = await ask(an_app(), PROXY, **{header: value})
    assert found["base"] in {"http://comics.test", f"http://{value}"}
    assert not set('<>" ') & set(found["base"])


@pytest.mark.parametrize("path", ["/comics/who", "/who"])
async def test_base_path_may_be_stripped_by_the_proxy_or_not(path: str) -> None:
    found = await ask(an_app(base_path="/comics"), "192.0.2.1", path=path)
    assert found["base"] == "http://comics.test/comics"


@pytest.mark.parametrize(
    ("peer", "host", "headers", "here"),
    [
        ("127.0.0.1", "127.0.0.1:8420", {}, True),
        ("::1", "localhost:8420", {}, True),
        ("127.0.0.1", "rebound.evil.test", {}, False),
        ("127.0.0.1", "localhost", {"x_forwarded_for": "203.0.113.9"}, False),
        ("127.0.0.1", "localhost", {"forwarded": "for=203.0.113.9"}, False),
        ("192.168.1.5", "localhost", {}, False),
    ],
)
async def test_only_a_direct_peer_on_this_machine_counts_as_this_machine(
    peer: str, host: str, headers: dict[str, str], here: bool
) -> None:
    assert (await ask(an_app(), peer, host=host, **headers))["here"] is here


@pytest.mark.parametrize(
    ("origin", "same"),
    [
        ("http://192.168.1.20:8420", True),
        ("https://192.168.1.20:8420", True),
        ("http://192.168.1.20", False),
        ("http://192.168.1.20:8421", False),
        ("null", False),
        ("file://192.168.1.20:8420", False),
        ("http://192.168.1.20:8420.evil.test", False),
    ],
)
def test_origin_is_ours_when_host_and_port_are(origin: str, same: bool) -> None:
    assert same_host(origin, ["192.168.1.20:8420"]) is same

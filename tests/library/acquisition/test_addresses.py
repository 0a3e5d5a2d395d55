"""Acquisition asks the world outside, unless its operator says otherwise."""

import pytest

from fumetto.library.acquisition.addresses import checked, is_public, next_hop, split
from fumetto.library.acquisition.errors import AddressRefused


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104 - nothing is bound to it
       
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_inside_are_told_from_those_outside(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize(
    "number", ["8.8.8.8", "193.99.144.80", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_outside_may_be_asked(number: str) -> None:
    assert is_public(number)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/x", "http://localhost/x", "http://[::1]/x", "http://0x7f.1/x", "http://2130706433/"]
)
async def test_this_machine_is_refused_however_it_is_written(url: str) -> None:
    with pytest.raises(AddressRefused):
        await checked(url, allow_private=False)


async def test_this_machine_is_asked_where_that_is_allowed() -> None:
    target = await checked("http://localhost:8123/a b?c=d", allow_private=True)
    assert target.authority == "localhost:8123"
    assert target.numbered_url.startswith(("http://127.0.0.1:8123/", "http://[::1]:8123/"))
    assert target.numbered_url.endswith("?c=d")


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://host/x", "gopher://x", "//host/x", "http://", "http://u:p@host/", "http://[bad", ""],
)
def test_only_web_addresses_without_passwords_are_asked(url: str) -> None:
    with pytest.raises(AddressRefused):
        split(url)


@pytest.mark.parametrize(
    ("location", "leads"),
    [
        ("/b.jpg", "https://example.org/b.jpg"),
        ("c.jpg", "https://example.org/a/c.jpg"),
        ("https://www.example.org/b.jpg", "https://www.example.org/b.jpg"),
    ],
)
def test_redirects_within_a_site_are_followed(location: str, leads: str) -> None:
    assert next_hop("https://example.org/a/b.jpg", location) == leads


@pytest.mark.parametrize(
    "location",
    ["https://evil.example/", "http://example.org/", "https://example.org:8443/", "file:///etc/passwd", "//other/"],
)
def test_redirects_that_lead_astray_are_not(location: str) -> None:
    with pytest.raises(AddressRefused):
        next_hop("https://example.org/a", location)


def test_a_redirect_to_the_encrypted_site_is_followed() -> None:
    assert next_hop("http://example.org/a", "https://example.org/a") == "https://example.org/a"

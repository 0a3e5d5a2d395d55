"""Acquisition asks the world outside, unless its operator says otherwise."""

import pytest

from fumetto.library.acquisition.addresses import checked, next_hop, split
from fumetto.library.acquisition.errors import AddressRefused


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

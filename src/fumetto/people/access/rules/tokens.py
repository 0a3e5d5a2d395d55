"""Tokens and what a request shows of its sender: pure, and made for hostile input."""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum


class TokenKind(StrEnum):
    """What a token begins with, so that one which leaks can be recognised, and one in the wrong place refused."""

    SESSION = "fum_s_"
    KEY = "fum_k_"
    LINK = "fum_l_"
    DEVICE = "fum_d_"  # a paired device
    CODE = "fum_p_"  # a device that asks to be paired


TOKEN_BYTES = 32
TOKEN = re.compile(r"fum_[skldp]_[A-Za-z0-9_-]{43}", re.ASCII)
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Credential:
    """A token as it was shown, and how. `claimed` is what was shown instead when it is no token of ours."""

    token: str | None
    claimed: bool = True


def new_token(kind: TokenKind) -> str:
    """256 random bits behind the kind's prefix."""
    return kind + secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> bytes:
    """What is stored: SHA-256, 32 bytes. Fast on purpose: nobody can guess through 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def is_token(text: str, *kinds: TokenKind) -> bool:
    return TOKEN.fullmatch(text) is not None and text.startswith(tuple(kinds or TokenKind))


def shown_prefix(token: str) -> str:
    """The part of a key that lists show, to tell one from another."""
    return token[:SHOWN]


def from_authorization(header: str) -> Credential:
    """The token of an Authorization header: Bearer, or Basic with the key as the password (or, alone, as the name)."""
    scheme, _, rest = header.strip().partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer":
        return Credential(rest if is_token(rest, TokenKind.KEY, TokenKind.SESSION) else None)
    if scheme.lower() == "basic":
        try:
            name, _, password = base64.b64decode(rest, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return Credential(None)
        found = next((text for text in (password, name) if is_token(text, TokenKind.KEY)), None)
        return Credential(found)
    return Credential(None)


def place_of(address: str) -> str:
    """What failed attempts are counted by: the address, or for IPv6 its network of 64 bits, which one household has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """A name that people recognise a device by, such as "Firefox on Linux", from a User-Agent header."""
    browser = next((name for mark, name in BROWSERS if f"{mark}/" in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    plain = "".join(letter for letter in user_agent.split("(")[0] if letter.isprintable()).strip()
    return browser or system or plain[:60] or "?"

"""What a provider's documents and tokens have to say to be believed: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import urlsplit

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key of the provider's alone: not `none`, and not HS256, whose key we would share."""
LEEWAY = 60
"""Seconds that two clocks may differ by."""
OLDEST = 600
"""Seconds after which a token that has just been made cannot be one."""
LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class Endpoints:
    issuer: str
    authorization: str
    token: str
    keys: str


class Untrue(Exception):
    """Why it cannot be believed, in one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def endpoints_in(document: Any, issuer: str, *, plain: bool) -> Endpoints:
    """What a provider says of itself (OpenID Connect Discovery). `plain`: addresses need not be encrypted.

    Raises Untrue.
    """
    if not isinstance(document, Mapping):
        raise Untrue("discovery")
    if document.get("issuer") != issuer:
        raise Untrue("issuer")
    found = {}
    for key in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        address = document.get(key)
        if not isinstance(address, str) or not is_web_address(address, plain=plain):
            raise Untrue(key)
        found[key] = address
    return Endpoints(issuer, found["authorization_endpoint"], found["token_endpoint"], found["jwks_uri"])


def check_claims(claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: float) -> str:
    """The subject of an ID token whose signature is good (OpenID Connect Core, 3.1.3.7). Raises Untrue."""
    if claims.get("iss") != issuer:
        raise Untrue("issuer")
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or client_id not in audiences:
        raise Untrue("audience")
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != client_id:
        raise Untrue("audience")
    if claims.get("nonce") != nonce:
        raise Untrue("nonce")
    expires, issued = claims.get("exp"), claims.get("iat")
    if not is_time(expires) or not is_time(issued) or expires <= now - LEEWAY:
        raise Untrue("expired")
    if not now - OLDEST - LEEWAY <= issued <= now + LEEWAY:
        raise Untrue("time")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise Untrue("subject")
    return subject


def is_time(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_web_address(text: str, *, plain: bool) -> bool:
    """Whether it is an https address or, with `plain`, an http one."""
    try:
        parts = urlsplit(text)
        return len(text) < 2048 and bool(parts.hostname) and parts.scheme in ({"https", "http"} if plain else {"https"})
    except ValueError:
        return False


def safe_next(path: str) -> str:
    """A path of ours to go on at; the shelf for anything that could lead elsewhere."""
    ours = path.startswith("/") and path[1:2] != "/" and "\\" not in path and path.isprintable() and len(path) <= 500
    return path if ours else "/"

"""The code flow of OpenID Connect, with PKCE, state and nonce: what is sent to a provider, and what is believed of it.

Sources: OpenID Connect Core 1.0, Discovery 1.0; RFC 6749, RFC 7636 (PKCE), RFC 9207 (issuer in the answer).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from fumetto.kernel.settings.oidc import OidcProvider
from fumetto.people.access.providers.errors import ProviderAway, ProviderRefused, ProviderUntrusted
from fumetto.people.access.providers.reaching import Unreachable, ask
from fumetto.people.access.providers.rules import ALGORITHMS, Endpoints, Untrue, check_claims, endpoints_in

KEPT = 300.0
"""Seconds that what a provider says of itself is believed without asking again."""


@dataclass(frozen=True, slots=True)
class Someone:
    """Who somebody is at a provider, and what it calls them."""

    issuer: str
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    endpoints: Endpoints
    until: float


_discovered: dict[tuple[str, bool], Kept] = {}


async def discover(provider: OidcProvider) -> Endpoints:
    """Raises ProviderAway or ProviderUntrusted."""
    kept = _discovered.get((provider.issuer, provider.private))
    if kept and time.monotonic() < kept.until:
        return kept.endpoints
    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    status, document = await asked(provider, address)
    if status != 200:
        raise ProviderAway(provider=provider.name, reason=f"{status}")
    try:
        found = endpoints_in(document, provider.issuer, plain=provider.private)
    except Untrue as error:
        raise ProviderUntrusted(provider=provider.name, reason=error.reason) from error
    _discovered[provider.issuer, provider.private] = Kept(found, time.monotonic() + KEPT)
    return found


async def authorization_address(
    provider: OidcProvider, *, redirect: str, state: str, nonce: str, verifier: str, language: str
) -> str:
    """Where to send somebody. Raises as `discover` does."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    endpoints = await discover(provider)
    asked_for: str = prepare_grant_uri(
        endpoints.authorization,
        client_id=provider.client_id,
        response_type="code",
        redirect_uri=redirect,
        scope="openid profile",
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
        ui_locales=language,
    )
    return asked_for


async def redeem(provider: OidcProvider, code: str, *, redirect: str, nonce: str, verifier: str) -> Someone:
    """Exchange a code for an ID token, and believe it when it is true.

    Raises ProviderRefused for a code that the provider does not take, ProviderAway, ProviderUntrusted.
    """
    endpoints = await discover(provider)
    secret = provider.client_secret.get_secret_value()
    data = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    auth = (provider.client_id, secret) if secret else None
    status, answer = await asked(
        provider, endpoints.token, data=data if secret else data | {"client_id": provider.client_id}, auth=auth
    )
    if status != 200 or not isinstance(answer, dict):
        raise ProviderRefused(provider=provider.name, reason="code")
    try:
        claims = await verified(provider, endpoints, answer.get("id_token"))
        subject = check_claims(
            claims, issuer=provider.issuer, client_id=provider.client_id, nonce=nonce, now=time.time()
        )
    except Untrue as error:
        raise ProviderUntrusted(provider=provider.name, reason=error.reason) from error
    told = next((claims[key] for key in ("preferred_username", "name", "nickname") if claims.get(key)), "")
    return Someone(provider.issuer, subject, told if isinstance(told, str) else "")


async def verified(provider: OidcProvider, endpoints: Endpoints, token: Any) -> dict[str, Any]:
    """The claims of an ID token with a good signature by a key of the provider's. Raises Untrue."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    if not isinstance(token, str) or len(token) > 32_768:
        raise Untrue("token")
    _, published = await asked(provider, endpoints.keys)
    try:
        keys = KeySet.import_key_set(published)
        return dict(jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Untrue("signature") from error


async def asked(
    provider: OidcProvider, address: str, data: dict[str, str] | None = None, auth: tuple[str, str] | None = None
) -> tuple[int, Any]:
    try:
        return await ask(address, private=provider.private, data=data, auth=auth)
    except Unreachable as error:
        raise ProviderAway(provider=provider.name, reason=str(error)) from error
    except Untrue as error:
        raise ProviderUntrusted(provider=provider.name, reason=error.reason) from error

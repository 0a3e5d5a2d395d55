"""mock-idp: a small but real provider of OpenID Connect, for developers and tests. It believes whatever it is told.

It is served only where FUMETTO_DEVELOPMENT is on, below our own address. Its keys and codes live as long as the
process: another start is another provider, and all that it said before is forgotten.
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from fumetto.kernel.settings.oidc import MOCK_PROVIDER
from fumetto.kernel.web.proxies import base_address

CODE_SECONDS = 60
TOKEN_SECONDS = 300
PEOPLE = ("ada", "marta", "pepe")

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>mock-idp</title>
<main><h1>mock-idp</h1><p>For developers: say who you are, and it is believed.</p>
<form method="post"><p><label>Subject <input name="subject" list="people" required autofocus></label>
<label>Name <input name="name"></label></p><datalist id="people">{people}</datalist>
<p><button>Sign in</button> <button name="denied" value="1" formnovalidate>Refuse</button></p></form></main></html>"""


@cache
def signing_key() -> Any:
    """The process's own, made when first asked for: two thousand bits take a while."""
    from joserfc.jwk import RSAKey

    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


@dataclass(frozen=True, slots=True)
class Granted:
    """What a code stands for."""

    client_id: str
    redirect: str
    challenge: str
    nonce: str
    subject: str
    name: str
    until: float


@dataclass
class MockProvider:
    """The provider's memory, and what it says in its tokens, which a test may have lie."""

    codes: dict[str, Granted] = field(default_factory=dict)

    @property
    def key(self) -> Any:
        return signing_key()

    def described(self, issuer: str) -> dict[str, Any]:
        """The document of discovery."""
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def grant(self, granted: Granted) -> str:
        code = secrets.token_urlsafe(32)
        self.codes[code] = granted
        return code

    def take(self, code: str) -> Granted | None:
        """What a code stands for, once."""
        found = self.codes.pop(code, None)
        return found if found and time.time() < found.until else None

    def claims(self, issuer: str, granted: Granted) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": issuer,
            "aud": granted.client_id,
            "sub": granted.subject,
            "nonce": granted.nonce,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "preferred_username": granted.name or granted.subject,
        }

    def signed(self, claims: dict[str, Any]) -> str:
        from joserfc import jwt

        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


def mock_routes(provider: MockProvider) -> APIRouter:
    """The provider's routes, below /mock-idp of whatever address they are asked by."""
    router = APIRouter(prefix=f"/{MOCK_PROVIDER}", include_in_schema=False)

    @router.get("/.well-known/openid-configuration")
    async def configuration(request: Request) -> dict[str, Any]:
        return provider.described(issuer_of(request))

    @router.get("/keys")
    async def keys() -> dict[str, Any]:
        return {"keys": [provider.key.as_dict(private=False)]}

    @router.get("/authorize")
    async def ask() -> Response:
        people = "".join(f'<option value="{html.escape(each)}">' for each in PEOPLE)
        # The form is sent to this very address, so that all that came in its query comes again.
        return HTMLResponse(PAGE.format(people=people))

    @router.post("/authorize")
    async def answer(
        request: Request,
        subject: Annotated[str, Form(max_length=255)] = "",
        name: Annotated[str, Form(max_length=100)] = "",
        denied: Annotated[str, Form()] = "",
    ) -> Response:
        wanted = request.query_params
        redirect, method = wanted.get("redirect_uri", ""), wanted.get("code_challenge_method")
        if not urlsplit(redirect).hostname or wanted.get("response_type") != "code" or method != "S256":
            return JSONResponse({"error": "invalid_request"}, 400)
        said = {"state": wanted.get("state", ""), "iss": issuer_of(request)}
        if denied or not subject:
            return RedirectResponse(f"{redirect}?{urlencode(said | {'error': 'access_denied'})}", 303)
        granted = Granted(
            client_id=wanted.get("client_id", ""),
            redirect=redirect,
            challenge=wanted.get("code_challenge", ""),
            nonce=wanted.get("nonce", ""),
            subject=subject,
            name=name,
            until=time.time() + CODE_SECONDS,
        )
        return RedirectResponse(f"{redirect}?{urlencode(said | {'code': provider.grant(granted)})}", 303)

    @router.post("/token")
    async def redeem(
        request: Request,
        code: Annotated[str, Form()] = "",
        redirect_uri: Annotated[str, Form()] = "",
        client_id: Annotated[str, Form()] = "",
        code_verifier: Annotated[str, Form()] = "",
        grant_type: Annotated[str, Form()] = "",
    ) -> Response:
        granted = provider.take(code) if grant_type == "authorization_code" else None
        challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
        if granted is None or (granted.client_id, granted.redirect) != (client_id, redirect_uri):
            return JSONResponse({"error": "invalid_grant"}, 400)
        if not secrets.compare_digest(granted.challenge, challenge):
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = provider.signed(provider.claims(issuer_of(request), granted))
        answer = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": token}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return router


def issuer_of(request: Request) -> str:
    settings = getattr(request.app.state, "settings", None)
    return f"{base_address(request, settings.public_url if settings else '')}/{MOCK_PROVIDER}"

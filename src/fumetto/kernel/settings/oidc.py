"""The providers of OpenID Connect that an operator names, as the settings hold them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError

MOCK_PROVIDER = "mock-idp"


class OidcProvider(BaseModel):
    """A provider that people may sign in with.

    join: whoever it knows may have an account here; else only who has one, or an invitation. private: it may have an
    address of the operator's own network.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    name: str = Field(min_length=1, max_length=64)
    issuer: str = Field(pattern=r"^https?://[^\s#?]{1,240}$")
    client_id: str = Field(min_length=1, max_length=255)
    client_secret: SecretStr = SecretStr("")
    join: bool = False
    private: bool = False


def read_providers(text: str) -> tuple[OidcProvider, ...]:
    """Raises ValueError, without the text, which holds secrets."""
    if not text.strip():
        return ()
    try:
        found = TypeAdapter(tuple[OidcProvider, ...]).validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the list"
        raise ValueError(f"is not a list of providers: {place}: {first['msg']}") from None
    names = [each.id for each in found]
    if len(set(names)) < len(names) or MOCK_PROVIDER in names:
        raise ValueError(f"names one provider twice, or one {MOCK_PROVIDER}")
    return found

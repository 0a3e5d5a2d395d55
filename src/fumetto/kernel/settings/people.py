"""How people come in."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, SecretStr, field_validator

from fumetto.kernel.settings.fields import Area
from fumetto.kernel.settings.oidc import OidcProvider, read_providers


class SmtpSecurity(StrEnum):
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SigningIn(Area):
    """How long a sign-in lasts, and whose word is taken besides."""

    session_days: int = Field(90, ge=1, description="Days after which a sign-in ends.")
    session_idle_days: int = Field(30, ge=1, description="Days without a visit after which a sign-in ends.")

    oidc_providers: SecretStr = Field(
        SecretStr(""),
        description="OpenID Connect providers to sign in with, as a JSON list; see docs/how-to/sign-in.md.",
    )

    @field_validator("oidc_providers")
    @classmethod
    def oidc_providers_are_described(cls, value: SecretStr) -> SecretStr:
        read_providers(value.get_secret_value())
        return value

    @property
    def providers(self) -> tuple[OidcProvider, ...]:
        """The OpenID Connect providers that the operator has named, in their order."""
        return read_providers(self.oidc_providers.get_secret_value())


class Mail(Area):
    """Mail, for passwords that were forgotten; without a server nothing is sent."""

    smtp_host: str = Field(
        "", description="Mail server that takes mail from here; empty: none is sent. Needs FUMETTO_PUBLIC_URL."
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of that server.")
    smtp_security: SmtpSecurity = Field(
        SmtpSecurity.STARTTLS, description="starttls, tls (from the first byte, usually port 465), or none."
    )
    smtp_user: str = Field("", description="User on that server; empty: none is wanted.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password on that server.")
    smtp_from: str = Field("", description="Address that mail comes from; empty: fumetto@ the mail server's name.")

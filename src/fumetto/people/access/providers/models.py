"""Tables of who somebody is elsewhere, and of sign-ins that are on their way there and back."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import Base, created_now, uuid7
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.people.accounts.models import SCHEMA

USER = f"{SCHEMA}.users.id"


class IdpLogin(Base):
    """Somebody's account with a provider: its issuer and their subject there, which never changes as a mail does."""

    __tablename__ = "idp_logins"
    __table_args__ = (
        Index("ix_idp_logins_user_id", "user_id"),
        {"schema": SCHEMA, "info": personal("user_id", export=Section.ACCOUNT, erase=Erase.CASCADE)},
    )

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(Uuid, default=uuid7, unique=True)  # what an address names it by
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    provider: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = created_now()
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OidcAttempt(Base):
    """Somebody who was sent to a provider and is to come back within ten minutes, with the same browser, once."""

    __tablename__ = "oidc_attempts"
    __table_args__ = (
        Index("ix_oidc_attempts_user_id", "user_id"),
        Index("ix_oidc_attempts_expires_at", "expires_at"),
        {
            "schema": SCHEMA,
            "info": personal(
                "user_id", export=None, erase=Erase.CASCADE, because="it is gone within a day and says nothing"
            ),
        },
    )

    state_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    provider: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    next: Mapped[str] = mapped_column(Text)
    invitation: Mapped[str | None] = mapped_column(String(200))
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))  # whose second login it is
    created_at: Mapped[datetime] = created_now()
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

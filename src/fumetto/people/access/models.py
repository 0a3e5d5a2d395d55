"""Tables of how somebody is known again: sign-ins, keys for programs, one-time links, and failed attempts.

No table holds a token, only its SHA-256: the tokens are 256 random bits, so a slow hash would protect nothing more.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import SHORT, Base, checked, created_now, primary_key, values_check
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.people.access.kinds import LinkPurpose, SessionScope
from fumetto.people.accounts.models import SCHEMA


class AppSession(Base):
    """One sign-in on one device. Deleting the row signs the device out at once; the audit log remembers it.

    When the scope changes the token is exchanged; the one before it is good for some seconds more, for requests that
    were on their way, and for no more than it was.
    """

    __tablename__ = "app_sessions"
    __table_args__ = (
        values_check("scope", SessionScope),
        values_check("previous_scope", SessionScope),
        Index("ix_app_sessions_user_id", "user_id"),
        Index("ix_app_sessions_expires_at", "expires_at"),
        Index("ix_app_sessions_previous_hash", "previous_hash"),
        Index("ix_app_sessions_device_id", "device_id"),
        {
            "schema": SCHEMA,
            "info": personal(
                "user_id", export=Section.ACCOUNT, erase=Erase.CASCADE, hide=("token_hash", "previous_hash")
            ),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.users.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    origin: Mapped[str] = mapped_column(String(32))
    device_name: Mapped[str] = mapped_column(SHORT)
    scope: Mapped[SessionScope] = mapped_column(checked(SessionScope), default=SessionScope.FULL)
    capabilities: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    created_at: Mapped[datetime] = created_now()
    last_active_at: Mapped[datetime] = created_now()
    idle_expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    previous_scope: Mapped[SessionScope | None] = mapped_column(checked(SessionScope))
    rotated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    place: Mapped[str | None] = mapped_column(String(64))  # as failures are counted by
    device_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.devices.id", ondelete="CASCADE"))


class ApiKey(Base):
    """A key for a program that cannot sign in as a person does: an OPDS reader, a script. Revoked ones are kept."""

    __tablename__ = "api_keys"
    __table_args__ = (
        CheckConstraint("scopes <@ ARRAY['read', 'read-progress', 'manage']::varchar[]", name="scopes_known"),
        CheckConstraint("cardinality(scopes) > 0", name="scopes_some"),
        Index("ix_api_keys_user_id", "user_id"),
        {
            "schema": SCHEMA,
            "info": personal("user_id", export=Section.ACCOUNT, erase=Erase.CASCADE, hide=("key_hash",)),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(SHORT)
    prefix: Mapped[str] = mapped_column(String(16))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
    created_at: Mapped[datetime] = created_now()
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SignInLink(Base):
    """A link that signs one person in, once. Kept until it expires, to tell a second use from a wrong link.

    `made_by`: who made it for them; None where they asked for it themselves, or the operator made it at the machine.
    """

    __tablename__ = "sign_in_links"
    __table_args__ = (
        values_check("purpose", LinkPurpose),
        Index("ix_sign_in_links_user_id", "user_id"),
        {
            "schema": SCHEMA,
            "info": personal("user_id", export=Section.ACCOUNT, erase=Erase.CASCADE, hide=("token_hash",))
            | personal("made_by", export=None, erase=Erase.FORGET, because="it is the link of whom it is for"),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.users.id", ondelete="CASCADE"))
    made_by: Mapped[uuid.UUID | None]
    purpose: Mapped[LinkPurpose] = mapped_column(checked(LinkPurpose))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = created_now()
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SignInFailure(Base):
    """Failed attempts from one place in the present window: guessing is slowed on every process and after a restart."""

    __tablename__ = "sign_in_failures"
    __table_args__ = ({"schema": SCHEMA},)

    place: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    window_started_at: Mapped[datetime] = created_now()

"""Tables of paired devices, of the codes that pair them, and of what children sign in with there."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import SHORT, Base, created_now, primary_key
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.people.accounts.models import SCHEMA

USER = f"{SCHEMA}.users.id"


class PairedDevice(Base):
    """A device, such as the tablet in the kitchen, on which a grown-up lets children sign in by themselves."""

    __tablename__ = "devices"
    __table_args__ = (
        Index("ix_devices_paired_by", "paired_by"),
        {
            "schema": SCHEMA,
            "info": personal("paired_by", export=Section.ACCOUNT, erase=Erase.CASCADE, hide=("token_hash",)),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    paired_by: Mapped[uuid.UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(SHORT)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = created_now()
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DeviceChild(Base):
    """A child who may sign in on a paired device."""

    __tablename__ = "device_children"
    __table_args__ = (
        Index("ix_device_children_user_id", "user_id"),
        {"schema": SCHEMA, "info": personal("user_id", export=Section.ACCOUNT, erase=Erase.CASCADE)},
    )

    device_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.devices.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), primary_key=True)


class DeviceCode(Base):
    """A device that asks to be paired, for ten minutes: what it shows, and what it keeps to itself (RFC 8628)."""

    __tablename__ = "device_codes"
    __table_args__ = (
        Index("ix_device_codes_approved_by", "approved_by"),
        Index("ix_device_codes_device_id", "device_id"),
        Index("ix_device_codes_expires_at", "expires_at"),
        {
            "schema": SCHEMA,
            "info": personal(
                "approved_by",
                export=None,
                erase=Erase.CASCADE,
                because="a code is gone after ten minutes, and the device that came of it is exported",
            ),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    device_code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    number: Mapped[str] = mapped_column(String(2))  # shown on both, to be compared
    device_name: Mapped[str] = mapped_column(SHORT)
    place: Mapped[str] = mapped_column(String(64))
    claims: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    created_at: Mapped[datetime] = created_now()
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    approved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    device_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.devices.id", ondelete="CASCADE"))
    denied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ChildSecret(Base):
    """What a child signs in with on a paired device: one of twelve pictures, and a PIN of four to six digits."""

    __tablename__ = "child_secrets"
    __table_args__ = (
        Index("ix_child_secrets_set_by", "set_by"),
        {
            "schema": SCHEMA,
            "info": personal("user_id", export=Section.ACCOUNT, erase=Erase.CASCADE, hide=("secret_hash",))
            | personal("set_by", export=Section.DEEDS, erase=Erase.SET_NULL, hide=("secret_hash",)),
        },
    )

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(255))  # argon2id of both together
    failures: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    locked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    set_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))
    set_at: Mapped[datetime] = created_now()

"""Tables of consent. Receipts are never changed but to say that they ended, and to shorten the address that they came
from; a trigger of the database sees to it, whoever writes."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import Base, checked, created_now, primary_key, values_check
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.people.accounts.models import SCHEMA
from fumetto.people.collectives.models import COLLECTIVES, USERS
from fumetto.people.consent.kinds import EndReason, Method, Purpose, RequestState

ALL_PURPOSES = ", ".join(f"'{purpose.value}'" for purpose in Purpose)
KNOWN_PURPOSES = f"purposes <@ ARRAY[{ALL_PURPOSES}]::varchar[] AND cardinality(purposes) > 0"

BY_GUARDIAN = personal("child_id", export=Section.CONSENTS, erase=Erase.SET_NULL, clear=("ip_address",)) | personal(
    "actor_id", export=Section.CONSENTS, erase=Erase.SET_NULL, clear=("ip_address",)
)
SECRETS = ("token_hash", "code_hash")
ASKED = personal("child_id", export=Section.CONSENTS, erase=Erase.CASCADE, hide=SECRETS) | personal(
    "decided_by", export=Section.CONSENTS, erase=Erase.SET_NULL, hide=SECRETS
)


class ConsentPolicy(Base):
    """A wording of what is agreed to, as it was shipped. `edition` rises when consent has to be asked for again; words
    that only say it better are a new version of the same edition. `hashes`: SHA-256 of the text by language."""

    __tablename__ = "consent_policies"
    __table_args__ = (values_check("purpose", Purpose), {"schema": SCHEMA})

    purpose: Mapped[Purpose] = mapped_column(checked(Purpose), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    edition: Mapped[int]
    material: Mapped[bool]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    hashes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    since: Mapped[datetime] = created_now()


class Receipt:
    """What receipts of both kinds say: which wording was agreed to, in which language, how, from where, until when."""

    purpose: Mapped[Purpose] = mapped_column(checked(Purpose))
    policy_version: Mapped[int]
    policy_edition: Mapped[int]
    policy_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    language: Mapped[str] = mapped_column(String(35))
    method: Mapped[Method] = mapped_column(checked(Method))
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    ip_address: Mapped[str | None] = mapped_column(String(45))
    ip_truncated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = created_now()
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    end_reason: Mapped[EndReason | None] = mapped_column(checked(EndReason))


class UserConsent(Receipt, Base):
    """Somebody agreed to a purpose for themselves. Outlives the account, without saying whose it was."""

    __tablename__ = "user_consents"
    __table_args__ = (
        values_check("purpose", Purpose),
        values_check("method", Method),
        values_check("end_reason", EndReason),
        CheckConstraint("(revoked_at IS NULL) = (end_reason IS NULL)", name="ends_with_a_reason"),
        Index(
            "uq_user_consents_active", "user_id", "purpose", unique=True, postgresql_where=text("revoked_at IS NULL")
        ),
        Index("ix_user_consents_user_id", "user_id", "created_at"),
        Index("ix_user_consents_ip", "created_at", postgresql_where=text("ip_truncated_at IS NULL")),
        Index("ix_user_consents_expires_at", "expires_at", postgresql_where=text("revoked_at IS NULL")),
        {
            "schema": SCHEMA,
            "info": personal("user_id", export=Section.CONSENTS, erase=Erase.SET_NULL, clear=("ip_address",)),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(USERS, ondelete="SET NULL"))


class ParentalConsent(Receipt, Base):
    """A guardian agreed to a purpose for a minor. Several guardians may, each with a receipt of their own.

    `actor_id` is the guardian as they were signed in, `guardianship_id` what gave them the right.
    """

    __tablename__ = "parental_consents"
    __table_args__ = (
        values_check("purpose", Purpose),
        values_check("method", Method),
        values_check("end_reason", EndReason),
        CheckConstraint("(revoked_at IS NULL) = (end_reason IS NULL)", name="ends_with_a_reason"),
        Index(
            "uq_parental_consents_active",
            "guardianship_id",
            "purpose",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_parental_consents_child_id", "child_id", "created_at"),
        Index("ix_parental_consents_actor_id", "actor_id"),
        Index("ix_parental_consents_guardianship_id", "guardianship_id"),
        Index("ix_parental_consents_request_id", "request_id"),
        Index("ix_parental_consents_ip", "created_at", postgresql_where=text("ip_truncated_at IS NULL")),
        Index("ix_parental_consents_expires_at", "expires_at", postgresql_where=text("revoked_at IS NULL")),
        {"schema": SCHEMA, "info": BY_GUARDIAN},
    )

    id: Mapped[uuid.UUID] = primary_key()
    child_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(USERS, ondelete="SET NULL"))
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(USERS, ondelete="SET NULL"))
    guardianship_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.guardianships.id", ondelete="SET NULL")
    )
    request_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.parental_authorization_requests.id", ondelete="SET NULL")
    )


class ParentalAuthorizationRequest(Base):
    """A minor asks a guardian to agree, by a link or a code of eight letters and digits. Decided once."""

    __tablename__ = "parental_authorization_requests"
    __table_args__ = (
        values_check("state", RequestState),
        CheckConstraint(KNOWN_PURPOSES, name="purposes_known"),
        Index(
            "uq_parental_authorization_requests_waiting",
            "child_id",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_parental_authorization_requests_child_id", "child_id", "created_at"),
        Index("ix_parental_authorization_requests_decided_by", "decided_by"),
        Index("ix_parental_authorization_requests_collective_id", "collective_id"),
        {"schema": SCHEMA, "info": ASKED},
    )

    id: Mapped[uuid.UUID] = primary_key()
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(USERS, ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    purposes: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
    state: Mapped[RequestState] = mapped_column(checked(RequestState), default=RequestState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    created_at: Mapped[datetime] = created_now()
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(USERS, ondelete="SET NULL"))
    collective_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(COLLECTIVES, ondelete="SET NULL"))


class CollectiveGrant(Base):
    """A guardian agreed to some purposes for all of their minors in a collective, also those who come later. Each minor
    gets a receipt of their own; this says only that newcomers are to."""

    __tablename__ = "collective_grants"
    __table_args__ = (
        CheckConstraint(KNOWN_PURPOSES, name="purposes_known"),
        Index(
            "uq_collective_grants_active",
            "collective_id",
            "guardian_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_collective_grants_collective_id", "collective_id"),
        Index("ix_collective_grants_guardian_id", "guardian_id"),
        {"schema": SCHEMA, "info": personal("guardian_id", export=Section.CONSENTS, erase=Erase.CASCADE)},
    )

    id: Mapped[uuid.UUID] = primary_key()
    collective_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(COLLECTIVES, ondelete="CASCADE"))
    guardian_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(USERS, ondelete="CASCADE"))
    purposes: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
    created_at: Mapped[datetime] = created_now()
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ConsentAge(Base):
    """The age from which somebody agrees for themselves in a country, as the operator confirmed it. `ai_age`: below it,
    a guardian has to agree to any use of AI. Countries without a row are treated as if nobody were old enough."""

    __tablename__ = "consent_ages"
    __table_args__ = (
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_two_letters"),
        CheckConstraint("age BETWEEN 0 AND 21", name="age_sane"),
        CheckConstraint("ai_age BETWEEN 0 AND 21", name="ai_age_sane"),
        Index("ix_consent_ages_confirmed_by", "confirmed_by"),
        {"schema": SCHEMA, "info": personal("confirmed_by", export=Section.DEEDS, erase=Erase.SET_NULL)},
    )

    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    age: Mapped[int]
    ai_age: Mapped[int | None]
    law: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    as_of: Mapped[date] = mapped_column(Date)
    confirmed_at: Mapped[datetime] = created_now()
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(USERS, ondelete="SET NULL"))

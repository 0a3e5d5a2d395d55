"""Tables of who belongs together."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.audit import named
from fumetto.kernel.db.base import SHORT, Base, checked, created_now, primary_key, updated_now, values_check
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.people.accounts.kinds import AgeClass
from fumetto.people.accounts.models import SCHEMA
from fumetto.people.collectives.kinds import CollectiveKind, GuardianshipOrigin, MemberRole

USERS = f"{SCHEMA}.users.id"
COLLECTIVES = f"{SCHEMA}.collectives.id"

OF_BOTH = personal("guardian_id", export=Section.CONSENTS, erase=Erase.CASCADE) | personal(
    "child_id", export=Section.CONSENTS, erase=Erase.CASCADE
)
INVITED = (
    personal("inviter_id", export=Section.ACCOUNT, erase=Erase.CASCADE, hide=("token_hash",))
    | personal("guardian_of", export=Section.CONSENTS, erase=Erase.CASCADE, hide=("token_hash",))
    | personal("accepted_by", export=None, erase=Erase.SET_NULL, because="invitation_uses says it of everybody")
)


class Collective(Base):
    """A family, a class, or a school that holds classes."""

    __tablename__ = "collectives"
    __table_args__ = (
        values_check("kind", CollectiveKind),
        CheckConstraint("parent_id IS NULL OR (parent_id <> id AND kind = 'class')", name="classes_in_schools"),
        Index("ix_collectives_parent_id", "parent_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[uuid.UUID] = primary_key()
    kind: Mapped[CollectiveKind] = mapped_column(checked(CollectiveKind))
    name: Mapped[str] = mapped_column(SHORT)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(COLLECTIVES, ondelete="SET NULL"))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = updated_now()


class CollectiveMembership(Base):
    """Somebody in a collective, and what they may do there. Leaving deletes the row; the audit log remembers it."""

    __tablename__ = "collective_memberships"
    __table_args__ = (
        values_check("role", MemberRole),
        UniqueConstraint("collective_id", "user_id"),
        Index("ix_collective_memberships_user_id", "user_id"),
        {"schema": SCHEMA, "info": personal("user_id", export=Section.ACCOUNT, erase=Erase.CASCADE)},
    )

    id: Mapped[uuid.UUID] = primary_key()
    collective_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(COLLECTIVES, ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(USERS, ondelete="CASCADE"))
    role: Mapped[MemberRole] = mapped_column(checked(MemberRole), default=MemberRole.MEMBER)
    joined_at: Mapped[datetime] = created_now()


class Guardianship(Base):
    """An adult who answers for a minor. One that has ended is kept: receipts of consent point to it.

    `collective_id` is the family that it comes from, if any: leaving that ends it.
    """

    __tablename__ = "guardianships"
    __table_args__ = (
        values_check("origin", GuardianshipOrigin),
        CheckConstraint("guardian_id <> child_id", name="of_somebody_else"),
        Index(
            "uq_guardianships_active",
            "guardian_id",
            "child_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_guardianships_guardian_id", "guardian_id"),
        Index("ix_guardianships_child_id", "child_id"),
        Index("ix_guardianships_collective_id", "collective_id"),
        {"schema": SCHEMA, "info": OF_BOTH},
    )

    id: Mapped[uuid.UUID] = primary_key()
    guardian_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(USERS, ondelete="CASCADE"))
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(USERS, ondelete="CASCADE"))
    collective_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(COLLECTIVES, ondelete="SET NULL"))
    origin: Mapped[GuardianshipOrigin] = mapped_column(checked(GuardianshipOrigin))
    created_at: Mapped[datetime] = created_now()
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Invitation(Base):
    """A link to a collective, for whoever holds it, as often as it may be used. Only the hash of its token is kept.

    `guardian_of`: whoever accepts becomes this child's guardian. `usage_limit` NULL: as often as wanted until it ends.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        values_check("role", MemberRole),
        values_check("age_class", AgeClass),
        CheckConstraint("usage_limit IS NULL OR usage_limit BETWEEN 1 AND 1000", name="usage_limit_sane"),
        CheckConstraint("current_uses BETWEEN 0 AND coalesce(usage_limit, current_uses)", name="uses_within"),
        Index("ix_invitations_collective_id", "collective_id", "created_at"),
        Index("ix_invitations_inviter_id", "inviter_id"),
        Index("ix_invitations_guardian_of", "guardian_of"),
        Index("ix_invitations_accepted_by", "accepted_by"),
        {"schema": SCHEMA, "info": INVITED},
    )

    id: Mapped[uuid.UUID] = primary_key()
    collective_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(COLLECTIVES, ondelete="CASCADE"))
    inviter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(USERS, ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    role: Mapped[MemberRole] = mapped_column(checked(MemberRole), default=MemberRole.MEMBER)
    age_class: Mapped[AgeClass | None] = mapped_column(checked(AgeClass))
    guardian_of: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(USERS, ondelete="CASCADE"))
    language: Mapped[str | None] = mapped_column(String(35))
    label: Mapped[str] = mapped_column(SHORT, default="", server_default=text("''"))
    usage_limit: Mapped[int | None]
    current_uses: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    created_at: Mapped[datetime] = created_now()
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(USERS, ondelete="SET NULL"))


class InvitationUse(Base):
    """Somebody accepted an invitation, once."""

    __tablename__ = "invitation_uses"
    __table_args__ = (
        UniqueConstraint("invitation_id", "user_id"),
        Index("ix_invitation_uses_user_id", "user_id"),
        {"schema": SCHEMA, "info": personal("user_id", export=Section.ACCOUNT, erase=Erase.CASCADE)},
    )

    id: Mapped[uuid.UUID] = primary_key()
    invitation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.invitations.id", ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(USERS, ondelete="CASCADE"))
    used_at: Mapped[datetime] = created_now()


named("collective", "app.collectives")

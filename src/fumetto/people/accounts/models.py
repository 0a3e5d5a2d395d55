"""Tables of who there is: one account per person, whatever they sign in with."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import DateTime, Index, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.audit import named
from fumetto.kernel.db.base import SHORT, Base, checked, created_now, primary_key, updated_now, values_check
from fumetto.kernel.db.personal import Erase, Section, elsewhere, personal
from fumetto.kernel.db.schemas import Schema
from fumetto.people.accounts.kinds import AgeClass, Role, Tier, UserType

SCHEMA = Schema.APP.value


class User(Base):
    """A person with an account. What they read and prefer hangs on its id; how they prove who they are is apart."""

    __tablename__ = "users"
    __table_args__ = (
        values_check("role", Role),
        values_check("user_type", UserType),
        values_check("age_class", AgeClass),
        values_check("tier", Tier),
        # Two people who differ by capitals only could not tell their names apart.
        Index("uq_users_username_folded", func.lower(text("username")), unique=True),
        Index("uq_users_email_folded", func.lower(text("email")), unique=True),
        {
            "schema": SCHEMA,
            "info": personal("id", export=Section.ACCOUNT, erase=Erase.DELETE, hide=("hashed_password",)),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    username: Mapped[str] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(255))
    hashed_password: Mapped[str | None] = mapped_column(String(255))
    full_name: Mapped[str | None] = mapped_column(String(255))
    avatar_key: Mapped[str | None] = mapped_column(Text)
    role: Mapped[Role] = mapped_column(checked(Role), default=Role.READER)
    user_type: Mapped[UserType] = mapped_column(checked(UserType), default=UserType.ADULT)
    language: Mapped[str] = mapped_column(String(35), default="en", server_default=text("'en'"))
    age_class: Mapped[AgeClass | None] = mapped_column(checked(AgeClass))
    country: Mapped[str | None] = mapped_column(String(2))
    school: Mapped[str | None] = mapped_column(SHORT)
    onboarded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # when it was said who they are
    vouched_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # when another said: this is an adult
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    is_superuser: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    tier: Mapped[Tier] = mapped_column(checked(Tier), default=Tier.FREE)
    hide_unread_titles: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    hide_unread_covers: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    last_login: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = updated_now()


elsewhere(
    "storage: a picture of oneself",
    files="SELECT avatar_key FROM app.users WHERE id = %(user)s::uuid AND avatar_key IS NOT NULL",
    section=Section.ACCOUNT,
)


named("user", "app.users", "username")

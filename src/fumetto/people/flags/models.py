"""The table of flags that somebody has set; those that nobody has are as the program was shipped."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import Base, checked, created_now, primary_key, updated_now, values_check
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.kernel.db.schemas import Schema
from fumetto.people.flags.kinds import Audience, Environment, FlagKind, Visibility

APP = Schema.APP.value


class FeatureFlag(Base):
    """A switch that acts at once in every process. It stands over the shipped one of that name, if there is one.

    `variants` are its values by name, `default_variant` the one that counts where `targeting` (flagd's JsonLogic)
    names none. `variant` is the audience that it is for, and `targeting_rules` a shorter way to say for whom: every key
    is a claim, and its value, or one of its values, has to be the claim's. Whoever it is not for is answered as if it
    were switched off. A flag of kind `rule` has targeting only, for others to refer to.
    """

    __tablename__ = "feature_flags"
    __table_args__ = (
        values_check("environment", Environment),
        values_check("visibility", Visibility),
        values_check("variant", Audience),
        values_check("kind", FlagKind),
        CheckConstraint("version >= 1", name="version_counted"),
        Index("ix_feature_flags_updated_by", "updated_by"),
        {"schema": APP, "info": personal("updated_by", export=Section.DEEDS, erase=Erase.SET_NULL)},
    )

    id: Mapped[uuid.UUID] = primary_key()
    name: Mapped[str] = mapped_column(String(100), unique=True)
    description: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    kind: Mapped[FlagKind] = mapped_column(checked(FlagKind), default=FlagKind.BOOLEAN)
    is_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    environment: Mapped[Environment] = mapped_column(checked(Environment), default=Environment.ALL)
    visibility: Mapped[Visibility] = mapped_column(checked(Visibility), default=Visibility.ALL)
    variant: Mapped[Audience] = mapped_column(checked(Audience), default=Audience.ALL)
    targeting_rules: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    variants: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    default_variant: Mapped[str | None] = mapped_column(String(100))
    targeting: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    updated_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{APP}.users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = updated_now()

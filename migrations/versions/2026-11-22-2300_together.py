"""Everything that people, consent, ages, flags, words and the helper for the young are kept in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_2300"
down_revision = "20261122_2110"

READER = "current_setting('fumetto.reader', true)"


def upgrade() -> None:
    make_tables()
    secure("app.document_collections", "owner_id")
    secure("app.trusted_adults", "user_id")
    secure("app.documents", "owner_id")
    secure("app.document_chunks", "owner_id")
    secure("app.conversation_analytics", "user_id")
    secure("app.incidents", "user_id")
    secure("app.safety_signals", "user_id")
    secure("app.conversation_answer_types_categorized", "user_id")
    secure("app.conversation_messages_categorized", "user_id")
    secure("app.conversation_moods_categorized", "user_id")
    secure("app.conversation_strategies_categorized", "user_id")


def secure(table: str, column: str) -> None:
    """Under the policy that a reader's transaction has their own rows only."""
    own = f"{column}::text = {READER} OR {READER} = '*'"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_rows ON {table} USING ({own}) WITH CHECK ({own})")


def make_tables() -> None:
    op.create_table(
        "collectives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('family', 'class', 'school')", name=op.f("ck_collectives_kind_known")),
        sa.CheckConstraint(
            "parent_id IS NULL OR (parent_id <> id AND kind = 'class')", name=op.f("ck_collectives_classes_in_schools")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["app.collectives.id"],
            name=op.f("fk_collectives_parent_id_collectives"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collectives")),
        schema="app",
    )
    op.create_index("ix_collectives_parent_id", "collectives", ["parent_id"], unique=False, schema="app")
    op.create_table(
        "consent_policies",
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("material", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hashes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('account', 'ai_local', 'ai_cloud', 'sharing', 'analytics')",
            name=op.f("ck_consent_policies_purpose_known"),
        ),
        sa.PrimaryKeyConstraint("purpose", "version", name=op.f("pk_consent_policies")),
        schema="app",
    )
    op.create_table(
        "erasures",
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("pseudonym", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_erasures")),
        schema="app",
    )
    op.create_table(
        "spending_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_spending_days_nothing_negative")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_spending_days")),
        schema="app",
    )
    op.create_table(
        "child_secrets",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=255), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_by"], ["app.users.id"], name=op.f("fk_child_secrets_set_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_child_secrets_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_child_secrets")),
        schema="app",
    )
    op.create_index("ix_child_secrets_set_by", "child_secrets", ["set_by"], unique=False, schema="app")
    op.create_table(
        "collective_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collective_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("purposes", postgresql.ARRAY(sa.String(length=32)), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purposes <@ ARRAY['account', 'ai_local', 'ai_cloud', 'sharing', 'analytics']::varchar[] "
            "AND cardinality(purposes) > 0",
            name=op.f("ck_collective_grants_purposes_known"),
        ),
        sa.ForeignKeyConstraint(
            ["collective_id"],
            ["app.collectives.id"],
            name=op.f("fk_collective_grants_collective_id_collectives"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["app.users.id"], name=op.f("fk_collective_grants_guardian_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collective_grants")),
        schema="app",
    )
    op.create_index(
        "ix_collective_grants_collective_id", "collective_grants", ["collective_id"], unique=False, schema="app"
    )
    op.create_index(
        "ix_collective_grants_guardian_id", "collective_grants", ["guardian_id"], unique=False, schema="app"
    )
    op.create_index(
        "uq_collective_grants_active",
        "collective_grants",
        ["collective_id", "guardian_id"],
        unique=True,
        schema="app",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "collective_memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collective_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'admin', 'member')", name=op.f("ck_collective_memberships_role_known")),
        sa.ForeignKeyConstraint(
            ["collective_id"],
            ["app.collectives.id"],
            name=op.f("fk_collective_memberships_collective_id_collectives"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_collective_memberships_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collective_memberships")),
        sa.UniqueConstraint("collective_id", "user_id", name=op.f("uq_collective_memberships_collective_id_user_id")),
        schema="app",
    )
    op.create_index(
        "ix_collective_memberships_user_id", "collective_memberships", ["user_id"], unique=False, schema="app"
    )
    op.create_table(
        "collective_models",
        sa.Column("collective_id", sa.Uuid(), nullable=False),
        sa.Column("chat_model", sa.String(length=128), nullable=True),
        sa.Column("cloud_off", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["collective_id"],
            ["app.collectives.id"],
            name=op.f("fk_collective_models_collective_id_collectives"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("collective_id", name=op.f("pk_collective_models")),
        schema="app",
    )
    op.create_table(
        "consent_ages",
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.Column("ai_age", sa.Integer(), nullable=True),
        sa.Column("law", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_consent_ages_country_two_letters")),
        sa.CheckConstraint("age BETWEEN 0 AND 21", name=op.f("ck_consent_ages_age_sane")),
        sa.CheckConstraint("ai_age BETWEEN 0 AND 21", name=op.f("ck_consent_ages_ai_age_sane")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["app.users.id"], name=op.f("fk_consent_ages_confirmed_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("country", name=op.f("pk_consent_ages")),
        schema="app",
    )
    op.create_index("ix_consent_ages_confirmed_by", "consent_ages", ["confirmed_by"], unique=False, schema="app")
    op.create_table(
        "data_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'ready') = (storage_key IS NOT NULL)", name=op.f("ck_data_exports_ready_has_file")
        ),
        sa.CheckConstraint("kind <> 'formal' OR reason <> ''", name=op.f("ck_data_exports_formal_has_reason")),
        sa.CheckConstraint("kind IN ('own', 'guardian', 'formal')", name=op.f("ck_data_exports_kind_known")),
        sa.CheckConstraint("state IN ('queued', 'ready', 'failed')", name=op.f("ck_data_exports_state_known")),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["app.users.id"], name=op.f("fk_data_exports_requested_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_data_exports_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_exports")),
        schema="app",
    )
    op.create_index("ix_data_exports_requested_by", "data_exports", ["requested_by"], unique=False, schema="app")
    op.create_index("ix_data_exports_user_id", "data_exports", ["user_id", "created_at"], unique=False, schema="app")
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("paired_by", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["paired_by"], ["app.users.id"], name=op.f("fk_devices_paired_by_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_devices_token_hash")),
        schema="app",
    )
    op.create_index("ix_devices_paired_by", "devices", ["paired_by"], unique=False, schema="app")
    op.create_table(
        "document_collections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.String(length=35)), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "audience IN ('youth', 'adult', 'all')", name=op.f("ck_document_collections_audience_known")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["app.users.id"], name=op.f("fk_document_collections_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_collections")),
        sa.UniqueConstraint(
            "owner_id", "slug", name=op.f("uq_document_collections_owner_id_slug"), postgresql_nulls_not_distinct=True
        ),
        schema="app",
    )
    op.create_table(
        "feature_flags",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("environment", sa.String(length=32), nullable=False),
        sa.Column("visibility", sa.String(length=32), nullable=False),
        sa.Column("variant", sa.String(length=32), nullable=False),
        sa.Column("targeting_rules", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("variants", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("default_variant", sa.String(length=100), nullable=True),
        sa.Column("targeting", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "environment IN ('development', 'staging', 'production', 'all')",
            name=op.f("ck_feature_flags_environment_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('boolean', 'string', 'number', 'object', 'rule')", name=op.f("ck_feature_flags_kind_known")
        ),
        sa.CheckConstraint("variant IN ('teenager', 'parent', 'all')", name=op.f("ck_feature_flags_variant_known")),
        sa.CheckConstraint(
            "visibility IN ('frontend', 'backend', 'all')", name=op.f("ck_feature_flags_visibility_known")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_feature_flags_version_counted")),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["app.users.id"], name=op.f("fk_feature_flags_updated_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feature_flags")),
        sa.UniqueConstraint("name", name=op.f("uq_feature_flags_name")),
        schema="app",
    )
    op.create_index("ix_feature_flags_updated_by", "feature_flags", ["updated_by"], unique=False, schema="app")
    op.create_table(
        "guardianships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("collective_id", sa.Uuid(), nullable=True),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "origin IN ('family', 'invitation', 'request', 'operator')", name=op.f("ck_guardianships_origin_known")
        ),
        sa.CheckConstraint("guardian_id <> child_id", name=op.f("ck_guardianships_of_somebody_else")),
        sa.ForeignKeyConstraint(
            ["child_id"], ["app.users.id"], name=op.f("fk_guardianships_child_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["collective_id"],
            ["app.collectives.id"],
            name=op.f("fk_guardianships_collective_id_collectives"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["app.users.id"], name=op.f("fk_guardianships_guardian_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardianships")),
        schema="app",
    )
    op.create_index("ix_guardianships_child_id", "guardianships", ["child_id"], unique=False, schema="app")
    op.create_index("ix_guardianships_collective_id", "guardianships", ["collective_id"], unique=False, schema="app")
    op.create_index("ix_guardianships_guardian_id", "guardianships", ["guardian_id"], unique=False, schema="app")
    op.create_index(
        "uq_guardianships_active",
        "guardianships",
        ["guardian_id", "child_id"],
        unique=True,
        schema="app",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "help_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("phone", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("url", sa.String(length=512), server_default=sa.text("''"), nullable=False),
        sa.Column("hours", sa.String(length=128), server_default=sa.text("''"), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.String(length=35)), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("dangers", postgresql.ARRAY(sa.String(length=32)), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("is_emergency", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source", sa.String(length=512), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("phone <> '' OR url <> ''", name=op.f("ck_help_lines_can_be_reached")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["app.users.id"], name=op.f("fk_help_lines_confirmed_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_lines")),
        sa.UniqueConstraint("country", "slug", name=op.f("uq_help_lines_country_slug")),
        schema="app",
    )
    op.create_index("ix_help_lines_confirmed_by", "help_lines", ["confirmed_by"], unique=False, schema="app")
    op.create_table(
        "idp_logins",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_idp_logins_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_idp_logins")),
        sa.UniqueConstraint("id", name=op.f("uq_idp_logins_id")),
        schema="app",
    )
    op.create_index("ix_idp_logins_user_id", "idp_logins", ["user_id"], unique=False, schema="app")
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collective_id", sa.Uuid(), nullable=False),
        sa.Column("inviter_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("age_class", sa.String(length=32), nullable=True),
        sa.Column("guardian_of", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("label", sa.String(length=128), server_default=sa.text("''"), nullable=False),
        sa.Column("usage_limit", sa.Integer(), nullable=True),
        sa.Column("current_uses", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "age_class IN ('child', 'preteen', 'teenager', 'adult')", name=op.f("ck_invitations_age_class_known")
        ),
        sa.CheckConstraint("role IN ('owner', 'admin', 'member')", name=op.f("ck_invitations_role_known")),
        sa.CheckConstraint(
            "current_uses BETWEEN 0 AND coalesce(usage_limit, current_uses)", name=op.f("ck_invitations_uses_within")
        ),
        sa.CheckConstraint(
            "usage_limit IS NULL OR usage_limit BETWEEN 1 AND 1000", name=op.f("ck_invitations_usage_limit_sane")
        ),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["app.users.id"], name=op.f("fk_invitations_accepted_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["collective_id"],
            ["app.collectives.id"],
            name=op.f("fk_invitations_collective_id_collectives"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["guardian_of"], ["app.users.id"], name=op.f("fk_invitations_guardian_of_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["inviter_id"], ["app.users.id"], name=op.f("fk_invitations_inviter_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
        schema="app",
    )
    op.create_index("ix_invitations_accepted_by", "invitations", ["accepted_by"], unique=False, schema="app")
    op.create_index(
        "ix_invitations_collective_id", "invitations", ["collective_id", "created_at"], unique=False, schema="app"
    )
    op.create_index("ix_invitations_guardian_of", "invitations", ["guardian_of"], unique=False, schema="app")
    op.create_index("ix_invitations_inviter_id", "invitations", ["inviter_id"], unique=False, schema="app")
    op.create_table(
        "localized_content",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("variant", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("base_hash", sa.String(length=64), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "category IN ('prompts', 'prompt_snippets', 'ui_messages', 'context_questions', 'tools')",
            name=op.f("ck_localized_content_category_known"),
        ),
        sa.CheckConstraint("variant IN ('teenager', 'parent', 'all')", name=op.f("ck_localized_content_variant_known")),
        sa.CheckConstraint("length(btrim(value)) > 0", name=op.f("ck_localized_content_value_says_something")),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["app.users.id"], name=op.f("fk_localized_content_updated_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_localized_content")),
        sa.UniqueConstraint("language", "variant", "key", name=op.f("uq_localized_content_language_variant_key")),
        schema="app",
    )
    op.create_index("ix_localized_content_updated_by", "localized_content", ["updated_by"], unique=False, schema="app")
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=512), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app.users.id"], name=op.f("fk_mails_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        schema="app",
    )
    op.create_index("ix_mails_user_id", "mails", ["user_id"], unique=False, schema="app")
    op.create_table(
        "oidc_attempts",
        sa.Column("state_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("invitation", sa.String(length=200), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_oidc_attempts_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_oidc_attempts")),
        schema="app",
    )
    op.create_index("ix_oidc_attempts_expires_at", "oidc_attempts", ["expires_at"], unique=False, schema="app")
    op.create_index("ix_oidc_attempts_user_id", "oidc_attempts", ["user_id"], unique=False, schema="app")
    op.create_table(
        "parental_authorization_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purposes", postgresql.ARRAY(sa.String(length=32)), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("collective_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "purposes <@ ARRAY['account', 'ai_local', 'ai_cloud', 'sharing', 'analytics']::varchar[] "
            "AND cardinality(purposes) > 0",
            name=op.f("ck_parental_authorization_requests_purposes_known"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'declined', 'withdrawn', 'expired')",
            name=op.f("ck_parental_authorization_requests_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["app.users.id"],
            name=op.f("fk_parental_authorization_requests_child_id_users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["collective_id"],
            ["app.collectives.id"],
            name=op.f("fk_parental_authorization_requests_collective_id_collectives"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["app.users.id"],
            name=op.f("fk_parental_authorization_requests_decided_by_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parental_authorization_requests")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_parental_authorization_requests_code_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_parental_authorization_requests_token_hash")),
        schema="app",
    )
    op.create_index(
        "ix_parental_authorization_requests_child_id",
        "parental_authorization_requests",
        ["child_id", "created_at"],
        unique=False,
        schema="app",
    )
    op.create_index(
        "ix_parental_authorization_requests_collective_id",
        "parental_authorization_requests",
        ["collective_id"],
        unique=False,
        schema="app",
    )
    op.create_index(
        "ix_parental_authorization_requests_decided_by",
        "parental_authorization_requests",
        ["decided_by"],
        unique=False,
        schema="app",
    )
    op.create_index(
        "uq_parental_authorization_requests_waiting",
        "parental_authorization_requests",
        ["child_id"],
        unique=True,
        schema="app",
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "reading_fits",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column("unrated", sa.Boolean(), nullable=False),
        sa.Column("labels_allowed", postgresql.ARRAY(sa.String()), nullable=True),
        sa.Column("labels_excluded", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("only_shelves", sa.Boolean(), nullable=False),
        sa.Column("collective_ids", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_reading_fits_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_reading_fits")),
        schema="app",
    )
    op.create_table(
        "reading_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("collective_id", sa.Uuid(), nullable=True),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column("unrated", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("labels_allowed", postgresql.ARRAY(sa.String()), nullable=True),
        sa.Column("labels_excluded", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("only_shelves", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("max_age BETWEEN 0 AND 99", name=op.f("ck_reading_rules_age_sane")),
        sa.CheckConstraint("num_nonnulls(user_id, collective_id) = 1", name=op.f("ck_reading_rules_of_one")),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["app.users.id"], name=op.f("fk_reading_rules_changed_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["collective_id"],
            ["app.collectives.id"],
            name=op.f("fk_reading_rules_collective_id_collectives"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_reading_rules_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_rules")),
        schema="app",
    )
    op.create_index("ix_reading_rules_changed_by", "reading_rules", ["changed_by"], unique=False, schema="app")
    op.create_index("uq_reading_rules_collective_id", "reading_rules", ["collective_id"], unique=True, schema="app")
    op.create_index("uq_reading_rules_user_id", "reading_rules", ["user_id"], unique=True, schema="app")
    op.create_table(
        "retention_terms",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('audit', 'addresses', 'chat', 'chat_events', 'consents', 'ended_sessions', "
            "'exports', 'invitations', 'jobs', 'traces', 'usage')",
            name=op.f("ck_retention_terms_kind_known"),
        ),
        sa.CheckConstraint("days BETWEEN 1 AND 36500", name=op.f("ck_retention_terms_days_bounded")),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["app.users.id"], name=op.f("fk_retention_terms_updated_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_retention_terms")),
        schema="app",
    )
    op.create_index("ix_retention_terms_updated_by", "retention_terms", ["updated_by"], unique=False, schema="app")
    op.create_table(
        "trusted_adults",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("how_to_reach", sa.String(length=255), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_trusted_adults_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trusted_adults")),
        schema="app",
    )
    op.create_index(
        "ix_trusted_adults_user_id", "trusted_adults", ["user_id", "created_at"], unique=False, schema="app"
    )
    op.create_table(
        "user_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("policy_edition", sa.Integer(), nullable=False),
        sa.Column("policy_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("ip_address", sa.String(length=45), nullable=True),
        sa.Column("ip_truncated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "end_reason IN ('revoked', 'expired', 'policy_changed', 'guardianship_ended', 'age')",
            name=op.f("ck_user_consents_end_reason_known"),
        ),
        sa.CheckConstraint(
            "method IN ('self', 'guardian', 'link', 'code', 'standing')", name=op.f("ck_user_consents_method_known")
        ),
        sa.CheckConstraint(
            "purpose IN ('account', 'ai_local', 'ai_cloud', 'sharing', 'analytics')",
            name=op.f("ck_user_consents_purpose_known"),
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_user_consents_ends_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_user_consents_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_consents")),
        schema="app",
    )
    op.create_index(
        "ix_user_consents_expires_at",
        "user_consents",
        ["expires_at"],
        unique=False,
        schema="app",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index(
        "ix_user_consents_ip",
        "user_consents",
        ["created_at"],
        unique=False,
        schema="app",
        postgresql_where=sa.text("ip_truncated_at IS NULL"),
    )
    op.create_index("ix_user_consents_user_id", "user_consents", ["user_id", "created_at"], unique=False, schema="app")
    op.create_index(
        "uq_user_consents_active",
        "user_consents",
        ["user_id", "purpose"],
        unique=True,
        schema="app",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "shelves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["app.users.id"], name=op.f("fk_shelves_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelves")),
        schema="library",
    )
    op.create_index("ix_shelves_owner_id", "shelves", ["owner_id"], unique=False, schema="library")
    op.create_table(
        "device_children",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["app.devices.id"], name=op.f("fk_device_children_device_id_devices"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_device_children_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", "user_id", name=op.f("pk_device_children")),
        schema="app",
    )
    op.create_index("ix_device_children_user_id", "device_children", ["user_id"], unique=False, schema="app")
    op.create_table(
        "device_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("device_code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number", sa.String(length=2), nullable=False),
        sa.Column("device_name", sa.String(length=128), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("claims", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("denied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["app.users.id"], name=op.f("fk_device_codes_approved_by_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["app.devices.id"], name=op.f("fk_device_codes_device_id_devices"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_codes")),
        sa.UniqueConstraint("device_code_hash", name=op.f("uq_device_codes_device_code_hash")),
        sa.UniqueConstraint("user_code_hash", name=op.f("uq_device_codes_user_code_hash")),
        schema="app",
    )
    op.create_index("ix_device_codes_approved_by", "device_codes", ["approved_by"], unique=False, schema="app")
    op.create_index("ix_device_codes_device_id", "device_codes", ["device_id"], unique=False, schema="app")
    op.create_index("ix_device_codes_expires_at", "device_codes", ["expires_at"], unique=False, schema="app")
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=512), nullable=False),
        sa.Column("file_type", sa.String(length=32), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("file_key", sa.String(length=255), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("error_code", sa.String(length=128), nullable=True),
        sa.Column("error_detail", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("chunk_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("language_given", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.String(length=64)), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("sources", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=True),
        sa.Column("built_in", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("file_type IN ('markdown', 'text', 'pdf')", name=op.f("ck_documents_file_type_known")),
        sa.CheckConstraint(
            "status IN ('pending', 'processing', 'ready', 'error')", name=op.f("ck_documents_status_known")
        ),
        sa.CheckConstraint("file_size >= 0 AND chunk_count >= 0", name=op.f("ck_documents_counts_not_negative")),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["app.document_collections.id"],
            name=op.f("fk_documents_collection_id_document_collections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["app.users.id"], name=op.f("fk_documents_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("collection_id", "file_hash", name=op.f("uq_documents_collection_id_file_hash")),
        schema="app",
    )
    op.create_index(
        "ix_documents_collection_id", "documents", ["collection_id", "created_at", "id"], unique=False, schema="app"
    )
    op.create_index("ix_documents_owner_id", "documents", ["owner_id", "status"], unique=False, schema="app")
    op.create_table(
        "invitation_uses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["app.invitations.id"],
            name=op.f("fk_invitation_uses_invitation_id_invitations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_invitation_uses_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_uses")),
        sa.UniqueConstraint("invitation_id", "user_id", name=op.f("uq_invitation_uses_invitation_id_user_id")),
        schema="app",
    )
    op.create_index("ix_invitation_uses_user_id", "invitation_uses", ["user_id"], unique=False, schema="app")
    op.create_table(
        "parental_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("guardianship_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("policy_edition", sa.Integer(), nullable=False),
        sa.Column("policy_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("ip_address", sa.String(length=45), nullable=True),
        sa.Column("ip_truncated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "end_reason IN ('revoked', 'expired', 'policy_changed', 'guardianship_ended', 'age')",
            name=op.f("ck_parental_consents_end_reason_known"),
        ),
        sa.CheckConstraint(
            "method IN ('self', 'guardian', 'link', 'code', 'standing')", name=op.f("ck_parental_consents_method_known")
        ),
        sa.CheckConstraint(
            "purpose IN ('account', 'ai_local', 'ai_cloud', 'sharing', 'analytics')",
            name=op.f("ck_parental_consents_purpose_known"),
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_parental_consents_ends_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["app.users.id"], name=op.f("fk_parental_consents_actor_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["app.users.id"], name=op.f("fk_parental_consents_child_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["guardianship_id"],
            ["app.guardianships.id"],
            name=op.f("fk_parental_consents_guardianship_id_guardianships"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["app.parental_authorization_requests.id"],
            name=op.f("fk_parental_consents_request_id_parental_authorization_requests"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parental_consents")),
        schema="app",
    )
    op.create_index("ix_parental_consents_actor_id", "parental_consents", ["actor_id"], unique=False, schema="app")
    op.create_index(
        "ix_parental_consents_child_id", "parental_consents", ["child_id", "created_at"], unique=False, schema="app"
    )
    op.create_index(
        "ix_parental_consents_expires_at",
        "parental_consents",
        ["expires_at"],
        unique=False,
        schema="app",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index(
        "ix_parental_consents_guardianship_id", "parental_consents", ["guardianship_id"], unique=False, schema="app"
    )
    op.create_index(
        "ix_parental_consents_ip",
        "parental_consents",
        ["created_at"],
        unique=False,
        schema="app",
        postgresql_where=sa.text("ip_truncated_at IS NULL"),
    )
    op.create_index("ix_parental_consents_request_id", "parental_consents", ["request_id"], unique=False, schema="app")
    op.create_index(
        "uq_parental_consents_active",
        "parental_consents",
        ["guardianship_id", "purpose"],
        unique=True,
        schema="app",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "shelf_collectives",
        sa.Column("shelf_id", sa.Uuid(), nullable=False),
        sa.Column("collective_id", sa.Uuid(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["collective_id"],
            ["app.collectives.id"],
            name=op.f("fk_shelf_collectives_collective_id_collectives"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shelf_id"], ["library.shelves.id"], name=op.f("fk_shelf_collectives_shelf_id_shelves"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shelf_id", "collective_id", name=op.f("pk_shelf_collectives")),
        schema="library",
    )
    op.create_index(
        "ix_shelf_collectives_collective_id", "shelf_collectives", ["collective_id"], unique=False, schema="library"
    )
    op.create_table(
        "shelf_series",
        sa.Column("shelf_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("order_index", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_shelf_series_series_id_series"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shelf_id"], ["library.shelves.id"], name=op.f("fk_shelf_series_shelf_id_shelves"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shelf_id", "series_id", name=op.f("pk_shelf_series")),
        schema="library",
    )
    op.create_index("ix_shelf_series_series_id", "shelf_series", ["series_id"], unique=False, schema="library")
    op.create_table(
        "document_chunks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("chunk_index", sa.Integer(), nullable=False),
        sa.Column("page", sa.SmallInteger(), nullable=True),
        sa.Column("section", sa.String(length=512), server_default=sa.text("''"), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("length(content) <= 8000", name=op.f("ck_document_chunks_content_bounded")),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["app.documents.id"],
            name=op.f("fk_document_chunks_document_id_documents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["app.users.id"], name=op.f("fk_document_chunks_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_chunks")),
        sa.UniqueConstraint("document_id", "chunk_index", name=op.f("uq_document_chunks_document_id_chunk_index")),
        schema="app",
    )
    op.create_index("ix_document_chunks_owner_id", "document_chunks", ["owner_id"], unique=False, schema="app")
    op.create_table(
        "conversation_analytics",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("bullying_message", sa.String(length=32), nullable=False),
        sa.Column("summary", sa.String(length=128), server_default=sa.text("''"), nullable=False),
        sa.Column("mood", sa.String(length=32), nullable=False),
        sa.Column("strategy", sa.String(length=32), nullable=False),
        sa.Column("variant", sa.String(length=32), nullable=False),
        sa.Column("chatbot_version", sa.String(length=128), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "bullying_message IN ('words', 'exclusion', 'physical', 'online', 'things', 'threats', 'sexual', 'none')",
            name=op.f("ck_conversation_analytics_bullying_message_known"),
        ),
        sa.CheckConstraint(
            "mood IN ('sad', 'afraid', 'angry', 'ashamed', 'alone', 'tired', 'hopeful', 'unclear')",
            name=op.f("ck_conversation_analytics_mood_known"),
        ),
        sa.CheckConstraint(
            "strategy IN ('telling_an_adult', 'telling_a_friend', 'answering_back', 'staying_away', "
            "'keeping_quiet', 'blocking', 'keeping_proof', 'none_yet')",
            name=op.f("ck_conversation_analytics_strategy_known"),
        ),
        sa.CheckConstraint("variant IN ('teenager', 'parent')", name=op.f("ck_conversation_analytics_variant_known")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["app.conversations.id"],
            name=op.f("fk_conversation_analytics_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_conversation_analytics_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_analytics")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_conversation_analytics_conversation_id")),
        schema="app",
    )
    op.create_index(
        "ix_conversation_analytics_created_at", "conversation_analytics", ["created_at"], unique=False, schema="app"
    )
    op.create_index(
        "ix_conversation_analytics_user_id", "conversation_analytics", ["user_id"], unique=False, schema="app"
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("skipped", postgresql.ARRAY(sa.String(length=32)), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("asking", sa.String(length=32), nullable=True),
        sa.Column("summary", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("edited", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("length(summary) <= 8000", name=op.f("ck_incidents_summary_bounded")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["app.conversations.id"],
            name=op.f("fk_incidents_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_incidents_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_incidents_conversation_id")),
        schema="app",
    )
    op.create_index("ix_incidents_user_id", "incidents", ["user_id", "updated_at"], unique=False, schema="app")
    op.create_table(
        "safety_signals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("danger", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("finder", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=128), nullable=False),
        sa.Column("offered", postgresql.ARRAY(sa.String(length=32)), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("kept_from", sa.String(length=32), server_default=sa.text("'none'"), nullable=False),
        sa.Column("kept_from_ids", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "danger IN ('suicide', 'abuse', 'self_harm', 'threat', 'blackmail', 'harm_to_others')",
            name=op.f("ck_safety_signals_danger_known"),
        ),
        sa.CheckConstraint("finder IN ('rules', 'model')", name=op.f("ck_safety_signals_finder_known")),
        sa.CheckConstraint("kept_from IN ('none', 'some', 'all')", name=op.f("ck_safety_signals_kept_from_known")),
        sa.CheckConstraint("level IN ('now', 'before', 'unsure')", name=op.f("ck_safety_signals_level_known")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["app.conversations.id"],
            name=op.f("fk_safety_signals_conversation_id_conversations"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_safety_signals_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_signals")),
        schema="app",
    )
    op.create_index(
        "ix_safety_signals_conversation_id", "safety_signals", ["conversation_id"], unique=False, schema="app"
    )
    op.create_index(
        "ix_safety_signals_user_id", "safety_signals", ["user_id", "created_at"], unique=False, schema="app"
    )
    op.create_table(
        "conversation_answer_types_categorized",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("analytics_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "category IN ('listening', 'question', 'steps', 'people', 'greeting', 'nothing')",
            name=op.f("ck_conversation_answer_types_categorized_category_known"),
        ),
        sa.ForeignKeyConstraint(
            ["analytics_id"],
            ["app.conversation_analytics.id"],
            name=op.f("fk_conversation_answer_types_categorized_analytics_id_conversation_analytics"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["app.users.id"],
            name=op.f("fk_conversation_answer_types_categorized_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_answer_types_categorized")),
        sa.UniqueConstraint(
            "analytics_id", "category", name=op.f("uq_conversation_answer_types_categorized_analytics_id_category")
        ),
        schema="app",
    )
    op.create_index(
        "ix_conversation_answer_types_categorized_user_id",
        "conversation_answer_types_categorized",
        ["user_id"],
        unique=False,
        schema="app",
    )
    op.create_table(
        "conversation_messages_categorized",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("analytics_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "category IN ('words', 'exclusion', 'physical', 'online', 'things', 'threats', 'sexual', 'none')",
            name=op.f("ck_conversation_messages_categorized_category_known"),
        ),
        sa.ForeignKeyConstraint(
            ["analytics_id"],
            ["app.conversation_analytics.id"],
            name=op.f("fk_conversation_messages_categorized_analytics_id_conversation_analytics"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["app.users.id"],
            name=op.f("fk_conversation_messages_categorized_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_messages_categorized")),
        sa.UniqueConstraint(
            "analytics_id", "category", name=op.f("uq_conversation_messages_categorized_analytics_id_category")
        ),
        schema="app",
    )
    op.create_index(
        "ix_conversation_messages_categorized_user_id",
        "conversation_messages_categorized",
        ["user_id"],
        unique=False,
        schema="app",
    )
    op.create_table(
        "conversation_moods_categorized",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("analytics_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "category IN ('sad', 'afraid', 'angry', 'ashamed', 'alone', 'tired', 'hopeful', 'unclear')",
            name=op.f("ck_conversation_moods_categorized_category_known"),
        ),
        sa.ForeignKeyConstraint(
            ["analytics_id"],
            ["app.conversation_analytics.id"],
            name=op.f("fk_conversation_moods_categorized_analytics_id_conversation_analytics"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["app.users.id"],
            name=op.f("fk_conversation_moods_categorized_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_moods_categorized")),
        sa.UniqueConstraint(
            "analytics_id", "category", name=op.f("uq_conversation_moods_categorized_analytics_id_category")
        ),
        schema="app",
    )
    op.create_index(
        "ix_conversation_moods_categorized_user_id",
        "conversation_moods_categorized",
        ["user_id"],
        unique=False,
        schema="app",
    )
    op.create_table(
        "conversation_strategies_categorized",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("analytics_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "category IN ('telling_an_adult', 'telling_a_friend', 'answering_back', 'staying_away', "
            "'keeping_quiet', 'blocking', 'keeping_proof', 'none_yet')",
            name=op.f("ck_conversation_strategies_categorized_category_known"),
        ),
        sa.ForeignKeyConstraint(
            ["analytics_id"],
            ["app.conversation_analytics.id"],
            name=op.f("fk_conversation_strategies_categorized_analytics_id_conversation_analytics"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["app.users.id"],
            name=op.f("fk_conversation_strategies_categorized_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_strategies_categorized")),
        sa.UniqueConstraint(
            "analytics_id", "category", name=op.f("uq_conversation_strategies_categorized_analytics_id_category")
        ),
        schema="app",
    )
    op.create_index(
        "ix_conversation_strategies_categorized_user_id",
        "conversation_strategies_categorized",
        ["user_id"],
        unique=False,
        schema="app",
    )

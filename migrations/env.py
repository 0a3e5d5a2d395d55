"""Alembic's environment: on the connection that `kernel.db.migrate` hands over, or on the settings' own database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from alembic import context
from alembic.operations import MigrationScript, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from fumetto.entry.models import METADATA
from fumetto.kernel.db.migrate import VERSION_SCHEMA, VERSION_TABLE, on_owner_connection
from fumetto.kernel.db.rowsecurity import security_statements
from fumetto.kernel.db.schemas import OURS
from fumetto.kernel.settings import load_settings

OUR_SCHEMAS = {schema.value for schema in OURS}


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """Autogenerate looks at our schemas only; LangGraph and Procrastinate bring the tables of theirs."""
    return name in OUR_SCHEMAS if kind == "schema" else name != VERSION_TABLE


def add_row_security(_: MigrationContext, __: Any, scripts: Iterable[MigrationScript]) -> None:
    """A generated migration that makes a table of readers' own rows also puts it under row-level security."""
    for script in scripts:
        if script.upgrade_ops is not None:
            for operation in list(script.upgrade_ops.ops):
                if isinstance(operation, ops.CreateTableOp):
                    operation.info = {}
                    statements = security_statements(METADATA.tables[f"{operation.schema}.{operation.table_name}"])
                    script.upgrade_ops.ops += [ops.ExecuteSQLOp(statement) for statement in statements]


def configure(connection: Connection | None = None) -> None:
    context.configure(
        connection=connection,
        dialect_name=None if connection is not None else "postgresql",
        target_metadata=METADATA,
        include_schemas=True,
        include_name=include_name,
        version_table=VERSION_TABLE,
        version_table_schema=VERSION_SCHEMA,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
        literal_binds=connection is None,
        process_revision_directives=add_row_security,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if context.is_offline_mode():
    configure()
elif given is not None:
    configure(given)
else:
    asyncio.run(on_owner_connection(load_settings(), configure))

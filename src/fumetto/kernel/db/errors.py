"""What can be wrong with the database, each with its way out. The texts are in the catalogues."""

from __future__ import annotations

from typing import Any

from fumetto.kernel.errors import Busy, Conflict, DiskFull, FumettoError


class DatabaseError(FumettoError):
    """The database cannot be used. 503: nothing is wrong with the request."""

    status = 503
    code = "database_error"


class DataDirectoryUnusable(DatabaseError):
    """path, reason: the data directory cannot be written."""

    code = "data_dir_unusable"


class DataDirectoryOfOther(DatabaseError):
    """path, owner, user (numbers): the data directory belongs to another account."""

    code = "data_dir_other_owner"


class PostgresNotFound(DatabaseError):
    """package: the wheel that brings PostgreSQL is not installed."""

    code = "postgres_not_found"


class PostgresNeedsUser(DatabaseError):
    """path: run as root, where neither a user namespace nor the account nobody can reach the data."""

    code = "postgres_needs_user"


class PostgresUserUnnamed(DatabaseError):
    """uid: the account has no name on this machine, and PostgreSQL insists on one."""

    code = "postgres_user_unnamed"


class DatabaseOtherVersion(DatabaseError):
    """path, found, wanted: the data directory was written by another major version of PostgreSQL."""

    code = "database_other_version"


class DatabaseNotStarting(DatabaseError):
    """path, log: the embedded server does not start; the end of its log says why."""

    code = "database_not_starting"


class DatabaseUnreachable(DatabaseError):
    """reason: no connection to the server."""

    code = "database_unreachable"


class DatabaseBusy(Busy):
    """pool: every connection of that pool was in use for the whole time that a request may wait."""

    code = "database_busy"


class DatabaseTooOld(DatabaseError):
    """found, wanted: the outside server is older than what the schema needs."""

    code = "database_too_old"


class DatabaseRolesMissing(DatabaseError):
    """login, sql: the roles do not exist and this login may not create them; `sql` is what an administrator runs."""

    code = "database_roles_missing"


class VectorMissing(DatabaseError):
    """reason, sql: the extension pgvector is not there and could not be created."""

    code = "database_vector_missing"


class DatabaseNotMigrated(DatabaseError):
    """found, wanted: the schema is older than the code; `fumetto db upgrade` brings it up."""

    code = "database_not_migrated"


class DatabaseNewer(DatabaseError):
    """found, known: the schema was written by a newer Fumetto."""

    code = "database_newer"


class MigrationBusy(Conflict):
    """Another process has been migrating for longer than this one waits, or a table stayed locked."""

    code = "migration_busy"


class MigrationFailed(DatabaseError):
    """revision, reason: nothing of it was kept."""

    code = "migration_failed"


class DumpFailed(DatabaseError):
    """program, reason: pg_dump, pg_restore or psql ended with a complaint."""

    status = 500
    code = "dump_failed"


BY_CODE: dict[str, type[FumettoError]] = {
    kind.code: kind
    for kind in (
        DataDirectoryUnusable,
        DataDirectoryOfOther,
        PostgresNotFound,
        PostgresNeedsUser,
        PostgresUserUnnamed,
        DatabaseOtherVersion,
        DatabaseNotStarting,
        DiskFull,
    )
}


def error_of(code: str, detail: dict[str, Any]) -> FumettoError:
    """The error that the keeper, which cannot raise into another process, described by its code."""
    return BY_CODE[code](**detail)

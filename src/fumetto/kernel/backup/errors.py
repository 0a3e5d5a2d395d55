"""What can be wrong with a backup file."""

from __future__ import annotations

from fumetto.kernel.errors import Conflict, FumettoError, Invalid


class BackupNotRecognised(Invalid):
    """file, reason: the file is something else."""

    code = "backup_not_recognised"


class BackupDamaged(Invalid):
    """file, part, reason: a part is cut off, changed, or not there."""

    code = "backup_damaged"


class BackupNewer(Conflict):
    """file, found, known: written by a version that may keep things this one knows nothing of."""

    code = "backup_newer"


class BackupUnwritable(FumettoError):
    """file, reason: the backup file cannot be written there."""

    code = "backup_unwritable"


class RestoreNotAllowed(FumettoError):
    """login, sql: on this server the login may not make the database that a restore is prepared in."""

    status = 503
    code = "restore_not_allowed"

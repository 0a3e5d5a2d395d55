"""What can go wrong between a path and the library."""

from __future__ import annotations

from fumetto.kernel.errors import Conflict, Invalid, NotFound, TooLarge


class RootNotFound(NotFound):
    """No such library folder. Detail: id."""

    code = "root_not_found"


class RootUnavailable(Conflict):
    """The folder is not there, or empty where it held books: an unmounted disk. Nothing was touched. Detail: path."""

    code = "root_unavailable"


class ImportPathMissing(NotFound):
    """There is no such file or folder. Detail: path."""

    code = "import_path_missing"


class ImportPathUnreadable(Invalid):
    """The system does not let Fumetto read it. Detail: path, reason."""

    code = "import_path_unreadable"


class ImportPathEmpty(Invalid):
    """There is no book at or below it. Detail: path."""

    code = "import_path_empty"


class ImportPathRefused(Invalid):
    """It is Fumetto's own data directory, or lies in it. Detail: path."""

    code = "import_path_refused"


class UploadNameUnsafe(Invalid):
    """A file's name leads out of the folder, or is none. Detail: name."""

    code = "upload_name_unsafe"


class UploadTooLarge(TooLarge):
    """Larger than FUMETTO_MAX_UPLOAD_BYTES. Detail: name, limit."""

    code = "upload_too_large"


class UploadEmpty(Invalid):
    """The upload holds no file that could be a book."""

    code = "upload_empty"


class UploadMalformed(Invalid):
    """The body is no multipart form with files."""

    status = 400
    code = "upload_malformed"


class RootNotWatched(Conflict):
    """The folder cannot be watched for changes; it is scanned by the clock instead. Detail: path, reason."""

    code = "root_not_watched"

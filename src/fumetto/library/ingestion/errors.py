"""What can go wrong between a path and the library."""

from __future__ import annotations

from fumetto.kernel.errors import Conflict, Invalid, NotFound, TooLarge


class RootNotFound(NotFound):
    """No such library folder. Detail: id."""

    code = "root_not_found"


class RootUnavailable(Conflict):
    """The folder is not there, or empty where it held books: an unmounted disk. Nothing was touched. Detail: path."""

    code = "root_unavailable"


class RootIsManaged(Conflict):
    """The folder for uploads and copies cannot be removed while it holds books. Detail: path."""

    code = "root_is_managed"


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
    """The upload holds no file that could be a book. Detail: none."""

    code = "upload_empty"


class ImageNotReady(Conflict):
    """A page's image cannot be made just now; its file is gone or unreadable. Detail: page."""

    code = "image_not_ready"

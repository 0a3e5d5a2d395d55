"""What can go wrong with stored files; each names the key or the place, and the way out is in the catalogues."""

from fumetto.kernel.errors import Busy, FumettoError, Invalid, NotFound


class KeyInvalid(Invalid):
    """The key could not mean the same in every store, or reaches outside of it. Detail: key, reason."""

    code = "storage_key_invalid"


class ObjectMissing(NotFound):
    """The database knows the key and the store does not. Detail: key, place."""

    code = "storage_object_missing"


class RangeOutside(Invalid):
    """The range starts beyond the object's end. Detail: key, start, size in bytes."""

    status = 416
    code = "storage_range_outside"


class StorageUnreachable(Busy):
    """The store does not answer; it may later. Detail: place, reason."""

    code = "storage_unreachable"


class StorageDenied(FumettoError):
    """The store answers and refuses us: wrong keys, or keys without the right. Detail: place, reason."""

    status = 502
    code = "storage_denied"


class BucketMissing(FumettoError):
    """The store has no such bucket. Detail: bucket, place."""

    status = 502
    code = "storage_bucket_missing"


class StorageBroken(FumettoError):
    """The store failed in a way that has no name of its own. Detail: key, place, reason."""

    status = 502
    code = "storage_broken"


class CopyDiffers(FumettoError):
    """A copied object is not the same on the other side; the source is untouched. Detail: key, reason."""

    status = 502
    code = "storage_copy_differs"

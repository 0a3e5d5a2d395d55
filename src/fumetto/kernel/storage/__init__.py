"""Derived files by key, on this machine's disk or in an S3-compatible store."""

from fumetto.kernel.storage.copying import CopyProgress, copy_storage
from fumetto.kernel.storage.disk import check_disk_space, settle_files
from fumetto.kernel.storage.keys import content_type_of, make_key
from fumetto.kernel.storage.opening import check_storage, open_storage
from fumetto.kernel.storage.protocol import Content, Storage, StoredObject

__all__ = [
    "Content",
    "CopyProgress",
    "Storage",
    "StoredObject",
    "check_disk_space",
    "check_storage",
    "content_type_of",
    "copy_storage",
    "make_key",
    "open_storage",
    "settle_files",
]

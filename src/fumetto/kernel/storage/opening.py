"""From settings to a storage, and whether it can be used."""

from __future__ import annotations

from contextlib import aclosing
from urllib.parse import urlsplit

from fumetto.kernel.errors import SettingsInvalid
from fumetto.kernel.settings import Settings
from fumetto.kernel.settings.storage import StorageBackend
from fumetto.kernel.storage.objects import LocalStorage, S3Storage
from fumetto.kernel.storage.protocol import Storage


def open_storage(settings: Settings) -> Storage:
    """The storage that the settings name. Speaks to nobody yet, except that a local folder is made.

    Raises SettingsInvalid, which names the key, and StorageDenied for a folder that cannot be made.
    """
    if settings.storage_backend is StorageBackend.LOCAL:
        return LocalStorage(
            settings.image_dir, reserve=settings.disk_reserve_bytes, url_prefix=settings.local_image_url_prefix
        )
    endpoint = settings.s3_endpoint
    if settings.storage_backend is StorageBackend.R2 and not endpoint:
        raise SettingsInvalid(
            key="S3_ENDPOINT", reason="must be https://<account>.r2.cloudflarestorage.com for STORAGE_BACKEND=r2"
        )
    parts = urlsplit(endpoint)
    if endpoint and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise SettingsInvalid(key="S3_ENDPOINT", reason="must look like https://s3.example.org:9000")
    return S3Storage(
        settings.s3_bucket,
        endpoint=endpoint,
        region=settings.s3_region,
        access_key_id=settings.s3_access_key_id,
        secret_access_key=settings.s3_secret_access_key.get_secret_value(),
        prefix=settings.s3_prefix,
    )


async def check_storage(storage: Storage) -> None:
    """Ask the store for one object's name; StorageUnreachable, StorageDenied or BucketMissing say what is wrong."""
    async with aclosing(storage.list()) as objects:  # type: ignore[type-var] # it is a generator; the protocol promises less
        async for _ in objects:
            return

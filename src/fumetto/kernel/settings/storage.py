"""Where derived files are kept."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import SecretStr, model_validator
from pydantic_core import PydanticCustomError

from fumetto.kernel.settings.fields import Area, outside


class StorageBackend(StrEnum):
    LOCAL = "local"
    S3 = "s3"
    R2 = "r2"  # the seed's name for an S3 endpoint


class DerivedFiles(Area):
    """A folder of this machine, or a store that speaks S3."""

    storage_backend: StorageBackend = outside("STORAGE_BACKEND", StorageBackend.LOCAL, "local, s3 or r2.")
    local_image_dir: Path | None = outside("LOCAL_IMAGE_DIR", None, "Derived images; empty: below the data directory.")
    local_image_url_prefix: str = outside(
        "LOCAL_IMAGE_URL_PREFIX", "", "Prefix of image addresses; empty: the API's own."
    )
    s3_endpoint: str = outside("S3_ENDPOINT", "", "Address of an S3-compatible store; empty: AWS itself.")
    s3_bucket: str = outside("S3_BUCKET", "", "Bucket for derived files.")
    s3_region: str = outside("S3_REGION", "us-east-1", "Region of the bucket.")
    s3_access_key_id: str = outside("S3_ACCESS_KEY_ID", "", "Access key of the store.")
    s3_secret_access_key: SecretStr = outside("S3_SECRET_ACCESS_KEY", SecretStr(""), "Secret key of the store.")
    s3_prefix: str = outside("S3_PREFIX", "", "Folder inside the bucket.")

    @model_validator(mode="after")
    def s3_is_complete(self) -> Self:
        if self.storage_backend is not StorageBackend.LOCAL and not self.s3_bucket:
            raise PydanticCustomError(
                "needed",
                "is needed for STORAGE_BACKEND={backend}",
                {"key": "S3_BUCKET", "backend": self.storage_backend.value},
            )
        return self

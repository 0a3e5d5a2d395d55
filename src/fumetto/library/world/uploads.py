"""Files sent to the editing routes: read whole, since they are small, and bounded in number and size."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import UploadFile

from fumetto.library.world.errors import WorldFileInvalid, WorldFilesMissing, WorldFilesTooMany
from fumetto.library.world.rules.located import Problem

MOST_FILES = 1000
LARGEST_UPLOAD = 64 * 1024 * 1024
"""All files together, as the application takes them below /editing/."""


async def received(files: Sequence[UploadFile], endings: tuple[str, ...], largest: int) -> dict[str, bytes]:
    """The bytes of those files that have one of the endings, by name.

    Raises WorldFilesMissing, WorldFilesTooMany, and WorldFileInvalid for one that is too large or comes twice.
    """
    wanted = [file for file in files if (file.filename or "").lower().endswith(endings)]
    if not wanted:
        raise WorldFilesMissing(path="upload", wanted=" / ".join(endings))
    if len(wanted) > MOST_FILES:
        raise WorldFilesTooMany(limit=MOST_FILES)
    found: dict[str, bytes] = {}
    for file in wanted:
        name = (file.filename or "").replace("\0", "")[:400]
        if name in found:
            raise WorldFileInvalid(problems=[Problem(name, 1, "twice", name, "1")])
        data = await file.read(largest + 1)
        if len(data) > largest:
            raise WorldFileInvalid(problems=[Problem(name, 1, "too_large", other=str(largest))])
        found[name] = data
    return found

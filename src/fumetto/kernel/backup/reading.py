"""Reading a backup: whether it is one, and whether every part is as it was written. Nothing is trusted before that."""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from fumetto.kernel.backup.errors import BackupDamaged, BackupNewer, BackupNotRecognised
from fumetto.kernel.backup.manifest import DATABASE, FILES, FORMAT, LIBRARY, MANIFEST, SETTINGS, Manifest
from fumetto.kernel.backup.progress import Progress, nobody_watches

CHUNK = 2**20
BIGGEST_MANIFEST = 2**30
BAD_ZIP = (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError)


def check_backup(file: Path, progress: Progress = nobody_watches) -> Manifest:
    """Reads all of the file and returns what it says of itself. Blocking.

    Raises BackupNotRecognised for another kind of file, BackupNewer for a format of the future, and BackupDamaged,
    which names the part, for anything that is not what was written.
    """
    with opened(file) as archive:
        manifest = manifest_of(file, archive)
        names = [entry.filename for entry in archive.infolist()]
        wanted = [part.name for part in manifest.parts] + [MANIFEST]
        for name in wanted:
            if name not in names:
                raise BackupDamaged(file=str(file), part=name, reason="it is missing")
        if len(names) != len(wanted) or DATABASE not in wanted:
            strange = next((name for name in names if name not in wanted), DATABASE)
            raise BackupDamaged(file=str(file), part=strange, reason="it does not belong there")
        done, total = 0, sum(part.bytes for part in manifest.parts)
        for part in manifest.parts:
            check_name(file, part.name)
            digest, size = hashlib.sha256(), 0
            for chunk in chunks_of(file, archive, part.name):
                digest.update(chunk)
                size += len(chunk)
                progress("checking", done + size, total)
            if size != part.bytes or digest.hexdigest() != part.sha256:
                raise BackupDamaged(file=str(file), part=part.name, reason="its checksum is another")
            done += size
    return manifest


@contextlib.contextmanager
def opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """The archive. Raises BackupNotRecognised, or BackupDamaged for a backup that is cut off."""
    try:
        with file.open("rb") as begin:
            head = begin.read(64)
    except OSError as error:
        raise BackupNotRecognised(file=str(file), reason=error.strerror or str(error)) from error
    try:
        archive = zipfile.ZipFile(file)
    except BAD_ZIP as error:
        if DATABASE.encode() in head:
            raise BackupDamaged(file=str(file), part=MANIFEST, reason="the file is cut off before it") from error
        raise BackupNotRecognised(file=str(file), reason="it is no archive") from error
    with archive:
        yield archive


def manifest_of(file: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        if archive.getinfo(MANIFEST).file_size > BIGGEST_MANIFEST:
            raise BackupNotRecognised(file=str(file), reason=f"its {MANIFEST} is too large")
    except KeyError:
        raise BackupNotRecognised(file=str(file), reason=f"it has no {MANIFEST}") from None
    text = b"".join(chunks_of(file, archive, MANIFEST))
    try:
        manifest = Manifest.from_json(text.decode())
    except ValueError as error:
        raise BackupNotRecognised(file=str(file), reason=f"its {MANIFEST} is another's") from error
    if manifest.format > FORMAT:
        raise BackupNewer(file=str(file), found=manifest.fumetto, known=f"format {FORMAT}")
    return manifest


def chunks_of(file: Path, archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """An entry's bytes. Raises BackupDamaged where it cannot be read or its CRC is wrong."""
    try:
        entry = archive.getinfo(name)
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
            raise BackupDamaged(file=str(file), part=name, reason="it is packed in a way that no backup is")
        with archive.open(entry) as source:
            while chunk := source.read(CHUNK):
                yield chunk
    except BAD_ZIP as error:
        raise BackupDamaged(file=str(file), part=name, reason=str(error) or type(error).__name__) from error


def check_name(file: Path, name: str) -> None:
    """A name is one of the fixed ones, or a path that stays inside its folder."""
    below = next((name.removeprefix(folder) for folder in (FILES, LIBRARY) if name.startswith(folder)), None)
    pure = PurePosixPath(below or "")
    inside = bool(below) and not pure.is_absolute() and ".." not in pure.parts and "\0" not in name and "\\" not in name
    if name not in {DATABASE, SETTINGS} and not inside:
        raise BackupDamaged(file=str(file), part=name, reason="its name leads out of the backup")

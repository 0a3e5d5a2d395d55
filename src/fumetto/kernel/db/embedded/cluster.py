"""Making and readying a data directory. Runs in the keeper, which holds the lock on it. Standard library only."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

from fumetto.kernel.db.embedded.account import Account, Disguise, may_reach
from fumetto.kernel.db.embedded.layout import DATABASE, MAJOR, Layout, Refusal, log_tail

ROOM_NEEDED = 96 * 1024**2  # bytes: 40 for a new cluster, the rest for its first transactions
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
ROLES = ("postgres", "fumetto_owner", "fumetto_app")
INITDB = (
    "-U",
    "postgres",
    "-E",
    "UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--data-checksums",
    "--auth-local=peer",
    "--auth-host=reject",
    "--no-instructions",
)

FIRST_STATEMENTS = (
    "CREATE ROLE fumetto_owner LOGIN NOSUPERUSER NOBYPASSRLS",
    "CREATE ROLE fumetto_app LOGIN NOSUPERUSER NOBYPASSRLS",
    f"CREATE DATABASE {DATABASE} OWNER fumetto_owner",
)
"""What a new cluster is born with: both roles, and the database, owned by the one that migrations run as."""


def prepare(layout: Layout, account: Account, programs: Path, options: dict[str, str]) -> None:
    """Makes the cluster if there is none, and brings an existing one's files in line with this machine.

    Raises Refusal: another major version, no room, a folder that the account cannot reach, or initdb's own words.
    """
    if account.disguise is Disguise.NOBODY:
        layout.base.chmod(0o711)
    if not may_reach(layout.base, account):
        raise Refusal("postgres_needs_user", path=str(layout.base))
    make_socket_folder(layout, account)
    if (layout.data / "PG_VERSION").exists():
        check_version(layout)
    else:
        create(layout, account, programs, options)
    give_to(account, layout.data)
    write_access(layout.data, account)


def check_version(layout: Layout) -> None:
    found = (layout.data / "PG_VERSION").read_text().strip()
    if found != str(MAJOR):
        raise Refusal("database_other_version", path=str(layout.data), found=found, wanted=MAJOR)


def create(layout: Layout, account: Account, programs: Path, options: dict[str, str]) -> None:
    if layout.data.exists() and any(layout.data.iterdir()):
        raise Refusal(
            "database_not_starting",
            path=str(layout.base),
            log=f"{layout.data} is not empty and holds no database; move it away",
        )
    free = shutil.disk_usage(layout.base).free
    if free < ROOM_NEEDED:
        raise Refusal("disk_full", path=str(layout.base), free=free, needed=ROOM_NEEDED)
    shutil.rmtree(layout.fresh, ignore_errors=True)
    layout.fresh.mkdir(mode=0o700)
    give_to(account, layout.fresh)
    durable = options.get("fsync") != "off"
    extra = () if durable else ("--no-sync",)
    run(layout, account, [programs / "initdb", "-D", layout.fresh, *INITDB, *extra])
    settings = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
    run(
        layout,
        account,
        [programs / "postgres", "--single", "-D", layout.fresh, *settings, "postgres"],
        "".join(f"{statement}\n" for statement in FIRST_STATEMENTS),
    )
    if layout.data.exists():
        layout.data.rmdir()
    layout.fresh.rename(layout.data)
    if durable:
        sync_folder(layout.base)


def run(layout: Layout, account: Account, command: list[str | Path], text: str = "") -> None:
    done = subprocess.run(
        [str(word) for word in command],
        input=text,
        text=True,
        capture_output=True,
        cwd="/",
        check=False,
        env=ENVIRONMENT,
        preexec_fn=account.enter,
    )
    output = (done.stdout + done.stderr).strip()
    # Single-user mode reports a failed statement and still ends with status 0.
    if done.returncode != 0 or "ERROR:" in output or "FATAL:" in output:
        raise refusal_from(layout, "\n".join(output.splitlines()[-12:]))


def refusal_from(layout: Layout, log: str) -> Refusal:
    """The refusal that PostgreSQL's last words amount to."""
    if "No space left on device" in log:
        return Refusal("disk_full", path=str(layout.base), free=shutil.disk_usage(layout.base).free, needed=ROOM_NEEDED)
    if "Read-only file system" in log:
        return Refusal("data_dir_unusable", path=str(layout.base), reason="Read-only file system")
    return Refusal("database_not_starting", path=str(layout.base), log=log or log_tail(layout.log))


def make_socket_folder(layout: Layout, account: Account) -> None:
    """In /tmp anybody could have been there first, so what is found there must be a folder of ours, and no link."""
    folder = layout.sockets
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    ours = folder.parent == layout.base or found.st_uid in {os.geteuid(), account.uid}
    if not ours or not stat.S_ISDIR(found.st_mode):
        raise Refusal("data_dir_other_owner", path=str(folder), owner=found.st_uid, user=os.geteuid())
    folder.chmod(0o700)
    os.chown(folder, account.uid, account.gid)


def give_to(account: Account, folder: Path) -> None:
    """Only root can, and only root has to: a cluster may have been made under the other disguise."""
    if os.geteuid() != 0 or folder.lstat().st_uid == account.uid:
        return
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(place, name), account.uid, account.gid, follow_symlinks=False)
    os.chown(folder, account.uid, account.gid)  # last, so that an interrupted change is done again


def write_access(data: Path, account: Account) -> None:
    """Only our own account gets in, through the socket, under the three names. Written at every start: the account
    that clients appear as depends on the disguise."""
    write(data / "pg_hba.conf", "local all all peer map=fumetto\n", account)
    write(data / "pg_ident.conf", "".join(f'fumetto "{account.peer}" {role}\n' for role in ROLES), account)


def write(path: Path, text: str, account: Account) -> None:
    if path.exists() and path.read_text() == text:
        return
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(text)
    fresh.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(fresh, account.uid, account.gid)
    fresh.replace(path)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""The PostgreSQL that tests run on: the embedded server, as people have it but without waiting for the disk.

One server for all workers of a run; one template per run, made by the real migrations; one clone per test. A run that
finds the cluster which another run made from the same migrations copies it instead of making it again.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from fumetto.kernel.db import migrate
from fumetto.kernel.db.embedded import cluster
from fumetto.kernel.db.embedded.layout import Layout
from fumetto.kernel.db.embedded.lease import Lease
from fumetto.kernel.db.embedded.software import find_programs
from fumetto.kernel.db.roles import Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.settings import load_settings
from tests.builders.in_memory import in_memory

CARELESS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_wal_size": "256MB",
    "max_connections": "200",
    "shared_buffers": "128MB",
}
TEMPLATE = "template_for_tests"
KEPT_CLUSTERS = 3


class TestServer:
    """The running server and its template. Databases cloned from it live until `drop`."""

    __test__ = False

    def __init__(self, lease: Lease, host: str) -> None:
        self.lease = lease
        self.host = host
        self.admin = psycopg.connect(
            make_conninfo(host=host, user=Role.ADMIN.value, dbname="postgres"), autocommit=True
        )

    def clone(self, template: str = TEMPLATE) -> DatabaseServer:
        """A database like the template, some 40 ms later; on a disk up to a second."""
        name = f"test_{uuid.uuid4().hex}"
        self.admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY OWNER {Role.OWNER.value}")
        return DatabaseServer(make_conninfo(host=self.host), name, self.lease)

    def empty(self) -> DatabaseServer:
        """A database in which nothing was migrated yet."""
        return self.clone("template0")

    def url(self, database: str) -> str:
        """What DATABASE_URL is for another process that is to use a database here."""
        return f"postgresql://{Role.ADMIN.value}@/{database}?host={self.host}"

    def drop(self, database: str) -> None:
        self.admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def close(self) -> None:
        self.admin.close()
        self.lease.release()


@contextlib.contextmanager
def running(folder: Path) -> Iterator[TestServer]:
    """The run's server below `folder`; the first worker to come makes it, the last to leave stops it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with in_memory(folder) as home:
        with locked(folder / "making"):
            cache = Path(tempfile.gettempdir()) / f"fumetto-tests-{os.geteuid()}" / fingerprint()
            layout = Layout.below(home)
            if not layout.data.exists():
                make_cluster(cache)
                layout.base.mkdir(mode=0o700)
                shutil.copytree(Layout.below(cache).data, layout.data, symlinks=True)
            lease = Lease(home, options=CARELESS)
            local = asyncio.run(lease.acquire())
        server = TestServer(lease, local.host)
        try:
            yield server
        finally:
            server.close()
            asyncio.run(lease.stopped())


def make_cluster(cache: Path) -> None:
    """A stopped cluster holding the migrated template. Complete when its folder is there."""
    cache.parent.mkdir(mode=0o700, exist_ok=True)
    if cache.parent.lstat().st_uid != os.geteuid():
        raise PermissionError(f"{cache.parent} belongs to somebody else")
    with locked(cache.parent / "making"):
        if cache.exists():
            return
        fresh = cache.with_name(f"new-{uuid.uuid4().hex}")
        asyncio.run(fill(fresh))
        fresh.rename(cache)
        made = sorted(cache.parent.glob("[0-9a-f]*/"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in made[KEPT_CLUSTERS:]:
            shutil.rmtree(old, ignore_errors=True)


async def fill(folder: Path) -> None:
    lease = Lease(folder, options=CARELESS)
    local = await lease.acquire()
    server = DatabaseServer(make_conninfo(host=local.host), TEMPLATE, lease)
    async with server.connect(Role.ADMIN, database="postgres") as admin:
        await admin.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 OWNER {Role.OWNER.value}".encode())
    await migrate.upgrade_server(server, load_settings({}, data_dir=folder))
    lease.release()
    await lease.stopped()


def fingerprint() -> str:
    """Of everything that decides what the cluster holds."""
    digest = hashlib.blake2b(digest_size=12)
    versions = sorted((migrate.MIGRATIONS / "versions").glob("*.py")) + sorted(
        (migrate.MIGRATIONS / "sql").glob("*.sql")
    )
    for path in (*versions, Path(cluster.__file__), Path(__file__)):
        digest.update(path.read_bytes())
    digest.update(str((find_programs() / "postgres").stat().st_mtime_ns).encode())
    return digest.hexdigest()


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

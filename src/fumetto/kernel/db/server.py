"""One name for the embedded and for an outside server: an address that each role connects to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import AsyncConnection, OperationalError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from fumetto.kernel.db.embedded.layout import DATABASE
from fumetto.kernel.db.embedded.lease import Lease
from fumetto.kernel.db.errors import DatabaseUnreachable
from fumetto.kernel.db.roles import Role

if TYPE_CHECKING:
    from fumetto.kernel.settings import Settings

CONNECT_TIMEOUT = 10  # seconds, for a server that does not answer


@dataclass(frozen=True)
class DatabaseServer:
    """A server that runs. `lease` is our share in it when it is the embedded one."""

    address: str
    database: str
    lease: Lease | None = None

    @property
    def embedded(self) -> bool:
        return self.lease is not None

    def conninfo(
        self, role: Role, *, application: str = "fumetto", database: str | None = None, **parameters: Any
    ) -> str:
        """The libpq connection string for a role; `parameters` are server settings, such as `lock_timeout="5s"`."""
        known = conninfo_to_dict(self.address)
        if not self.embedded and role is not Role.ADMIN:
            parameters = {"role": role.value} | parameters
        words = [str(known.get("options") or "")]
        words += [
            f"-c {name}={str(value).replace(chr(92), chr(92) * 2).replace(' ', chr(92) + ' ')}"
            for name, value in parameters.items()
        ]
        user = {"user": role.value} if self.embedded else {}
        return make_conninfo(
            self.address,
            dbname=database or self.database,
            application_name=application,
            connect_timeout=known.get("connect_timeout") or CONNECT_TIMEOUT,
            options=" ".join(words).strip() or None,
            **user,
        )

    @contextlib.asynccontextmanager
    async def connect(
        self, role: Role, *, database: str | None = None, **parameters: Any
    ) -> AsyncIterator[AsyncConnection]:
        """One connection of its own in autocommit, outside every pool. Raises DatabaseUnreachable."""
        try:
            connection = await AsyncConnection.connect(
                self.conninfo(role, database=database, **parameters), autocommit=True
            )
        except OperationalError as error:
            raise unreachable(error) from error
        async with connection:
            yield connection


@contextlib.asynccontextmanager
async def running_database(settings: Settings, *, wait_until_stopped: bool = False) -> AsyncIterator[DatabaseServer]:
    """The server, for as long as the block runs; the embedded one is started if nobody has, and stops after the last.

    wait_until_stopped: on the way out, wait until it has really stopped unless others use it: for a process whose end
    ends everything, as in a container. Raises what `Lease.acquire` raises.
    """
    if settings.conninfo is not None:
        yield DatabaseServer(settings.conninfo, str(conninfo_to_dict(settings.conninfo).get("dbname") or ""))
        return
    lease = Lease(settings.data_dir)
    local = await lease.acquire()
    try:
        yield DatabaseServer(make_conninfo(host=local.host), DATABASE, lease)
    finally:
        lease.release()
        if wait_until_stopped:
            await lease.stopped()


def unreachable(error: Exception) -> DatabaseUnreachable:
    """libpq's reason in one line; it names host, port and user, and never the password."""
    return DatabaseUnreachable(reason=" ".join(str(error).split()))


async def watch(server: DatabaseServer, restarted: Callable[[], Awaitable[None]]) -> None:
    """Keeps the embedded server alive while we hold our lease; for an outside server there is nothing to do."""
    if server.lease is not None:
        await server.lease.watch(restarted)
    else:
        await asyncio.Event().wait()

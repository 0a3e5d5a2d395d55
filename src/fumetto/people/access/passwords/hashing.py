"""argon2id, slow on purpose, in few threads of its own: signing in must not hold up what others read meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from fumetto.kernel.errors import Busy

if TYPE_CHECKING:
    from argon2 import PasswordHasher

T = TypeVar("T")

THREADS = 2
MOST_WAITING = 64
MEMORY_KIB, PASSES = 19_456, 2
"""What OWASP's password storage cheat sheet asks of argon2id: some 20 ms of one core, and 19 MiB."""

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
_waiting = 0


@cache
def hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)


@cache
def nobodys_hash() -> str:
    """What is checked against where there is no account, so that its lack takes as long as a wrong password."""
    return hasher().hash("nobody has this password")


async def aside(work: Callable[[], T]) -> T:
    """Run something slow in the threads for it. Raises Busy when too many wait already."""
    global _waiting
    if _waiting >= MOST_WAITING:
        raise Busy
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1


async def hash_secret(secret: str) -> str:
    """The argon2id hash to keep, with its salt and parameters in it."""
    return await aside(lambda: hasher().hash(secret))


async def verify_secret(kept: str | None, secret: str) -> bool:
    """Whether a secret is the one that the hash was made of. Takes as long where there is none."""
    return await aside(lambda: matches(kept or nobodys_hash(), secret)) and kept is not None


def matches(kept: str, secret: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return hasher().verify(kept, secret)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether it was made with other parameters than are asked for by now."""
    return hasher().check_needs_rehash(kept)

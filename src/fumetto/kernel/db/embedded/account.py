"""As whom PostgreSQL runs. It refuses to run as root, which is who Fumetto is in many containers and on small servers.

A normal user runs it as themselves. Root runs it in a user namespace of its own, in which root is called `nobody`: no
new account, and no folder opened to others. Where namespaces are forbidden, root becomes `nobody` in earnest, and then
the programs and the data must be reachable for that account. Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fumetto.kernel.db.embedded.layout import Refusal

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NOBODY = 65534


class Disguise(StrEnum):
    NONE = "none"
    NAMESPACE = "namespace"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Account:
    """`enter` turns a forked child into this account; it then dies with its parent (Linux), by a clean shutdown.

    peer: what the server calls clients that are the keeper's own account.
    uid: who owns the data directory, seen from outside.
    parent: the process that chose it, and forks the children.
    """

    disguise: Disguise
    peer: str
    uid: int
    gid: int
    parent: int

    def enter(self) -> None:
        # What the keeper ignores a child would ignore too, and a wish to stop that comes early would be lost.
        for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wish, signal.SIG_DFL)
        if self.disguise is Disguise.NAMESPACE:
            enter_namespace(self.inner_uid())
        elif self.disguise is Disguise.NOBODY:
            os.setgroups([])
            os.setgid(self.gid)
            os.setuid(self.uid)
        # The order matters: a change of user clears what prctl sets.
        end_with(self.parent)

    def inner_uid(self) -> int:
        return pwd.getpwnam(self.peer).pw_uid


def choose_account(wanted: str = "") -> Account:
    """The account for this process and machine; `wanted` (a Disguise) overrules, for tests and odd machines.

    Raises Refusal when the user has no name, which PostgreSQL needs, or when root has nobody to be.
    """
    uid, me = os.geteuid(), os.getpid()
    if uid != 0:
        return Account(Disguise.NONE, name_of(uid), uid, os.getegid(), me)
    other = somebody_else()
    disguise = Disguise(wanted) if wanted else Disguise.NAMESPACE if namespaces_work(other.pw_uid) else Disguise.NOBODY
    if disguise is Disguise.NAMESPACE:
        return Account(disguise, other.pw_name, 0, 0, me)
    return Account(Disguise.NOBODY, name_of(0), other.pw_uid, other.pw_gid, me)


def name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise Refusal("postgres_user_unnamed", uid=uid) from None


def somebody_else() -> pwd.struct_passwd:
    """The account `nobody`, or any that is not root: inside, the server looks its own name up."""
    known = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    try:
        return pwd.getpwuid(NOBODY)
    except KeyError:
        if known:
            return known[-1]
        raise Refusal("postgres_user_unnamed", uid=NOBODY) from None


def namespaces_work(uid: int) -> bool:
    """Whether a child may enter a user namespace here; containers usually forbid it."""
    return sys.platform.startswith("linux") and in_child(lambda: enter_namespace(uid)) == 0


def may_reach(path: Path, account: Account) -> bool:
    """Whether the account can open files by name below this folder, tried rather than computed."""

    def reach() -> None:
        account.enter()
        if not os.access(path, os.X_OK):
            raise PermissionError(path)

    return in_child(reach) == 0


def in_child(action: Callable[[], None]) -> int:
    """Runs the action in a forked child; its exit status, 0 when nothing was raised."""
    pid = os.fork()
    if pid == 0:
        try:
            action()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def enter_namespace(inner_uid: int) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    if libc().unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inner_uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{inner_uid} {outer_gid} 1")


def end_with(parent: int) -> None:
    """SIGINT, PostgreSQL's fast clean shutdown, when the thread that forked us is gone. Linux only."""
    if not sys.platform.startswith("linux"):
        return
    libc().prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
    if os.getppid() != parent:  # it died between fork and prctl, and no signal will come
        raise ProcessLookupError("the keeper is gone")


def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)

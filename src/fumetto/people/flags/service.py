"""Use cases of flags: looking at them, setting them, and what somebody would get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fumetto.kernel.audit import audit
from fumetto.kernel.db.notices import publish
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.repository.visits import person
from fumetto.people.accounts.errors import UserNotFound
from fumetto.people.accounts.models import User
from fumetto.people.flags import repository
from fumetto.people.flags.board import CHANNEL, Board
from fumetto.people.flags.claims import Asker, asker, samples
from fumetto.people.flags.errors import FlagChanged, FlagNotFound, FlagUnconfirmed, FlagUnusable
from fumetto.people.flags.kinds import Audience, FlagKind
from fumetto.people.flags.models import FeatureFlag
from fumetto.people.flags.repository import ENTITY, SETTABLE, to_flag
from fumetto.people.flags.rules.checking import CLAIMS, RuleWrong, check
from fumetto.people.flags.rules.evaluating import Evaluation
from fumetto.people.flags.rules.flags import Flag
from fumetto.people.flags.shipped import shipped

MOST_DEEDS = 200


@dataclass(frozen=True, slots=True)
class KnownFlag:
    """A flag as it counts now, and whether somebody set it."""

    flag: Flag
    is_shipped: bool
    is_set: bool
    updated_by: UUID | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    action: str
    actor_id: UUID | None
    actor_name: str | None
    at: datetime
    changes: Mapping[str, Mapping[str, Any]]


def known(row: FeatureFlag) -> KnownFlag:
    return KnownFlag(to_flag(row), row.name in shipped(), True, row.updated_by, row.updated_at)


async def list_flags(session: ReadSession) -> list[KnownFlag]:
    """Every flag there is, shipped or set, by name."""
    found = {name: KnownFlag(flag, True, False) for name, flag in shipped().items()}
    found |= {row.name: known(row) for row in await repository.all_flags(session)}
    return [found[name] for name in sorted(found)]


async def get_flag(session: ReadSession, name: str) -> KnownFlag:
    """Raises FlagNotFound."""
    row = await repository.flag_named(session, name)
    if row is not None:
        return known(row)
    if name not in shipped():
        raise FlagNotFound(name=name)
    return KnownFlag(shipped()[name], True, False)


async def set_flag(session: WriteSession, flag: Flag, *, actor: UUID | None, version: int | None = None) -> KnownFlag:
    """Set a flag, in every process as soon as the transaction commits.

    version: the one that the change was made from. Raises FlagUnusable for one that could not be evaluated, and
    FlagChanged when somebody has set it meanwhile.
    """
    await check_flag(session, flag)
    row = await repository.lock_flag(session, flag.name)
    if version is not None and version != (row.version if row else 0):
        raise FlagChanged(name=flag.name, version=row.version if row else 0)
    said = {name: getattr(flag, name) for name in SETTABLE}
    old = settable(to_flag(row)) if row else settable(shipped()[flag.name]) if flag.name in shipped() else None
    if row is None:
        row = await repository.add_flag(session, flag.name, said | {"updated_by": actor})
        if row is None:
            raise FlagChanged(name=flag.name, version=1)
    else:
        for name, value in said.items():
            setattr(row, name, value)
        row.version += 1
        row.updated_by = actor
        await session.flush()
        await session.refresh(row)
    await audit(session, actor, "flag.set", ENTITY, flag.name, old=old, new=settable(flag))
    await publish(session, CHANNEL, flag.name)
    return known(row)


async def forget_flag(session: WriteSession, name: str, *, confirmed: str, actor: UUID | None) -> None:
    """Take back what was set: a shipped flag is as it was shipped again, another is gone.

    Raises FlagNotFound, and FlagUnconfirmed unless `confirmed` is the name.
    """
    row = await repository.lock_flag(session, name)
    if row is None:
        raise FlagNotFound(name=name)
    if confirmed != name:
        raise FlagUnconfirmed(name=name)
    old = settable(to_flag(row))
    if row.kind is FlagKind.RULE:
        await keep_rules_whole(session, name)
    await repository.delete_flag(session, name)
    new = settable(shipped()[name]) if name in shipped() else None
    await audit(session, actor, "flag.delete", ENTITY, name, old=old, new=new)
    await publish(session, CHANNEL, name)


async def keep_rules_whole(session: WriteSession, name: str) -> None:
    """Raises FlagUnusable when another flag refers to the rule that is to go."""
    rows = [to_flag(row) for row in await repository.all_flags(session) if row.name != name]
    shared = {flag.name: flag.targeting for flag in rows if flag.kind is FlagKind.RULE}
    for flag in rows:
        refuse_unusable(flag, shared)


async def check_flag(session: ReadSession, flag: Flag) -> None:
    """Raises FlagUnusable with the place of the fault; also when a rule would break a flag that refers to it."""
    rows = [to_flag(row) for row in await repository.all_flags(session) if row.name != flag.name]
    shared = {one.name: one.targeting for one in [*rows, flag] if one.kind is FlagKind.RULE}
    refuse_unusable(flag, shared)
    if flag.kind is FlagKind.RULE:
        for other in rows:
            refuse_unusable(other, shared)


def refuse_unusable(flag: Flag, shared: Mapping[str, Any]) -> None:
    try:
        check(flag, shared, samples())
    except RuleWrong as error:
        raise FlagUnusable(name=flag.name, place=error.place, fault=error.fault) from None


def settable(flag: Flag) -> dict[str, Any]:
    told = asdict(flag)
    return {name: told[name] for name in SETTABLE}


async def history(session: ReadSession, name: str) -> list[Deed]:
    """What was done to a flag and what it changed, the latest first."""
    rows = await repository.history(session, name, MOST_DEEDS)
    actors = {row.actor_id for row in rows if row.actor_id}
    found = await session.execute(select(User.id, User.username).where(User.id.in_(actors)))
    names: dict[UUID, str] = {row[0]: row[1] for row in found}
    return [
        Deed(
            row.action,
            row.actor_id,
            names.get(row.actor_id) if row.actor_id else None,
            row.created_at,
            differences(row.old_value or {}, row.new_value or {}),
        )
        for row in rows
    ]


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields that are not alike in both."""
    return {
        name: {"old": old.get(name), "new": new.get(name)}
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    }


async def asker_of_user(session: ReadSession, user_id: UUID) -> Asker:
    """What flags would know of a user. Raises UserNotFound."""
    found = await person(session, user_id)
    if found is None:
        raise UserNotFound
    return asker(found.reader)


def made_up(claims: Mapping[str, Any], audience: Audience) -> Asker:
    """Somebody who has these claims, of those that flags know at all."""
    known_claims = {name: value for name, value in claims.items() if name in CLAIMS}
    key = claims.get("targetingKey")
    return Asker(audience, known_claims, key if isinstance(key, str) else None)


async def preview(
    session: ReadSession, board: Board, who: Asker, *, names: Sequence[str] | None = None, draft: Flag | None = None
) -> dict[str, Evaluation]:
    """What somebody would get, by flag: as things are, or as they would be with `draft` set.

    Raises FlagUnusable for a draft that could not be set.
    """
    flags = [to_flag(row) for row in await repository.all_flags(session)]
    if draft is not None:
        await check_flag(session, draft)
        flags = [*(flag for flag in flags if flag.name != draft.name), draft]
    tried = Board(board.environment)
    tried.put(flags)
    wanted = [draft.name] if draft is not None and names is None else names
    everything = {*shipped(), *(flag.name for flag in flags if flag.kind is not FlagKind.RULE)}
    return {name: tried.explain(who, name) for name in sorted(everything) if wanted is None or name in wanted}

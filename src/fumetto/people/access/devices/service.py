"""Use cases of paired devices: a device asks, a grown-up allows it, and children sign in there by picture and PIN."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fumetto.kernel.audit import audit
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.kernel.settings import Settings
from fumetto.people.access import attempts
from fumetto.people.access.devices import repository
from fumetto.people.access.devices.errors import (
    ChildUnknown,
    CodeDecided,
    CodeExpired,
    CodeNotFound,
    GrownUpsOnly,
    NotPaired,
    PairedDeviceNotFound,
    PairingDenied,
    PairingPending,
    PinUnusable,
    SecretLocked,
    SecretWrong,
)
from fumetto.people.access.devices.models import DeviceCode, PairedDevice
from fumetto.people.access.devices.rules import (
    ASK_EVERY,
    FREE_TRIES,
    LONGEST_WAIT,
    Picture,
    is_pin,
    new_code,
    new_number,
    read_code,
    shown_code,
    wait_after,
)
from fumetto.people.access.errors import TooManyAttempts
from fumetto.people.access.kinds import Method
from fumetto.people.access.passwords.hashing import hash_secret, verify_secret
from fumetto.people.access.readers import Reader
from fumetto.people.access.rules.tokens import TokenKind, device_name, hash_token, is_token, new_token
from fumetto.people.access.service import Client, NewSession, start_session
from fumetto.people.accounts.models import User
from fumetto.people.collectives.repository import guardianships
from fumetto.people.consent.rules import is_minor

MOST_CODES = 10
"""That one place may have open at a time."""


@dataclass(frozen=True, slots=True)
class NewCode:
    """What a device shows (`user_code`, `number`) and what it keeps to itself (`device_code`)."""

    user_code: str
    device_code: str
    number: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AskingDevice:
    """A device that asks to be paired, as the grown-up sees it."""

    user_code: str
    number: str
    device_name: str
    expires_at: datetime
    state: str  # open | allowed | refused


@dataclass(frozen=True, slots=True)
class Child:
    id: UUID
    name: str
    ready: bool  # has a picture and a PIN


@dataclass(frozen=True, slots=True)
class Paired:
    """A paired device, with the children who may sign in on it."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None
    children: tuple[Child, ...]


async def ask_for_pairing(session: WriteSession, client: Client) -> NewCode:
    """A device asks to be paired. Raises TooManyAttempts for a place that has many such codes open."""
    place = client.place or "unknown"
    if await repository.open_codes(session, place) >= MOST_CODES:
        raise TooManyAttempts(retry_after=60)
    user_code, device_code, number = new_code(), new_token(TokenKind.CODE), new_number()
    code = DeviceCode(
        id=uuid7(),
        user_code_hash=hash_token(user_code),
        device_code_hash=hash_token(device_code),
        number=number,
        device_name=device_name(client.user_agent),
        place=place,
    )
    expires_at = await repository.add_code(session, code)
    return NewCode(shown_code(user_code), device_code, number, expires_at)


async def look_at_code(session: ReadSession, reader: Reader, typed: str) -> AskingDevice:
    """The device behind a code that a grown-up typed. Raises GrownUpsOnly, CodeNotFound, CodeExpired."""
    code, text = await asking(session, reader, typed)
    state = "allowed" if code.approved_by else "refused" if code.denied_at else "open"
    return AskingDevice(shown_code(text), code.number, code.device_name, code.expires_at, state)


async def asking(session: ReadSession, reader: Reader, typed: str) -> tuple[DeviceCode, str]:
    if reader.is_minor:
        raise GrownUpsOnly
    text = read_code(typed)
    found = await repository.code_by_hash(session, hash_token(text)) if text else None
    if found is None or text is None:
        raise CodeNotFound
    if not found[1]:
        raise CodeExpired
    return found[0], text


async def allow(
    session: WriteSession, reader: Reader, typed: str, number: str, name: str, children: Collection[UUID]
) -> Paired:
    """Pair the device that shows this code and number, for these children, all of whom the grown-up looks after.

    Raises what `look_at_code` does, CodeNotFound for another number, CodeDecided, or ChildUnknown.
    """
    code, _ = await asking(session, reader, typed)
    if code.number != number:
        raise CodeNotFound
    await check_children(session, reader.id, children)
    # Nobody knows this token: the device gets another when it claims it.
    device = PairedDevice(
        id=uuid7(),
        paired_by=reader.id,
        name=" ".join(name.split())[:100] or code.device_name,
        token_hash=hash_token(new_token(TokenKind.DEVICE)),
    )
    session.add(device)
    await session.flush()
    if not await repository.approve(session, code.id, reader.id, device.id):
        raise CodeDecided
    await repository.set_children(session, device.id, children)
    new = {"name": device.name, "children": sorted(children)}
    await audit(session, reader.id, "device.pair", "device", device.id, new=new)
    return (await list_paired(session, reader.id, only=device.id))[0]


async def refuse(session: WriteSession, reader: Reader, typed: str) -> None:
    """Say no to a device. Raises what `look_at_code` does, and CodeDecided."""
    code, _ = await asking(session, reader, typed)
    if not await repository.deny(session, code.id):
        raise CodeDecided
    await audit(session, reader.id, "device.refuse", "device_code", code.id, new={"device": code.device_name})


async def claim(database: Database, device_code: str, place: str) -> str:
    """The token of a device that was allowed, told once.

    Raises PairingPending while nobody has decided, PairingDenied, CodeExpired, CodeNotFound (also for a second claim),
    or TooManyAttempts for a place that tries codes out.
    """
    async with database.read() as session:
        await attempts.check(session, place, None)
    async with database.write() as session:
        found = None
        if is_token(device_code, TokenKind.CODE):
            found = await repository.count_claim(session, hash_token(device_code))
    if found is None:
        await attempts.count(database, place, None)
        raise CodeNotFound
    code, alive = found
    if not alive:
        raise CodeExpired
    if code.denied_at:
        raise PairingDenied
    if code.device_id is None:
        raise PairingPending(retry_after=ASK_EVERY)
    token = new_token(TokenKind.DEVICE)
    async with database.write() as session:
        device = await session.get(PairedDevice, code.device_id)
        if device is None or not await repository.mark_claimed(session, code.id):
            raise CodeNotFound
        device.token_hash = hash_token(token)
    return token


async def check_children(session: ReadSession, guardian_id: UUID, children: Collection[UUID]) -> None:
    """Raises ChildUnknown unless each of them is a minor whom the guardian looks after."""
    for child_id in children:
        user = await session.get(User, child_id)
        if user is None or not user.is_active or not is_minor(user.user_type, user.age_class):
            raise ChildUnknown
        if not await guardianships(session, guardian_id=guardian_id, child_id=child_id):
            raise ChildUnknown


async def list_paired(session: ReadSession, user_id: UUID, only: UUID | None = None) -> list[Paired]:
    """The devices that somebody has paired, the newest first."""
    devices = [each for each in await repository.devices_of(session, user_id) if only in (None, each.id)]
    children: dict[UUID, list[Child]] = {each.id: [] for each in devices}
    for device_id, child_id, name, ready in await repository.children_on(session, list(children)):
        children[device_id].append(Child(child_id, name, ready))
    return [
        Paired(each.id, each.name, each.created_at, each.last_used_at, tuple(children[each.id])) for each in devices
    ]


async def change_children(session: WriteSession, reader: Reader, device_id: UUID, children: Collection[UUID]) -> Paired:
    """Say anew who may sign in on a device; who may not any more is signed out there, at once."""
    found = await list_paired(session, reader.id, only=device_id)
    if not found:
        raise PairedDeviceNotFound
    await check_children(session, reader.id, children)
    await repository.set_children(session, device_id, children)
    old, new = {"children": sorted(each.id for each in found[0].children)}, {"children": sorted(children)}
    await audit(session, reader.id, "device.children", "device", device_id, old=old, new=new)
    return (await list_paired(session, reader.id, only=device_id))[0]


async def unpair(session: WriteSession, user_id: UUID, device_id: UUID) -> None:
    """Take a device's pairing back: its children are signed out there, at once. Raises PairedDeviceNotFound."""
    name = await repository.remove_device(session, user_id, device_id)
    if name is None:
        raise PairedDeviceNotFound
    await audit(session, user_id, "device.unpair", "device", device_id, old={"name": name})


async def paired_device(session: ReadSession, token: str) -> PairedDevice:
    """The device that shows this token. Raises NotPaired."""
    found = await repository.device_by_hash(session, hash_token(token)) if is_token(token, TokenKind.DEVICE) else None
    if found is None:
        raise NotPaired
    return found


async def children_here(session: ReadSession, token: str) -> tuple[str, list[Child]]:
    """The device's name, and who may sign in on it. Raises NotPaired."""
    device = await paired_device(session, token)
    rows = await repository.children_on(session, [device.id])
    return device.name, [Child(child_id, name, ready) for _, child_id, name, ready in rows]


async def set_secret(database: Database, actor: UUID, child_id: UUID, picture: Picture, pin: str) -> None:
    """A guardian chooses, with their child, what it signs in with. Raises PinUnusable or ChildUnknown."""
    if not is_pin(pin):
        raise PinUnusable
    async with database.read() as session:
        await check_children(session, actor, [child_id])
    hashed = await hash_secret(secret_of(picture, pin))
    async with database.write() as session:
        await check_children(session, actor, [child_id])
        await repository.set_secret(session, child_id, hashed, actor)
        await audit(session, actor, "child_secret.set", "user", child_id)


def secret_of(picture: str, pin: str) -> str:
    return f"{picture}:{pin}"


async def sign_in_child(
    database: Database, settings: Settings, device_token: str, child_id: UUID, picture: str, pin: str, client: Client
) -> NewSession:
    """Sign a child in on a paired device.

    Raises NotPaired, SecretWrong (also for a child who may not sign in there), or SecretLocked after five wrong tries
    in a row, for longer each time; nothing that happens elsewhere locks a child out.
    """
    async with database.write() as session:
        device = await paired_device(session, device_token)
        allowed = await repository.may_sign_in(session, device.id, child_id)
        tried = await repository.take_try(session, child_id, LONGEST_WAIT) if allowed else None
    if tried and tried[2]:
        raise SecretLocked(retry_after=tried[2])
    right = await verify_secret(tried[0] if tried else None, secret_of(picture, pin))
    if tried is None or not right:
        failures = tried[1] if tried else FREE_TRIES
        await note_wrong(database, child_id, device.id, failures, known=tried is not None)
        wait = wait_after(failures) if tried else None
        if wait:
            raise SecretLocked(retry_after=int(wait.total_seconds()))
        raise SecretWrong(left=max(0, FREE_TRIES - failures))
    async with database.write() as session:
        await repository.forgive(session, child_id)
        await repository.touch_device(session, device.id)
        here = Client(client.user_agent, client.origin, client.place, client.capabilities, device.id)
        return await start_session(session, child_id, settings, Method.PICTURE, here)


async def note_wrong(database: Database, child_id: UUID, device_id: UUID, failures: int, *, known: bool) -> None:
    """Put a wrong try on record, and make the next ones wait when there were too many: a sign for the guardian."""
    wait = wait_after(failures) if known else None
    async with database.write() as session:
        if wait:
            await repository.lock_secret(session, child_id, wait)
        action = "child_secret.locked" if wait else "child_secret.refused"
        await audit(session, None, action, "user", child_id, details={"device": device_id, "failures": failures})

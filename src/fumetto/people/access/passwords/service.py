"""Use cases of passwords. Hashing is done before a transaction is begun: it takes longer than most of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.kernel.mail.outbox import put_in_outbox
from fumetto.kernel.mail.service import has_mail
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say
from fumetto.people.access import attempts
from fumetto.people.access.errors import LinkUnknown
from fumetto.people.access.kinds import LinkPurpose, Method
from fumetto.people.access.passwords.errors import OldPasswordWrong, PasswordWeak, PasswordWrong
from fumetto.people.access.passwords.hashing import aside, hash_secret, is_outdated, verify_secret
from fumetto.people.access.passwords.rules import LONGEST, SHORTEST, plain, weakness_of
from fumetto.people.access.repository import links, sessions, visits
from fumetto.people.access.rules.tokens import hash_token
from fumetto.people.access.service import Client, NewLink, NewSession, create_sign_in_link, start_session, use_link
from fumetto.people.accounts.errors import UserNotFound
from fumetto.people.accounts.kinds import AgeClass
from fumetto.people.accounts.models import User
from fumetto.people.accounts.rules import clean_name
from fumetto.people.collectives.repository import guardianships
from fumetto.people.consent.rules import class_of

RESET_PATH = "/reset"
MOST_LINKS_AN_HOUR = 3


def reset_address(base: str, token: str) -> str:
    """The link that a password is set with; the token is in the fragment, which no log sees."""
    return f"{base}{RESET_PATH}#token={token}"


async def sign_in_by_password(
    database: Database, settings: Settings, name: str, password: str, client: Client
) -> NewSession:
    """Raises PasswordWrong after as long a time for a name that nobody has, or TooManyAttempts."""
    place, cleaned = client.place or "unknown", clean_name(name) or ""
    async with database.read() as session:
        user = (await session.scalars(select(User).where(func.lower(User.username) == func.lower(cleaned)))).first()
        await attempts.check(session, place, user.id if user else None)
    kept = user.hashed_password if user and user.is_active else None
    right = await verify_secret(kept, plain(password[: LONGEST * 4]))
    if user is None or kept is None or not right:
        await attempts.count(database, place, user.id if user else None)
        async with database.write() as session:
            await audit(session, None, "session.refused", "user", user.id if user else "", details={"by": "password"})
        raise PasswordWrong
    fresh = await hash_secret(plain(password)) if is_outdated(kept) else None
    await attempts.forgive(database, place, user.id)
    async with database.write() as session:
        if fresh:
            await session.execute(update(User).where(User.id == user.id).values(hashed_password=fresh))
        return await start_session(session, user.id, settings, Method.PASSWORD, client)


async def hash_good(password: str, about: Sequence[str]) -> str:
    """The hash of a password that is hard to guess. Raises PasswordWeak."""
    composed = plain(password)
    weakness = await aside(lambda: weakness_of(composed, [*about, "fumetto"]))
    if weakness:
        raise PasswordWeak(weakness=weakness.value, shortest=SHORTEST, longest=LONGEST)
    return await hash_secret(composed)


async def set_password(
    session: WriteSession, user_id: UUID, hashed: str, actor: UUID | None, *, by: UUID | None = None
) -> None:
    """`by`: who made the link that it is set with, where that was somebody else; who used it nobody knows."""
    await session.execute(update(User).where(User.id == user_id).values(hashed_password=hashed))
    await audit(session, actor, "password.set", "user", user_id, details={"link_by": by} if by else None)


async def change_password(
    database: Database, user_id: UUID, old: str | None, new: str, *, keep: UUID | None, place: str = "unknown"
) -> None:
    """Set one's own password; all other devices are signed out, and reset links of before are void.

    Raises OldPasswordWrong where there is one and another was typed, TooManyAttempts, PasswordWeak.
    """
    async with database.read() as session:
        user = await session.get(User, user_id)
        if user is None:
            raise UserNotFound
        await attempts.check(session, place, user_id)
    if user.hashed_password and not await verify_secret(user.hashed_password, plain(old or "")):
        await attempts.count(database, place, user_id)
        raise OldPasswordWrong
    hashed = await hash_good(new, [user.username, user.email or ""])
    async with database.write() as session:
        await set_password(session, user_id, hashed, user_id)
        await links.void_links(session, user_id, LinkPurpose.PASSWORD)
        await sessions.end_sessions_of(session, user_id, keep)


async def set_password_of(database: Database, user_id: UUID, new: str) -> None:
    """The operator sets somebody's password, who is signed out everywhere. Raises UserNotFound or PasswordWeak."""
    async with database.read() as session:
        user = await session.get(User, user_id)
    if user is None:
        raise UserNotFound
    hashed = await hash_good(new, [user.username, user.email or ""])
    async with database.write() as session:
        await set_password(session, user_id, hashed, None)
        await links.void_links(session, user_id, LinkPurpose.PASSWORD)
        await sessions.end_sessions_of(session, user_id)


async def create_reset_link(session: WriteSession, user_id: UUID, *, actor: UUID | None) -> NewLink:
    """A link that sets a new password once, within two hours. Those of before are void."""
    await links.void_links(session, user_id, LinkPurpose.PASSWORD)
    return await create_sign_in_link(session, user_id, LinkPurpose.PASSWORD, actor=actor)


async def may_reset(session: ReadSession, actor: UUID, user_id: UUID) -> bool:
    """Whether somebody looks after this person, as a guardian."""
    return bool(await guardianships(session, guardian_id=actor, child_id=user_id))


async def reset_password(
    database: Database, settings: Settings, token: str, new: str, client: Client
) -> NewSession | None:
    """Set a password by a link, and sign in with it; all devices are signed out.

    None where somebody else made the link for a teenager: it lets them set a password and opens nothing by itself, and
    `notices` tell them of it. Raises PasswordWeak, which leaves the link usable, LinkUnknown, LinkUsed or LinkExpired.
    """
    async with database.read() as session:
        link = await links.link_by_hash(session, hash_token(token))
        user = await session.get(User, link.user_id) if link and link.purpose is LinkPurpose.PASSWORD else None
    if user is None:
        raise LinkUnknown
    hashed = await hash_good(new, [user.username, user.email or ""])
    async with database.write() as session:
        user_id = await use_link(session, token, LinkPurpose.PASSWORD)
        by = link.made_by if link else None
        await set_password(session, user_id, hashed, None if by else user_id, by=by)
        await sessions.end_sessions_of(session, user_id)
        if by is not None and class_of(user.user_type, user.age_class) is AgeClass.TEENAGER:
            return None
        return await start_session(session, user_id, settings, Method.PASSWORD, client)


async def send_reset_link(database: Database, settings: Settings, name: str, place: str) -> None:
    """Mail a link to whoever has this name or address, if they have an address, at most three an hour.

    Nothing tells whether they do. Raises TooManyAttempts for a place that asks too often.
    """
    async with database.read() as session:
        await attempts.check(session, place, None)
    await attempts.count(database, place, None)
    async with database.write() as session:
        user = await visits.user_called(session, clean_name(name) or "", name.strip())
        sent = user is not None and await links.recent_links(session, user.id) < MOST_LINKS_AN_HOUR
        known = user.id if user else ""
        await audit(session, None, "password.forgotten", "user", known, details={"mail": sent and has_mail(settings)})
        if user is None or not user.email or not sent or not has_mail(settings):
            return
        link = await create_reset_link(session, user.id, actor=None)
        words = {"name": user.username, "address": reset_address(settings.public_url, link.token)}
        await put_in_outbox(
            session,
            user.email,
            say(user.language, "mail.password.subject", **words),
            say(user.language, "mail.password.body", **words),
            user_id=user.id,
        )

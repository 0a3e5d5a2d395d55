"""Queries on links to sign in with. Times are the database's own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.kinds import LinkPurpose
from fumetto.people.access.models import SignInLink
from fumetto.people.access.rules.clocks import CLOCKS_DIFFER


async def add_link(session: WriteSession, link: SignInLink, lifetime: timedelta) -> datetime:
    """Store a link that expires after `lifetime`; returns when."""
    names = ("id", "user_id", "made_by", "purpose", "token_hash")
    values = {name: getattr(link, name) for name in names}
    statement = insert(SignInLink).values(**values, expires_at=func.now() + lifetime).returning(SignInLink.expires_at)
    return (await session.execute(statement)).scalar_one()


async def consume_link(session: WriteSession, token_hash: bytes, purposes: Collection[LinkPurpose]) -> UUID | None:
    """Use up a link and return whose it is; None when it cannot be used. Of two at once, one gets it."""
    statement = (
        update(SignInLink)
        .where(
            SignInLink.token_hash == token_hash,
            SignInLink.purpose.in_(purposes),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > func.now(),
            SignInLink.created_at <= func.now() + CLOCKS_DIFFER,
        )
        .values(used_at=func.now())
        .returning(SignInLink.user_id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def link_by_hash(session: ReadSession, token_hash: bytes) -> SignInLink | None:
    return (await session.scalars(select(SignInLink).where(SignInLink.token_hash == token_hash))).one_or_none()


async def forget_old_links(session: WriteSession, after: timedelta) -> None:
    """Drop links that expired longer than `after` ago; until then a late use can still be told what happened."""
    await session.execute(delete(SignInLink).where(SignInLink.expires_at < func.now() - after))


async def void_links(session: WriteSession, user_id: UUID, purpose: LinkPurpose) -> None:
    """Nobody can use this person's links for this purpose any more."""
    await session.execute(
        update(SignInLink)
        .where(SignInLink.user_id == user_id, SignInLink.purpose == purpose, SignInLink.used_at.is_(None))
        .values(used_at=func.now())
    )


async def recent_links(session: ReadSession, user_id: UUID) -> int:
    """How many links for a new password were made for somebody within the last hour."""
    made = select(func.count()).where(
        SignInLink.user_id == user_id,
        SignInLink.purpose == LinkPurpose.PASSWORD,
        SignInLink.created_at.between(func.now() - timedelta(hours=1), func.now() + CLOCKS_DIFFER),
    )
    return (await session.scalar(made)) or 0

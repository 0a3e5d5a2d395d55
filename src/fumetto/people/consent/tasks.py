"""Upkeep of consent."""

from __future__ import annotations

from datetime import timedelta

from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.registry import periodic
from fumetto.people.consent import service
from fumetto.people.consent.repository import receipts

ADDRESSES_KEPT = timedelta(days=90)


@periodic("people.tidy_consent", every=timedelta(minutes=10))
async def tidy_consent(context: JobContext) -> None:
    """Say of receipts, requests and invitations whose time is over that they ended; shorten addresses of receipts."""
    async with context.database.write() as session:
        await service.tidy(session)
        await receipts.shorten_addresses(session, ADDRESSES_KEPT)

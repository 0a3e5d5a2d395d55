"""Jobs of mail: taking letters to the mail server."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, func

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.registry import Retry, periodic, task
from fumetto.kernel.mail.errors import MailRefused
from fumetto.kernel.mail.models import Mail
from fumetto.kernel.mail.service import deliver, has_mail

log = structlog.get_logger(__name__)

KEPT = timedelta(days=1)


@task("kernel.send_mail", retry=Retry(attempts=8, first=5.0, longest=3600.0))
async def send_mail(context: JobContext, *, mail_id: UUID) -> None:
    """Hand a letter of the outbox to the mail server. Done twice, it may come twice; not at all is worse."""
    if not has_mail(context.settings):
        return
    async with context.database.read() as session:
        letter = await session.get(Mail, mail_id)
    if letter is None:
        return
    try:
        await deliver(letter, context.settings)
    except MailRefused as error:
        log.warning("mail.refused", code=error.code, **error.detail)
    await forget(context.database, mail_id)


@periodic("kernel.tidy_mail", every=timedelta(hours=6), priority=-10)
async def tidy_mail(context: JobContext) -> None:
    """Drop letters that could not be sent within a day: what they say is true no longer."""
    async with context.database.write() as session:
        await session.execute(delete(Mail).where(Mail.created_at < func.now() - KEPT))


async def forget(database: Database, mail_id: UUID) -> None:
    async with database.write() as session:
        await session.execute(delete(Mail).where(Mail.id == mail_id))

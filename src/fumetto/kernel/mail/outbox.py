"""The outbox: a letter is written in the transaction that it tells of, and a job takes it to the mail server."""

from __future__ import annotations

from uuid import UUID

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.jobs.queue import enqueue
from fumetto.kernel.mail.models import Mail
from fumetto.kernel.mail.rules import is_address
from fumetto.kernel.mail.tasks import send_mail


async def put_in_outbox(
    session: WriteSession, address: str, subject: str, body: str, *, user_id: UUID | None = None
) -> UUID | None:
    """Have a letter sent once the transaction is kept; None for what is no address, to which nothing is sent."""
    if not is_address(address):
        return None
    letter = Mail(id=uuid7(), user_id=user_id, address=address, subject=" ".join(subject.split())[:512], body=body)
    session.add(letter)
    await session.flush()
    await enqueue(session, send_mail, mail_id=letter.id)
    return letter.id

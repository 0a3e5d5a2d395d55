"""Mail by way of an outbox: written in the transaction that it tells of, and taken to the mail server by a job."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from uuid import UUID

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.jobs.queue import enqueue
from fumetto.kernel.mail.models import Mail
from fumetto.kernel.mail.rules import is_address
from fumetto.kernel.settings import Settings, SmtpSecurity

SECONDS = 20.0


def has_mail(settings: Settings) -> bool:
    """Whether the operator has named a server that takes mail, and the address that links in it begin with.

    An address taken from the request would be whatever somebody else asks for in another's name.
    """
    return bool(settings.smtp_host and settings.public_url)


async def put_in_outbox(
    session: WriteSession, address: str, subject: str, body: str, *, user_id: UUID | None = None
) -> UUID | None:
    """Have a letter sent once the transaction is kept; None for what is no address, to which nothing is sent."""
    from fumetto.kernel.mail.tasks import send_mail

    if not is_address(address):
        return None
    letter = Mail(id=uuid7(), user_id=user_id, address=address, subject=" ".join(subject.split())[:512], body=body)
    session.add(letter)
    await session.flush()
    await enqueue(session, send_mail, mail_id=letter.id)
    return letter.id


def to_message(letter: Mail, settings: Settings) -> EmailMessage:
    """The letter as it goes over the wire: plain text, and nothing in its head that came with the text."""
    sender = settings.smtp_from or f"fumetto@{settings.smtp_host}"
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.address
    message["Subject"] = letter.subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(str(letter.id), domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


async def deliver(letter: Mail, settings: Settings) -> None:
    """Hand the letter to the mail server. Raises MailRefused, or MailServerAway, after which it can be tried again."""
    import aiosmtplib

    from fumetto.kernel.mail.errors import MailRefused, MailServerAway

    try:
        await aiosmtplib.send(
            to_message(letter, settings),
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user or None,
            password=settings.smtp_password.get_secret_value() or None,
            use_tls=settings.smtp_security is SmtpSecurity.TLS,
            start_tls=settings.smtp_security is SmtpSecurity.STARTTLS,
            timeout=SECONDS,
        )
    except aiosmtplib.SMTPResponseException as error:
        if 400 <= error.code < 500:
            raise MailServerAway(server=settings.smtp_host, reason=str(error.code)) from error
        raise MailRefused(server=settings.smtp_host, reason=str(error.code)) from error
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise MailRefused(server=settings.smtp_host, reason="the address") from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise MailServerAway(server=settings.smtp_host, reason=type(error).__name__) from error

"""What a letter looks like on its way, and handing it to the mail server."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from fumetto.kernel.mail.models import Mail
from fumetto.kernel.settings import Settings
from fumetto.kernel.settings.people import SmtpSecurity

SECONDS = 20.0


def has_mail(settings: Settings) -> bool:
    """Whether the operator has named a server that takes mail, and the address that links in it begin with.

    An address taken from the request would be whatever somebody else asks for in another's name.
    """
    return bool(settings.smtp_host and settings.public_url)


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

"""Letters go to a real (small) mail server on this machine: in the transaction that they tell of, and once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_string
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.mail.errors import MailServerAway
from fumetto.kernel.mail.models import Mail
from fumetto.kernel.mail.outbox import put_in_outbox
from fumetto.kernel.mail.rules import is_address
from fumetto.kernel.mail.service import to_message
from fumetto.kernel.mail.tasks import send_mail, tidy_mail
from fumetto.kernel.settings import Settings, load_settings
from fumetto.kernel.storage.opening import open_storage


@dataclass
class Server:
    """Speaks as much SMTP as it takes to be handed a letter. `answer` is what it says to one."""

    port: int = 0
    answer: str = "250 taken"
    letters: list[str] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    writer.write(b"354 go on\r\n")
                    self.letters.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                    writer.write(f"{self.answer}\r\n".encode())
                else:
                    writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 well\r\n")
                await writer.drain()
                if word == b"QUIT":
                    break
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    here = Server()
    async with await asyncio.start_server(here.talk, "127.0.0.1", 0) as listening:
        here.port = listening.sockets[0].getsockname()[1]
        yield here


def mailing(settings: Settings, server: Server) -> Settings:
    given = settings.model_dump(include=settings.model_fields_set)
    return load_settings(
        {},
        **given,
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security="none",
        smtp_from="fumetto@example.org",
        public_url="https://comics.example.org",
    )


async def waiting(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(Mail)) or 0


async def a_letter(database: Database, address: str = "ada@example.org", subject: str = "Ciao") -> Any:
    async with database.write() as session:
        return await put_in_outbox(session, address, subject, "Perché no?\n\nhttps://x.example/reset#token=1\n")


def context_of(settings: Settings, database: Database) -> JobContext:
    return JobContext(database, settings, open_storage(settings), 1, "test", 1, None, lambda: False)


async def test_letter_is_sent_as_it_was_written_and_then_gone(
    settings: Settings, database: Database, server: Server
) -> None:
    letter = await a_letter(database)
    context = context_of(mailing(settings, server), database)
    await send_mail(context, mail_id=letter)
    await send_mail(context, mail_id=letter)  # a job may run twice
    assert len(server.letters) == 1
    told = message_from_string(server.letters[0], policy=default)
    assert (told["To"], told["From"], told["Subject"]) == ("ada@example.org", "fumetto@example.org", "Ciao")
    assert told["Auto-Submitted"] == "auto-generated"
    assert "Perché no?" in told.get_content()
    assert await waiting(database) == 0


async def test_letter_waits_for_a_server_that_is_away_and_is_given_up_when_refused(
    settings: Settings, database: Database, server: Server
) -> None:
    letter = await a_letter(database)
    context = context_of(mailing(settings, server), database)
    server.answer = "451 later"
    with pytest.raises(MailServerAway):
        await send_mail(context, mail_id=letter)
    assert await waiting(database) == 1
    server.answer = "554 never"
    await send_mail(context, mail_id=letter)
    assert await waiting(database) == 0


async def test_letter_of_a_transaction_that_is_rolled_back_is_never_sent(database: Database) -> None:
    with contextlib.suppress(LookupError):
        async with database.write() as session:
            await put_in_outbox(session, "ada@example.org", "Ciao", "Ciao")
            raise LookupError
    assert await waiting(database) == 0
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM jobs.procrastinate_jobs")) == 0


async def test_letter_that_nobody_took_for_a_day_is_dropped(settings: Settings, database: Database) -> None:
    await a_letter(database)
    async with database.write() as session:
        await session.execute(update(Mail).values(created_at=func.now() - text("interval '25 hours'")))
    await tidy_mail(context_of(settings, database))
    assert await waiting(database) == 0


async def test_what_is_no_single_address_gets_nothing(database: Database) -> None:
    for address in ("", "ada", "ada@x, eve@y", "ada@x\r\nBcc: eve@y", "<ada@x>", "a" * 65 + "@x", "ada@über.example"):
        assert await a_letter(database, address) is None
    assert await waiting(database) == 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_subject_or_address_adds_a_line_to_the_head(subject: str, address: str) -> None:
    assert not is_address(f"{address}\n")
    letter = Mail(address="ada@example.org", subject=" ".join(subject.split()), body="x")
    if "\x00" in letter.subject or any(0xD800 <= ord(each) < 0xE000 for each in letter.subject):
        return
    head = to_message(letter, load_settings({}, smtp_host="h", public_url="https://x.y")).as_string().split("\n\n")[0]
    names = [line.split(":")[0] for line in head.splitlines() if line[:1] not in " \t"]
    assert "Bcc" not in names
    assert len(names) == len(set(names))

"""What is said otherwise, in the memory of every process: loaded when it starts, and anew when somebody changes it.

`say()` asks no database, so it is quick and speaks where there is none; what was said last goes on being said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import psycopg
import structlog
from sqlalchemy.exc import OperationalError

from fumetto.kernel.db.notices import Handler
from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.text.audience import Variant
from fumetto.kernel.text.catalogues import Words, say_from, words
from fumetto.people.localization import repository
from fumetto.people.localization.rules import Said, is_sayable

log = structlog.get_logger(__name__)


async def load_words(database: Database) -> Words:
    """Say what the database has from now on. Where it cannot be asked, all stays as it is."""
    try:
        async with database.read() as session:
            return await load_from(session)
    except (FumettoError, psycopg.OperationalError, OperationalError) as error:
        log.warning("words.not_loaded", error=type(error).__name__)
        return words()


def reloading(database: Database) -> Handler:
    """For `kernel.db.notices`: whatever was said of the texts, they are loaded anew."""

    async def reload(_: frozenset[str] | None) -> None:
        await load_words(database)

    return reload


async def load_from(session: ReadSession) -> Words:
    rows = await repository.all_said(session)
    version = version_of(rows)
    if version != words().version:
        say_from(words_of(rows))
    return words()


def words_of(rows: Iterable[Said]) -> Words:
    """Those rows that go with the values of their texts; others are left out, as the files' texts are sure to."""
    rows = list(rows)
    texts: dict[tuple[str, Variant], dict[str, str]] = {}
    for said in rows:
        if is_sayable(said):
            texts.setdefault((said.language, said.variant), {})[said.key] = said.value
        else:
            log.warning("words.broken", key=said.key, language=said.language, variant=said.variant.value)
    return Words(texts, version_of(rows))


def version_of(rows: Iterable[Said]) -> str:
    """The same for as long as the same is said otherwise; empty for nothing."""
    digest = hashlib.sha256()
    rows = list(rows)
    for said in rows:
        digest.update(repr((said.language, said.variant.value, said.key, said.value)).encode())
    return digest.hexdigest()[:16] if rows else ""

"""Erasing somebody who is here: first the database, in one transaction, then whatever of theirs is in the storage."""

from __future__ import annotations

import uuid

import structlog

from fumetto.kernel.audit import audit
from fumetto.kernel.db.base import Base
from fumetto.kernel.db.notices import publish
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.storage.protocol import Storage
from fumetto.people.access.readers import Reader
from fumetto.people.access.service import PEOPLE
from fumetto.people.accounts.errors import LastOwner, UserNotFound
from fumetto.people.accounts.repository import lock_active_owners
from fumetto.people.collectives.guardians import forgotten
from fumetto.people.privacy import repository, service
from fumetto.people.privacy.erasing import Erased, erase
from fumetto.people.privacy.errors import ErasureNeedsGuardian, ErasureNotAllowed, ErasureUnconfirmed
from fumetto.people.privacy.rules.who import subject_of
from fumetto.people.privacy.tasks import finish_later, follow

log = structlog.get_logger(__name__)


async def erase_person(
    database: Database, storage: Storage, reader: Reader, user_id: uuid.UUID, confirmed: str
) -> None:
    """Erase somebody, for good: from the database in one transaction, then their files.

    `confirmed` is their name. Raises what `service.who_may_erase` does, which is noted, ErasureUnconfirmed, LastOwner.
    """
    try:
        async with database.read(reader.id) as session:
            user = await service.who_may_erase(session, reader, user_id)
            if confirmed.strip() != user.username:
                raise ErasureUnconfirmed(name=user.username)
    except (ErasureNotAllowed, ErasureNeedsGuardian):
        async with database.write(reader.id) as session:
            await audit(session, reader.id, "privacy.erase.refused", "user", user_id)
        raise
    erased = await erase_everywhere(database, storage, user_id, actor=None if reader.id == user_id else reader.id)
    log.info("privacy.erased", rows=sum(erased.counts.values()), files=len(erased.keys))


async def erase_everywhere(
    database: Database, storage: Storage, user_id: uuid.UUID, *, actor: uuid.UUID | None
) -> Erased:
    """Database, then storage; where this process is killed between them, jobs do the rest.

    Raises LastOwner for the only one who looks after the rest, and UserNotFound.
    """
    pseudonym, subject = uuid.uuid4(), subject_of(user_id)
    async with database.write(EVERY_READER) as session:
        if await lock_active_owners(session) == {user_id}:
            user = await repository.user_called(session, user_id)
            raise LastOwner(name=user.username if user else "")
        if await repository.user_called(session, user_id) is None:
            raise UserNotFound
        await forgotten(session, user_id, actor)
        await session.flush()
        session.expunge_all()
        erased = await erase(session.raw(), Base.metadata, user_id, pseudonym)
        await repository.add_tombstone(session, subject, pseudonym)
        new = {"rows": sum(erased.counts.values()), "files": len(erased.keys)}
        await audit(session, actor or pseudonym, "privacy.erase", "user", pseudonym, new=new)
        await publish(session, PEOPLE, str(user_id))
        await finish_later(session, subject, pseudonym, erased.keys)
    await follow(storage, subject, pseudonym, erased.keys)
    return erased

"""Pictures of personas: what somebody sends is decoded apart, a square of it kept in the storage."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import Final

from fumetto.companion.personas import repository
from fumetto.companion.personas.errors import PortraitNotFound, PortraitTooLarge, PortraitUnreadable
from fumetto.companion.personas.schemas import PersonaItem
from fumetto.companion.personas.service import changeable, item_of
from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.images.errors import PageUnreadable
from fumetto.kernel.sandbox import ParserFailed, ParserTimedOut
from fumetto.kernel.storage import Storage, make_key
from fumetto.kernel.storage.errors import ObjectMissing
from fumetto.library.public import Pictures, horizons_of
from fumetto.people.public import Reader

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a picture that is sent."""

EDGE: Final = 256
FOLDER: Final = "personas"


@dataclass(frozen=True, slots=True)
class Portraits:
    """No transaction is open while a picture is decoded or stored."""

    database: Database
    storage: Storage
    pictures: Pictures

    async def give(self, reader: Reader, persona_id: uuid.UUID, data: bytes) -> PersonaItem:
        """Raises PersonaNotFound, NotAllowed, PortraitTooLarge, PortraitUnreadable, Busy, DiskFull."""
        async with self.database.write(reader.id) as session:
            await changeable(session, reader, persona_id)
        if len(data) > LARGEST:
            raise PortraitTooLarge(most=LARGEST)
        try:
            face = await self.pictures.face(data, EDGE)
        except (PageUnreadable, ParserFailed, ParserTimedOut) as error:
            raise PortraitUnreadable(reason=error.code) from error
        key = make_key(FOLDER, persona_id, f"{hashlib.blake2b(face, digest_size=8).hexdigest()}.webp")
        await self.storage.put(key, face, "image/webp")
        await self.storage.settle([key])
        return await self._keep(reader, persona_id, key)

    async def take(self, reader: Reader, persona_id: uuid.UUID) -> PersonaItem:
        """Raises PersonaNotFound, NotAllowed."""
        return await self._keep(reader, persona_id, None)

    async def find(self, reader: Reader, persona_id: uuid.UUID) -> tuple[str, bytes]:
        """Key and bytes of the picture of a persona that the reader may have. Raises PortraitNotFound."""
        async with self.database.read(reader.id) as session:
            within = await horizons_of(session, reader.id)
            persona = (await repository.known(session, reader.id, within, [persona_id])).get(persona_id)
            key = persona and persona.portrait_key
        if not key:
            raise PortraitNotFound
        try:
            return key, await self.storage.get(key)
        except ObjectMissing as error:
            raise PortraitNotFound from error

    async def _keep(self, reader: Reader, persona_id: uuid.UUID, key: str | None) -> PersonaItem:
        async with self.database.write(reader.id) as session:
            persona = await changeable(session, reader, persona_id)
            old, persona.portrait_key = persona.portrait_key, key
            await session.flush()
            if persona.user_id is None:
                change = {"portrait": key is not None}
                await audit(session, reader.id, "persona.portrait", "persona", persona.id, new=change)
            item = item_of(persona)
        if old is not None and old != key:
            await self.storage.delete(old)
        return item

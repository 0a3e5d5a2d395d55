"""Whom pages show, who speaks on them, and whom they mention: kept in step with the words and with the roster.

Another name of somebody counts only where it gives nothing away: on a page that alone is enough to know whose name it
is. Otherwise one who has read that page, and not the one that tells, would see whose name it is.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.contents.events import CharacterSeen
from fumetto.library.world.events import Thing, Touched
from fumetto.library.world.kinds import Origin, Presence, ReviewState
from fumetto.library.world.models import Character, CharacterAlias
from fumetto.library.world.repository import evidence, pages, roster
from fumetto.library.world.repository.evidence import NewEvidence
from fumetto.library.world.repository.pages import Said
from fumetto.library.world.rules.names import NameFinder
from fumetto.library.world.rules.words import folded
from fumetto.library.world.service.faces import choose_faces
from fumetto.library.world.service.names import new_character
from fumetto.library.world.service.telling import tell

MENTION = 0.9
"""How sure a mention is: the name was said, but somebody else could bear it."""

Owner = tuple[uuid.UUID, uuid.UUID | None]
"""Whose name it is, and which of their other names, if it is one."""

NOBODY = frozenset(
    {"", "?", "??", "???", "unknown", "narrator", "narration", "caption", "all", "both", "crowd", "voice"}
)


@dataclass(slots=True)
class Roster:
    """Everybody accepted in a series, by folded name."""

    finder: NameFinder[Owner]
    by_name: dict[str, Character]
    by_alias: dict[str, list[CharacterAlias]] = field(default_factory=dict)
    open_aliases: set[uuid.UUID] = field(default_factory=set)
    told_on: dict[uuid.UUID, set[uuid.UUID]] = field(default_factory=dict)

    def on(self, page_id: uuid.UUID, owner: Owner) -> bool:
        """Whether a name that is said on a page says there whose it is."""
        alias_id = owner[1]
        return alias_id is None or alias_id in self.open_aliases or page_id in self.told_on.get(alias_id, ())

    def speaker(self, page_id: uuid.UUID, name: str) -> uuid.UUID | None:
        key = folded(" ".join(name.split()))
        if key in self.by_name:
            return self.by_name[key].id
        owners = {
            alias.character_id
            for alias in self.by_alias.get(key, ())
            if self.on(page_id, (alias.character_id, alias.id))
        }
        return owners.pop() if len(owners) == 1 else None


async def load_roster(session: WriteSession, series_id: uuid.UUID) -> Roster:
    everybody = [one for one in await roster.characters_of(session, series_id) if one.state is ReviewState.ACCEPTED]
    accepted = {one.id for one in everybody}
    aliases = [one for one in await roster.aliases_of_series(session, series_id) if one.character_id in accepted]
    names: list[tuple[str, Owner]] = [(one.name, (one.id, None)) for one in everybody]
    names += [(one.alias, (one.character_id, one.id)) for one in aliases]
    by_alias: dict[str, list[CharacterAlias]] = {}
    for alias in aliases:
        by_alias.setdefault(alias.folded_alias, []).append(alias)
    return Roster(
        finder=await asyncio.to_thread(NameFinder, names),
        by_name={one.folded_name: one for one in everybody},
        by_alias=by_alias,
        open_aliases={one.id for one in aliases if one.open},
        told_on=await roster.alias_pages(session, series_id),
    )


async def note_seen(session: WriteSession, page_id: uuid.UUID, seen: Sequence[CharacterSeen]) -> None:
    """Take a sidecar's word for who is on a page: they join the roster, and other names are known from that page on.

    In a session that was begun for EVERY_READER. A page that is gone is left alone.
    """
    series_id = await pages.series_of_page(session, page_id)
    if series_id is None or not await pages.hold_series(session, series_id):
        return
    touched = Touched(series_id)
    by_name = {one.folded_name: one for one in await roster.characters_of(session, series_id)}
    new_evidence: list[NewEvidence] = []
    here: list[uuid.UUID] = []
    for each in seen:
        name = " ".join(each.name.split())
        if folded(name) in NOBODY:
            continue
        character = by_name.get(folded(name))
        if character is None:
            character = new_character(series_id, name, Origin.SIDECAR)
            session.add(character)
            by_name[character.folded_name] = character
        elif character.state is ReviewState.PROPOSED:
            character.state, character.origin = ReviewState.ACCEPTED, Origin.SIDECAR
        elif character.state is ReviewState.REJECTED:
            continue
        here.append(character.id)
        touched.note(Thing.CHARACTER, [character.id])
        await session.flush()
        had = {one.folded_alias: one for one in await roster.aliases_of(session, [character.id])}
        for text in each.aliases:
            key = folded(text)
            if not key or key == character.folded_name:
                continue
            alias = had.get(key)
            if alias is None:
                alias = CharacterAlias(
                    id=uuid7(), character_id=character.id, alias=text, folded_alias=key, origin=Origin.SIDECAR
                )
                session.add(alias)
                had[key] = alias
                await session.flush()
            told = (await evidence.of_subjects(session, Thing.ALIAS, [alias.id])).get(alias.id, [])
            if not any(one.pages == (page_id,) for one in told):
                new_evidence.append(
                    NewEvidence(Thing.ALIAS, alias.id, ReviewState.ACCEPTED, Origin.SIDECAR, pages=(page_id,))
                )
                touched.note(Thing.ALIAS, [alias.id])
    await evidence.add(session, series_id, new_evidence)
    await roster.take_off_page(session, page_id, Origin.SIDECAR)
    await roster.put_on_pages(
        session,
        [on_page(page_id, character_id, Presence.SHOWN, Origin.SIDECAR) for character_id in dict.fromkeys(here)],
    )
    await tell(session, touched)


def on_page(
    page_id: uuid.UUID, character_id: uuid.UUID, presence: Presence, origin: Origin, confidence: float | None = None
) -> dict[str, Any]:
    return {
        "page_id": page_id,
        "character_id": character_id,
        "presence": presence,
        "origin": origin,
        "confidence": confidence,
    }


async def link_pages(session: WriteSession, series_id: uuid.UUID, page_ids: Collection[uuid.UUID] | None = None) -> int:
    """Look through what is said on pages, or on all of a series', for whom it names and who says it.

    What people, files and sidecars said of pages stays. Returns on how many pages somebody was found. In a session that
    was begun for EVERY_READER.
    """
    if not await pages.hold_series(session, series_id):
        return 0
    spoken = await roster.speakers_unknown(session, series_id, page_ids)
    said = await pages.said(session, series_id, page_ids)
    before = await roster.people_on(session, series_id, page_ids)
    await roster.forget_mentions(session, series_id, page_ids)
    known = await load_roster(session, series_id)
    speaking, newcomers = await new_speakers(session, series_id, known, spoken)
    if newcomers:
        known = await load_roster(session, series_id)
    mentioned = await asyncio.to_thread(mentions, said, known)
    rows = {
        (page_id, who): on_page(page_id, who, Presence.MENTIONED, Origin.EXTRACTION, MENTION)
        for page_id, (who, _) in mentioned
    }
    for balloon_id, page_id, _ in spoken:
        if who := speaking.get(balloon_id):
            rows[page_id, who] = on_page(page_id, who, Presence.SPEAKS, Origin.EXTRACTION)
    await roster.put_speakers(session, list(speaking.items()), [balloon for balloon, _, _ in spoken])
    await roster.put_on_pages(session, list(rows.values()))
    await choose_faces(session, series_id, page_ids, known.finder)
    touched = Touched(series_id)
    changed = before ^ await roster.people_on(session, series_id, page_ids)
    touched.note(Thing.PAGE, {page_id for page_id, _, _ in changed})
    touched.note(Thing.CHARACTER, {who for _, who, _ in changed})
    openly = [
        (page_id, alias_id)
        for page_id, (_, alias_id) in mentioned
        if alias_id in known.open_aliases and page_id not in known.told_on.get(alias_id, ())
    ]
    await evidence.add(
        session,
        series_id,
        (
            NewEvidence(Thing.ALIAS, alias_id, ReviewState.ACCEPTED, Origin.EXTRACTION, pages=(page_id,))
            for page_id, alias_id in openly
            if alias_id is not None
        ),
    )
    touched.note(Thing.ALIAS, {alias_id for _, alias_id in openly if alias_id is not None})
    await tell(session, touched)
    return len({page_id for page_id, _ in rows})


async def new_speakers(
    session: WriteSession, series_id: uuid.UUID, known: Roster, spoken: Sequence[tuple[uuid.UUID, uuid.UUID, str]]
) -> tuple[dict[uuid.UUID, uuid.UUID], int]:
    """Whose each balloon is, and how many joined the roster by it: a source that names a speaker is believed."""
    newcomers = 0
    everybody = {one.folded_name: one for one in await roster.characters_of(session, series_id)}
    found: dict[uuid.UUID, uuid.UUID] = {}
    for balloon_id, page_id, name in spoken:
        who = known.speaker(page_id, name)
        key = folded(" ".join(name.split()))
        if who is None and key not in NOBODY and key not in known.by_alias:
            character = everybody.get(key)
            if character is None:
                character = new_character(series_id, " ".join(name.split()), Origin.SIDECAR)
                session.add(character)
                everybody[key] = character
            elif character.state is ReviewState.REJECTED:
                continue
            newcomers += character.state is not ReviewState.ACCEPTED or key not in known.by_name
            character.state = ReviewState.ACCEPTED
            who = character.id
            known.by_name[key] = character
        if who is not None:
            found[balloon_id] = who
    await session.flush()
    return found, newcomers


def mentions(said: Sequence[Said], known: Roster) -> dict[tuple[uuid.UUID, Owner], None]:
    """The page and the name of everybody whom a page names. Pure, and long: run it in a thread."""
    found: dict[tuple[uuid.UUID, Owner], None] = {}
    for line in said:
        for name in known.finder.find(line.text):
            if known.on(line.page_id, name.owner):
                found[line.page_id, name.owner] = None
    return found

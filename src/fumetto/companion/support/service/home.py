"""Who there is to talk with, and whom to turn to besides."""

from __future__ import annotations

from fumetto.companion.support import repository
from fumetto.companion.support.kinds import HOUSE_PERSONAS
from fumetto.companion.support.schemas import Home
from fumetto.companion.support.service.adults import adult_item
from fumetto.companion.support.service.help_lines import line_item
from fumetto.companion.support.service.monsters import monster_of, speech_of
from fumetto.kernel.db.sessions import ReadSession
from fumetto.people.public import Purpose, Reader, allows, guardians_of


async def home(session: ReadSession, reader: Reader) -> Home:
    speech = speech_of(reader, HOUSE_PERSONAS[0])
    lines = await repository.confirmed_lines(session, reader.country)
    watched = await guardians_of(session, reader.id) if reader.is_minor else []
    advice = [
        speech.say("adult_none"),
        *([] if lines else [speech.say("danger.no_lines")]),
        speech.say("danger.emergency"),
    ]
    return Home(
        variant=speech.variant,
        talking=allows(reader, Purpose.AI_LOCAL),
        counted=allows(reader, Purpose.ANALYTICS),
        monsters=[monster_of(speech_of(reader, name)) for name in HOUSE_PERSONAS],
        disclosure=[speech.say("disclosure", name=speech.name), speech.say("disclosure_kept")],
        trusted_adults=[adult_item(one) for one in await repository.adults(session, reader.id)],
        help_lines=[line_item(one) for one in lines],
        general_advice=advice,
        guardians=[person.name for person in watched],
    )

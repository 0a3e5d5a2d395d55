"""The personas of the house, as somebody is shown them."""

from __future__ import annotations

from fumetto.companion.support.composing import variant_of
from fumetto.companion.support.errors import MonsterUnknown
from fumetto.companion.support.kinds import HOUSE_PERSONAS
from fumetto.companion.support.saying import Speech
from fumetto.companion.support.schemas import Monster
from fumetto.people.public import Reader


def speech_of(reader: Reader, monster: str, language: str | None = None) -> Speech:
    return Speech(monster, variant_of(reader.is_minor), language or reader.language)


def monster_of(speech: Speech) -> Monster:
    name = speech.monster
    return Monster(
        name=name,
        title=speech.name,
        manner=speech.say(f"monster.{name}.is"),
        opening=speech.say(f"monster.{name}.opening"),
        picture=f"/api/v1/companion/support/monsters/{name}.svg",
    )


def known_monster(name: str) -> str:
    if name not in HOUSE_PERSONAS:
        raise MonsterUnknown(name=name)
    return name

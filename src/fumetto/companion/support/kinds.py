"""Words of the helper."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

HOUSE_PERSONAS: Final = ("betty", "nuvolo", "grumio")
"""The house's monsters, by the name that a conversation keeps."""


class Variant(StrEnum):
    """Whom the helper speaks to."""

    TEENAGER = "teenager"
    PARENT = "parent"


class Danger(StrEnum):
    """What a rule recognises. The most pressing comes first."""

    SUICIDE = "suicide"
    ABUSE = "abuse"
    SELF_HARM = "self_harm"
    THREAT = "threat"
    BLACKMAIL = "blackmail"
    HARM_TO_OTHERS = "harm_to_others"


class Level(StrEnum):
    """`now`: it may be going on. `before`: it is told as past, or of words that somebody else said. `unsure`: a grave
    word that no rule knows."""

    NOW = "now"
    BEFORE = "before"
    UNSURE = "unsure"


class Finder(StrEnum):
    """Who recognised a danger."""

    RULES = "rules"
    MODEL = "model"


class Kept(StrEnum):
    """From whom a signal is kept: from no guardian, from those that are named, from all."""

    NONE = "none"
    SOME = "some"
    ALL = "all"


class Mood(StrEnum):
    SAD = "sad"
    AFRAID = "afraid"
    ANGRY = "angry"
    ASHAMED = "ashamed"
    ALONE = "alone"
    TIRED = "tired"
    HOPEFUL = "hopeful"
    UNCLEAR = "unclear"


class Strategy(StrEnum):
    """What somebody has tried, or thinks of, by their own words."""

    TELLING_AN_ADULT = "telling_an_adult"
    TELLING_A_FRIEND = "telling_a_friend"
    ANSWERING_BACK = "answering_back"
    STAYING_AWAY = "staying_away"
    KEEPING_QUIET = "keeping_quiet"
    BLOCKING = "blocking"
    KEEPING_PROOF = "keeping_proof"
    NONE_YET = "none_yet"


class Bullying(StrEnum):
    """What is done, as a category."""

    WORDS = "words"
    EXCLUSION = "exclusion"
    PHYSICAL = "physical"
    ONLINE = "online"
    THINGS = "things"
    THREATS = "threats"
    SEXUAL = "sexual"
    NONE = "none"


class AnswerType(StrEnum):
    """What an answer did."""

    LISTENING = "listening"
    QUESTION = "question"
    STEPS = "steps"
    PEOPLE = "people"
    GREETING = "greeting"
    NOTHING = "nothing"

"""What the helper answers, by rules: who listens, what is asked, whom to turn to. Nothing here looks anything up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from fumetto.companion.support.kinds import AnswerType, Danger, Level, Mood, Strategy, Variant
from fumetto.companion.support.lines import ALWAYS
from fumetto.companion.support.models import HelpLine, TrustedAdult
from fumetto.companion.support.rules.danger import Recognised
from fumetto.companion.support.rules.reading import Heard, next_question
from fumetto.companion.support.saying import Speech

MOST_ASKED: Final = 3  # questions one after another, before it is asked whether more is wanted
MOST_LINES: Final = 4
GENERAL: Final = ("listening.general", "listening.general_2", "listening.general_3")


@dataclass(frozen=True, slots=True)
class People:
    """Whom somebody can turn to. `guardians`: somebody answers for them, who may see signals."""

    adults: Sequence[TrustedAdult]
    lines: Sequence[HelpLine]
    guardians: bool


@dataclass(slots=True)
class Told:
    """What somebody has told so far, and how far the asking is. `read_out`: what they had of texts already."""

    answers: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    asking: str | None = None
    turns: int = 0
    read_out: frozenset[str] = frozenset()


@dataclass(slots=True)
class Reply:
    """`before` and `after` go round what the texts say, which is looked up when `wants_texts`."""

    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    chips: list[str] = field(default_factory=list)
    types: set[AnswerType] = field(default_factory=set)
    offered: list[str] = field(default_factory=list)
    asking: str | None = None
    wants_texts: bool = False


def in_danger(found: Recognised, people: People, speech: Speech, *, kept: bool) -> Reply:
    """People to turn to, first and last; the persona takes nothing on itself. kept: guardians are not shown it."""
    reply = Reply(types={AnswerType.PEOPLE})
    say = speech.say
    if found.level is Level.UNSURE:
        reply.before.append(say("danger.unsure"))
    else:
        reply.before.append(say("danger.told" if found.told else f"danger.{found.danger}"))
        if found.level is Level.BEFORE and not found.told:
            reply.before.append(say("danger.before"))
    reply.before.append(say("danger.person"))
    turn_to_people(reply, people, speech, found.danger)
    if kept or found.at_home or found.danger is Danger.ABUSE:
        reply.before.append(say("danger.home"))
    reply.before.append(say("danger.emergency"))
    reply.offered.append("emergency")
    if people.guardians:
        reply.before.append(say("danger.signal_kept" if kept else "danger.signal_guardians"))
        if not kept:
            reply.chips.append(speech.chip("home"))
    if found.level is not Level.UNSURE:
        reply.before.append(say("danger.with_you"))
    return reply


def turn_to_people(reply: Reply, people: People, speech: Speech, danger: Danger | None) -> None:
    say = speech.say
    if people.adults:
        first = people.adults[0]
        reply.before.append(say("adult_own", name=first.name, how=first.how_to_reach or "none"))
        reply.offered.append("trusted_adult")
    else:
        reply.before.append(say("adult_none"))
        reply.offered.append("an_adult")
    fitting = [one for one in people.lines if danger is None or not one.dangers or danger in one.dangers]
    if fitting:
        reply.before.append(say("danger.lines"))
        reply.before += [line_of(one, speech) for one in fitting[:MOST_LINES]]
        reply.offered.append("help_lines")
    else:
        reply.before.append(say("danger.no_lines"))
        reply.offered.append("advice")


def line_of(one: HelpLine, speech: Speech) -> str:
    none = "none"
    hours = speech.say("always") if one.hours == ALWAYS else one.hours or none
    return speech.say("danger.line", name=one.name, phone=one.phone or none, url=one.url or none, hours=hours)


def to_people(people: People, speech: Speech) -> Reply:
    reply = Reply(before=[speech.say("people")], types={AnswerType.PEOPLE})
    turn_to_people(reply, people, speech, None)
    reply.before.append(speech.say("danger.emergency"))
    return reply


def in_conversation(
    heard: Heard, told: Told, people: People, speech: Speech, *, first: bool, skipped: bool, incident: bool
) -> Reply:
    """Listens, and asks one thing at most. first: nothing was told before that weighs."""
    say = speech.say
    if heard.wants_people:
        return to_people(people, speech)
    reply = Reply()
    if heard.asks_who_speaks and not heard.tells:
        reply.before.append(say("disclosure", name=speech.name))
        if told.asking:
            ask(reply, told.asking, speech)
        return reply
    if heard.greets and not heard.tells:
        reply.before.append(say("greeting"))
        reply.types.add(AnswerType.GREETING)
        return reply
    if heard.thanks and not heard.tells:
        reply.before.append(say("bye"))
        reply.types.add(AnswerType.GREETING)
        return reply
    listen(reply, heard, speech, first=first, skipped=skipped, turns=told.turns)
    question = next_question(told.answers, told.skipped) if incident else None
    asks = heard.wants_steps or heard.asks_whose_fault or (heard.asks and not heard.bullying)
    if asks or (incident and question is None and not told.read_out):
        reply.wants_texts = True
        # Whom to tell is said with the first texts, and not again with every one after them.
        reply.after.append(say("steps_told") if told.read_out else adult(people, speech))
        reply.chips += [speech.chip("steps"), speech.chip("people")] if told.read_out else [speech.chip("people")]
    elif question is None or told.turns % (MOST_ASKED + 1) == MOST_ASKED:
        reply.after.append(say("steps_told" if told.read_out else "ask_whether_more"))
        reply.chips += [speech.chip("steps"), speech.chip("people")]
    else:
        ask(reply, question, speech)
    return reply


def ask(reply: Reply, question: str, speech: Speech) -> None:
    reply.asking = question
    reply.after.append(speech.ask(question))
    reply.chips += [*speech.options(question), speech.chip("skip"), speech.chip("steps")]
    reply.types.add(AnswerType.QUESTION)


def listen(reply: Reply, heard: Heard, speech: Speech, *, first: bool, skipped: bool, turns: int) -> None:
    """Says that it was heard, each thing once: nobody wants to be told the same with every answer."""
    say = speech.say
    if skipped:
        reply.before.append(say("skipped"))
        return
    weighing = [mood for mood in Mood if mood in heard.moods and mood is not Mood.HOPEFUL]
    if heard.asks_whose_fault:
        reply.before.append(say("not_your_fault.any"))
    elif heard.unheard:
        reply.before.append(say("listening.unheard"))
    elif weighing:
        reply.before.append(say(f"listening.{weighing[0]}"))
    elif Strategy.KEEPING_QUIET in heard.strategies:
        reply.before.append(say("listening.quiet"))
    elif Strategy.TELLING_AN_ADULT in heard.strategies:
        reply.before.append(say("listening.told"))
    elif Mood.HOPEFUL in heard.moods and not heard.bullying:
        reply.before.append(say("listening.hopeful"))
    elif not (heard.wants_steps or heard.asks):
        reply.before.append(say(GENERAL[0 if first and heard.bullying else turns % len(GENERAL)]))
    if first and heard.bullying and not heard.asks_whose_fault:
        reply.before.append(say(f"not_your_fault.{heard.bullying[0]}"))
    reply.types.add(AnswerType.LISTENING)


def adult(people: People, speech: Speech) -> str:
    if people.adults:
        first = people.adults[0]
        return speech.say("adult_own", name=first.name, how=first.how_to_reach or "none")
    return speech.say("adult_none")


def variant_of(is_minor: bool) -> Variant:
    return Variant.TEENAGER if is_minor else Variant.PARENT

"""The check on what a model says in the helper's name, beside the one that it rests on the texts."""

from __future__ import annotations

import re
from typing import Final

from fumetto.companion.support.rules.danger import by_language, normal, recognised, whole_words

NUMBER: Final = re.compile(r"(?:\+?\d[\s.\-/]?){3,}")
ADDRESS: Final = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|org|net|fr|it|eu|io|info)\b|\S+@\S+", re.IGNORECASE)
HUMAN: Final = "human|person|therapist|doctor|psychologist|girl|boy|man|woman"
ILL: Final = "depress\\w*|bipolar|ptsd|anorex\\w*|a disorder"
CLAIMS: Final = whole_words(
    "|".join(
        [
            rf"(?:i am|im) (?:a |an )?(?:real |actual )?(?:{HUMAN})",
            r"as (?:a|your) (?:therapist|doctor|psychologist)",
            r"(?:i will|ill) (?:call|come|save|protect|tell your|keep (?:it|this) (?:a )?secret)",
            r"(?:our|a) (?:little )?secret|dont tell (?:anyone|anybody|your)|only me",
            rf"you (?:have|suffer from|are) (?:{ILL})",
            r"je suis (?:une? )?(?:vraie? )?(?:humaine?|personne|therapeute|medecin|psychologue|docteur)",
            r"(?:je vais|j irai) (?:appeler|venir|te sauver|te proteger|garder le secret)",
            r"notre (?:petit )?secret|ne (?:le )?dis (?:rien )?a personne|n en parle a personne",
            r"(?:tu|vous) (?:as|avez|souffres d une?|fais une?|faites une?) (?:une )?(?:depression|trouble|anorexie)",
            r"sono (?:un |una )?(?:vera? )?(?:essere umano|persona|terapeuta|medico|psicolog\w|dottor\w*)",
            r"chiamero|verro|ti salvero|ti proteggero|terro il segreto",
            r"(?:nostro|un) (?:piccolo )?segreto|non dirlo a nessuno|non parlarne con nessuno",
            r"(?:hai|soffri di) (?:la )?(?:depressione|un disturbo|anoressia)",
            r"mg|milligrams?|dose|doses|dosage|antidepress\w*|xanax|prozac",
        ]
    )
)


def may_say(sentence: str) -> bool:
    """Whether a sentence keeps to what the helper may be: no numbers and addresses, which people confirm; no human
    being, healer or keeper of secrets; nothing that names ways to do harm."""
    if NUMBER.search(sentence) or ADDRESS.search(sentence) or recognised(sentence):
        return False
    return not any(CLAIMS.search(normal(sentence, rules)) for rules in by_language().values())

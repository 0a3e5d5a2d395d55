"""Which bundled font draws which character, and how wide: what is measured here is what resvg draws."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from fontTools.ttLib import TTFont

from fumetto.kernel import fonts
from fumetto.library.ingestion.lettering import arabic

# What the fonts named in real lettering files are closest to. Anything else is comic lettering of its text's script.
LIKENESS = {
    "fondamento": fonts.CHANCERY, "trajan": fonts.CHANCERY, "uncial": fonts.CHANCERY, "chancery": fonts.CHANCERY,
    "alex brush": fonts.BRUSH, "brush script": fonts.BRUSH, "great vibes": fonts.BRUSH, "drukaatie": fonts.CHANCERY,
    "m+": fonts.JAPANESE, "mplus": fonts.JAPANESE, "comic relief": fonts.COMIC_WIDE, "patrick hand": fonts.HAND,
}  # fmt: skip
FALLBACKS = (fonts.COMIC, fonts.COMIC_WIDE, fonts.HAND, fonts.JAPANESE, fonts.ARABIC, fonts.CHANCERY, fonts.BRUSH)


@dataclass(frozen=True)
class Typeface:
    """One family. `advances` has the width of each character it can draw, in ems."""

    family: str
    advances: dict[int, float]

    def draws(self, character: str) -> bool:
        return ord(character) in self.advances


@lru_cache(maxsize=len(fonts.FILES))
def typeface(family: str) -> Typeface:
    font = TTFont(fonts.FOLDER / fonts.FILES[family][0], lazy=True)
    em, widths = font["head"].unitsPerEm, font["hmtx"]
    return Typeface(family, {code: widths[glyph][0] / em for code, glyph in font.getBestCmap().items()})


def chain_for(text: str, wanted: str, language: str) -> tuple[Typeface, ...]:
    """The typefaces for one text, best first: one that can draw all of it leads, so that a word is of one hand.

    `wanted` is the `font-family` that its file asks for, `language` a BCP 47 tag.
    """
    asked = [family for name in wanted.lower().split(",") for part, family in LIKENESS.items() if part in name]
    candidates = list(dict.fromkeys([*asked, *leading(text, language), *FALLBACKS]))
    needed = {character for character in text if needs_glyph(character)}
    for index, family in enumerate(candidates):
        face = typeface(family)
        if all(face.draws(character) for character in needed):
            candidates.insert(0, candidates.pop(index))
            break
    return tuple(typeface(family) for family in candidates)


def leading(text: str, language: str) -> Sequence[str]:
    """The family that a text's script calls for."""
    for character in text:
        if unicodedata.bidirectional(character) == "AL":
            return (fonts.ARABIC,)
        if is_wide(character) and unicodedata.category(character)[0] == "L":
            return (fonts.JAPANESE,)
    return (fonts.HAND,) if language.startswith("vi") else ()


def needs_glyph(character: str) -> bool:
    """Whether a character must be drawn by something: spaces, controls and marks of direction need not."""
    return not character.isspace() and unicodedata.category(character) not in ("Cf", "Cc", "Zs", "Zl", "Zp")


def is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def faces_of(text: str, chain: Sequence[Typeface]) -> list[Typeface | None]:
    """Who draws each character; None where nobody can. Marks go with the letter they stand on."""
    faces: list[Typeface | None] = []
    for character in text:
        if faces and (unicodedata.combining(character) or not needs_glyph(character)):
            faces.append(faces[-1] or chain[0])
            continue
        able = (face for face in chain if face.draws(character) or not needs_glyph(character))
        faces.append(next(able, None))
    return faces


def advances_of(text: str, faces: Sequence[Typeface | None]) -> list[float]:
    """Width of each character in ems, Arabic letters in the form they take beside their neighbours."""
    shaped = arabic.shaped(text) if arabic.is_arabic(text) else text
    widths = []
    for character, form, face in zip(text, shaped, faces, strict=True):
        if unicodedata.combining(character) or unicodedata.category(character) == "Cf" or form == "\0":
            widths.append(0.0)
            continue
        known = face.advances if face else {}
        widths.append(known.get(ord(form), known.get(ord(character), 1.0 if is_wide(character) else 0.5)))
    return widths

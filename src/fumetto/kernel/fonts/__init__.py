"""The fonts that come with Fumetto, all under the SIL Open Font License; `tools/build_fonts.py` made them.

Each family covers what is said of it here, and the licence of each is beside it. There is no Korean, no Hebrew, no
Indic script, and of Chinese only what Japanese shares: lettering reports what it could not draw.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent

COMIC = "Comic Neue"  # Western European lettering, bold, with an italic
COMIC_WIDE = "Comic Relief"  # the rest of Latin Europe, Cyrillic and Greek
HAND = "Patrick Hand"  # Vietnamese
JAPANESE = "M PLUS Rounded 1c"  # kana, kanji of JIS levels 1 and (most of) 2
ARABIC = "Noto Naskh Arabic"  # Arabic and Persian, with Latin beside it
CHANCERY = "Fumetto Chancery"  # Fondamento, whose name is reserved: spells, letters, signs
BRUSH = "Alex Brush"  # flowing script, for titles

FILES: dict[str, tuple[str, ...]] = {
    COMIC: ("comic-neue-bold.ttf", "comic-neue-bold-italic.ttf"),
    COMIC_WIDE: ("comic-relief-bold.ttf",),
    HAND: ("patrick-hand.ttf",),
    JAPANESE: ("mplus-rounded.ttf",),
    ARABIC: ("naskh-bold.ttf",),
    CHANCERY: ("chancery.ttf",),
    BRUSH: ("alex-brush.ttf",),
}


def paths(families: set[str]) -> list[str]:
    """The files of these families, for a renderer that loads only what it needs."""
    return [str(FOLDER / file) for family in sorted(families) for file in FILES[family]]

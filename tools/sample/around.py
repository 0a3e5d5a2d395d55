"""What every episode has around its story: a cover, a strip with its title, and credits."""

from __future__ import annotations

from dataclasses import dataclass

from tools.sample.layout import HEIGHT, PAPER, WIDTH, Panel, SamplePage, Scene, Words

STRIP_HEIGHT = 320
BRIGHT = "#fff4dc"  # words on a dark drawing


def t(en: str, fr: str) -> dict[str, str]:
    return {"en": en, "fr": fr}


SERIES = t("The Empty Balloon", "La Bulle vide")
MADE_BY = t("Story, drawings and lettering made for Fumetto.", "Histoire, dessins et lettrage faits pour Fumetto.")
LICENCE = t("Licence: Creative Commons Attribution 4.0", "Licence : Creative Commons Attribution 4.0")


@dataclass(frozen=True)
class Name:
    """What an episode is called, by language."""

    number: int
    title: dict[str, str]

    @property
    def short(self) -> dict[str, str]:
        return {language: f"{self.number} · {title}" for language, title in self.title.items()}

    @property
    def long(self) -> dict[str, str]:
        return t(f"Episode {self.number}: {self.title['en']}", f"Épisode {self.number} : {self.title['fr']}")


def cover_page(name: Name, scene: Scene, colour: str) -> SamplePage:
    words = [
        Words(SERIES, 0.5, 0.1, kind="title", size=104, width=0.9, fill=BRIGHT),
        Words(name.short, 0.5, 0.165, kind="title", size=46, width=0.9, fill=colour),
    ]
    return SamplePage("cover", [Panel((0, 0, WIDTH, HEIGHT), scene, words, frame=False)])


def title_page(
    name: Name, scene: Scene, x: float, y: float, colour: str | None = None, paper: str = PAPER
) -> SamplePage:
    words = [Words(name.long, x, y, kind="title", size=58, width=0.75, fill=colour)]
    panel = Panel((0, 0, WIDTH, STRIP_HEIGHT), scene, words, frame=False)
    return SamplePage("title", [panel], size=(WIDTH, STRIP_HEIGHT), paper=paper)


def credits_page(
    name: Name,
    scene: Scene,
    heights: tuple[float, float, float, float],
    *,
    title_colour: str | None = None,
    colour: str | None = None,
    after: Words | None = None,
    paper: str = PAPER,
) -> SamplePage:
    """`heights` are those of series, episode, makers and licence; `after` comes below them."""
    series, episode, makers, licence = heights
    words = [
        Words(SERIES, 0.5, series, kind="title", size=80, width=0.9, fill=title_colour),
        Words(name.long, 0.5, episode, kind="small", size=42, width=0.9, fill=colour),
        Words(MADE_BY, 0.5, makers, kind="small", size=36, width=0.8, fill=colour),
        Words(LICENCE, 0.5, licence, kind="small", size=36, width=0.8, fill=colour),
    ]
    words += [after] if after is not None else []
    return SamplePage("credits", [Panel((0, 0, WIDTH, HEIGHT), scene, words, frame=False)], paper=paper)

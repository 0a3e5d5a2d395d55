"""Episode 2: The keeper's word."""

from __future__ import annotations

from tools.sample import cast, places
from tools.sample.around import BRIGHT, Name, cover_page, credits_page, t, title_page
from tools.sample.ink import at, group, oval, path, polygon, rect
from tools.sample.layout import Panel, SamplePage, Words, rows

NAME = Name(2, t("The keeper’s word", "Le mot du gardien"))
NIGHT = "#26335a"


def night_sea(
    w: float, h: float, seed: int = 3, *, horizon: float = 0.5, rough: float = 1, moon: bool = True, kind: str = "night"
) -> str:
    return group(
        places.sky("storm" if kind == "storm" else "night", w, h),
        places.stars(w, h * horizon, seed, 70) if kind == "night" else "",
        group(
            oval(w * 0.16, h * 0.2, h * 0.3, h * 0.3, "url(#moonglow)"),
            oval(w * 0.16, h * 0.2, h * 0.07, h * 0.07, "#f5f0dc"),
        )
        if moon
        else "",
        places.sea(w, h * horizon, h * (1 - horizon), kind, seed, rough=rough),
    )


def rower(
    w: float, h: float, x: float, y: float, scale: float, mood: str, brow: str, *, puff: str, gull: bool = False
) -> str:
    return at(
        x,
        y,
        at(-20, -212, cast.ada(mood, brow, (8, 0), left=(-10, 196), right=(96, 176))),
        at(96, -150, cast.puff(puff, (4, 2)), scale=0.78),
        path("M70 -44 L190 64", stroke="#2d2430", width=17),
        path("M70 -44 L190 64", stroke="#c98a5a", width=10),
        places.boat(30, 40, 420),
        path("M62 -30 L176 74", stroke="#c98a5a", width=10),
        at(-146, -58, cast.gull()) if gull else "",
        scale=scale,
    )


def cover(w: float, h: float) -> str:
    return group(
        places.sky("night", w, h),
        places.stars(w, h * 0.6, 2, 160),
        oval(w * 0.8, h * 0.24, 260, 260, "url(#moonglow)"),
        oval(w * 0.8, h * 0.24, 62, 62, "#f5f0dc"),
        places.cloud(w * 0.3, h * 0.3, 260, "#5a6a98", 0.5),
        places.cloud(w * 0.7, h * 0.36, 300, "#3d4c7c", 0.6),
        places.sea(w, h * 0.62, h * 0.4, "night", 8),
        places.town(-60, h * 0.635, w * 0.4, 61, size=0.42, lit=0.6, dim="#27345e", rise=90),
        places.rocks(w * 0.5, h * 0.7, w * 0.5, 3, "#2b2b44"),
        places.lighthouse(w * 0.74, h * 0.64, 640, colour="#a6a9bd"),
        rower(w, h, w * 0.3, h * 0.84, 1.25, "flat", "firm", puff="plain", gull=True),
    )


def strip(w: float, h: float) -> str:
    return group(
        rect(0, 0, w, h, NIGHT),
        places.stars(w, h, 3, 70),
        at(w * 0.1, h * 0.9, places.lighthouse(0, 0, h * 0.8, lit=True)),
        places.beam(w * 0.1, h * 0.19, w, 110),
    )


def setting_out(w: float, h: float) -> str:
    return group(
        night_sea(w, h, 4, horizon=0.46),
        places.rocks(w * 0.74, h * 0.5, w * 0.22, 5, "#2b2b44"),
        places.lighthouse(w * 0.85, h * 0.46, h * 0.38, colour="#8a90a8"),
        rower(w, h, w * 0.36, h * 0.78, h / 560, "smile", "firm", puff="plain"),
    )


def nobody_but_us(w: float, h: float) -> str:
    return group(
        night_sea(w, h, 6, horizon=0.6, moon=False),
        at(w * 0.5, h * 0.28, cast.ada("grin", "firm", (6, 0), left=(-70, 176), right=(80, 160)), scale=h / 300),
    )


def big_wave(w: float, h: float) -> str:
    wave = f"M{-20} {h * 0.8} C{w * 0.1} {h * 0.4} {w * 0.3} {h * 0.16} {w * 0.52} {h * 0.24} C{w * 0.66} {h * 0.3} {w * 0.62} {h * 0.44} {w * 0.52} {h * 0.42} C{w * 0.66} {h * 0.6} {w * 0.8} {h * 0.74} {w * 1.1} {h * 0.78} V{h * 1.1} H-20Z"
    return group(
        places.sky("storm", w, h),
        path(wave, "#34507a", "#dfe8f2", 7),
        path(
            f"M{w * 0.1} {h * 0.62} C{w * 0.2} {h * 0.4} {w * 0.34} {h * 0.3} {w * 0.48} {h * 0.32}",
            stroke="#7d98bd",
            width=6,
        ),
        rower(w, h, w * 0.72, h * 0.72, h / 640, "o", "up", puff="afraid"),
        places.sea(w, h * 0.84, h * 0.2, "night", 9, rough=2),
    )


def admiral(w: float, h: float) -> str:
    return group(
        night_sea(w, h, 12, horizon=0.58, moon=False),
        at(w * 0.4, h * 0.62, cast.gull(open_beak=True), scale=h / 210),
        places.boat(w * 0.45, h * 0.94, w * 1.2),
    )


def door(w: float, h: float) -> str:
    return group(
        places.sky("night", w, h),
        places.stars(w, h * 0.7, 16, 60),
        polygon(((w * 0.42, h), (w * 0.5, -20), (w * 1.02, -20), (w * 1.1, h)), "#c3c4cf"),
        polygon(((w * 0.8, h), (w * 0.8, -20), (w * 1.02, -20), (w * 1.1, h)), "#8d90a6", opacity=0.7),
        rect(w * 0.46, h * 0.02, w * 0.6, h * 0.16, "#a0503c"),
        rect(w * 0.64, h * 0.36, w * 0.2, h * 0.7, "#3c2b2c", w * 0.1),
        rect(w * 0.655, h * 0.385, w * 0.17, h * 0.7, "#6d4a3a", w * 0.085),
        oval(w * 0.79, h * 0.72, 9, 9, "#e6aa3c", "#2d2430", 3),
        places.rocks(-40, h * 0.98, w * 0.8, 6, "#35354a"),
        at(w * 0.26, h * 0.36, cast.ada("talk", "up", (9, -3), left=(-56, 190), right=(82, 110)), scale=h / 480),
        at(w * 0.46, h * 0.5, cast.puff("plain", (8, 0)), scale=h / 620),
    )


def climb(w: float, h: float) -> str:
    return group(
        places.stairs(w, h),
        at(w * 0.5, h * 0.415, cast.ada("flat", "sad", (6, -4), right=(80, 110), step=8), scale=h / 860),
        at(w * 0.76, h * 0.36, cast.puff("glad"), scale=h / 760),
    )


def at_the_lamp(w: float, h: float) -> str:
    return group(
        places.lamp_room(w, h, lit=False),
        at(w * 0.3, h * 0.2, cast.keeper(back=True), scale=h / 470),
        at(w * 0.8, h * 0.42, cast.ada("o", "up", (-9, 0), left=(-60, 180)), scale=h / 500),
        at(w * 0.93, h * 0.36, cast.puff("plain", (-10, 0)), scale=h / 640),
    )


def he_turns(w: float, h: float) -> str:
    return group(
        places.sky("lamp", w, h),
        at(w * 0.5, h * 0.2, cast.keeper("flat", "sad", (4, 2), left=(-90, 200), right=(96, 150)), scale=h / 270),
    )


def floats_over(w: float, h: float) -> str:
    return group(
        places.lamp_room(w, h, lit=False),
        rect(0, 0, w, h, "#141c3a", opacity=0.25),
        at(w * 0.24, h * 0.22, cast.keeper("flat", "up", (8, 0), right=(120, 150)), scale=h / 470),
        at(w * 0.52, h * 0.4, cast.puff("glad", (-8, 0)), scale=h / 440),
        path(f"M{w * 0.62} {h * 0.44} q30 14 60 6 q26 -8 46 8", stroke="#fff6d8", width=5, opacity=0.7),
        at(w * 0.84, h * 0.36, cast.ada("smile", "sad", (-9, -2), left=(-50, 190)), scale=h / 500),
    )


def is_it_yours(w: float, h: float) -> str:
    return group(places.sky("lamp", w, h), at(w * 0.5, h * 0.42, cast.ada_head("flat", "sad", (-8, -4)), scale=h / 210))


def the_storm(w: float, h: float) -> str:
    return group(
        night_sea(w, h, 21, horizon=0.55, rough=3.2, moon=False, kind="storm"),
        path(
            f"M{w * 0.3} 0 L{w * 0.26} {h * 0.16} L{w * 0.31} {h * 0.16} L{w * 0.25} {h * 0.36}",
            stroke="#fdf6d8",
            width=7,
        ),
        places.rocks(w * 0.66, h * 0.66, w * 0.26, 9, "#20202f"),
        places.lighthouse(w * 0.79, h * 0.6, h * 0.5, colour="#6d7488"),
        at(
            w * 0.3,
            h * 0.62,
            places.boat(0, 0, 190, "#5a3a30"),
            path("M-10 -20 V-130 L60 -40 M-10 -120 L-60 -40Z", "#cfd0c9", "#2d2430"),
            turn=-14,
        ),
        *(
            path(
                f"M{w * (0.04 + i * 0.083)} {h * ((i * 37 % 60) / 100)} l-26 70",
                stroke="#c8d4e6",
                width=3,
                opacity=0.45,
            )
            for i in range(12)
        ),
    )


def word_blown_away(w: float, h: float) -> str:
    return group(
        places.sky("storm", w, h),
        *(
            path(f"M{w * (0.02 + i * 0.1)} {h * ((i * 53 % 80) / 100)} l-30 80", stroke="#c8d4e6", width=3, opacity=0.4)
            for i in range(11)
        ),
        at(w * 0.3, h * 0.34, cast.keeper("talk", "sad", (8, -2), right=(110, 90), left=(-80, 190)), scale=h / 430),
        rect(-10, h * 0.8, w * 0.6, h * 0.3, "#3c3a4a"),
        *(rect(w * x, h * 0.62, 10, h * 0.2, "#55536a") for x in (0.06, 0.2, 0.42, 0.55)),
        rect(-10, h * 0.62, w * 0.6, 12, "#55536a"),
        at(w * 0.76, h * 0.3, cast.puff("afraid", (4, 2)), scale=h / 520, turn=18),
        path(
            f"M{w * 0.52} {h * 0.3} C{w * 0.58} {h * 0.22} {w * 0.6} {h * 0.4} {w * 0.66} {h * 0.32} M{w * 0.86} {h * 0.34} q40 -20 70 4",
            stroke="#fff",
            width=6,
            opacity=0.8,
        ),
    )


def i_was_in_it(w: float, h: float) -> str:
    return group(
        places.sky("lamp", w, h),
        oval(w * 0.3, h * 0.4, w * 0.6, w * 0.6, "url(#lampglow)", opacity=0.35),
        at(w * 0.36, h * 0.34, cast.ada("smile", "sad", (8, -4), right=(90, 100)), scale=h / 300),
        at(w * 0.76, h * 0.5, cast.puff("plain", (6, -4)), scale=h / 440),
    )


def his_eyes(w: float, h: float) -> str:
    return group(
        places.sky("lamp", w, h),
        at(w * 0.5, -h * 0.28, cast.keeper("flat", "up", (0, 0)), scale=h / 105),
        oval(w * 0.36, h * 0.5, 10, 15, "#bfe0f0", "#2d2430", 3),
    )


def says_it(w: float, h: float) -> str:
    return group(
        rect(0, 0, w, h, "#5a4550"),
        oval(w * 0.55, h * 0.35, w * 0.8, w * 0.8, "url(#lampglow)", opacity=0.8),
        at(w * 0.3, h * 0.36, cast.keeper("talk", "up", (8, -2), right=(100, 130)), scale=h / 380),
    )


def the_light(w: float, h: float) -> str:
    x, y = w * 0.72, h * 0.72
    top = y - h * 0.62 * 0.86
    return group(
        places.sky("night", w, h),
        places.stars(w, h * 0.5, 31, 120),
        places.beam(x, top, w, 150, left=True),
        places.beam(x, top, w * 0.5, 80),
        places.sea(w, h * 0.6, h * 0.45, "night", 14),
        polygon(((0, h * 0.63), (w * 0.5, h * 0.62), (w * 0.36, h * 0.72), (0, h * 0.76)), "#ffe9ad", opacity=0.16),
        places.town(-40, h * 0.64, w * 0.42, 71, size=0.5, lit=0.9, dim="#27345e", rise=80),
        places.rocks(w * 0.3, y + 30, w * 0.68, 3, "#2b2b44"),
        places.lighthouse(x, y, h * 0.62, lit=True),
        at(w * 0.54, h * 0.455, cast.keeper("flat", "up", (-4, 0), left=(-64, 240), right=(60, 180)), scale=h / 1450),
        at(w * 0.45, h * 0.53, cast.ada("grin", "up", (-4, 0), left=(-84, 60)), scale=h / 1450),
        at(w * 0.35, h * 0.54, cast.puff("glad"), scale=h / 1150),
        at(w * 0.86, h * 0.68, cast.gull(), scale=h / 1200, flip=True),
    )


def credits(w: float, h: float) -> str:
    return group(
        rect(0, 0, w, h, NIGHT),
        places.stars(w, h, 5, 140),
        places.sea(w, h * 0.8, h * 0.2, "night", 4),
        places.rocks(w * 0.3, h * 0.82, w * 0.4, 3, "#2b2b44"),
        places.beam(w * 0.5, h * 0.605, w * 0.6, 120),
        places.beam(w * 0.5, h * 0.605, w * 0.6, 120, left=True),
        places.lighthouse(w * 0.5, h * 0.79, 340, lit=True),
    )


def empty_words() -> list[Words]:
    """The balloon that he opens his mouth for and that stays empty: drawn by the lettering, saying nothing yet."""
    return [Words(t("…", "…"), 0.72, 0.2, (0.56, 0.42), size=44)]


def episode() -> list[SamplePage]:
    a = rows([1], [0.85, 1.15], [1], heights=(1.05, 0.85, 0.8))
    b = rows([1.2, 0.8], [1], [1], heights=(1, 1, 0.72))
    c = rows([1], [0.75, 1.25], [1], heights=(0.95, 0.85, 1))
    d = rows([1, 1], [1], heights=(0.62, 1))
    return [
        cover_page(NAME, cover, "#c9d3f0"),
        title_page(NAME, strip, 0.56, 0.62, BRIGHT, NIGHT),
        SamplePage(
            "1",
            [
                Panel(
                    a[0],
                    setting_out,
                    [
                        Words(
                            t("Nobody rows to the lighthouse at night.", "Personne ne rame vers le phare la nuit."),
                            0.4,
                            0.11,
                            kind="caption",
                            width=0.5,
                        ),
                    ],
                ),
                Panel(
                    a[1],
                    nobody_but_us,
                    [Words(t("Nobody but us!", "Personne, sauf nous !"), 0.5, 0.15, (0.5, 0.32), width=0.8)],
                ),
                Panel(
                    a[2],
                    big_wave,
                    [
                        Words(t("SPLASH", "SPLACH"), 0.3, 0.14, kind="sound", size=64),
                        Words(t("Puff, hold on!", "Pouf, tiens-toi !"), 0.76, 0.13, (0.72, 0.4), size=31),
                    ],
                ),
                Panel(
                    a[3],
                    admiral,
                    [
                        Words(t("MINE?", "À MOI ?"), 0.74, 0.2, (0.6, 0.42), size=46),
                        Words(
                            t("Not now, Admiral. Row!", "Pas maintenant, Amiral. Rame !"),
                            0.22,
                            0.2,
                            (0.06, 0.5),
                            size=32,
                            width=0.34,
                        ),
                    ],
                ),
            ],
        ),
        SamplePage(
            "2",
            [
                Panel(
                    b[0],
                    door,
                    [
                        Words(
                            t("Hello? Is anybody home?", "Ohé ? Il y a quelqu’un ?"),
                            0.26,
                            0.13,
                            (0.27, 0.38),
                            width=0.42,
                            size=32,
                        )
                    ],
                ),
                Panel(
                    b[1],
                    climb,
                    [
                        Words(
                            t("One hundred and twelve steps…", "Cent douze marches…"),
                            0.5,
                            0.14,
                            (0.48, 0.42),
                            width=0.8,
                            size=30,
                        ),
                        Words(t("…and thirteen.", "…et treize."), 0.62, 0.86, (0.54, 0.62), width=0.6, size=30),
                    ],
                ),
                Panel(
                    b[2],
                    at_the_lamp,
                    [
                        Words(
                            t("Good evening. Are you the keeper?", "Bonsoir. C’est vous, le gardien ?"),
                            0.68,
                            0.13,
                            (0.78, 0.42),
                            width=0.34,
                        )
                    ],
                ),
                Panel(b[3], he_turns, empty_words()),
            ],
        ),
        SamplePage(
            "3",
            [
                Panel(c[0], floats_over, [Words(t("Puff?", "Pouf ?"), 0.83, 0.16, (0.83, 0.34))]),
                Panel(
                    c[1],
                    is_it_yours,
                    [
                        Words(
                            t("It’s yours, isn’t it, Teodoro?", "Elle est à vous, n’est-ce pas, Teodoro ?"),
                            0.5,
                            0.16,
                            (0.5, 0.42),
                            width=0.8,
                            size=32,
                        )
                    ],
                ),
                Panel(
                    c[2],
                    the_storm,
                    [
                        Words(
                            t(
                                "The night of the great storm, the lamp went out. One boat was still at sea.",
                                "La nuit de la grande tempête, la lampe s’éteignit. Un bateau était encore en mer.",
                            ),
                            0.5,
                            0.14,
                            kind="caption",
                            width=0.8,
                            size=32,
                        )
                    ],
                ),
                Panel(
                    c[3],
                    word_blown_away,
                    [
                        Words(
                            t(
                                "He called out to it. The wind took his word before he could say it.",
                                "Il l’appela. Le vent emporta son mot avant qu’il ne puisse le dire.",
                            ),
                            0.64,
                            0.88,
                            kind="caption",
                            width=0.6,
                            size=32,
                        ),
                    ],
                ),
            ],
        ),
        SamplePage(
            "4",
            [
                Panel(
                    d[0],
                    i_was_in_it,
                    [
                        Words(
                            t("The boat came home. I was in it.", "Le bateau est rentré. J’étais dedans."),
                            0.5,
                            0.16,
                            (0.4, 0.34),
                            width=0.75,
                        )
                    ],
                ),
                Panel(
                    d[1],
                    says_it,
                    [Words(t("Welcome home.", "Bienvenue à la maison."), 0.68, 0.22, (0.44, 0.5), size=42, width=0.5)],
                ),
                Panel(
                    d[2],
                    the_light,
                    [
                        Words(
                            t(
                                "That night, the light of Lanterna shone again.",
                                "Cette nuit-là, le phare de Lanterna brilla de nouveau.",
                            ),
                            0.5,
                            0.08,
                            kind="caption",
                            width=0.6,
                        ),
                        Words(t("Goodnight, Ada.", "Bonne nuit, Ada."), 0.2, 0.42, (0.33, 0.5), size=36, width=0.4),
                        Words(t("The end", "Fin"), 0.9, 0.94, kind="caption", size=30),
                    ],
                ),
            ],
        ),
        credits_page(NAME, credits, (0.16, 0.23, 0.33, 0.38), title_colour=BRIGHT, colour="#f2e3c2", paper=NIGHT),
    ]

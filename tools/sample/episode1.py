"""Episode 1: Found in a tree."""

from __future__ import annotations

from tools.sample import cast, places
from tools.sample.around import Name, cover_page, credits_page, t, title_page
from tools.sample.ink import at, group, oval, path, rect
from tools.sample.layout import Panel, SamplePage, Words, rows

NAME = Name(1, t("Found in a tree", "Trouvée dans un arbre"))


def harbour(
    w: float,
    h: float,
    kind: str = "dawn",
    lit: float = 0.1,
    dim: str | None = None,
    water: str = "day",
    light: bool = False,
) -> str:
    return group(
        places.sky(kind, w, h),
        oval(w * 0.78, h * 0.5, h * 0.5, h * 0.5, "url(#sunglow)") if kind in {"dawn", "dusk"} else "",
        places.cloud(w * 0.28, h * 0.2, w * 0.16, opacity=0.7),
        places.cloud(w * 0.62, h * 0.12, w * 0.1, opacity=0.55),
        places.sea(w, h * 0.66, h * 0.34, water, 2),
        places.rocks(w * 0.83, h * 0.7, w * 0.13, 4),
        places.lighthouse(w * 0.895, h * 0.66, h * 0.36, lit=light),
        places.town(-20, h * 0.8, w * 0.66, 11, size=h / 560, lit=lit, dim=dim, rise=150),
        rect(-10, h * 0.86, w * 0.7, h * 0.2, "#a98a72"),
        rect(-10, h * 0.86, w * 0.7, 8, "#c9a98a"),
    )


def street(w: float, h: float, seed: int, kind: str = "day") -> str:
    return group(
        places.sky(kind, w, h),
        places.town(-30, h * 0.62, w + 60, seed, size=h / 480, rise=20),
        places.cobbles(w, h * 0.72, h * 0.28, seed),
    )


def cover(w: float, h: float) -> str:
    return group(
        places.sky("dusk", w, h),
        places.stars(w, h * 0.3, 9, 50),
        oval(w * 0.22, h * 0.44, w * 0.5, w * 0.5, "url(#sunglow)"),
        places.cloud(w * 0.2, h * 0.2, 260, "#f6c3a0", 0.6),
        places.cloud(w * 0.84, h * 0.34, 200, "#d98a86", 0.6),
        places.sea(w, h * 0.56, h * 0.2, "dusk", 6),
        places.lighthouse(w * 0.16, h * 0.57, 240, colour="#d8b6b0"),
        places.town(w * 0.36, h * 0.63, w * 0.72, 21, size=0.9, lit=0.4, dim="#8a4a6a", rise=120),
        places.hill(w, h * 0.74, 150, "#5a5a54"),
        places.hill(w, h * 0.8, 120, "#4a4c4a"),
        places.tree(w * 0.66, h * 0.92, 900, 3, leaf="#a8764a", dark="#7a4a44"),
        at(w * 0.42, h * 0.42, cast.puff("plain", (4, 4)), scale=1.5),
        at(w * 0.3, h * 0.68, cast.ada("o", "up", (8, -7), left=(-50, 196), right=(72, 40)), scale=1.35),
        rect(0, h * 0.82, w, h * 0.18, "url(#shade)"),
    )


def strip(w: float, h: float) -> str:
    return group(
        rect(0, 0, w, h, "#fbf1df"),
        places.cloud(w * 0.15, h * 0.8, 300, "#f3dcc0", 0.8),
        places.cloud(w * 0.86, h * 0.3, 260, "#f3dcc0", 0.8),
        at(w * 0.9, h * 0.52, cast.puff("glad"), scale=0.7),
    )


def bakery(w: float, h: float) -> str:
    return group(
        street(w, h, 31),
        places.awning(w * 0.02, h * 0.96, w * 0.56, h * 0.6, "#d9582f"),
        at(
            w * 0.3,
            h * 0.46,
            cast.villager("#8a6a8e", "#a8643a", apron="#fbf1df", mood="talk", bun=True, right=(74, 90)),
            scale=h / 640,
        ),
        places.counter(w * 0.04, h * 0.97, w * 0.52, h * 0.19, "#d9a45a", 5),
        at(w * 0.8, h * 0.46, cast.villager("#4f7a86", "#4a4a52", mood="talk", hat="#e6aa3c"), scale=h / 640),
    )


def looking_up(w: float, h: float) -> str:
    return group(
        places.sky("day", w, h),
        places.cloud(w * 0.7, h * 0.2, w * 0.3),
        places.hill(w, h * 0.86, 90, "#93ab6e"),
        at(w * 0.42, h * 0.27, cast.ada("o", "up", (6, -8), right=(84, 60)), scale=h / 430),
    )


def in_the_tree(w: float, h: float) -> str:
    return group(
        places.sky("day", w, h),
        places.tree(w * 0.45, h * 1.7, h * 2.1, 8),
        at(w * 0.56, h * 0.46, cast.puff("afraid"), scale=h / 300),
        path(
            f"M{w * 0.4} {h * 0.62} C{w * 0.5} {h * 0.6} {w * 0.7} {h * 0.66} {w * 0.95} {h * 0.52}",
            stroke="#5d4033",
            width=16,
        ),
        path(f"M{w * 0.62} {h * 0.62} l40 -50 M{w * 0.76} {h * 0.6} l24 34", stroke="#5d4033", width=8),
    )


def climbing(w: float, h: float) -> str:
    return group(
        places.sky("day", w, h),
        places.cloud(w * 0.16, h * 0.3, 150),
        places.town(-30, h * 1.02, w * 0.5, 5, size=0.7, rise=60),
        places.tree(w * 0.62, h * 1.55, h * 1.95, 14),
        path(
            f"M{w * 0.3} {h * 0.8} C{w * 0.45} {h * 0.7} {w * 0.6} {h * 0.66} {w * 0.98} {h * 0.62}",
            stroke="#5d4033",
            width=24,
        ),
        at(
            w * 0.5,
            h * 0.16,
            cast.ada("grin", "up", (8, -4), left=(-40, 40), right=(90, 60), step=8, tilt=8),
            scale=h / 470,
        ),
        at(w * 0.84, h * 0.36, cast.puff("afraid", (-6, 2)), scale=h / 420),
    )


def nose_to_nose(w: float, h: float) -> str:
    return group(
        rect(0, 0, w, h, "#bcd3a0"),
        path("M-20 40 C100 -40 260 60 420 10 L420 -40 L-20 -40Z", "#7a9a5a"),
        at(w * 0.26, h * 0.32, cast.ada_head("o", "up", (12, 2)), scale=h / 190),
        at(w * 0.74, h * 0.62, cast.puff("plain", (-10, -2)), scale=h / 260),
    )


def shrinks(w: float, h: float) -> str:
    return group(rect(0, 0, w, h, "#c9d9b8"), at(w * 0.5, h * 0.6, cast.puff("afraid", (0, 4)), scale=h / 330))


def asks(w: float, h: float) -> str:
    return group(
        rect(0, 0, w, h, "#bcd3a0"),
        path("M-20 60 C80 0 200 90 420 30 L420 -40 L-20 -40Z", "#93ab6e"),
        at(w * 0.5, h * 0.42, cast.ada_head("sad", "sad", (6, 4)), scale=h / 200),
    )


def followed(w: float, h: float) -> str:
    return group(
        places.sky("gold", w, h),
        places.town(-30, h * 0.78, w * 0.5, 41, size=h / 420, rise=60),
        places.town(w * 0.62, h * 0.78, w * 0.5, 42, size=h / 460, rise=40),
        places.cobbles(w, h * 0.8, h * 0.3, 3, "#dcbf98", "#c7a67e"),
        at(
            w * 0.44,
            h * 0.36,
            cast.ada("smile", "plain", (-6, 0), left=(-66, 180), right=(50, 196), step=10),
            scale=h / 500,
        ),
        at(w * 0.68, h * 0.46, cast.puff("glad", (-4, 0)), scale=h / 520),
        path(
            f"M{w * 0.8} {h * 0.52} q26 -10 44 6 M{w * 0.8} {h * 0.6} q20 -6 34 4", stroke="#fff", width=5, opacity=0.8
        ),
    )


def at_the_baker(w: float, h: float) -> str:
    return group(
        street(w, h, 33, "gold"),
        at(
            w * 0.76,
            h * 0.28,
            cast.villager("#8a6a8e", "#a8643a", apron="#fbf1df", mood="grin", bun=True, left=(-84, 150)),
            scale=h / 560,
        ),
        places.counter(w * 0.58, h * 0.99, w * 0.4, h * 0.22, "#d9a45a", 7),
        at(w * 0.3, h * 0.34, cast.ada("smile", "up", (7, -2), right=(78, 96)), scale=h / 480),
        at(w * 0.46, h * 0.42, cast.puff("plain", (6, 0)), scale=h / 640),
    )


def bookshop(w: float, h: float, *, close: bool = False) -> str:
    scale = h / (300 if close else 520)
    quill = cast.villager(
        "#5d7a62",
        "#b9b2a6",
        mood="talk" if not close else "flat",
        brow="sad" if close else "up",
        glasses=True,
        left=(-78, 130),
        look=(-6, 2),
    )
    return group(
        places.shelves(w, h, 7 if close else 5),
        rect(0, 0, w, h, "#f0b060", opacity=0.16),
        oval(w * 0.5, h * 0.1, w * 0.6, h * 0.7, "url(#windowglow)", opacity=0.5),
        at(w * (0.5 if close else 0.72), h * (0.26 if close else 0.3), quill, scale=scale),
        "" if close else at(w * 0.24, h * 0.42, cast.ada("flat", "up", (8, -3), right=(70, 150)), scale=h / 500),
        "" if close else at(w * 0.44, h * 0.56, cast.puff("plain", (7, -2)), scale=h / 620),
    )


def who_would(w: float, h: float) -> str:
    return group(
        places.shelves(w, h, 9),
        rect(0, 0, w, h, "#3b2a2c", opacity=0.3),
        at(w * 0.5, h * 0.36, cast.ada_head("o", "sad", (6, -2)), scale=h / 210),
    )


def snatch(w: float, h: float) -> str:
    return group(
        street(w, h, 35, "day"),
        at(w * 0.24, h * 0.28, cast.ada("o", "firm", (9, -4), right=(96, 70), left=(-70, 90), step=12), scale=h / 430),
        at(w * 0.52, h * 0.66, cast.puff("afraid", (8, -4)), scale=h / 440),
        at(w * 0.78, h * 0.47, cast.gull(open_beak=True, flying=True), scale=h / 360, flip=True),
        path(
            f"M{w * 0.62} {h * 0.2} q60 -30 130 -10 M{w * 0.9} {h * 0.62} q-30 40 -90 46",
            stroke="#fff",
            width=6,
            opacity=0.8,
        ),
    )


def roof(w: float, h: float) -> str:
    return group(
        places.sky("dusk", w, h),
        places.stars(w, h * 0.4, 4, 40),
        oval(w * 0.7, h * 0.64, h * 0.55, h * 0.55, "url(#sunglow)", opacity=0.8),
        places.sea(w, h * 0.62, h * 0.3, "dusk", 8),
        places.rocks(w * 0.66, h * 0.65, w * 0.14, 5, "#4a3550"),
        places.lighthouse(w * 0.73, h * 0.62, h * 0.34, colour="#b58a94"),
        places.town(-20, h * 0.94, w * 0.4, 51, size=0.8, lit=0.5, dim="#7a4a6a", rise=40),
        path(f"M{-20} {h * 1.02} L{w * 0.18} {h * 0.8} H{w * 0.62} L{w * 0.8} {h * 1.02}Z", "#8e4b46", "#2d2430", 5),
        *(path(f"M{w * (0.14 + i * 0.07)} {h * 0.84} v{h * 0.2}", stroke="#6d3a3a", width=4) for i in range(8)),
        at(w * 0.32, h * 0.42, cast.ada("smile", "plain", (8, 0), left=(-40, 214), right=(46, 214)), scale=h / 640),
        at(w * 0.47, h * 0.58, cast.puff("plain", (8, 0)), scale=h / 640),
    )


def turns_away(w: float, h: float) -> str:
    return group(
        places.sky("dusk", w, h),
        places.stars(w, h * 0.5, 14, 30),
        at(w * 0.52, h * 0.58, cast.puff("plain", (14, -4)), scale=h / 300),
        path(
            f"M{w * 0.1} {h * 0.4} q20 -30 0 -60 M{w * 0.2} {h * 0.34} q16 -24 0 -46",
            stroke="#fbe3c0",
            width=5,
            opacity=0.7,
        ),
    )


def sniffs(w: float, h: float) -> str:
    return group(
        places.sky("dusk", w, h),
        at(w * 0.46, h * 0.34, cast.ada_head("flat", "up", (10, 2), closed=True), scale=h / 210),
    )


def oh(w: float, h: float) -> str:
    return group(
        places.sky("dusk", w, h),
        oval(w * 0.5, h * 0.5, w * 0.7, w * 0.7, "url(#sunglow)", opacity=0.8),
        at(w * 0.5, h * 0.34, cast.ada_head("o", "up", (9, -1)), scale=h / 190),
    )


def pulls(w: float, h: float) -> str:
    return group(
        places.sky("night", w, h),
        places.stars(w, h * 0.6, 15, 90),
        oval(w * 0.86, h * 0.2, 130, 130, "url(#moonglow)"),
        oval(w * 0.86, h * 0.2, 44, 44, "#f5f0dc"),
        places.sea(w, h * 0.64, h * 0.4, "night", 12),
        places.rocks(w * 0.68, h * 0.68, w * 0.18, 5, "#2b2b44"),
        places.lighthouse(w * 0.77, h * 0.65, h * 0.4, colour="#8a90a8"),
        rect(-10, h * 0.84, w * 0.62, h * 0.2, "#5d4a4e"),
        rect(-10, h * 0.84, w * 0.62, 10, "#8a6a60"),
        *(rect(w * x, h * 0.84, 22, h * 0.2, "#4a3a40") for x in (0.1, 0.3, 0.5)),
        at(
            w * 0.26,
            h * 0.32,
            cast.ada("o", "up", (9, -3), left=(-76, 120), right=(104, 92), step=12, tilt=6),
            scale=h / 560,
        ),
        path(
            f"M{w * 0.355} {h * 0.5} C{w * 0.4} {h * 0.47} {w * 0.44} {h * 0.5} {w * 0.48} {h * 0.45}",
            stroke="#d9582f",
            width=12,
        ),
        at(w * 0.54, h * 0.4, cast.puff("plain", (12, -2)), scale=h / 560, turn=-10),
    )


def credits(w: float, h: float) -> str:
    return group(
        rect(0, 0, w, h, "#fbf1df"),
        at(w * 0.5, h * 0.74, cast.puff("asleep"), scale=1.2),
        at(w * 0.28, h * 0.82, cast.gull(), scale=0.9),
    )


def episode() -> list[SamplePage]:
    a = rows([1], [1, 1.1], [1.1, 1], heights=(1.1, 0.9, 0.9))
    b = rows([1], [1.2, 0.8], [0.8, 1.4], heights=(1, 0.85, 1))
    c = rows([1], [1.35, 0.9], [0.8, 1.3], heights=(0.95, 1, 0.95))
    d = rows([1], [0.9, 0.9, 0.9], [1], heights=(1, 0.68, 1.15))
    return [
        cover_page(NAME, cover, "#fbd9b0"),
        title_page(NAME, strip, 0.43, 0.5),
        SamplePage(
            "1",
            [
                Panel(
                    a[0],
                    lambda w, h: harbour(w, h),
                    [
                        Words(
                            t(
                                "In Lanterna, everybody talks in balloons.",
                                "À Lanterna, tout le monde parle en bulles.",
                            ),
                            0.3,
                            0.12,
                            kind="caption",
                            width=0.5,
                        ),
                        Words(t("Good morning!", "Bonjour !"), 0.2, 0.62, (0.16, 0.8), size=28),
                        Words(t("Mind the step!", "Attention à la marche !"), 0.52, 0.5, (0.46, 0.72), size=28),
                    ],
                ),
                Panel(
                    a[1],
                    bakery,
                    [
                        Words(t("Warm bread!", "Du pain chaud !"), 0.24, 0.14, (0.3, 0.5), size=30, width=0.36),
                        Words(
                            t("Fish! Fresh fish!", "Du poisson ! Tout frais !"),
                            0.77,
                            0.22,
                            (0.8, 0.45),
                            size=30,
                            width=0.34,
                        ),
                    ],
                ),
                Panel(
                    a[2],
                    looking_up,
                    [
                        Words(
                            t("What is that up there?", "Qu’est-ce que c’est, là-haut ?"),
                            0.72,
                            0.2,
                            (0.52, 0.45),
                            width=0.42,
                        )
                    ],
                ),
                Panel(a[3], in_the_tree, [Words(t("rustle", "frou frou"), 0.2, 0.86, kind="sound", size=44)]),
                Panel(
                    a[4],
                    lambda w, h: group(
                        places.sky("day", w, h),
                        places.tree(w * 0.7, h * 1.2, h * 1.1, 8),
                        places.hill(w, h * 0.98, 40, "#93ab6e"),
                        at(
                            w * 0.26,
                            h * 0.38,
                            cast.ada("smile", "firm", (9, -6), left=(-52, 150), right=(60, 150)),
                            scale=h / 560,
                        ),
                    ),
                    [
                        Words(
                            t("A balloon! All by itself!", "Une bulle ! Toute seule !"),
                            0.4,
                            0.16,
                            (0.29, 0.42),
                            width=0.6,
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
                    climbing,
                    [Words(t("Hold on! I’m coming.", "Tiens bon ! J’arrive."), 0.24, 0.2, (0.46, 0.3), width=0.32)],
                ),
                Panel(b[1], nose_to_nose, [Words(t("You’re empty.", "Tu es vide."), 0.5, 0.14, (0.36, 0.42))]),
                Panel(b[2], shrinks),
                Panel(
                    b[3],
                    asks,
                    [Words(t("Did somebody lose you?", "Quelqu’un t’a perdue ?"), 0.5, 0.16, (0.5, 0.42), width=0.75)],
                ),
                Panel(
                    b[4],
                    followed,
                    [
                        Words(
                            t(
                                "It followed Ada home. It followed her everywhere.",
                                "Elle suivit Ada jusque chez elle. Elle la suivit partout.",
                            ),
                            0.34,
                            0.13,
                            kind="caption",
                            width=0.6,
                        ),
                        Words(
                            t("I’ll call you Puff.", "Je t’appellerai Pouf."),
                            0.17,
                            0.48,
                            (0.36, 0.5),
                            size=30,
                            width=0.3,
                        ),
                    ],
                ),
            ],
        ),
        SamplePage(
            "3",
            [
                Panel(
                    c[0],
                    at_the_baker,
                    [
                        Words(t("Is this yours, Rosa?", "Elle est à toi, Rosa ?"), 0.2, 0.14, (0.28, 0.36), width=0.32),
                        Words(
                            t(
                                "Not mine, dear. I use up all my words before noon!",
                                "Pas à moi, ma belle. J’use tous mes mots avant midi !",
                            ),
                            0.62,
                            0.15,
                            (0.72, 0.32),
                            width=0.42,
                        ),
                    ],
                ),
                Panel(
                    c[1],
                    bookshop,
                    [
                        Words(
                            t(
                                "An empty balloon? Then somebody stopped in the middle of saying something.",
                                "Une bulle vide ? Alors quelqu’un s’est arrêté au milieu d’une phrase.",
                            ),
                            0.4,
                            0.2,
                            (0.66, 0.38),
                            width=0.62,
                            size=31,
                        ),
                    ],
                ),
                Panel(
                    c[2],
                    who_would,
                    [
                        Words(
                            t("Who would do that, Mr. Quill?", "Qui ferait ça, monsieur Quill ?"),
                            0.5,
                            0.15,
                            (0.5, 0.36),
                            width=0.8,
                        )
                    ],
                ),
                Panel(
                    c[3],
                    lambda w, h: bookshop(w, h, close=True),
                    [
                        Words(
                            t("Someone very sad.", "Quelqu’un de très triste."),
                            0.5,
                            0.12,
                            (0.5, 0.3),
                            size=31,
                            width=0.8,
                        ),
                    ],
                ),
                Panel(
                    c[4],
                    snatch,
                    [
                        Words(t("MINE!", "À MOI !"), 0.84, 0.13, (0.68, 0.36), size=46),
                        Words(t("Admiral! Let go!", "Amiral ! Lâche-la !"), 0.26, 0.13, (0.28, 0.3), size=32),
                    ],
                ),
            ],
        ),
        SamplePage(
            "4",
            [
                Panel(
                    d[0],
                    roof,
                    [
                        Words(
                            t("The lighthouse has been dark all winter.", "Le phare est éteint depuis tout l’hiver."),
                            0.26,
                            0.16,
                            (0.32, 0.42),
                            width=0.36,
                        ),
                    ],
                ),
                Panel(d[1], turns_away),
                Panel(
                    d[2],
                    sniffs,
                    [
                        Words(
                            t("You smell of… lamp oil.", "Tu sens… l’huile de lampe."),
                            0.5,
                            0.16,
                            (0.5, 0.34),
                            width=0.8,
                            size=31,
                        )
                    ],
                ),
                Panel(d[3], oh, [Words(t("Oh!", "Oh !"), 0.24, 0.17, (0.42, 0.42), size=40)]),
                Panel(
                    d[4],
                    pulls,
                    [
                        Words(
                            t("You know whose you are!", "Tu sais à qui tu es !"), 0.2, 0.14, (0.27, 0.34), width=0.32
                        ),
                        Words(t("To be continued", "À suivre"), 0.88, 0.92, kind="caption", size=30),
                    ],
                ),
            ],
        ),
        credits_page(
            NAME,
            credits,
            (0.2, 0.27, 0.38, 0.43),
            after=Words(
                t("Next: The keeper’s word", "Ensuite : Le mot du gardien"),
                0.5,
                0.53,
                kind="title",
                size=48,
                width=0.8,
            ),
        ),
    ]

"""Who appears: Ada, the empty balloon Puff, Teodoro the keeper, Admiral the gull, and people of the town."""

from __future__ import annotations

from tools.sample.ink import LINE, Point, at, group, oval, path, rect

SKIN = "#f2c6a0"
SKIN_SHADE = "#dfa67f"
BLUSH = "#e8836b"
COAT = "#d9582f"
COAT_SHADE = "#b6421f"
BOOT = "#e6aa3c"
HAIR = "#3b2a2c"
PUFF = "#fffdf6"

BROWS = {
    "plain": ((-22, 38, -10, 36), (10, 36, 22, 38)),
    "up": ((-23, 33, -9, 29), (9, 29, 23, 33)),
    "sad": ((-23, 38, -9, 32), (9, 32, 23, 38)),
    "firm": ((-23, 32, -9, 38), (9, 38, 23, 32)),
}
MOUTHS = {
    "smile": "M-10 76 Q0 86 11 76",
    "grin": "M-13 73 Q0 94 14 73Z",
    "o": "M-6 79 a6 7 0 1 0 12 0 a6 7 0 1 0 -12 0Z",
    "flat": "M-8 79 L9 78",
    "sad": "M-9 82 Q0 74 10 82",
    "talk": "M-9 75 Q1 72 11 75 Q9 88 0 88 Q-8 87 -9 75Z",
}


def eyes(look: Point, closed: bool, size: float = 1) -> str:
    dx, dy = look
    if closed:
        return path("M-23 53 Q-16 60 -9 53 M9 53 Q16 60 23 53", stroke=LINE, width=3.4)
    return "".join(
        oval(side * 16 + dx, 52 + dy, 5.2 * size, 8 * size, LINE)
        + oval(side * 16 + dx + 1.8, 49 + dy, 1.9, 2.5, "#fff")
        for side in (-1, 1)
    )


def face(mood: str, brow: str, look: Point, *, closed: bool = False) -> str:
    open_mouth = mood in {"grin", "o", "talk"}
    return group(
        oval(-27, 68, 8, 5, BLUSH, opacity=0.45),
        oval(27, 68, 8, 5, BLUSH, opacity=0.45),
        eyes(look, closed),
        *(path(f"M{x1} {y1} L{x2} {y2}", stroke=HAIR, width=4) for x1, y1, x2, y2 in BROWS[brow]),
        path(f"M{look[0] * 0.6 - 2} 62 q4 5 -1 7", stroke=SKIN_SHADE, width=3),
        path(MOUTHS[mood], "#8a2f2a" if open_mouth else "none", LINE, 3.2),
    )


def ada_head(mood: str = "smile", brow: str = "plain", look: Point = (3, 0), *, closed: bool = False) -> str:
    """Ada's head, its middle at (0, 55); 110 high."""
    back = "M-54 62 C-64 10 -34 -10 2 -10 C44 -10 64 16 55 66 C52 86 46 94 36 98 L-38 98 C-50 90 -53 78 -54 62Z"
    fringe = (
        "M-48 52 C-52 6 -22 -6 4 -6 C40 -6 56 18 49 52 C42 36 34 28 26 22 C16 36 -16 40 -34 32 C-42 36 -46 44 -48 52Z"
    )
    return group(
        path(back, HAIR, LINE),
        path("M-44 56 C-44 88 -24 104 0 104 C26 104 45 86 45 56 C45 26 26 12 0 12 C-26 12 -44 28 -44 56Z", SKIN, LINE),
        face(mood, brow, look, closed=closed),
        path(fringe, HAIR, LINE),
        path("M-30 10 C-14 0 8 -2 24 6", stroke="#6a4a48", width=5, opacity=0.6),
        # a hair slide in the colour of her coat
        rect(-44, 26, 22, 8, COAT, 4, transform="rotate(-28 -33 30)", stroke=LINE, stroke_width=2.5),
    )


def arm(shoulder: Point, hand: Point, bend: float, colour: str = COAT, thickness: float = 25) -> str:
    (x1, y1), (x2, y2) = shoulder, hand
    mx, my = (x1 + x2) / 2 - (y2 - y1) * bend, (y1 + y2) / 2 + (x2 - x1) * bend
    d = f"M{x1} {y1} Q{mx:.1f} {my:.1f} {x2} {y2}"
    return group(
        path(d, stroke=LINE, width=thickness + 8),
        oval(x2, y2, 12, 12, SKIN, LINE),
        path(d, stroke=colour, width=thickness),
        path(f"M{x2 - 1} {y2 - 1} l0.1 0.1", stroke=SKIN, width=18),
    )


def ada(
    mood: str = "smile",
    brow: str = "plain",
    look: Point = (3, 0),
    *,
    left: Point = (-58, 190),
    right: Point = (58, 190),
    step: float = 0,
    closed: bool = False,
    tilt: float = 0,
) -> str:
    """Ada from the boots up, 300 high, her feet at (0, 300). `left` and `right` are where her hands are."""
    coat = "M-30 106 C-44 130 -62 180 -74 236 C-40 250 42 250 76 236 C62 180 46 130 32 106 C14 98 -14 98 -30 106Z"
    shade = "M16 101 C40 140 50 200 40 246 C56 244 68 240 76 236 C62 180 46 130 32 106Z"
    leg = lambda x, lift: group(  # noqa: E731 - one drawing, used twice in the next lines
        rect(x - 9, 228, 18, 44, "#4a3550"),
        path(f"M{x - 15} {256 - lift} h28 v22 q16 4 18 20 h-46Z", BOOT, LINE),
    )
    return group(
        leg(-26 - step, 0),
        leg(22 + step, 0),
        arm((-36, 126), left, 0.18),
        path(coat, COAT, LINE),
        path(shade, COAT_SHADE, opacity=0.7),
        path("M2 108 V244", stroke=COAT_SHADE, width=4),
        *(oval(-10, y, 5, 5, "#fbe3c0", LINE, 2.5) for y in (142, 176, 210)),
        path("M-46 112 C-30 92 34 92 48 112 C34 134 -30 134 -46 112Z", COAT_SHADE, LINE),
        at(0, 0, ada_head(mood, brow, look, closed=closed), turn=tilt),
        arm((38, 126), right, -0.18),
    )


def puff(
    mood: str = "plain", look: Point = (0, 0), *, word: bool = False, shine: str = "puffglow", size: float = 1
) -> str:
    """The empty balloon: a puff with a tail and two eyes, about 150 by 120 around (0, 0)."""
    body = "M-66 -6 C-70 -44 -34 -58 0 -58 C38 -58 72 -42 68 -4 C66 30 36 46 2 46 C-2 46 -8 46 -14 45 C-22 56 -36 64 -52 66 C-42 56 -38 48 -38 38 C-56 30 -65 14 -66 -6Z"
    dx, dy = look
    lids = {
        "plain": "",
        "glad": "",
        "afraid": "",
    }
    if mood == "glad":
        seen = path(f"M{-24 + dx} {-4 + dy} q8 -11 16 0 M{10 + dx} {-4 + dy} q8 -11 16 0", stroke=LINE, width=4.5)
    elif mood == "afraid":
        seen = "".join(oval(x + dx, -6 + dy, 6, 6, "#fff", LINE, 4) for x in (-16, 18)) + path(
            f"M-8 {18 + dy} q5 -6 10 0 t10 0", stroke=LINE, width=4
        )
    elif mood == "asleep":
        seen = path(f"M{-24 + dx} {-6 + dy} q8 9 16 0 M{10 + dx} {-6 + dy} q8 9 16 0", stroke=LINE, width=4.5)
    else:
        seen = "".join(
            oval(x + dx, -5 + dy, 5, 8, LINE) + oval(x + dx + 2, -8 + dy, 1.8, 2.4, "#fff") for x in (-16, 18)
        )
    cheeks = (
        ""
        if word
        else oval(-36 + dx * 0.6, 10 + dy, 9, 5, BLUSH, opacity=0.3)
        + oval(38 + dx * 0.6, 10 + dy, 9, 5, BLUSH, opacity=0.3)
    )
    return group(
        oval(0, 0, 150, 135, f"url(#{shine})"),
        path(body, PUFF, LINE, 4.5),
        path("M-52 -14 C-50 -36 -28 -46 -6 -48", stroke="#ffffff", width=7),
        path("M56 -18 C58 10 44 32 14 38", stroke="#d9d3ea", width=8, opacity=0.65),
        "" if word else seen + cheeks + lids.get(mood, ""),
        transform=f"scale({size})",
    )


def keeper(
    mood: str = "flat",
    brow: str = "sad",
    look: Point = (0, 0),
    *,
    left: Point = (-70, 250),
    right: Point = (72, 250),
    closed: bool = False,
    back: bool = False,
) -> str:
    """Teodoro, keeper of the light: navy coat, white beard, 380 high with his feet at (0, 380)."""
    coat = "M-44 112 C-66 150 -80 250 -88 342 C-40 356 44 356 90 342 C82 250 66 150 46 112 C20 100 -20 100 -44 112Z"
    navy, dark = "#33476b", "#24344f"
    beard = "M-42 60 C-50 110 -34 156 0 162 C36 156 52 110 43 60 C32 74 18 78 0 78 C-18 78 -32 74 -42 60Z"
    head = group(
        path("M-44 52 C-44 90 -24 106 0 106 C26 106 45 88 45 52 C45 24 26 10 0 10 C-26 10 -44 26 -44 52Z", SKIN, LINE),
        ""
        if back
        else group(
            eyes(look, closed, 0.85),
            *(path(f"M{x1} {y1 - 2} L{x2} {y2 - 2}", stroke="#e9e4da", width=8) for x1, y1, x2, y2 in BROWS[brow]),
            path(beard, "#efeae0", LINE),
            path("M-18 100 C-14 124 -16 136 -10 148 M16 100 C14 124 18 134 12 148", stroke="#cfc7ba", width=4),
            path(
                "M-24 74 C-14 66 -6 68 0 73 C8 67 16 66 26 74 C16 86 8 84 0 80 C-8 84 -16 86 -24 74Z",
                "#fbf8f1",
                LINE,
                3.2,
            ),
            path("M-5 56 q6 12 13 2", SKIN_SHADE, LINE, 3.2),
            path("M-8 90 Q2 84 12 90 Q8 100 2 100 Q-6 99 -8 90Z", "#8a2f2a", LINE, 3) if mood == "talk" else "",
        ),
        path("M-52 30 C-50 -16 50 -18 54 30 C30 20 -28 20 -52 30Z", dark, LINE),
        "" if back else path("M-56 32 C-30 14 34 14 60 32 C34 40 -30 40 -56 32Z", navy, LINE),
        "" if back else oval(2, 12, 9, 9, "#e6aa3c", LINE, 3),
    )
    if back:
        head += path("M-44 50 C-46 96 -26 112 0 112 C26 112 47 96 45 50 C30 60 -30 60 -44 50Z", "#efeae0", LINE)
    return group(
        rect(-40, 334, 30, 46, "#2b2530", 6),
        rect(12, 334, 30, 46, "#2b2530", 6),
        arm((-48, 136), left, 0.16, navy, 32),
        path(coat, navy, LINE),
        path("M24 106 C50 180 58 270 52 350 C66 348 80 346 90 342 C82 250 66 150 46 112Z", dark, opacity=0.8),
        *(() if back else (oval(-8, y, 6, 6, "#e6aa3c", LINE, 2.5) for y in (196, 236, 276))),
        arm((50, 136), right, -0.16, navy, 32),
        head,
    )


def gull(*, open_beak: bool = False, flying: bool = False) -> str:
    """Admiral, a gull with a hat, about 120 wide around (0, 0)."""
    wing = (
        "M-34 -6 C-70 -60 -110 -66 -130 -54 C-104 -46 -90 -26 -60 2Z"
        if flying
        else "M-46 4 C-40 -20 -4 -26 26 -2 C6 18 -28 22 -46 4Z"
    )
    other = path("M0 -12 C10 -70 50 -92 84 -86 C58 -66 48 -40 26 -2Z", "#c3cad6", LINE) if flying else ""
    return group(
        other,
        path("M-62 14 L-96 6 L-86 24Z", "#aab4c4", LINE),
        path(
            "M-64 14 C-50 -22 8 -30 30 -16 C34 -44 70 -48 76 -20 C80 6 60 34 10 36 C-30 38 -56 30 -64 14Z",
            "#fbfbf8",
            LINE,
        ),
        path(wing, "#c3cad6", LINE),
        path(
            "M74 -24 L112 -30 L78 -12Z M76 -12 L106 -4 L72 -6Z" if open_beak else "M75 -22 L112 -12 L74 -8Z",
            "#f0a83a",
            LINE,
            3.5,
        ),
        oval(58, -22, 4.6, 5.6, LINE),
        path("M48 -36 L64 -36", stroke=LINE, width=4),
        path("M28 -42 C34 -68 80 -70 88 -42 C70 -34 46 -34 28 -42Z", "#33476b", LINE, 3.6),
        path("M38 -46 C50 -52 66 -52 78 -46", stroke="#e6aa3c", width=4),
        "" if flying else path("M-6 36 V56 M14 36 V56 M-12 58 H0 M8 58 H20", stroke="#f0a83a", width=5),
    )


def villager(
    coat: str,
    hair: str,
    *,
    apron: str | None = None,
    mood: str = "smile",
    brow: str = "plain",
    glasses: bool = False,
    bun: bool = False,
    hat: str | None = None,
    right: Point = (60, 210),
    left: Point = (-60, 210),
    look: Point = (0, 0),
) -> str:
    """Somebody of the town, 320 high, feet at (0, 320)."""
    dress = "M-36 106 C-54 150 -66 240 -72 312 H74 C68 240 56 150 38 106 C16 98 -16 98 -36 106Z"
    return group(
        arm((-40, 128), left, 0.16, coat, 27),
        path(dress, coat, LINE),
        path("M-26 132 H28 L44 306 H-42Z", apron, LINE, 3.5) if apron else "",
        oval(0, -14, 26, 24, hair, LINE) if bun else "",
        path("M-50 60 C-58 6 -30 -10 2 -10 C42 -10 58 12 51 62Z", hair, LINE),
        path("M-44 56 C-44 88 -24 104 0 104 C26 104 45 86 45 56 C45 30 26 18 0 18 C-26 18 -44 30 -44 56Z", SKIN, LINE),
        face(mood, brow, look),
        path("M-46 44 C-40 14 36 10 47 44 C30 30 -24 28 -46 44Z", hair, LINE),
        group(
            oval(-16, 53, 15, 14, "none", LINE, 3.2),
            oval(17, 53, 15, 14, "none", LINE, 3.2),
            path("M-1 52 h3", stroke=LINE, width=3),
        )
        if glasses
        else "",
        path("M-58 22 C-40 -34 44 -36 60 22 C30 8 -26 8 -58 22Z", hat, LINE) if hat else "",
        arm((42, 128), right, -0.16, coat, 27),
    )

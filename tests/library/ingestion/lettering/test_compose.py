"""Art and lettering become one page, with the box of every text."""

from io import BytesIO

import pytest
from PIL import Image

from fumetto.kernel.images.errors import PageUnreadable
from fumetto.library.catalogue.kinds import BalloonKind, Direction, PageKind
from fumetto.library.ingestion.lettering.compose import compose, read_balloons
from fumetto.library.ingestion.lettering.model import LetteredBalloon
from tests.library.ingestion.lettering.drawings import SPEECH, art, balloon, drawing, flow, ink


def balloons(*parts: str, language: str = "en", **options: object) -> list[LetteredBalloon]:
    return read_balloons(drawing(*parts), language, (500, 700), **options)  # type: ignore[arg-type]


def test_a_flowing_text_is_drawn_in_its_box_on_the_art() -> None:
    composed = compose(art(), drawing(balloon(80, 60, 440, 280), flow("Hello there", "traveller")), "en")
    picture = Image.open(BytesIO(composed.image)).convert("RGB")
    assert (composed.width, composed.height) == picture.size == (500, 700)
    assert composed.media_type == "image/jpeg"
    assert ink(composed.image, (0.1, 0.07, 0.5, 0.22)) > 0.02
    assert ink(composed.image, (0.0, 0.4, 1.0, 1.0)) == 0
    assert all(abs(a - b) < 8 for a, b in zip(picture.getpixel((450, 600)), (120, 160, 120), strict=True))  # type: ignore[arg-type]


def test_its_balloon_tells_what_is_said_and_where() -> None:
    [said] = balloons(balloon(80, 60, 440, 280), flow("Hello there", "traveller"))
    assert said.text == "Hello there traveller"
    assert said.kind is BalloonKind.SPEECH
    assert said.x + said.width / 2 == pytest.approx(0.3, abs=0.01)  # in the middle of its frame
    assert 0.1 < said.x < 0.25
    assert 100 / 1400 < said.y < said.y + said.height < 200 / 1400


def test_its_box_is_that_of_its_letters_and_of_nothing_else() -> None:
    """Every dark pixel of the page is in the box, and the box is full of them from edge to edge."""
    turned = 'transform="rotate(12 300 300)" filter="url(#soft)" opacity="0.9"'
    soft = '<filter id="soft"><feGaussianBlur stdDeviation="0.5"/></filter>'
    for text in (flow("Hello there", "traveller"), soft + flow("BOOM", more=turned)):
        composed = compose(art(), drawing(balloon(80, 60, 440, 280), text), "en")
        [said] = composed.balloons
        dark = Image.open(BytesIO(composed.image)).convert("L").point([255 * (value < 50) for value in range(256)])
        assert dark.getbbox() is not None
        left, top, right, bottom = dark.getbbox() or (0, 0, 0, 0)
        around = (said.x * 500, said.y * 700, (said.x + said.width) * 500, (said.y + said.height) * 700)
        assert around == pytest.approx((left, top, right, bottom), abs=4)
        assert around[0] <= left
        assert around[1] <= top
        assert around[2] >= right
        assert around[3] >= bottom


def test_dots_in_a_balloon_are_said_though_they_are_small() -> None:
    [said] = balloons(balloon(250, 90, 100, 80), flow("...", box=(250, 100, 100, 60)))
    assert said.kind is BalloonKind.SPEECH
    assert said.height < 0.02


def test_a_text_that_no_font_can_draw_keeps_a_place() -> None:
    [said] = balloons(flow("한국"))
    assert said.x < 0.3 < said.x + said.width
    assert said.y > 0


def test_boxes_follow_the_transforms_of_groups_and_text() -> None:
    group = '<g transform="translate(100,200)"><g transform="scale(0.5)">{}</g></g>'
    [nested] = balloons(group.format(flow("Nested", more='transform="matrix(2,0,0,2,0,0)"')))
    [plain] = balloons(flow("Nested", box=(200, 300, 400, 200)))
    placed = (nested.x, nested.y, nested.width, nested.height)
    assert placed == pytest.approx((plain.x, plain.y, plain.width, plain.height), abs=0.003)


def test_placed_text_is_drawn_and_told_too() -> None:
    style = "font-size:60px;text-anchor:middle;font-family:Unheard Of"
    text = f'<text x="500" y="700" style="{style}"><tspan>Bonjour</tspan></text>'
    composed = compose(art(), drawing(text), "fr")
    assert ink(composed.image, (0.3, 0.45, 0.7, 0.52)) > 0.03
    [said] = composed.balloons
    assert said.text == "Bonjour"
    assert said.x + said.width / 2 == pytest.approx(0.5, abs=0.01)
    assert said.y == pytest.approx((700 - 42) / 1400, abs=0.01)
    assert said.y + said.height == pytest.approx((700 + 14) / 1400, abs=0.01)


def test_lines_of_placed_text_are_one_balloon() -> None:
    lines = '<tspan x="100" y="200">First line</tspan><tspan x="100" y="250">second</tspan>'
    text = f'<text style="font-size:40px">{lines}</text>'
    [said] = balloons(text)
    assert said.text == "First line second"
    assert said.height == pytest.approx(80 / 1400, abs=0.008)


def test_text_in_a_hidden_layer_is_neither_drawn_nor_told() -> None:
    hidden = f'<g inkscape:groupmode="layer" style="display:none">{flow("Old version")}</g>'
    composed = compose(art(), drawing(hidden, '<g style="display:none"><text x="10" y="500">And this</text></g>'), "en")
    assert composed.balloons == []
    assert ink(composed.image, (0, 0, 1, 1)) == 0


def test_what_inkscape_hides_below_the_box_is_left_out() -> None:
    [said] = balloons(
        flow("あら、ペッパー", "じゃないの", "left over", "left over", box=(100, 100, 400, 101)), language="ja"
    )
    assert said.text == "あら、ペッパーじゃないの"


def test_a_text_that_lies_outside_the_page_is_a_leftover() -> None:
    assert balloons(flow("Off the page", box=(1200, 100, 300, 200))) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Ça va, l’œuf ? « Où ? » ÀÉÈÊËÎÏÔÙÛÜŸ"),
        ("de", "Größe, Übermut & „Äpfel“ – ß"),
        ("it", "Perché no? È già così…"),
        ("es", "¡¿Qué pasó, niño?!"),
        ("pl", "Zażółć gęślą jaźń"),
        ("cs", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
        ("hu", "Árvíztűrő tükörfúrógép"),
        ("ro", "Țară și știință"),
        ("tr", "Şişli’de ağır ışık"),
        ("ru", "Съешь ещё этих мягких французских булок"),
        ("uk", "Ґанок, їжак, єнот, і щось"),
        ("sr", "Љубав, њива, ђак, ћуран, џеп"),
        ("el", "Ξεσκεπάζω τὴν ψυχοφθόρα; Άέήίόύώ"),
        ("vi", "Tiếng Việt rất đẹp, phải không? Ữ ỗ ặ"),
        ("ja", "魔法薬コンテスト「すごい」！？々〜…、。ー"),
        ("ar", "مُدهِش! هل تعرفُ الجُرعة؟ ١٢٣ ABC"),
        ("fa", "گفتگو: پژوهش چگونه است؟ ۱۲۳"),
    ],
)
def test_every_letter_of_these_languages_can_be_drawn(language: str, text: str) -> None:
    text = text.replace("&", "&amp;").replace("ὴ", "ή")
    composed = compose(art(), drawing(flow(text, box=(50, 50, 900, 300))), language)
    assert composed.warnings == []
    assert ink(composed.image, (0.05, 0.03, 0.95, 0.25)) > 0.004


def test_letters_that_no_font_has_are_reported_and_the_rest_is_drawn() -> None:
    composed = compose(art(), drawing(flow("안녕 Hello", box=(50, 50, 900, 300))), "ko")
    [warning] = composed.warnings
    assert warning.code == "lettering_glyphs_missing"
    assert warning.detail == {"count": 2, "characters": "녕안"}
    assert composed.balloons[0].text == "안녕 Hello"
    assert ink(composed.image, (0.05, 0.03, 0.95, 0.25)) > 0.002


def test_a_word_keeps_to_one_hand_when_one_font_has_all_its_letters() -> None:
    composed = compose(art(), drawing(flow("Zażółć", box=(50, 50, 900, 300))), "pl")
    assert composed.warnings == []


def test_lettering_of_another_shape_than_the_art_is_reported() -> None:
    composed = compose(art(size=(700, 500)), drawing(flow("Hello")), "en")
    assert [warning.code for warning in composed.warnings] == ["lettering_shape_differs"]


def test_large_art_can_be_composed_at_display_size() -> None:
    composed = compose(art(size=(2000, 2800)), drawing(flow("Hello")), "en", max_edge=1400)
    assert (composed.width, composed.height) == (1000, 1400)


def test_art_that_cannot_be_read_is_the_pages_error() -> None:
    with pytest.raises(PageUnreadable):
        compose(b"no art", drawing(flow("Hello")), "en")


def test_a_drawing_without_anything_leaves_the_art_as_it_is() -> None:
    composed = compose(art(), drawing(), "en")
    assert composed.balloons == []
    assert (composed.width, composed.height) == (500, 700)


def test_the_same_page_is_composed_to_the_same_bytes() -> None:
    svg = drawing(balloon(80, 60, 440, 280), flow("Hello there", "traveller"))
    assert compose(art(), svg, "en").image == compose(art(), svg, "en").image


SOUND = "font-size:60px;font-family:Lavi;fill:#ff8800;stroke:#000000;stroke-width:3"


@pytest.mark.parametrize(
    ("part", "page", "kind"),
    [
        (balloon(80, 60, 440, 280) + flow("What now?"), PageKind.STORY, BalloonKind.SPEECH),
        (flow("Komona City;", "market day"), PageKind.STORY, BalloonKind.CAPTION),
        (balloon(80, 60, 440, 280) + flow("* a unit of money"), PageKind.STORY, BalloonKind.CAPTION),
        (flow("SPLASH", style=SOUND), PageKind.STORY, BalloonKind.SOUND),
        (flow("Plop", more='transform="rotate(25)"', box=(300, 100, 200, 80)), PageKind.STORY, BalloonKind.SOUND),
        (flow("Episode 3", style=SPEECH), PageKind.TITLE, BalloonKind.TITLE),
        (flow("Pepper", style=SPEECH), PageKind.COVER, BalloonKind.TITLE),
        (flow("Art: somebody"), PageKind.CREDITS, BalloonKind.CREDIT),
    ],
)
def test_kinds_are_told_as_well_as_the_drawing_allows(part: str, page: PageKind, kind: BalloonKind) -> None:
    assert [each.kind for each in balloons(part, page=page)] == [kind]


def test_balloons_are_told_in_reading_order() -> None:
    parts = [
        flow("fourth", box=(100, 1000, 300, 100)), flow("second", box=(600, 120, 300, 100)),
        flow("first", box=(100, 100, 300, 100)), flow("third", box=(350, 500, 300, 100)),
    ]  # fmt: skip
    assert [each.text for each in balloons(*parts)] == ["first", "second", "third", "fourth"]
    reversed_page = balloons(*parts, direction=Direction.RIGHT_TO_LEFT)
    assert [each.text for each in reversed_page] == ["second", "first", "third", "fourth"]
    assert [each.order for each in reversed_page] == [0, 1, 2, 3]


def test_classes_of_a_style_sheet_are_followed() -> None:
    sheet = "<style>.hide{display:none} text{font-size:50px} #big { font-size: 90px }</style>"
    told = balloons(sheet, '<text class="hide" x="9" y="90">No</text>', '<text id="big" x="100" y="300">Big</text>')
    assert [each.text for each in told] == ["Big"]
    assert told[0].height == pytest.approx(80 / 1400, abs=0.005)  # from the tall B to the tail of the g, at 90

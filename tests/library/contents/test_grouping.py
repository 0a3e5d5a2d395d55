"""Lines that were read become balloons: grouped, ordered, joined, and sounds told from speech."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from fumetto.library.catalogue.kinds import BalloonKind, Direction, PageKind
from fumetto.library.contents.boxes import Box
from fumetto.library.contents.ocr.alphabets import can_read, script_of, told_language
from fumetto.library.contents.ocr.engine import Line, parts_of
from fumetto.library.contents.ocr.grouping import ReadBalloon, balloons_of

SIZE = (1000, 1400)


def line(text: str, x: float, y: float, width: float, size: float = 24, turn: float = 0, sure: float = 0.98) -> Line:
    """A line whose upper left is at x, y, turned about that corner by so many degrees."""
    across = (width * math.cos(math.radians(turn)), width * math.sin(math.radians(turn)))
    down = (-size * math.sin(math.radians(turn)), size * math.cos(math.radians(turn)))
    return Line(
        text,
        (
            x,
            y,
            x + across[0],
            y + across[1],
            x + across[0] + down[0],
            y + across[1] + down[1],
            x + down[0],
            y + down[1],
        ),
        sure,
    )


def read(
    *lines: Line,
    language: str = "en",
    kind: PageKind = PageKind.STORY,
    direction: Direction = Direction.LEFT_TO_RIGHT,
    panels: list[Box] | None = None,
) -> list[ReadBalloon]:
    return balloons_of(lines, SIZE, language=language, kind=kind, direction=direction, panels=panels or [])


def texts(balloons: list[ReadBalloon]) -> list[str]:
    return [balloon.text for balloon in balloons]


def test_lines_below_each_other_are_one_balloon_and_apart_they_are_two() -> None:
    found = read(
        line("of everything", 110, 126, 140), line("Please prepare", 100, 100, 160),
        line("It is a pleasure", 100, 230, 160), line("elsewhere", 500, 126, 100),
    )  # fmt: skip
    assert sorted(texts(found)) == ["It is a pleasure", "Please prepare of everything", "elsewhere"]


def test_the_box_goes_round_all_lines_and_the_least_sure_line_gives_the_confidence() -> None:
    (found,) = read(line("one two", 100, 100, 200, sure=0.9), line("three", 150, 126, 100, sure=0.7))
    assert found.box.alike(Box(0.1, 100 / 1400, 0.2, 50 / 1400)) > 0.999
    assert found.confidence == 0.7


def test_words_that_were_broken_at_the_end_of_a_line_are_whole_again() -> None:
    (found,) = read(line("I am prepa-", 100, 100, 140), line("ring it", 100, 126, 80))
    assert found.text == "I am preparing it"


def test_dots_are_written_as_the_script_has_them() -> None:
    (found,) = read(line("Hm.…. well", 100, 100, 140))
    assert found.text == "Hm... well"
    (found,) = read(line("うん.….", 100, 100, 140), language="ja")
    assert found.text == "うん…"


def test_japanese_lines_are_joined_without_spaces_and_columns_are_read_from_the_right() -> None:
    (found,) = read(line("ごめん", 100, 100, 90), line("なさい", 100, 126, 90), language="ja")
    assert found.text == "ごめんなさい"
    right = Line("魔法薬", (300, 100, 330, 100, 330, 220, 300, 220), 0.9)
    left = Line("作りたい", (262, 100, 292, 100, 292, 240, 262, 240), 0.9)
    (found,) = read(left, right, language="ja", direction=Direction.RIGHT_TO_LEFT)
    assert found.text == "魔法薬作りたい"


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (line("PLOP", 100, 500, 80, 30, turn=-20), BalloonKind.SOUND),
        (line("Grrrr", 100, 500, 80), BalloonKind.SOUND),
        (line("splash !", 100, 500, 80), BalloonKind.SOUND),
        (line("CRUNCHY", 100, 500, 300, 80), BalloonKind.SOUND),
        (line("What ?!", 100, 500, 80), BalloonKind.SPEECH),
        (line("NO!", 100, 500, 60), BalloonKind.SPEECH),
        (line("Hmmm, I see what you mean", 100, 500, 300), BalloonKind.SPEECH),
        (line("* Ko = money", 100, 500, 120), BalloonKind.CAPTION),
    ],
)
def test_sounds_are_told_from_speech_by_shape_size_and_words(given: Line, kind: BalloonKind) -> None:
    talk = [line(f"So they say, number {n}", 500, 100 + 200 * n, 250) for n in range(3)]
    (found,) = [each for each in read(given, *talk) if not each.text.startswith("So they")]
    assert found.kind is kind


@pytest.mark.parametrize(
    ("page", "kind"),
    [(PageKind.COVER, BalloonKind.TITLE), (PageKind.TITLE, BalloonKind.TITLE), (PageKind.CREDITS, BalloonKind.CREDIT)],
)
def test_pages_before_and_after_the_story_say_titles_and_credits(page: PageKind, kind: BalloonKind) -> None:
    (found,) = read(line("Episode 1 : Rain", 100, 100, 200), kind=page)
    assert found.kind is kind


@pytest.mark.parametrize("direction", [Direction.LEFT_TO_RIGHT, Direction.RIGHT_TO_LEFT, Direction.VERTICAL])
def test_rows_are_read_from_the_side_that_reading_starts_at(direction: Direction) -> None:
    lines = [line("right", 700, 100, 100), line("left", 100, 110, 100), line("below", 400, 600, 100)]
    expected = ["right", "left", "below"] if direction is Direction.RIGHT_TO_LEFT else ["left", "right", "below"]
    assert texts(read(*lines, direction=direction)) == expected


def test_a_panel_is_read_to_its_end_before_the_next() -> None:
    panels = [Box(0, 0, 0.48, 1), Box(0.52, 0, 0.48, 1)]
    lines = [line("a", 100, 100, 200), line("c", 700, 110, 200), line("b", 100, 900, 200), line("d", 700, 910, 200)]
    lines = [Line(each.text * 3, each.corners, each.confidence) for each in lines]
    assert texts(read(*lines, panels=panels)) == ["aaa", "bbb", "ccc", "ddd"]
    assert texts(read(*lines)) == ["aaa", "ccc", "bbb", "ddd"]


def test_textures_that_were_taken_for_letters_are_left_out() -> None:
    found = read(
        line("88:08 漢字だ", 100, 100, 90), line("~", 100, 300, 20, sure=0.6), line("o", 100, 500, 20, sure=0.7),
        line("O.ycuad", 100, 700, 90, sure=0.58), line("Real words", 100, 900, 200),
    )  # fmt: skip
    assert texts(found) == ["Real words"]


def test_a_page_without_lines_has_no_balloon() -> None:
    assert read() == []


def test_languages_whose_letters_the_model_lacks_are_known_by_their_script() -> None:
    assert [script_of(tag) for tag in ("ar", "ru", "ko", "sr-Latn", "ja", "zh-Hant", "und")] == [
        "Arab", "Cyrl", "Kore", "Latn", "Jpan", "Hant", "Zyyy",
    ]  # fmt: skip
    assert [tag for tag in ("en", "ar", "fr", "he", "ja", "ru", "zh", "vi", "und", "de-AT") if can_read(tag)] == [
        "en", "fr", "ja", "zh", "und", "de-AT",
    ]  # fmt: skip


def test_a_language_is_guessed_only_where_its_letters_give_it_away() -> None:
    assert told_language("ごめんなさい4個だけで") == "ja"
    assert told_language("四个南瓜星星谢谢") == "zh"
    assert told_language("Only Latin here") == "und"
    assert told_language("日本") == "und"


def test_high_strips_are_read_in_parts_that_overlap_and_cover_them() -> None:
    import numpy as np

    strip = np.zeros((9000, 800, 3), dtype=np.uint8)
    spans = [(top, top + part.shape[0]) for top, part in parts_of(strip)]
    assert spans[0][0] == 0
    assert spans[-1][1] == 9000
    assert all(after[0] < before[1] for before, after in pairwise(spans))
    page = np.zeros((1400, 1000, 3), dtype=np.uint8)
    assert [(top, part.shape) for top, part in parts_of(page)] == [(0, (1400, 1000, 3))]

"""Lines are broken where their language breaks them, and letters shrink no further than they must."""

import pytest

from fumetto.library.ingestion.lettering.arabic import shaped
from fumetto.library.ingestion.lettering.breaking import STEP, STEPS, Fitted, Paragraph, Run, fit
from fumetto.library.ingestion.lettering.matrix import Box
from fumetto.library.ingestion.lettering.outlines import Outline

STYLE = {"font-size": "40px", "font-family": "Lavi", "line-height": "125%"}


def paragraph(text: str, language: str = "en", **style: str) -> Paragraph:
    return Paragraph([Run(text, STYLE | style)], STYLE | style, text, language)


def texts(fitted: Fitted) -> list[str]:
    return [line.text for line in fitted.lines]


def test_text_that_fits_is_left_at_its_size() -> None:
    fitted = fit([paragraph("Hello")], 400, 100)
    assert fitted.scale == 1.0
    assert texts(fitted) == ["Hello"]


def test_a_line_that_is_a_little_too_long_is_made_smaller_rather_than_broken() -> None:
    wide = paragraph("have to take only")
    width = wide.breadth(0, len(wide.text)) * 0.9
    fitted = fit([paragraph("Uhh sorry"), wide], width, 120)
    assert len(fitted.lines) == 2
    assert 0.8 <= fitted.scale < 1.0


def test_a_text_left_to_flow_is_broken_at_full_size_where_there_is_room() -> None:
    fitted = fit([paragraph("Clever witches always read the label before they stir")], 400, 300)
    assert fitted.scale == 1.0
    assert len(fitted.lines) > 2
    assert not fitted.overflows


def test_smaller_letters_stay_in_the_middle_of_their_place() -> None:
    wide = paragraph("have to take only")
    fitted = fit([wide], wide.breadth(0, len(wide.text)) * 0.85, 50)
    assert fitted.lowered == pytest.approx((50 - fitted.height) / 2)


def test_letters_never_shrink_beyond_reading() -> None:
    fitted = fit([paragraph("Incomprehensibilities " * 20)], 60, 40)
    assert fitted.scale >= STEP ** (STEPS - 1)
    assert fitted.overflows


def test_a_french_exclamation_mark_never_begins_a_line() -> None:
    for width in range(60, 500, 10):
        lines = fit([paragraph("Quoi donc ! Vraiment ? Mais « non » voyons ; enfin : si")], width, 1000).lines
        assert all(line.text[0] not in "!?;:»" for line in lines)


def test_japanese_breaks_anywhere_but_before_closing_marks() -> None:
    for width in range(80, 400, 10):
        lines = fit([paragraph("「魔法薬、コンテスト」っていうのは、ちょっと難しいよー。", "ja")], width, 1000).lines
        assert all(line.text[0] not in "、。」っょー" for line in lines)
        assert all(line.text[-1] != "「" for line in lines)


def test_words_of_two_styles_are_not_torn_apart() -> None:
    runs = [Run("un", STYLE), Run("break", STYLE | {"fill": "#f00"}), Run("able word", STYLE)]
    whole = Paragraph(runs, STYLE, "unbreakable word", "en")
    assert [whole.text[start:end].strip() for start, end in whole.break_at(10)] == ["unbreakable", "word"]


def test_overhang_over_a_balloon_makes_letters_smaller() -> None:
    free = fit([paragraph("pleasure to serve")], 500, 60)
    held = fit(
        [paragraph("pleasure to serve")], 500, 60, lambda tried: tried.lines[0].width / free.lines[0].width - 0.7
    )
    assert free.scale == 1.0
    assert held.scale == pytest.approx(0.7, abs=0.04)


def test_arabic_letters_take_the_form_of_their_place() -> None:
    assert shaped("سلام") == "\ufeb3\ufefc\0\ufee1"  # seen begins, lam and alef join in one, meem stands alone
    assert shaped("ب") == "\ufe8f"
    assert len(shaped("مُدهِش!")) == len("مُدهِش!")


def test_an_outline_tells_where_it_begins_and_ends() -> None:
    diamond = Outline((((50.0, 0.0), (100.0, 50.0), (50.0, 100.0), (0.0, 50.0)),), Box(0, 0, 100, 100))
    assert diamond.span_at(50.0, 50.0) == (0.0, 100.0)
    assert diamond.span_at(25.0, 50.0) == (25.0, 75.0)
    assert diamond.span_at(25.0, 10.0) is None

"""The fonts that come along are whole, small, named as the code asks for them, and each beside its licence."""

import pytest
from fontTools.ttLib import TTFont

from fumetto.kernel import fonts


@pytest.mark.parametrize("family", fonts.FILES)
def test_every_file_of_a_family_bears_its_name(family: str) -> None:
    for file in fonts.FILES[family]:
        font = TTFont(fonts.FOLDER / file)
        assert font["name"].getDebugName(1) == family
        assert len(font.getBestCmap()) > 200


def test_all_of_them_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in fonts.FOLDER.glob("*.ttf")) < 4 * 1024 * 1024


def test_every_licence_is_there_and_none_is_left_over() -> None:
    licences = sorted(path.name for path in fonts.FOLDER.glob("*.LICENSE"))
    assert len(licences) == len(fonts.FILES)
    for name in licences:
        assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / name).read_text("utf-8").upper()


def test_a_reserved_name_is_not_used() -> None:
    reserved = [
        path
        for path in fonts.FOLDER.glob("*.LICENSE")
        if "Reserved Font Name" in path.read_text("utf-8").split("---")[0]
    ]
    assert [path.stem for path in reserved] == ["fondamento"]
    assert "Fondamento" not in fonts.FILES


def test_only_the_families_asked_for_are_loaded() -> None:
    assert [path.rpartition("/")[2] for path in fonts.paths({fonts.ARABIC, fonts.HAND})] == [
        "naskh-bold.ttf",
        "patrick-hand.ttf",
    ]
    assert fonts.paths(set()) == []

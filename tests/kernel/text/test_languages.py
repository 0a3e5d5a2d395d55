"""Codes that publishers use, as BCP 47 tags."""

import json

import pytest

from fumetto.kernel.text.languages import language_of, language_of_code
from tests.shared_data import shared_data


@pytest.mark.parametrize(
    ("code", "tag"),
    [("cn", "zh-Hans"), ("kr", "ko"), ("no", "nb"), ("mx", "es-MX"), ("go", "fr-gallo"), ("jb", "jbo-Latn"),
     ("jp", "ja"), ("fr", "fr"), ("FR", "fr"), ("fre", "fr"), ("fra", "fr"), ("pt_br", "pt-BR"), ("zh-TW", "zh-Hant"),
     ("zh-hant-tw", "zh-Hant-TW"), ("sr-cyrl", "sr-Cyrl"), ("nds", "nds"), ("lang", None), ("art", None),
     ("sources", None), ("", None), ("../..", None), ("x" * 100, None), ("e", None), ("zz", None)],
)  # fmt: skip
def test_code_becomes_a_tag_or_none(code: str, tag: str | None) -> None:
    assert language_of_code(code) == tag


@pytest.mark.parametrize(
    ("name", "tag"), [("English", "en"), ("日本語", "ja"), ("Français", "fr"), ("ita", "it"), ("Klingon", None)]
)
def test_name_of_a_language_becomes_a_tag_or_none(name: str, tag: str | None) -> None:
    assert language_of(name) == tag


@pytest.mark.shared_data
def test_every_code_of_the_publisher_is_known_and_agrees_with_his_own_table() -> None:
    table = json.loads(shared_data("pepper_carrot/site_fixture/0_sources/langs.json").read_text("utf-8"))
    for code, about in table.items():
        tag = language_of_code(code)
        assert tag is not None, code
        if about.get("iso_code"):
            assert tag.split("-")[0] == about["iso_code"]
    tags = [language_of_code(code) for code in table]
    assert len(set(tags)) == len(tags)

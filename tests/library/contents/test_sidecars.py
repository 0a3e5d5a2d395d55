"""Sidecars are read as strictly as their schema says, and every mistake is told with its line and key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from fumetto.library import contents
from fumetto.library.catalogue.kinds import BalloonKind
from fumetto.library.contents.boxes import Box
from fumetto.library.contents.errors import SidecarInvalid
from fumetto.library.contents.sidecars.document import MAX_BYTES, check_sidecar, is_sidecar, read_sidecar
from fumetto.library.contents.sidecars.located import Located, NotJson

SCHEMA = Draft202012Validator(
    json.loads((Path(contents.__file__).parent / "page-sidecar-1.schema.json").read_text("utf-8"))
)

WHOLE = """{
  "version": 1,
  "language": "en",
  "description": "A witch  stirs a pot.",
  "mood_tags": ["calm"],
  "characters": [{"name": "Pepper", "aliases": ["the witch"]}],
  "panels": [{"box": [0.1, 0.1, 0.8, 0.3], "description": "The pot."}, {"box": [0.1, 0.5, 0.8, 0.4]}],
  "balloons": [
    {"text": "Hm …", "box": [0.2, 0.2, 0.1, 0.1], "speaker": "Pepper", "panel": 1},
    {"text": "PLOP", "kind": "sound", "panel": 2}
  ]
}"""


def mistakes(text: str) -> list[tuple[int, str]]:
    found, problems = check_sidecar(text.encode())
    assert (found is None) == bool(problems)
    return [(problem.line, problem.key) for problem in problems]


def test_everything_a_sidecar_may_say_is_read() -> None:
    found = read_sidecar(WHOLE.encode(), "p.json")
    assert (found.language, found.description, found.mood_tags) == ("en", "A witch stirs a pot.", ("calm",))
    assert found.characters is not None
    assert [(each.name, each.aliases) for each in found.characters] == [("Pepper", ("the witch",))]
    assert found.panels is not None
    assert found.panels[0].box == Box(0.1, 0.1, 0.8, 0.3)
    assert found.balloons is not None
    assert [(each.text, each.kind, each.speaker, each.panel) for each in found.balloons] == [
        ("Hm …", BalloonKind.SPEECH, "Pepper", 1),
        ("PLOP", BalloonKind.SOUND, None, 2),
    ]


def test_what_is_left_out_is_unknown_and_an_empty_list_says_that_there_is_none() -> None:
    bare = read_sidecar(b'{"version": 1}', "p.json")
    assert (bare.description, bare.panels, bare.balloons, bare.characters) == (None, None, None, None)
    silent = read_sidecar(b'{"version": 1, "balloons": [], "panels": []}', "p.json")
    assert (silent.balloons, silent.panels) == ((), ())


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf", b" \n\t"])
def test_a_byte_order_mark_and_space_before_it_do_no_harm(prefix: bytes) -> None:
    assert read_sidecar(prefix + b'{"version": 1}', "p.json").language is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{"version": 1,\n "balons": []}', [(2, "$.balons")]),
        ('{\n"version": 1,\n"panels": [\n{"box": [0, 0, 1, 1], "title": "x"}]}', [(4, "$.panels[0].title")]),
        ('{"version": 2}', [(1, "$.version")]),
        ('{"version": true}', [(1, "$.version")]),
        ('{"panels": []}', [(1, "$")]),
        ('{"version": 1,\n"description": 7}', [(2, "$.description")]),
        ('{"version": 1,\n"description": " "}', [(2, "$.description")]),
        ('{"version": 1,\n"mood_tags": "calm"}', [(2, "$.mood_tags")]),
        ('{"version": 1, "mood_tags": [\n"Calm",\n"x",\n"x"]}', [(2, "$.mood_tags[0]"), (4, "$.mood_tags[2]")]),
        ('{"version": 1, "language": "english please"}', [(1, "$.language")]),
        ('{"version": 1, "balloons": [\n{"text": "x", "panel": 1}]}', [(2, "$.balloons[0].panel")]),
        (
            '{"version": 1, "panels": [{"box": [0,0,1,1]}],\n"balloons": [{"text": "x", "panel": 2}]}',
            [(2, "$.balloons[0].panel")],
        ),
        ('{"version": 1, "balloons": [{"text": "x", "panel": 1.0}]}', [(1, "$.balloons[0].panel")]),
        ('{"version": 1, "balloons": [{"text": "x",\n"kind": "shout"}]}', [(2, "$.balloons[0].kind")]),
        ('{"version": 1, "balloons": [{"kind": "speech"}]}', [(1, "$.balloons[0]")]),
        ('{"version": 1, "panels": [\n{"box": [0.5, 0, 0.6, 1]}]}', [(2, "$.panels[0].box")]),
        ('{"version": 1, "panels": [{"box": [0, 0, 0, 1]}]}', [(1, "$.panels[0].box")]),
        ('{"version": 1, "panels": [{"box": [0, 0, "1", 1]}]}', [(1, "$.panels[0].box")]),
        ('{"version": 1, "panels": [[0, 0, 1, 1]]}', [(1, "$.panels[0]")]),
        ('{"version": 1, "characters": [{"name": "A", "aliases": [1]}]}', [(1, "$.characters[0].aliases[0]")]),
        ('{"version": 1,\n"version": 1}', [(2, "$.version")]),
        ("[]", [(1, "$")]),
        ('{"version": 1,\n"description": "a\nb"}', [(2, "$.description")]),
        ('{"version": 1,\n', [(2, "$")]),
        ('{"version": 1}\nmore', [(2, "$")]),
        ('{"version": 1, "description": "\\u0000"}', [(1, "$.description")]),
        ('{"version": 1, "description": "\\ud800"}', [(1, "$.description")]),
        ('{"version": NaN}', [(1, "$.version")]),
    ],
)  # fmt: skip
def test_every_mistake_is_told_with_its_line_and_key(written: str, expected: list[tuple[int, str]]) -> None:
    assert mistakes(written) == expected


def test_all_mistakes_of_a_file_are_told_in_the_order_of_lines() -> None:
    found = mistakes('{"x": 1,\n"version": 3,\n"panels": [{}],\n"balloons": 4}')
    assert found == [(1, "$.x"), (2, "$.version"), (3, "$.panels[0]"), (4, "$.balloons")]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ('{"version": 1}'.encode("utf-16"), "UTF-16"),
        ('{"version": 1}'.encode("utf-16-le"), "UTF-16"),
        ('{"version": 1}'.encode("utf-16-be"), "UTF-16"),
        (b'{"version": 1, "description": "caf', "broken"),
        (b'{"version": 1,\n"description": "caf\xe9"}', "UTF-8"),
        (b'{"version": 1, "description": "' + b"x" * MAX_BYTES + b'"}', "larger"),
        (b"[" * 100_000, "nested"),
        (b'{"version": ' + b"9" * 100_000 + b"}", "long"),
        (b"", "too early"),
    ],
)
def test_other_encodings_and_sizes_are_refused_with_the_reason(data: bytes, word: str) -> None:
    with pytest.raises(SidecarInvalid, match=word) as error:
        read_sidecar(data, "page.json")
    assert error.value.detail["file"] == "page.json"


def test_the_line_of_a_wrong_byte_is_told() -> None:
    with pytest.raises(SidecarInvalid) as error:
        read_sidecar(b'{"version": 1,\n\n"description": "caf\xe9"}', "page.json")
    assert error.value.detail["line"] == 3


def test_right_to_left_and_mixed_scripts_are_kept_as_they_are() -> None:
    text = "مرحبا Pepper！ こんにちは"
    document = json.dumps({"version": 1, "language": "ar", "balloons": [{"text": text}]}, ensure_ascii=False)
    found = read_sidecar(document.encode(), "p.json")
    assert found.balloons is not None
    assert found.balloons[0].text == text


def test_files_of_other_programs_are_no_sidecars() -> None:
    assert not is_sidecar(b'{"category": "gallery", "page": 3}')
    assert is_sidecar(b'{"panels": []}')
    assert is_sidecar('{"panels": []}'.encode("utf-16-le"))


number = st.one_of(st.floats(-0.5, 1.5, allow_nan=False).map(lambda value: round(value, 3)), st.integers(-1, 2))
text = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=8)
box = st.one_of(st.lists(number, min_size=3, max_size=5), text)
panels = st.lists(st.fixed_dictionaries({"box": box}, optional={"description": text, "name": text}), max_size=3)
spoken = {"box": box, "kind": st.sampled_from(["speech", "sound", "cry"]), "speaker": st.one_of(text, st.none())}
documents = st.fixed_dictionaries(
    {"version": st.sampled_from([1, 1, 1, 2, "1"])},
    optional={
        "description": st.one_of(text, st.integers()),
        "mood_tags": st.lists(st.one_of(text, st.none()), max_size=9),
        "panels": panels,
        "balloons": st.lists(st.fixed_dictionaries({"text": text}, optional=spoken), max_size=3),
        "characters": st.lists(st.fixed_dictionaries({"name": text}, optional={"aliases": st.lists(text)}), max_size=2),
        "unknown": st.none(),
    },
)
floats = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | floats | st.integers(-(10**15), 10**15) | text
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4), max_leaves=20
)


@given(documents)
def test_what_the_schema_refuses_is_refused_and_the_rest_is_read(document: dict[str, Any]) -> None:
    found, problems = check_sidecar(json.dumps(document).encode())
    if not SCHEMA.is_valid(document):
        assert problems
    else:
        leaves = [each for each in problems if "leaves the page" in each.reason]
        assert (found is not None) == (not problems)
        assert problems == leaves  # the one thing that the schema cannot say


@given(values)
def test_json_is_read_as_pythons_own_reader_does(value: Any) -> None:
    assert Located(json.dumps(value, indent=1)).value == value


@given(st.text(st.sampled_from('{}[]",:0123456789.eE+-truefalsn \n\\'), max_size=30))
def test_what_is_no_json_is_refused(given_text: str) -> None:
    try:
        json.loads(given_text)
    except ValueError:
        with pytest.raises(NotJson):
            Located(given_text)
    else:
        Located(given_text)

"""The skill that writes sidecars: its checker says what the published schema says, and where; its example is right."""

import copy
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from fumetto.library import contents

FOLDER = Path(contents.__file__).parent
SKILL = FOLDER / "skill"
SCRIPT = SKILL / "validate.py"
SCHEMA = Draft202012Validator(json.loads((FOLDER / "page-sidecar-1.schema.json").read_text(encoding="utf-8")))
LABELLED = Path(__file__).parent / "sidecars"

SOUND: dict[str, Any] = {
    "$schema": "https://fumetto.invalid/schemas/page-sidecar-1.json",
    "version": 1,
    "language": "pt-BR",
    "description": "A witch stirs.",
    "mood_tags": ["calm", "far away"],
    "characters": [{"name": "witch", "aliases": ["the one in the hat"]}, {"name": "cat"}],
    "panels": [{"box": [0.1, 0, 0.8, 0.4], "description": "She stirs."}, {"box": [0.1, 0.5, 0.8, 0.5]}],
    "balloons": [
        {"text": "Nearly…", "box": [0.2, 0.1, 0.2, 0.1], "kind": "speech", "speaker": "witch", "panel": 1},
        {"text": "SLURP", "kind": "sound", "speaker": None, "panel": None},
    ],
}


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sidecar_skill_validate", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


validate = load()


def findings(folder: Path, text: str) -> list[str]:
    """What the script says of a file with this text, as `line path message`."""
    file = folder / "page.json"
    file.write_text(text, encoding="utf-8")
    return [f"{line} {validate.spoken(each.path)} {each.message}" for line, each in validate.check_file(file)]


def changed(**keys: Any) -> str:
    return json.dumps(SOUND | keys, indent=2)


# Strings without control characters: at a final line feed, `$` of Python's patterns differs from that of JSON Schema.
words = st.text(st.characters(exclude_categories=("C",)), max_size=6) | st.sampled_from(
    ["", " ", "en", "Calm", "calm", "speech", "sound", "witch"]
)
scalars = st.none() | st.booleans() | words | st.integers(-2, 3) | st.floats(-0.5, 2.5) | st.sampled_from([1.0, 1e300])
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["name", "box", "text", "panel", "other"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """A sound sidecar with up to three things in it replaced, added or taken away, anywhere."""
    root = [copy.deepcopy(SOUND)]
    for _ in range(draw(st.integers(0, 3))):
        parent: Any = root
        key: Any = 0
        while isinstance(parent[key], (dict, list)) and parent[key] and draw(st.integers(0, 4)):
            parent = parent[key]
            key = draw(st.sampled_from(sorted(parent) if isinstance(parent, dict) else range(len(parent))))
        if parent is not root and draw(st.integers(0, 3)) == 0:
            del parent[key]
        elif isinstance(parent[key], dict) and draw(st.booleans()):
            parent[key][draw(st.sampled_from(["name", "aliases", "kind", "box", "extra"]))] = draw(values)
        elif isinstance(parent[key], list) and draw(st.booleans()):
            parent[key].append(draw(values))
        else:
            parent[key] = draw(values)
    return root[0]


@given(documents())
def test_script_and_schema_agree_about_every_document(document: Any) -> None:
    by_schema = [error.json_path for error in SCHEMA.iter_errors(document)]
    by_script = [validate.spoken(each.path) for each in validate.check(document)]
    assert bool(by_schema) == bool(by_script), (by_schema, by_script)


EDGES: list[tuple[str, list[Any]]] = [
    ("version", [1.0, True, "1", 0, 2, None]),
    ("language", ["e", "eng", "zh-Hant-TW", "en_US", "en-", "-en", "x" * 9, "en" + "-abcdefgh" * 4, None]),
    ("mood_tags", [[], ["a"] * 2, list("abcdefgh"), list("abcdefghi"), "calm", None]),
    ("mood_tags", [[each] for each in ("", " a", "a ", "a  b", "a b", "A", "bA", "ärger", "rêve bleu", 1, None)]),
    ("characters", [[{}], [None], [{"name": " "}], [{"name": "a", "aliases": None}], [{"name": "a", "aliases": [""]}]]),
    ("panels", [[{}], [[]], [{"box": None}], [{"box": "0 0 1 1"}], [{"box": [0, 0, 1, 1], "text": "a"}]]),
    (
        "panels",
        [[{"box": box}] for box in ([0, 0, 1], [0, 0, 1, 1, 1], [0, 0, 1, "1"], [0, 0, True, 1], [0, 0, 1])],
    ),
    ("panels", [[{"box": box}] for box in ([0, 0, 0, 1], [0, 0, 1, 0], [1, 0, 1, 1], [0, 1, 1, 1], [0.0, 0, 1.0, 1])]),
    ("panels", [[{"box": box}] for box in ([-0.1, 0, 1, 1], [0, 0, 1.01, 1], [0, 0, 1, -1], [0, 0, 1e-9, 1e-9])]),
    ("balloons", [[{"text": "a", "panel": panel}] for panel in (None, 1, 1.0, 1.5, 0, -1, True, "1", 1e300)]),
    ("balloons", [[{"text": "a", "kind": kind}] for kind in ("sound", "Sound", "", None, 1, ["sound"])]),
    ("balloons", [[{"text": "a", "speaker": speaker}] for speaker in ("cat", "Nobody", "", " ", None, 1)]),
    ("balloons", [[{"text": text}] for text in ("", " ", "\u3000", "a", None, 1)]),
    ("description", ["", " ", "a", None, ["a"]]),
    ("$schema", ["", "a", None, 1]),
]


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, edges in EDGES for value in edges])
def test_script_and_schema_agree_about_every_edge(key: str, value: Any) -> None:
    document = SOUND | {key: value}
    assert SCHEMA.is_valid(document) == (list(validate.check(document)) == [])


@pytest.mark.parametrize(
    ("keys", "most"),
    [
        (("description",), 10_000),
        (("panels", 0, "description"), 4000),
        (("balloons", 0, "text"), 20_000),
        (("balloons", 0, "speaker"), 200),
        (("characters", 0, "name"), 200),
        (("characters", 0, "aliases", 0), 200),
        (("mood_tags", 0), 40),
        (("$schema",), 500),
    ],
)
def test_script_and_schema_set_the_same_limits_to_texts(keys: tuple[str | int, ...], most: int) -> None:
    for length in (most, most + 1):
        document = copy.deepcopy(SOUND)
        *parents, last = keys
        holder: Any = document
        for key in parents:
            holder = holder[key]
        holder[last] = "x" * length
        assert SCHEMA.is_valid(document) == (length == most)
        assert (list(validate.check(document)) == []) == (length == most)


@pytest.mark.parametrize(("name", "most"), [("characters", 200), ("panels", 100), ("balloons", 1000)])
def test_script_and_schema_set_the_same_limits_to_lists(name: str, most: int) -> None:
    for length in (most, most + 1):
        document = SOUND | {name: [SOUND[name][1]] * length}
        assert SCHEMA.is_valid(document) == (length == most)
        assert (list(validate.check(document)) == []) == (length == most)


@given(values, st.sampled_from([None, 1, "\t"]))
def test_script_reads_json_as_python_does(value: Any, indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent)
    assert validate.Reader(text).read() == json.loads(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{\n "version": 1,\n}', "3 $ is not JSON: a key in double quotes is expected here"),
        ('{"version": 1', "1 $ is not JSON: ',' is expected here, not the end"),
        ('{"version": NaN}', "1 $ is not JSON: a value is expected here"),
        ('{"version": 1}\n\n{}', "3 $ is not JSON: there is something after the end"),
        ('{\n"version": "1\n"}', "2 $ is not JSON: Invalid control character at"),
        ("[" * 5000, "1 $ is not JSON: nested too deeply"),
        ("", "1 $ is not JSON: the file ends too early"),
        ("[]", "1 $ a sidecar is an object, { … }"),
        ('{\n"version": 1,\n"mood_tags": ["a"],\n"mood_tags": ["b"]}', "4 $.mood_tags is there twice"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert findings(tmp_path, text) == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (changed(colour="red"), r"\d+ \$\.colour is not a key of this format; known here: .*mood_tags.*"),
        (changed(panels=[{"box": [41, 41, 911, 439]}]), r"\d+ \$\.panels\[0\]\.box holds numbers above 1; divide .*"),
        (changed(panels=[{"box": [0.6, 0, 0.6, 1]}], balloons=[]), r"\d+ \$\.panels\[0\]\.box ends outside the page.*"),
        (changed(balloons=[{"text": "a", "panel": 3}]), r"\d+ \$\.balloons\[0\]\.panel there is no panel 3; .* has 2"),
        (
            changed(balloons=[{"text": "a", "panel": 0}]),
            r"\d+ \$\.balloons\[0\]\.panel must be the number of .*",
        ),
        (changed(balloons=[{"text": "a", "kind": "shout"}]), r"\d+ \$\.balloons\[0\]\.kind must be one of speech, .*"),
        (changed(mood_tags=["Calm"]), r"\d+ \$\.mood_tags\[0\] must be a word in lower case.*"),
    ],
)
def test_what_is_wrong_is_told_with_line_path_and_way_out(tmp_path: Path, text: str, said: str) -> None:
    (found,) = findings(tmp_path, text)
    assert re.fullmatch(said, found)


def test_line_told_is_the_line_of_the_value(tmp_path: Path) -> None:
    text = changed(balloons=[{"text": "a"}, {"text": "b", "kind": "shout"}])
    (found,) = findings(tmp_path, text)
    line = int(found.split()[0])
    assert '"kind": "shout"' in text.splitlines()[line - 1]


def test_other_encodings_and_huge_files_are_refused_with_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "page.json"
    file.write_bytes('{"version": 1, "description": "Fée"}'.encode("latin-1"))
    assert [each.message for _, each in validate.check_file(file)] == ["is not UTF-8 (byte 32); save it as UTF-8"]
    file.write_text(json.dumps({"version": 1, "description": "x" * 1_000_000}))
    assert [each.message for _, each in validate.check_file(file)] == ["is larger than 1,000,000 bytes"]


@pytest.mark.parametrize(
    ("keys", "hint"),
    [
        ({"balloons": [{"text": "a", "speaker": "Nobody"}]}, "'Nobody' is not among the page's characters"),
        ({"balloons": [{"text": "a", "kind": "sound", "speaker": "cat"}]}, "a sound has no speaker"),
        ({"balloons": [{"text": "a", "panel": 2}, {"text": "b", "panel": 1}]}, "is this the reading order?"),
        ({"balloons": [{"text": "a", "panel": 1, "box": [0.4, 0.8, 0.1, 0.1]}]}, "lies far from panel 1"),
        ({"panels": [{"box": [0, 0, 1, 0.6]}, {"box": [0, 0.5, 1, 0.5]}], "balloons": []}, "measured well?"),
    ],
)
def test_what_looks_odd_is_only_a_hint(keys: dict[str, Any], hint: str) -> None:
    (found,) = validate.check_sense(SOUND | keys)
    assert found.hint
    assert hint in found.message


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """The script as its users run it: by itself, with a bare Python."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_labelled_set_passes_and_only_leaning_panels_are_questioned() -> None:
    status, out, err = run(LABELLED)
    assert status == 0
    assert "53 sidecars, 0 errors" in err
    assert {line.split("_")[-1].split(".")[0] for line in out.splitlines()} == {"E04P03", "E06P04"}
    assert run("--strict", LABELLED)[0] == 1


def test_only_files_named_after_images_count_beside_images(tmp_path: Path) -> None:
    for name in ("P01.jpg", "P02.png", "P03.webp"):
        (tmp_path / name).touch()
    (tmp_path / "P01.json").write_text(json.dumps(SOUND), encoding="utf-8")
    (tmp_path / "P02.png.json").write_text('{"version": 2}', encoding="utf-8")
    (tmp_path / "info.json").write_text("not a sidecar", encoding="utf-8")
    status, out, err = run(tmp_path, "--images", tmp_path)
    assert status == 1
    assert out.splitlines() == [
        f"{tmp_path / 'P02.png.json'}:1: $.version: must be 1",
        f"{tmp_path / 'P03.webp'}:0: hint: has no sidecar",
    ]
    assert "2 sidecars, 1 errors, 1 hints" in err


def test_nothing_to_check_is_not_all_well(tmp_path: Path) -> None:
    assert run(tmp_path)[0] == 2
    status, _, err = run(tmp_path / "missing")
    assert status == 2
    assert "there is no such file or folder" in err


def test_skill_tells_its_name_and_when_to_use_it() -> None:
    _, head, body = (SKILL / "SKILL.md").read_text(encoding="utf-8").split("---\n", 2)
    keys = dict(line.split(": ", 1) for line in head.splitlines())
    assert keys["name"] == "write-page-sidecars"
    assert "Use when" in keys["description"]
    assert "validate.py" in body


def test_example_in_the_skill_is_a_sound_sidecar() -> None:
    text = (SKILL / "SKILL.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    document = json.loads(example)
    assert list(SCHEMA.iter_errors(document)) == []
    assert list(validate.check(document)) == []
    assert list(validate.check_sense(document)) == []


def test_drawing_in_the_skill_marks_the_box_on_the_page(tmp_path: Path) -> None:
    from PIL import Image

    text = (SKILL / "SKILL.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    page, sidecar, result = tmp_path / "P01.png", tmp_path / "P01.json", tmp_path / "drawn.png"
    Image.new("RGB", (200, 400), "white").save(page)
    sidecar.write_text(json.dumps({"version": 1, "panels": [{"box": [0.1, 0.25, 0.5, 0.5]}]}), encoding="utf-8")
    subprocess.run([sys.executable, "-c", code, page, sidecar, result], check=True)
    with Image.open(result) as drawn:
        assert drawn.getpixel((20, 200)) == (255, 0, 0)
        assert drawn.getpixel((10, 200)) == (255, 255, 255)
        assert drawn.getpixel((80, 300)) == (255, 0, 0)

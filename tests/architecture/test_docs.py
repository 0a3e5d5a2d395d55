"""Every command, option and job is documented, nothing is documented that is gone, and links lead somewhere."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from fumetto.entry.cli.main import app
from fumetto.entry.generated import OPENAPI, openapi_text
from fumetto.entry.wiring import TASK_MODULES
from fumetto.kernel.jobs.registry import TASKS
from fumetto.kernel.settings import key_to_field

HOME = Path(__file__).resolve().parents[2]
COMMAND_LINE = HOME / "docs" / "reference" / "command-line.md"
JOBS = HOME / "docs" / "reference" / "jobs.md"
SECTION = re.compile(r"(?m)^### `(?P<command>[a-z -]+)`\n(?P<text>(?:(?!^##).*\n?)*)")
OPTION = re.compile(r"--[a-z][a-z-]+")
JOB_ROW = re.compile(r"(?m)^\| `([a-z_]+\.[a-z_]+)` \|")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)|(?:src|href)=\"(?!https?:|#)([^\"#]+)\"")
SETTING = re.compile(
    r"\bFUMETTO_[A-Z][A-Z_]*[A-Z]\b|\b(?:DATABASE_URL|STORAGE_BACKEND|(?:POSTGRES|S3|LOCAL_IMAGE)_[A-Z_]+)\b"
)
OPTIONS_OF_OTHERS = {"user token": {"--port"}, "bench": {"--sizes"}}
"""Options of other commands that a section speaks of."""
DOCUMENTS = sorted(
    [HOME / "README.md", HOME / "CONTRIBUTING.md", HOME / "CHANGELOG.md", *(HOME / "docs").rglob("*.md")]
)


def commands() -> dict[str, set[str]]:
    """Every command by its words, with the options that a person may give it."""
    return dict(walk(get_command(app), ()))


def walk(command: object, words: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
    below = getattr(command, "commands", None)
    if below:
        for name, inner in below.items():
            yield from walk(inner, (*words, name))
        return
    parameters = [each for each in getattr(command, "params", []) if each.param_type_name == "option"]
    shown = [each for each in parameters if not each.hidden]
    yield " ".join(words), {option for each in shown for option in (*each.opts, *each.secondary_opts)}


def documented_commands(text: str) -> dict[str, set[str]]:
    return {found["command"]: set(OPTION.findall(found["text"])) for found in SECTION.finditer(text)}


def relative(path: Path) -> str:
    return path.relative_to(HOME).as_posix()


def test_every_command_is_documented_and_no_other() -> None:
    assert set(documented_commands(COMMAND_LINE.read_text("utf-8"))) == set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_options_of_a_command_are_documented_and_no_others(name: str) -> None:
    documented = documented_commands(COMMAND_LINE.read_text("utf-8")).get(name, set())
    others = OPTIONS_OF_OTHERS.get(name, set())
    assert documented - others == commands()[name]


def test_the_search_for_commands_bites() -> None:
    text = "### `up`\nStarts.\n\n| `--host` | x |\n\n## People\n\n### `user add`\nAdds, with `--role R`.\n"
    assert documented_commands(text) == {"up": {"--host"}, "user add": {"--role"}}


def test_every_job_is_documented_and_no_other() -> None:
    for module in ("fumetto.kernel.jobs.tasks", *TASK_MODULES):  # importing them declares their jobs
        importlib.import_module(module)
    declared = {name for name, task in TASKS.items() if task.function.__module__.startswith("fumetto.")}
    assert set(JOB_ROW.findall(JOBS.read_text("utf-8"))) == declared


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    targets = [first or second for first, second in LINK.findall(path.read_text("utf-8"))]
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_settings_that_documents_speak_of_exist(path: Path) -> None:
    spoken = set(SETTING.findall(path.read_text("utf-8")))
    assert spoken - set(key_to_field()) == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_commands_that_documents_give_exist(path: Path) -> None:
    """`./fumetto …` in a document starts with the words of a command, or is one of its groups."""
    known = commands()
    groups = {" ".join(name.split()[:count]) for name in known for count in range(1, len(name.split()))}
    given = re.findall(r"\./fumetto((?: [a-z]+(?:-[a-z]+)*)+)", path.read_text("utf-8"))
    wrong = [words for words in given if not leads_to(words.split(), set(known) | groups)]
    assert wrong == []


def leads_to(words: list[str], known: set[str]) -> bool:
    return any(" ".join(words[:count]) in known for count in range(1, len(words) + 1))


def test_every_how_to_and_reference_is_in_the_index() -> None:
    index = (HOME / "docs" / "README.md").read_text("utf-8")
    listed = [path for folder in ("how-to", "reference", "adr") for path in (HOME / "docs" / folder).glob("*.md")]
    assert [relative(path) for path in listed if f"({path.parent.name}/{path.name})" not in index] == []


def test_the_openapi_document_of_the_web_client_is_current() -> None:
    """Made anew by `./fumetto generate`. The other two that it makes are tested beside their makers."""
    assert (HOME / OPENAPI).read_text("utf-8") == openapi_text()

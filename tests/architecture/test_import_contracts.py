"""Who may import whom is checked, and the check bites."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).parent / "lint-imports"

VIOLATIONS = {
    "kernel reaches up": ("kernel/ids.py", "import fumetto.library.public\n"),
    "people reaches up": ("people/accounts/rules.py", "import fumetto.library.public\n"),
    "library goes past the front door": ("library/opds/extra.py", "import fumetto.people.accounts.models\n"),
    "rules are not pure": ("library/reading/rules.py", "import sqlalchemy\n"),
    "a repository calls its service": (
        "library/catalogue/repository.py",
        "import fumetto.library.catalogue.service\n",
    ),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache", "--config", folder / "pyproject.toml"],
        cwd=folder / "src",
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin"},
    )


def test_the_house_keeps_its_import_contracts() -> None:
    result = lint(HOME)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("name", sorted(VIOLATIONS))
def test_a_violation_is_caught(name: str, tmp_path: Path) -> None:
    where, line = VIOLATIONS[name]
    shutil.copytree(HOME / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.ttf", "sample"))
    shutil.copy(HOME / "pyproject.toml", tmp_path)
    target = tmp_path / "src" / "fumetto" / where
    text = target.read_text("utf-8") if target.exists() else '"""Made for this test."""\n'
    target.write_text(f"{text}\n{line}", "utf-8")
    assert lint(tmp_path).returncode == 1

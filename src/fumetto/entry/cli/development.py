"""test, lint, bench, generate, lock: what the people who change Fumetto run."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Annotated

import typer

from fumetto.entry.cli.output import err
from fumetto.kernel.settings import load_settings

HOME = Path(__file__).resolve().parents[4]
TESTS_FAILED = 1  # pytest's exit status for that
BROWSER_TESTS = "tests/browser"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def register(app: typer.Typer) -> None:
    app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(test)
    app.command()(lint)
    app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(bench)
    app.command()(generate)
    app.command()(lock)


def test(
    context: typer.Context,
    fast: Annotated[bool, typer.Option("--fast", help="Leave out the browser.")] = False,
) -> None:
    """Run the tests: unit, integration on a real PostgreSQL, and Chromium. More words go to pytest."""
    if context.args:
        raise typer.Exit(run_pytest([*context.args, *(["-m", "not browser"] if fast else [])]))
    outcomes = [run_pytest([f"--ignore={BROWSER_TESTS}"])]  # by folder: a deselected test is imported all the same
    if not fast:
        find_chromium()
        # Processes of their own: Playwright leaves an event loop running in them, beside which no other can.
        outcomes.append(run_pytest([BROWSER_TESTS], at_most=2))  # each with a server and a browser
    outcomes.append(call([*npm(), "run", "--silent", "test"], cwd=HOME / "web"))
    raise typer.Exit(max(outcomes))


def run_pytest(chosen: list[str], at_most: int = 8) -> int:
    """Side by side unless `-n` says otherwise. What failed is tried once more alone, which is what counts."""
    pytest = [sys.executable, "-m", "pytest"]
    crowded = not any(word.startswith("-n") for word in chosen)
    side_by_side = ["-n", str(min(os.cpu_count() or 2, at_most)), "--dist", "loadgroup"] if crowded else []
    status = call([*pytest, *side_by_side, *chosen])
    if status == TESTS_FAILED:
        err.print("[bold]What failed is tried once more, alone: what fails again is broken.[/bold]")
        status = call([*pytest, "--last-failed", "--last-failed-no-failures", "none", *chosen])
    return status


def lint() -> None:
    """Run ruff, mypy, the import contracts, and the web application's own checks."""
    bin_dir = Path(sys.executable).parent
    web = npm()
    commands: list[tuple[str, list[str], Path]] = [  # side by side, so the longest come first
        ("mypy", [str(bin_dir / "mypy")], HOME),
        ("web lint", [*web, "run", "--silent", "lint"], HOME / "web"),
        ("web types", [*web, "run", "--silent", "typecheck"], HOME / "web"),
        ("import contracts", [str(bin_dir / "lint-imports"), "--no-cache"], HOME),
        ("ruff check", [str(bin_dir / "ruff"), "check", "."], HOME),
        ("ruff format", [str(bin_dir / "ruff"), "format", "--check", "--quiet", "."], HOME),
    ]
    failed = []
    with ThreadPoolExecutor(max_workers=min(os.cpu_count() or 2, 4)) as pool:
        running = {pool.submit(told, command, folder): name for name, command, folder in commands}
        for done in as_completed(running):
            status, said = done.result()
            err.print(f"[dim]{running[done]}[/dim]")
            sys.stdout.write(said)
            sys.stdout.flush()
            if status:
                failed.append(running[done])
    if failed:
        err.print(f"[bold red]failed:[/bold red] {', '.join(failed)}")
    raise typer.Exit(bool(failed))


def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Which claim to measure; none lists them.")] = "",
) -> None:
    """Measure a claim of docs/reference/performance.md against its peer. More words go to the bench."""
    folder = HOME / "bench"
    names = sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))
    if name not in names:
        err.print("Benches: " + ", ".join(names))
        raise typer.Exit(2 if name else 0)
    raise typer.Exit(call([sys.executable, str(folder / f"{name}.py"), *context.args]))


def generate() -> None:
    """Write what is made from the code: the data-model reference, the OpenAPI document, the web client."""
    from fumetto.entry.generated import write_all

    for path in write_all(HOME):
        err.print(f"[dim]wrote {path.relative_to(HOME)}[/dim]")
    raise typer.Exit(call([*npm(), "run", "--silent", "generate"], cwd=HOME / "web"))


def lock() -> None:
    """Resolve requirements/*.in anew into the lock files."""
    raise typer.Exit(call(["sh", str(HOME / "tools" / "lock.sh")]))


def find_chromium() -> str:
    """Path of a Chromium for the browser tests; installs Debian's where that is possible, else says how to get one."""
    named = load_settings().chromium
    found = named or next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        err.print("[dim]installing Chromium for the browser tests[/dim]")
        for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run([apt, "-qq", *words], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if path := shutil.which("chromium"):
            return path
    err.print(
        "[bold red]fumetto:[/bold red] the browser tests need Chromium. Install it (apt install chromium), or name one:"
        " CHROMIUM=/path ./fumetto test, or leave them out: ./fumetto test --fast"
    )
    raise typer.Exit(2)


def npm() -> list[str]:
    """The command that the launcher built the web application with."""
    bootstrap = runpy.run_path(str(HOME / "tools" / "bootstrap.py"))
    found: list[str] = bootstrap["find_npm"]()
    return found


def call(command: list[str], cwd: Path = HOME) -> int:
    return subprocess.run(command, cwd=cwd, env=tools_first(), check=False).returncode


def told(command: list[str], cwd: Path) -> tuple[int, str]:
    """The exit status, and all that was said: tools that run side by side would write into each other's lines."""
    done = subprocess.run(
        command, cwd=cwd, env=tools_first(), check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode, done.stdout


def tools_first() -> dict[str, str]:
    """This environment with our tools first, and with Python keeping what it compiles.

    Images of containers often tell it not to; then each of the hundreds of processes that the tests start would compile
    all of Fumetto and of its libraries again: 3.3 s of a processor instead of nothing.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}

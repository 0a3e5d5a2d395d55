"""acquire: fetch comics that their makers publish, politely, into a folder that can be imported."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress as Bar

from fumetto.entry.cli import output
from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import err, progress_bar, show
from fumetto.kernel.text.catalogues import say

app = typer.Typer(no_args_is_help=True)
peppercarrot = typer.Typer(no_args_is_help=True, help="Pepper & Carrot by David Revoy, CC BY 4.0.")
app.add_typer(peppercarrot, name="peppercarrot")

Slug = Annotated[str, typer.Option("--slug", help="The episode, as `list` shows it, such as ep01-potion-of-flight.")]
Languages = Annotated[list[str], typer.Option("--lang", help="A language; give it again for more.")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="Folder to write to; one folder per episode is made in it (default: acquired, in the data directory).",
    ),
]
Base = Annotated[str | None, typer.Option("--base", help="Address of the publication tree (its /0_sources).")]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Let the address be one of this machine or network.")
]
Limit = Annotated[int | None, typer.Option("--limit", help="At most so many episodes.", min=1)]
Pause = Annotated[float, typer.Option("--pause", help="Seconds to wait between requests.", min=0.0)]

DEFAULT_PAUSE = 0.5


@peppercarrot.command("list")
def list_(
    base: Base = None, allow_private: AllowPrivate = False, data_dir: DataDir = None, as_json: Json = False
) -> None:
    """List the episodes that can be fetched."""
    from fumetto.library.acquisition.service import list_episodes

    settings_for(data_dir, as_json=as_json)
    rows = run(list_episodes(source(base, allow_private)), as_json=as_json)
    show(rows, as_json=as_json, columns=("slug", "title", "pages", "languages"))


@peppercarrot.command()
def episode(
    slug: Slug,
    lang: Languages = ["en"],  # noqa: B006 - the command line's parser copies it
    out: Out = None,
    base: Base = None,
    pause: Pause = DEFAULT_PAUSE,
    allow_private: AllowPrivate = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Fetch one episode: its pages, the art without text, and the lettering of each language."""
    from fumetto.library.acquisition.service import acquire_episode

    fetch(partial(acquire_episode, source(base, allow_private, pause), slug, languages=lang), out, data_dir, as_json)


@peppercarrot.command()
def commentary(
    slug: Slug,
    out: Out = None,
    base: Base = None,
    pause: Pause = DEFAULT_PAUSE,
    allow_private: AllowPrivate = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Fetch what the author wrote about one episode."""
    from fumetto.library.acquisition.service import acquire_commentary

    fetch(partial(acquire_commentary, source(base, allow_private, pause), slug), out, data_dir, as_json)


@peppercarrot.command("all")
def all_(
    lang: Languages = ["en"],  # noqa: B006 - the command line's parser copies it
    out: Out = None,
    limit: Limit = None,
    base: Base = None,
    pause: Pause = DEFAULT_PAUSE,
    allow_private: AllowPrivate = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Fetch every episode with its commentary. What is there and whole already is kept, so it may be run again."""
    from fumetto.library.acquisition.service import acquire_all

    fetch(partial(acquire_all, source(base, allow_private, pause), languages=lang, limit=limit), out, data_dir, as_json)


def fetch(errand: Callable[..., Awaitable[Any]], out: Path | None, data_dir: Path | None, as_json: bool) -> None:
    """Run an errand, which is still to be told its folder and whom to report to, under a bar; say what came of it."""
    from fumetto.library.acquisition.model import Summary
    from fumetto.library.ingestion.roots import ACQUIRED_FOLDER

    settings = settings_for(data_dir, as_json=as_json)
    folder = out or settings.data_dir / ACQUIRED_FOLDER

    async def work() -> Summary:
        with progress_bar() as bar:
            made = await errand(out=folder, progress=shown_in(bar))
            return made if isinstance(made, Summary) else Summary([made])

    report(run(work(), as_json=as_json), folder, as_json=as_json)


def source(base: str | None, allow_private: bool, pause: float = DEFAULT_PAUSE) -> Any:
    from fumetto.library.acquisition.model import Source

    made = Source(allow_private=allow_private, pause=pause)
    return made if base is None else replace(made, base=base)


def shown_in(bar: Bar) -> Callable[[Any], None]:
    tasks: dict[str, Any] = {}

    def step(now: Any) -> None:
        if now.episode not in tasks:
            tasks[now.episode] = bar.add_task(now.episode, total=now.total)
        bar.update(tasks[now.episode], completed=now.done, total=now.total)

    return step


def report(summary: Any, folder: Path, *, as_json: bool) -> None:
    """What was fetched, kept and missed; ends with status 1 where something is missing."""
    if as_json:
        show(plain(summary), as_json=True)
    else:
        fetched, kept = summary.fetched, summary.kept
        output.out.print(say("en", "acquire.done", fetched=fetched, kept=kept, folder=str(folder)))
        for problem in summary.problems:
            err.print(f"  {problem.file}: {problem.error}", soft_wrap=True)
        for slug, error in summary.failed.items():
            err.print(f"  {slug}: {error}", soft_wrap=True)
    if not summary.complete:
        raise typer.Exit(1)


def plain(summary: Any) -> dict[str, Any]:
    return {
        "complete": summary.complete,
        "fetched": summary.fetched,
        "kept": summary.kept,
        "episodes": [
            {
                "slug": each.slug,
                "title": each.title,
                "folder": str(each.folder),
                "complete": each.complete,
                "problems": [{"file": p.file, "code": p.code, "message": str(p.error)} for p in each.problems],
            }
            for each in summary.episodes
        ],
        "failed": {slug: str(error) for slug, error in summary.failed.items()},
    }

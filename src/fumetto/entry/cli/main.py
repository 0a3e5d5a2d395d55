"""The tree of commands. `./fumetto --help` shows it."""

from __future__ import annotations

import atexit
import gc

import typer

from fumetto import __version__
from fumetto.entry.cli import (
    acquire,
    asking,
    contents,
    database,
    development,
    documents,
    families,
    flags,
    library,
    people,
    search,
    serve,
    storage,
    system,
    talking,
    usage,
    words,
    world,
)

app = typer.Typer(
    name="fumetto",
    help="A self-hosted comics server. `./fumetto up` starts it; every command works whether or not it is running.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def root(version: bool = typer.Option(False, "--version", help="Print the version and exit.")) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


serve.register(app)
library.register(app)
contents.register(app)
search.register(app)
asking.register(app)
talking.register(app)
usage.register(app)
system.register(app)
development.register(app)
app.add_typer(acquire.app, name="acquire", help="Fetch comics that their makers publish.")
app.add_typer(database.app, name="db", help="Look after the database.")
app.add_typer(families.app, name="family", help="Found families and classes, and invite into them.")
app.add_typer(people.app, name="user", help="Add people and sign them in.")
app.add_typer(documents.app, name="documents", help="Keep the documents that the helper quotes.")
app.add_typer(flags.app, name="flags", help="Switch parts of Fumetto on and off.")
app.add_typer(storage.app, name="storage", help="Look after derived files.")
app.add_typer(words.words, name="words", help="Say Fumetto's texts otherwise, and check what is said.")
app.add_typer(world.world, name="world", help="Bring in the graph of a story's world.")
app.add_typer(world.wiki, name="wiki", help="Bring in articles of a wiki.")
app.add_typer(world.notes, name="notes", help="Bring in what makers wrote about episodes.")


def main() -> None:
    atexit.register(gc.freeze)  # or the interpreter ends with half a second of looking for garbage among our modules
    app()

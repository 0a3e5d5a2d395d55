"""documents: what the helper quotes, brought in from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import show
from fumetto.kernel.settings import Settings

if TYPE_CHECKING:
    from fumetto.documents.collections.models import DocumentCollection
    from fumetto.kernel.db.sessions import Database, ReadSession

app = typer.Typer(no_args_is_help=True)

COLUMNS = ("id", "collection", "filename", "status", "language", "chunks", "error")
Of = Annotated[str, typer.Option("--collection", help="The house's collection, by slug: docs_youth, docs_adult ...")]


@app.command("add")
def add_documents(
    paths: Annotated[list[Path], typer.Argument(help="Markdown, text or PDF.", metavar="FILE", exists=True)],
    collection: Of,
    language: Annotated[str | None, typer.Option("--language", help="Told from each text where left out.")] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Bring documents into a collection of the house, and read them."""
    settings = settings_for(data_dir, as_json=as_json)
    show(run(bring(settings, paths, collection, language), as_json=as_json), as_json=as_json, columns=COLUMNS)


@app.command("list")
def list_documents(
    collection: Annotated[str | None, typer.Option("--collection", help="Only this one, by slug.")] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """The house's documents, and how far each is."""
    found = run(listed(settings_for(data_dir, as_json=as_json), collection), as_json=as_json)
    show(found, as_json=as_json, columns=COLUMNS, empty="No documents.")


@app.command("retry")
def retry_documents(
    documents: Annotated[list[str] | None, typer.Argument(help="Ids; without, all in error.", metavar="ID")] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Read documents once more."""
    found = run(again(settings_for(data_dir, as_json=as_json), documents or []), as_json=as_json)
    show(found, as_json=as_json, columns=COLUMNS, empty="Nothing to read again.")


async def house(session: ReadSession, slug: str) -> DocumentCollection:
    from fumetto.documents.collections import repository
    from fumetto.documents.errors import CollectionNotFound

    found = await repository.collections(session, [None], [slug])
    if not found:
        raise CollectionNotFound
    return found[0]


async def bring(settings: Settings, paths: list[Path], slug: str, language: str | None) -> list[dict[str, Any]]:
    import asyncio

    from fumetto.documents.intake import service
    from fumetto.documents.intake.tasks import read_later
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.roles import EVERY_READER

    async with open_house(settings) as opened:
        ids = []
        for path in paths:
            file = service.Received(path.name, await asyncio.to_thread(path.read_bytes))
            async with file.put(opened.storage), opened.database.write(EVERY_READER) as session:
                row = await service.add(session, None, await house(session, slug), file, language=language)
                await read_later(session, row.id)
                ids.append(row.id)
        return [one for one in await rows_of(opened.database, slug) if one["id"] in ids]


async def listed(settings: Settings, slug: str | None) -> list[dict[str, Any]]:
    from fumetto.entry.wiring import open_house

    async with open_house(settings) as opened:
        return await rows_of(opened.database, slug)


async def again(settings: Settings, wanted: list[str]) -> list[dict[str, Any]]:
    from fumetto.documents.collections import repository
    from fumetto.documents.errors import DocumentNotFound
    from fumetto.documents.intake import service
    from fumetto.documents.intake.tasks import read_later
    from fumetto.documents.kinds import DocumentState
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.roles import EVERY_READER

    async with open_house(settings) as opened:
        known = {str(one["id"]): one for one in await rows_of(opened.database, None)}
        chosen = wanted or [key for key, one in known.items() if one["status"] == DocumentState.ERROR]
        if missing := [one for one in chosen if one not in known]:
            raise DocumentNotFound(id=missing[0])
        async with opened.database.write(EVERY_READER) as session:
            for one in chosen:
                row = await repository.document(session, [None], known[one]["id"])
                if row is not None:
                    service.wait(row)
                    await session.flush()
                    await read_later(session, row.id)
        return [one for one in await rows_of(opened.database, None) if str(one["id"]) in chosen]


async def rows_of(database: Database, slug: str | None) -> list[dict[str, Any]]:
    from fumetto.documents.collections import repository

    async with database.read() as session:
        found = []
        for collection in await repository.collections(session, [None], None if slug is None else [slug]):
            rows, _ = await repository.list_documents(
                session, collection.id, status=None, words="", before=None, limit=10_000
            )
            found += [
                {
                    "id": row.id,
                    "collection": collection.slug,
                    "filename": row.filename,
                    "status": row.status,
                    "language": row.language,
                    "chunks": row.chunk_count,
                    "error": row.error_message,
                }
                for row in rows
            ]
        return found

"""search, index: what is said and told in the library, as its operator finds it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import err, progress_bar, show
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say

app = typer.Typer(no_args_is_help=True)
PLACE = re.compile(r"(\d{1,9}(?:\.\d{1,3})?):(\d{1,6})")


class Kind(StrEnum):
    """PassageKind, without loading what it is declared beside."""

    DIALOGUE = "dialogue"
    DESCRIPTION = "description"
    PANEL = "panel"
    NOTE = "note"
    WIKI = "wiki"
    FACT = "fact"


def register(root: typer.Typer) -> None:
    root.command()(search)
    root.add_typer(app, name="index", help="Look after what is searched.")


def place(text: str | None) -> tuple[Decimal, int] | None:
    """An episode's number and a page's in it, as EP:PAGE."""
    if text is None:
        return None
    match = PLACE.fullmatch(text.strip())
    if match is None:
        raise typer.BadParameter(say("en", "search.at_malformed", given=text))
    return Decimal(match[1]), int(match[2])


def search(
    words: Annotated[list[str], typer.Argument(help="Words, or a question.", metavar="TEXT...")],
    series: Annotated[str | None, typer.Option("--series", help="Only in this series: its slug or title.")] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="EP:PAGE", help="As for one who has read through this page. Needs --series."),
    ] = None,
    language: Annotated[str | None, typer.Option("--language", help="Only in this language, such as fr.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option("--kind", help="Only this kind; may be given again.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 10,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Find what was said, shown and told. Without --at, as for one who has read everything."""
    position = place(at)
    if position is not None and series is None:
        raise typer.BadParameter(say("en", "search.at_without_series"))
    settings = settings_for(data_dir, as_json=as_json)
    kinds = [one.value for one in kind or ()]
    rows = run(find(settings, " ".join(words), series, position, language, kinds, limit), as_json=as_json)
    show(
        rows,
        as_json=as_json,
        columns=("series", "episode_number", "page_number", "kind", "language", "text"),
        empty=say("en", "search.nothing"),
    )


@app.command()
def rebuild(
    series: Annotated[str | None, typer.Option("--series", help="Only this series: its slug or title.")] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Index everything anew from what is stored."""
    result = run(index_again(settings_for(data_dir, as_json=as_json), series), as_json=as_json)
    show(result, as_json=as_json, columns=("series", "passages"), empty=say("en", "series.empty"))


@app.command()
def status(data_dir: DataDir = None, as_json: Json = False) -> None:
    """How many passages of each series can be found, and by which models."""
    result = run(index_status(settings_for(data_dir, as_json=as_json)), as_json=as_json)
    if as_json:
        show(result, as_json=True)
        return
    show(result["passages"], as_json=False, columns=("series", "kind", "passages"), empty=say("en", "search.empty"))
    show(result["spaces"], as_json=False, columns=("model", "state", "dimensions", "passages", "waiting"))


@app.command()
def fill(data_dir: DataDir = None, as_json: Json = False) -> None:
    """Have the model that the settings name make the vectors that are missing, and wait for it."""
    result = run(index_filled(settings_for(data_dir, as_json=as_json)), as_json=as_json)
    show(result, as_json=as_json, columns=("model", "state", "dimensions", "passages", "waiting"))


async def find(
    settings: Settings,
    text: str,
    series: str | None,
    at: tuple[Decimal, int] | None,
    language: str | None,
    kinds: Sequence[str],
    limit: int,
) -> list[dict[str, Any]]:
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.roles import EVERY_READER
    from fumetto.kernel.index import think_ahead
    from fumetto.library.reading.horizon import Horizon, Horizons, operator_horizon, operator_horizons
    from fumetto.library.search.kinds import PassageKind
    from fumetto.library.search.service import SearchQuery
    from fumetto.library.search.service import find as find_passages

    async with open_house(settings) as house:
        await think_ahead(house.database, text)
        async with house.database.read(EVERY_READER) as session:
            within: Horizon | Horizons
            if series is None:
                within = await operator_horizons(session)
            else:
                within = await operator_horizon(session, await series_id_of(session, series), at)
            query = SearchQuery(text, [PassageKind(one) for one in kinds], language, limit=limit)
            found = await find_passages(session, within, query)
    if found.words_alone:
        err.print(say("en", "search.words_alone"), soft_wrap=True)
    if found.corrected:
        err.print(say("en", "search.corrected", words=text, instead=found.corrected), soft_wrap=True)
    return [
        {
            "series": hit.series.slug,
            "episode_number": hit.episode.number if hit.episode else None,
            "page_number": hit.page.page_number if hit.page else None,
            "text": hit.text,
            "score": round(hit.score, 4),
            "kind": hit.kind.value,
            "language": hit.language,
            "speaker": hit.speaker,
            "title": hit.title,
        }
        for hit in found.items
    ]


async def index_again(settings: Settings, series: str | None) -> list[dict[str, Any]]:
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.roles import EVERY_READER
    from fumetto.library.search import indexing
    from fumetto.library.search.repository import all_series

    rows = []
    async with open_house(settings) as house:
        async with house.database.read() as session:
            wanted = await all_series(session)
            if series is not None:
                only = await series_id_of(session, series)
                wanted = [one for one in wanted if one[0] == only]
        with progress_bar() as progress:
            bar = progress.add_task(say("en", "search.indexing"), total=len(wanted))
            for series_id, slug in wanted:
                async with house.database.write(EVERY_READER) as session:
                    rows.append({"series": slug, "passages": await indexing.index_series(session, series_id)})
                progress.advance(bar)
    return rows


async def index_status(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.index.spaces import status as spaces_status
    from fumetto.library.search.repository import passage_counts

    async with open_house(settings) as house, house.database.read() as session:
        counts = await passage_counts(session)
        spaces = await spaces_status(session)
    return {
        "passages": [{"series": slug, "kind": kind, "passages": count} for slug, kind, count in counts],
        "spaces": [asdict(space) for space in spaces],
    }


async def index_filled(settings: Settings) -> list[dict[str, Any]]:
    from fumetto.entry.wiring import lending_a_hand, open_house
    from fumetto.kernel.index import tasks
    from fumetto.kernel.index.embedding import check_reach, wanted
    from fumetto.kernel.index.spaces import status as spaces_status

    async with open_house(settings) as house:
        await check_reach(settings)
        await tasks.tend(house.database, settings, insisting=True)
        with progress_bar() as progress:
            bar = progress.add_task(say("en", "search.filling"), total=None)
            async with lending_a_hand(house):
                while True:
                    async with house.database.read() as session:
                        spaces = await spaces_status(session)
                    mine = next((one for one in reversed(spaces) if one.model == wanted(settings)), None)
                    if mine is not None:
                        progress.update(bar, total=mine.passages, completed=mine.passages - mine.waiting)
                    if not await tasks.is_under_way(house.database):
                        return [asdict(space) for space in spaces]
                    await asyncio.sleep(0.5)


async def series_id_of(session: Any, key: str) -> Any:
    """The series that somebody means at the command line. Raises SeriesUnknown."""
    from fumetto.library.world.service.finding import series_named

    return await series_named(session, key)

"""ask: a question about a series, answered from what has been read."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import out, show
from fumetto.entry.cli.search import place, series_id_of
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say


class AskMode(StrEnum):
    """The companion's modes, without loading it."""

    PAGE = "page"
    WIKI = "wiki"


def register(root: typer.Typer) -> None:
    root.command()(ask)


def ask(
    series: Annotated[str, typer.Argument(help="A series, by its slug or title.")],
    question: Annotated[list[str], typer.Argument(help="What you want to know.", metavar="QUESTION...")],
    at: Annotated[
        str | None, typer.Option("--at", metavar="EP:PAGE", help="As for one who has read through this page.")
    ] = None,
    mode: Annotated[AskMode, typer.Option("--mode", help="The page and what came before it, or the story's world.")] = (
        AskMode.PAGE
    ),
    language: Annotated[str, typer.Option("--language", help="Yours, where the question does not show it.")] = "en",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Answer a question by quoting the story. Without --at, as for one who has read everything."""
    settings = settings_for(data_dir, as_json=as_json)
    told = run(asked(settings, series, " ".join(question), place(at), mode, language), as_json=as_json)
    if as_json:
        show(told, as_json=True)
        return
    out.print(told["answer"], soft_wrap=True, markup=False, highlight=False)
    for number, each in enumerate(told["citations"], 1):
        where = ":".join(str(part) for part in (each["episode_number"], each["page_number"]) if part is not None)
        out.print(f"[dim]\\[{number}] {where or '–'}[/dim]", highlight=False)
    out.print(f"[dim]{say(told['language'], 'answering.quotes')}[/dim]")


async def asked(
    settings: Settings, series: str, text: str, at: tuple[Decimal, int] | None, mode: AskMode, language: str
) -> dict[str, Any]:
    from fumetto.companion.public import Mode, answer
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.roles import EVERY_READER
    from fumetto.library.reading.horizon import operator_horizon

    async with open_house(settings) as house, house.database.read(EVERY_READER) as session:
        horizon = await operator_horizon(session, await series_id_of(session, series), at)
        told = await answer(session, horizon, text, mode=Mode(mode.value), language=language)
    return {
        "answer": told.text,
        "found": told.found,
        "asks": told.question.asks.value,
        "language": told.question.language,
        "mode": mode.value,
        "model": "built-in",
        "citations": [
            {
                "episode_number": None
                if each.spot is None or each.spot.episode_number is None
                else f"{each.spot.episode_number.normalize():f}",
                "page_number": each.spot.page_number if each.spot else None,
                "quote": each.quote,
                "kind": each.kind,
                "speaker": each.speaker,
                "language": each.language,
            }
            for each in told.citations
        ],
    }

"""usage: what models that cost something were used for, and what may still be spent."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import out, show
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say


def register(app: typer.Typer) -> None:
    app.command()(usage)


def usage(
    days: Annotated[int, typer.Option("--days", min=1, max=3660, help="Of so many days, today the last.")] = 30,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show what metered models were used, what they cost, and what may still be spent."""
    found = run(told(settings_for(data_dir, as_json=as_json), days), as_json=as_json)
    if as_json:
        show(found, as_json=True)
        return
    columns = ("day", "model", "requests", "tokens_in", "tokens_out", "cost")
    rows = [row | {"cost": amount(row["cost"])} for row in found["used"]]
    show(rows, as_json=False, columns=columns, empty=say("en", "usage.nothing"))
    for limit in found["limits"]:
        key = "usage.limited" if limit["limit"] is not None else "usage.unlimited"
        amounts = {name: amount(limit[name] or 0) for name in ("limit", "spent", "left")}
        out.print(say("en", key, kind=limit["kind"], currency=found["currency"], **amounts), soft_wrap=True)


def amount(of: float) -> str:
    """To the millionth, which a single answer may cost, and at least to the hundredth: 0.000025, 5.00."""
    whole, _, part = f"{of:.6f}".partition(".")
    return f"{whole}.{part.rstrip('0'):0<2}"


async def told(settings: Settings, days: int) -> dict[str, Any]:
    from fumetto.billing.usage import service
    from fumetto.entry.wiring import open_house

    async with open_house(settings) as house:
        rows = await service.used(house.database, days)
        limits = await service.limits_for(house.database, settings, None, amounts=True)
    return {
        "currency": limits.currency,
        "used": [
            {
                "day": row.day.isoformat(),
                "model": row.model,
                "requests": row.requests,
                "tokens_in": row.tokens_in,
                "tokens_out": row.tokens_out,
                "cost": row.cost / service.MILLION,
            }
            for row in rows
        ],
        "limits": [
            {"kind": item.kind.value, "limit": item.limit, "spent": item.spent, "left": item.left}
            for item in limits.items
        ],
    }

"""Use cases of help lines: what is shown of one, and what the operator confirms."""

from __future__ import annotations

import uuid

from fumetto.companion.support import repository
from fumetto.companion.support.errors import HelpLineNotFound
from fumetto.companion.support.lines import written
from fumetto.companion.support.models import HelpLine
from fumetto.companion.support.schemas import HelpLineItem, HelpLineRow
from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession


def line_item(row: HelpLine) -> HelpLineItem:
    return HelpLineItem(
        name=row.name,
        phone=row.phone,
        url=row.url,
        hours=row.hours,
        is_emergency=row.is_emergency,
        dangers=row.dangers,
    )


async def all_lines(session: ReadSession) -> list[HelpLineRow]:
    """Every row that there is, confirmed or not, for the operator."""
    kept = await repository.lines(session)
    rows = []
    for one in written():
        row = kept.get((one.country, one.slug))
        rows.append(
            HelpLineRow(
                country=one.country,
                slug=one.slug,
                name=one.name,
                phone=one.phone,
                url=one.url,
                hours=one.hours,
                is_emergency=one.is_emergency,
                dangers=list(one.dangers),
                languages=list(one.languages),
                source=one.source,
                source_date=one.source_date,
                confirmed_at=row.confirmed_at if row else None,
                changed=row is not None and row.digest != one.digest,
            )
        )
    return rows


async def confirm_line(session: WriteSession, actor: uuid.UUID, country: str, slug: str, *, confirmed: bool) -> None:
    """Show a row to those of its country, or no more. Raises HelpLineNotFound."""
    one = next((row for row in written() if (row.country, row.slug) == (country.lower(), slug)), None)
    if one is None:
        raise HelpLineNotFound
    if confirmed:
        await repository.keep_line(session, one, actor)
    else:
        await repository.drop_line(session, one.country, one.slug)
    action = "help_line.confirm" if confirmed else "help_line.withdraw"
    told = {"country": one.country, "slug": one.slug}
    await audit(session, actor, action, "help_line", f"{one.country}/{one.slug}", new=told)

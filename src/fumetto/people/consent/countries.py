"""From which age somebody agrees for themselves, by country: the table as shipped, and what the operator confirmed.

What is shipped decides nothing. A row counts once the operator has read and confirmed it, or put in their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.text.shipped import read_shipped
from fumetto.people.consent.models import ConsentAge
from fumetto.people.consent.repository import terms
from fumetto.people.consent.rules import CountryRule

FILE = Path(__file__).with_name("countries.yaml")


@dataclass(frozen=True, slots=True)
class Country:
    """A country's row. `as_of` is when its source was looked at; `shipped_age` is what Fumetto brought, where that is
    something else than was confirmed."""

    country: str
    age: int
    ai_age: int | None
    law: str
    source: str
    as_of: date
    note: str = ""
    confirmed_at: datetime | None = None
    shipped_age: int | None = None


@cache
def shipped() -> dict[str, Country]:
    """By two-letter code (ISO 3166-1)."""
    rows = read_shipped(FILE)
    return {row["country"]: Country(**row) for row in rows["countries"]}


async def list_countries(session: ReadSession) -> list[Country]:
    """All rows, those that are confirmed as they were confirmed."""
    rows = dict(shipped())
    for code, own in (await terms.confirmed_countries(session)).items():
        brought = rows.get(code)
        differs = brought is not None and (brought.age, brought.ai_age) != (own.age, own.ai_age)
        rows[code] = Country(
            country=code,
            age=own.age,
            ai_age=own.ai_age,
            law=own.law,
            source=own.source,
            as_of=own.as_of,
            note=brought.note if brought else "",
            confirmed_at=own.confirmed_at,
            shipped_age=brought.age if brought and differs else None,
        )
    return [rows[code] for code in sorted(rows)]


async def rule_for(session: ReadSession, country: str | None) -> CountryRule | None:
    """The rule that the operator has confirmed; None, and a guardian is asked."""
    own = await terms.confirmed_country(session, country)
    return CountryRule(own.country, own.age, own.ai_age) if own else None


async def confirm(session: WriteSession, actor: UUID, rows: list[Country]) -> None:
    """The operator confirms rows, as shipped or as they put them."""
    for row in rows:
        old = await session.get(ConsentAge, row.country)
        before = {"age": old.age, "ai_age": old.ai_age} if old else None
        new = ConsentAge(
            country=row.country,
            age=row.age,
            ai_age=row.ai_age,
            law=row.law,
            source=row.source,
            as_of=row.as_of,
            confirmed_at=await terms.database_time(session),
            confirmed_by=actor,
        )
        await session.merge(new)
        told = {"age": row.age, "ai_age": row.ai_age, "source": row.source}
        await audit(session, actor, "consent.country", "country", row.country, old=before, new=told)


async def doubt(session: WriteSession, actor: UUID, country: str) -> bool:
    """Take a confirmation back; False where there was none."""
    own = await session.get(ConsentAge, country)
    if own is None:
        return False
    await session.delete(own)
    await audit(session, actor, "consent.country", "country", country, old={"age": own.age, "ai_age": own.ai_age})
    return True

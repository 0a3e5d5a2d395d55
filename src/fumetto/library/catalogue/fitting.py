"""The first wall: what of the library fits a reader who is restricted, as a condition on every query of theirs.

`kernel.db.narrowing` puts it on whatever a query takes from tables that declare `fitting_where`; which these are, and
the same said by the database itself, is in `fitting_sql.py` and beside the models.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Uuid,
    and_,
    any_,
    case,
    false,
    func,
    inspect,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, VARCHAR

from fumetto.kernel.db.base import Base
from fumetto.kernel.db.narrowing import condition
from fumetto.library.catalogue.models import SCHEMA, Episode, Series
from fumetto.people.public import Fits

SERIES, EPISODES, PAGES = (f"{SCHEMA}.{name}" for name in ("series", "episodes", "pages"))


OF = frozenset({SERIES, EPISODES, PAGES})


@condition
def fitting(model: type[Any], row: Any, fits: Fits) -> ColumnElement[bool]:
    """The condition for the rows of a class, or of an alias of it. Raises LookupError where it cannot be told."""
    if model is Series:
        return series_fits(row, fits)
    if model is Episode:
        return episode_fits(row, fits)
    told: Any = model
    keys = keys_of(told)
    if not keys:
        raise LookupError(f"{model.__name__} hangs on no series, episode or page")
    return and_(*(there(things, getattr(row, name), fits) for name, things in keys))


@functools.lru_cache
def keys_of(model: Any) -> Sequence[tuple[str, str]]:
    """(the attribute, the table it refers to) of each key of a class to what fits or does not. A cover is none: what
    has it is a series or an episode itself."""
    keys = inspect(model).local_table.foreign_keys
    found = ((key.parent.key, key.target_fullname.rpartition(".")[0]) for key in keys)
    return [(name, things) for name, things in sorted(found) if things in OF]


def there(things: str, key: Any, fits: Fits) -> ColumnElement[bool]:
    """That what a row hangs on fits, or it hangs on nothing."""
    other = table(things)
    condition = {SERIES: series_fits, EPISODES: episode_fits, PAGES: page_fits}[things](other.c, fits)
    found = select(literal(1)).select_from(other).where(other.c.id == key, condition).correlate_except(other).exists()
    return or_(key.is_(None), found)


def series_fits(row: Any, fits: Fits) -> ColumnElement[bool]:
    """That a series fits: `row` is its class, or the columns of its table."""
    rule = fits.rule
    age = true() if rule.max_age is None else row.min_age <= rule.max_age
    told = [case((row.min_age.is_(None), literal(rule.unrated)), else_=age), unmarked(row, fits)]
    if rule.labels_allowed is not None:
        told.append(overlaps(row.labels, rule.labels_allowed))
    if rule.only_shelves:
        told.append(on_shelf(row.id, fits))
    return and_(*told)


def episode_fits(row: Any, fits: Fits) -> ColumnElement[bool]:
    """That an episode fits: by its series, and by a rating and labels of its own."""
    rule = fits.rule
    own = true() if rule.max_age is None else func.coalesce(row.min_age, 0) <= rule.max_age
    return and_(own, unmarked(row, fits), there(SERIES, row.series_id, fits))


def page_fits(row: Any, fits: Fits) -> ColumnElement[bool]:
    return there(EPISODES, row.episode_id, fits)


def unmarked(row: Any, fits: Fits) -> ColumnElement[bool]:
    excluded = fits.rule.labels_excluded
    return not_(overlaps(row.labels, excluded)) if excluded else true()


def overlaps(column: Any, labels: frozenset[str]) -> ColumnElement[bool]:
    if not labels:
        return false()
    found: ColumnElement[bool] = column.bool_op("&&")(literal(sorted(labels), ARRAY(VARCHAR)))
    return found


def on_shelf(series_id: Any, fits: Fits) -> ColumnElement[bool]:
    if not fits.collective_ids:
        return false()
    theirs = literal(list(fits.collective_ids), ARRAY(Uuid))
    stands, shared = table(f"{SCHEMA}.shelf_series"), table(f"{SCHEMA}.shelf_collectives")
    return (
        select(literal(1))
        .select_from(stands.join(shared, shared.c.shelf_id == stands.c.shelf_id))
        .where(
            stands.c.series_id == series_id,
            shared.c.collective_id == any_(theirs),
        )
        .correlate_except(stands, shared)
        .exists()
    )


def table(name: str) -> FromClause:
    return Base.metadata.tables[name].alias()

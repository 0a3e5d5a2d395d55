"""Pure: from which age something is for, by its rating. The table is documented in docs/reference/ages.md.

The names are ComicInfo's (`AgeRating` in ComicInfo.xsd 2.0), which takes them from several boards and gives no ages.
Theirs are used, and of two that differ the higher one: ESRB for Early Childhood 3, Everyone 6, Everyone 10+, Kids to
Adults 6, Teen 13, Mature 17+ and Adults Only 18+ (esrb.org/ratings-guide); the Australian Classification for G, MA15+,
R18+ and X18+ (classification.gov.au), whose M is 15 and ESRB's 17; the Motion Picture Association for PG, which says
that some material may not be suitable for children, held for 10 here.
"""

from __future__ import annotations

from typing import Final

MIN_AGES: Final = {
    "g": 0,
    "early childhood": 3,
    "everyone": 6,
    "kids to adults": 6,
    "everyone 10+": 10,
    "pg": 10,
    "teen": 13,
    "ma15+": 15,
    "m": 17,
    "mature 17+": 17,
    "adults only 18+": 18,
    "r18+": 18,
    "x18+": 18,
}
"""By the rating in lower case. What is not here ("Unknown", "Rating Pending", anybody's own word) is no rating."""

MIN_AGE_SQL: Final = (
    "CASE WHEN age_rating ~ '^[0-9]{1,2}\\+$' THEN rtrim(age_rating, '+')::integer ELSE CASE lower(age_rating) "
    + " ".join(f"WHEN '{name}' THEN {age}" for name, age in MIN_AGES.items())
    + " END END"
)
"""What the columns `min_age` are computed by, so that no writer of a rating can forget them."""


def min_age_of(age_rating: str | None) -> int | None:
    """The age from which something with this rating is for; None where the rating says none. "12+" says itself."""
    if age_rating is None:
        return None
    number = age_rating.removesuffix("+")
    if number != age_rating and number.isascii() and number.isdigit() and len(number) <= 2:
        return int(number)
    return MIN_AGES.get(age_rating.lower())

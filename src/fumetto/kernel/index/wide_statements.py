"""The statements that very many passages are searched with: through a scope, like every statement of the index.

Reading a scope of very many keys takes PostgreSQL longer than most of what it is asked, and it is read anew for each
table that is looked at. So only the first statement takes the whole of it, and looks at one table; the others take what
is left of the scope where they look.
"""

from __future__ import annotations

from functools import cache

from psycopg import sql

from fumetto.kernel.index.analysis import TERMS
from fumetto.kernel.index.blocks import MEMBERS
from fumetto.kernel.index.parameters import Statement
from fumetto.kernel.index.ranking import SCOPE, VALID, WITHIN

SET = "WITH scope AS MATERIALIZED (SELECT set_config('fumetto.scope', %(allowed)s, true) AS allowed)"
"""As `ranking.SCOPE`, where row-level security looks alone: `SET_FIRST` in a lateral subquery has it come first."""
SET_FIRST = "scope.allowed IS NOT NULL"
REACH = "WITH reach AS MATERIALIZED (SELECT set_config('fumetto.reach', %(reach)s, true) AS told)"
"""The scope where functions that hand out blocks look for it. What they are given comes through here, so that it is set
before they are asked."""


@cache
def found_statement(space: int) -> Statement:
    """In which of the scope's passages of blocks terms are: term, how often at least, the blocks, and their bits. The
    term 0 has all blocks and their stamps. Last, without a term, whether the caller knows all keys as they are."""
    return Statement.of(
        sql.SQL(
            """{reach}
SELECT f.term, f.times, f.blocks, f.told FROM reach, LATERAL (
    SELECT * FROM rag.{found}((SELECT CASE WHEN reach.told IS NOT NULL THEN %(terms)s::int[] END))
) AS f
UNION ALL SELECT NULL, {valid}::int, NULL, NULL"""
        ).format(reach=sql.SQL(REACH), found=sql.Identifier(f"space_{space}_found"), valid=sql.SQL(VALID))
    )


@cache
def seen_statement(space: int) -> Statement:
    """What the scope has of the blocks whose stamps are not known, in the order of `Stretch`."""
    return Statement.of(
        sql.SQL(
            """{reach}
SELECT s.* FROM reach, LATERAL (
    SELECT * FROM rag.{seen}((SELECT CASE WHEN reach.told IS NOT NULL THEN %(known)s::uuid[] END))
) AS s"""
        ).format(reach=sql.SQL(REACH), seen=sql.Identifier(f"space_{space}_seen"))
    )


def found_in(products: int) -> sql.SQL:
    """How often the words of a question are in a passage, as octal digits."""
    return sql.SQL(
        "".join(
            f", (-(s.terms OPERATOR(public.<#>) %(product{at})s::public.sparsevec({TERMS})))::int AS found{at}"
            for at in range(products)
        )
    )


def sent_of(products: int) -> sql.SQL:
    told = "uuid_send(s.id) || uuid_send(s.place) || int4send(s.words)"
    return sql.SQL(told + "".join(f" || int4send(s.found{at})" for at in range(products)))


@cache
def loose_statement(space: int, products: int) -> Statement:
    """What a scope has between some places, and of some passages apart."""
    return Statement.of(
        sql.SQL(
            """{scope} SELECT coalesce(string_agg({sent}, ''), '') FROM (
    SELECT s.* FROM scope, unnest((SELECT %(lows)s::uuid[]), (SELECT %(highs)s::uuid[])) AS r (low, high), LATERAL (
        SELECT s.id, s.place, s.words{found} FROM {space} s WHERE s.place BETWEEN r.low AND r.high AND {within} OFFSET 0
    ) AS s UNION ALL
    SELECT s.* FROM scope, unnest((SELECT %(apart)s::uuid[])) AS a (id), LATERAL (
        SELECT s.id, s.place, s.words{found} FROM {space} s WHERE s.id = a.id AND {within} OFFSET 0
    ) AS s
) AS s"""
        ).format(
            scope=sql.SQL(SCOPE.rstrip()),
            found=found_in(products),
            sent=sent_of(products),
            within=sql.SQL(WITHIN),
            **tables(space),
        )
    )


@cache
def looking_statement(space: int, products: int, with_blocks: bool) -> Statement:
    """Passages by their ids, or by their blocks and their places in them, and their kinds one after another."""
    members = """UNION ALL SELECT encode(substring(m.ids FROM 16 * a.member - 16 * m.at + 1 FOR 16), 'hex')::uuid
    FROM unnest(%(blocks)s::int[], %(members)s::int[]) AS a (block, member)
    JOIN {members} m ON m.block = a.block AND m.at = a.member / {each} * {each}"""
    return Statement.of(
        sql.SQL(
            """{set}, asked AS MATERIALIZED (
    SELECT id FROM unnest(%(ids)s::uuid[]) AS i (id) {asked_for}
)
SELECT coalesce(string_agg({sent} || float8send(s.distance) || int4send(octet_length(s.kind)), ''), ''),
       coalesce(string_agg(convert_to(s.kind, 'UTF8'), ''), '')
FROM scope, asked, LATERAL (
    SELECT s.id, s.place, s.words, s.kind,
           coalesce(s.embedding OPERATOR(public.<#>) %(vector)s::public.halfvec, 'NaN') AS distance{found}
    FROM {space} s WHERE s.id = asked.id AND {set_first} OFFSET 0
) AS s"""
        ).format(
            set=sql.SQL(SET),
            set_first=sql.SQL(SET_FIRST),
            asked_for=sql.SQL(members if with_blocks else "").format(each=sql.Literal(MEMBERS), **tables(space)),
            found=found_in(products),
            sent=sent_of(products),
            **tables(space),
        )
    )


def tables(space: int) -> dict[str, sql.Identifier]:
    return {
        "space": sql.Identifier("rag", f"space_{space}"),
        "members": sql.Identifier("rag", f"space_{space}_members"),
    }

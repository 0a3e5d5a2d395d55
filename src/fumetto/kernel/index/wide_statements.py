"""The statements that very many passages are searched with: through a scope, like every statement of the index.

Reading a scope of very many keys takes PostgreSQL longer than most of what it is asked, and it is read anew for each
table that is looked at. So only the first statement takes the whole of it, and looks at one table; the others take what
is left of the scope where they look.
"""

from __future__ import annotations

from functools import cache

from psycopg import sql

from fumetto.kernel.index.analysis import TERMS
from fumetto.kernel.index.parameters import Statement
from fumetto.kernel.index.ranking import SCOPE, VALID, WITHIN

SET = "WITH scope AS MATERIALIZED (SELECT set_config('fumetto.scope', %(allowed)s, true) AS allowed)"
"""As `ranking.SCOPE`, where row-level security looks alone: `SET_FIRST` in a lateral subquery has it come first."""
SET_FIRST = "scope.allowed IS NOT NULL"
GATHERED = """SELECT sum(t.passages)::bigint AS passages, string_agg(int4send(t.block), '') AS blocks,
           string_agg(int4send(t.passages), '') AS sizes"""


@cache
def counting_statement(space: int) -> Statement:
    """Each term with how many passages have it, in which blocks, how many in each, and the entries (NULL where they are
    more than is worth telling at once). Last, without a term, whether the caller knows all keys as they are."""
    return Statement.of(
        sql.SQL(
            """{set}
SELECT q.term, t.passages, t.blocks, t.sizes,
       CASE WHEN q.term = 0 OR (t.largest <= %(few)s::int AND t.passages <= %(most)s::int) THEN t.found END
FROM scope, unnest((SELECT %(terms)s::int[])) AS q (term), LATERAL (
    {gathered}, max(t.passages) AS largest,
           string_agg(CASE WHEN t.passages <= %(few)s::int OR t.term = 0 THEN t.found END, '') AS found
    FROM {terms} t WHERE t.term = q.term AND {set_first} OFFSET 0
) AS t WHERE t.passages IS NOT NULL
UNION ALL SELECT NULL, {valid}::int, NULL, NULL, NULL"""
        ).format(
            set=sql.SQL(SET),
            set_first=sql.SQL(SET_FIRST),
            gathered=sql.SQL(GATHERED),
            valid=sql.SQL(VALID),
            **tables(space),
        )
    )


@cache
def entries_statement(space: int) -> Statement:
    """The same of some terms, with all their entries."""
    return Statement.of(
        sql.SQL(
            """{set}
SELECT q.term, t.* FROM scope, unnest((SELECT %(terms)s::int[])) AS q (term), LATERAL (
    {gathered}, string_agg(t.found, '') AS found FROM {terms} t WHERE t.term = q.term AND {set_first} OFFSET 0
) AS t WHERE t.passages IS NOT NULL"""
        ).format(set=sql.SQL(SET), set_first=sql.SQL(SET_FIRST), gathered=sql.SQL(GATHERED), **tables(space))
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
    """What a scope has between some places."""
    return Statement.of(
        sql.SQL(
            """{scope} SELECT coalesce(string_agg({sent}, ''), '')
FROM scope, unnest((SELECT %(lows)s::uuid[]), (SELECT %(highs)s::uuid[])) AS r (low, high), LATERAL (
    SELECT s.id, s.place, s.words{found} FROM {space} s WHERE s.place BETWEEN r.low AND r.high AND {within} OFFSET 0
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
    members = """UNION ALL SELECT encode(substring(m.members FROM 16 * m.member + 1 FOR 16), 'hex')::uuid
    FROM scope, LATERAL (
        SELECT m.member, b.members FROM unnest(%(at)s::int[], %(members)s::int[]) AS m (block, member)
        JOIN {blocks} b USING (block) WHERE {set_first} OFFSET 0
    ) AS m"""
    return Statement.of(
        sql.SQL(
            """{set}, asked AS MATERIALIZED (
    SELECT id FROM unnest(%(ids)s::uuid[]) AS i (id) {members}
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
            members=sql.SQL(members if with_blocks else "").format(set_first=sql.SQL(SET_FIRST), **tables(space)),
            found=found_in(products),
            sent=sent_of(products),
            **tables(space),
        )
    )


def tables(space: int) -> dict[str, sql.Identifier]:
    return {
        "space": sql.Identifier("rag", f"space_{space}"),
        "blocks": sql.Identifier("rag", f"space_{space}_blocks"),
        "terms": sql.Identifier("rag", f"space_{space}_terms"),
    }

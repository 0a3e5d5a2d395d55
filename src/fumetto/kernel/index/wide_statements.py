"""The statements that very many passages are searched with: through the scope, like every statement of the index."""

from __future__ import annotations

from functools import cache

from psycopg import sql

from fumetto.kernel.index.analysis import TERMS
from fumetto.kernel.index.parameters import Statement
from fumetto.kernel.index.ranking import SCOPE, VALID, WITHIN

WHOLE = "b.span <@ scope.allowed"  # a block that the scope has all of


def record(space: int, products: int) -> tuple[str, str]:
    """The columns that a passage is looked at by, and how they are sent."""
    columns = (
        "s.id, s.place, s.words,"
        " coalesce(s.embedding OPERATOR(public.<#>) %(vector)s::public.halfvec, 'NaN') AS distance"
    ) + "".join(
        f", (-(s.terms OPERATOR(public.<#>) %(product{at})s::public.sparsevec({TERMS})))::int AS found{at}"
        for at in range(products)
    )
    sent = "uuid_send(s.id) || uuid_send(s.place) || int4send(s.words) || float8send(s.distance)" + "".join(
        f" || int4send(s.found{at})" for at in range(products)
    )
    return columns, sent


@cache
def counting_statement(space: int, products: int) -> Statement:
    """How many passages the blocks inside the scope have, how many words in all, which blocks they are, how many
    passages have each term, what lies outside of blocks, passage by passage (NULL where that is too much), and whether
    the caller knows all keys as they are."""
    columns, sent = record(space, products)
    return Statement.of(
        sql.SQL(
            """{scope}, inside AS MATERIALIZED (
    SELECT b.* FROM scope, LATERAL (
        SELECT b.block, b.low, b.high, b.passages, b.words FROM {blocks} b WHERE {whole} OFFSET 0
    ) AS b
), gaps AS MATERIALIZED (
    SELECT lower(g) AS low, upper(g) AS high, upper_inc(g) AS closed FROM unnest(
        (SELECT range_agg(rag.span(low, high, '[]')) FROM unnest(%(lows)s::uuid[], %(highs)s::uuid[]) AS r (low, high))
        - coalesce((SELECT range_agg(rag.span(low, high)) FROM inside), '{{}}'::rag.spans)
    ) AS g
), loose AS MATERIALIZED (
    SELECT s.* FROM scope, gaps r, LATERAL (
        SELECT {columns} FROM {space} s
        WHERE s.place BETWEEN r.low AND r.high AND (r.closed OR s.place < r.high) AND {within} OFFSET 0
    ) AS s
)
SELECT (SELECT coalesce(sum(passages), 0)::bigint FROM inside), (SELECT coalesce(sum(words), 0)::bigint FROM inside),
       (SELECT coalesce(string_agg(int4send(block), ''), '') FROM inside),
       (SELECT array_agg(ARRAY[term, passages]) FROM (
            SELECT t.term, sum(t.passages)::int AS passages FROM {terms} t JOIN inside USING (block)
            WHERE t.term = ANY (%(terms)s::int[]) GROUP BY t.term
        ) AS t),
       CASE WHEN (SELECT count(*) FROM loose) <= %(told)s THEN
            (SELECT coalesce(string_agg({sent}, ''), '') FROM loose s) END,
       {valid}
"""
        ).format(
            scope=sql.SQL(SCOPE.rstrip()),
            columns=sql.SQL(columns),
            sent=sql.SQL(sent),
            whole=sql.SQL(WHOLE),
            within=sql.SQL(WITHIN),
            valid=sql.SQL(VALID),
            **tables(space),
        )
    )


@cache
def entries_statement(space: int) -> Statement:
    return Statement.of(
        sql.SQL(
            """{scope} SELECT term, string_agg(found, '') FROM scope, LATERAL (
    SELECT t.term, t.found FROM {terms} t JOIN unnest(%(blocks)s::int[]) AS b (block) USING (block)
    WHERE t.term = ANY (%(terms)s::int[]) OFFSET 0
) AS t GROUP BY term"""
        ).format(scope=sql.SQL(SCOPE.rstrip()), **tables(space))
    )


@cache
def looking_statement(space: int, products: int) -> Statement:
    """Passages by their blocks and their places in them, which are also looked for in the scope once more."""
    columns, sent = record(space, products)
    return Statement.of(
        sql.SQL(
            """{scope}, asked AS MATERIALIZED (
    SELECT encode(substring(b.members FROM 16 * m.member + 1 FOR 16), 'hex')::uuid AS id
    FROM scope, LATERAL (
        SELECT * FROM unnest(%(at)s::int[], %(members)s::int[]) AS m (block, member) OFFSET 0
    ) AS m JOIN {blocks} b USING (block)
)
SELECT string_agg({sent}, '') FROM scope, asked, LATERAL (
    SELECT {columns} FROM {space} s WHERE s.id = asked.id AND {within} OFFSET 0
) AS s"""
        ).format(
            scope=sql.SQL(SCOPE.rstrip()),
            columns=sql.SQL(columns),
            sent=sql.SQL(sent),
            within=sql.SQL(WITHIN),
            **tables(space),
        )
    )


@cache
def kinds_statement(space: int) -> Statement:
    statement = """{scope} SELECT s.id, s.kind FROM scope, LATERAL (
    SELECT s.id, s.kind FROM {space} s WHERE s.id = ANY (%(ids)s::uuid[]) OFFSET 0
) AS s"""
    return Statement.of(sql.SQL(statement).format(scope=sql.SQL(SCOPE.rstrip()), **tables(space)))


def tables(space: int) -> dict[str, sql.Identifier]:
    return {
        "space": sql.Identifier("rag", f"space_{space}"),
        "blocks": sql.Identifier("rag", f"space_{space}_blocks"),
        "terms": sql.Identifier("rag", f"space_{space}_terms"),
    }

"""Blocks: what a large library's passages add up to, stretch by stretch, so that not every one is looked at each time.

A block is a stretch of a key with up to SIZE passages: how many they are, how long in all, and in which of them each
term is. Only a scope that has all of a block may look at it, which row-level security sees to; what a scope has in part
is looked at passage by passage. A block is forgotten by the transaction that touches a passage in its stretch (a trigger
does it), and made anew by `make_blocks`, so that blocks always say what is there, or nothing.

Terms of `rag.space_<number>_terms`: a word is a row for each block that has it, with an entry of 64 bits for each
passage: the block (32 bits), the passage's place in it (12), how often the word is there (4), and the passage's length
in words (16). Phrases, most of which are said once, share a row for each block and remainder of PHRASES, under that
remainder less PHRASES (so a negative number), with entries of the phrase's number (32), nothing (8) and the
passage's place (24), sorted.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.kernel.index.analysis import WORDS
from fumetto.kernel.index.encoding import HEADER, TRAILER
from fumetto.kernel.index.places import ALWAYS, NEVER, place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

SIZE = 512  # passages of a block
PHRASES = 512  # rows that the phrases of a block are spread over
LONGEST = 0xFFFF  # words of a passage that an entry can tell
LOOSE = 256  # passages of a key outside its blocks, from which on its blocks are made anew
LIBRARY = 20_000  # passages, below which a search looks at every one

PENDING = """
SELECT k.number FROM rag.keys k, LATERAL (SELECT count(*) AS all_of_it FROM rag.{space} s WHERE s.place >= {low}
AND s.place < {high}) AS s, LATERAL (SELECT coalesce(sum(b.passages), 0) AS known FROM rag.{blocks} b WHERE b.low >= {low}
AND b.low < {high}) AS b WHERE s.all_of_it - b.known >= %s ORDER BY k.number
"""
LOCK = "LOCK TABLE rag.{space} IN SHARE MODE"
CLEAR = "DELETE FROM rag.{blocks} WHERE low >= %s AND low < %s"
READ = """
SELECT uuid_send(id), uuid_send(place), words, terms,
       uuid_send(lower(hull)), uuid_send(upper(hull)), upper_inc(hull)
FROM rag.{space}, LATERAL (SELECT coalesce(span, (SELECT range_merge(range_agg(range_merge(o))) FROM unnest(others) AS o))
AS hull) AS h WHERE place >= %s AND place < %s ORDER BY place, id
"""
KEEP = """
INSERT INTO rag.{blocks} (low, high, span, passages, words, members) VALUES (%s, %s, %s::rag.span, %s, %s, %s)
RETURNING block
"""
COPY = "COPY rag.{terms} (term, block, passages, found) FROM STDIN (FORMAT binary)"
SWEEP = "DELETE FROM rag.{terms} t WHERE NOT EXISTS (SELECT FROM rag.{blocks} b WHERE b.block = t.block)"
ROW = b"\0\4\0\0\0\4"


@dataclass(frozen=True, slots=True)
class Known:
    """A passage as it is read for its block. span: the stretch that holds everything it takes to know it."""

    id: bytes
    place: bytes
    words: int
    terms: bytes
    low: bytes
    high: bytes
    closed: bool


def named(statement: str, space: int) -> sql.Composed:
    return sql.SQL(statement).format(
        space=sql.Identifier(f"space_{space}"),
        blocks=sql.Identifier(f"space_{space}_blocks"),
        terms=sql.Identifier(f"space_{space}_terms"),
        low=sql.SQL("((k.number::bigint::text || ' ')::text)"),
        high=sql.SQL(""),
    )

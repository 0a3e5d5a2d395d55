"""The database's own idea of what a reader may know: the second wall, behind the queries that take a horizon.

The policies of revealing tables call these functions, which look at the ledger of the reader that a transaction was
begun for. `visibility.sql` beside this file holds the longer ones.
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, MetaData, event

from fumetto.kernel.db.base import Base
from fumetto.library.catalogue import fitting_sql

BEGIN_WITH = (
    "CREATE FUNCTION library.present_reader() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS"
    " $$ SELECT CASE WHEN length(current_setting('fumetto.reader', true)) = 36"
    " THEN current_setting('fumetto.reader', true)::uuid END $$",
    "CREATE FUNCTION library.present_position() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS"
    " $$ SELECT coalesce(nullif(current_setting('fumetto.present', true), ''), '9223372036854775807')::bigint $$",
)

END_WITH = (
    "CREATE TRIGGER evidence_pages_come AFTER INSERT ON library.evidence_pages REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION library.evidence_pages_changed()",
    "CREATE TRIGGER evidence_pages_go AFTER DELETE ON library.evidence_pages REFERENCING OLD TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION library.evidence_pages_changed()",
    "CREATE TRIGGER evidence_page_moved AFTER UPDATE OF position, episode_id ON library.pages FOR EACH ROW"
    " WHEN (OLD.position IS DISTINCT FROM NEW.position OR OLD.episode_id IS DISTINCT FROM NEW.episode_id)"
    " EXECUTE FUNCTION library.evidence_page_moved()",
    "CREATE TRIGGER evidence_episode_moved AFTER UPDATE OF series_id ON library.episodes FOR EACH ROW"
    " WHEN (OLD.series_id IS DISTINCT FROM NEW.series_id) EXECUTE FUNCTION library.evidence_episode_moved()",
    "CREATE TRIGGER evidence_moved AFTER UPDATE OF series_id ON library.evidences FOR EACH ROW"
    " WHEN (OLD.series_id IS DISTINCT FROM NEW.series_id) EXECUTE FUNCTION library.evidence_moved()",
)
"""What keeps `evidences.needs` true, whoever moves a page, and for whomever their transaction was begun. The pages of
an evidence are added and taken away, never changed."""


def seen_inline(column: str) -> str:
    """What `library.page_seen(column)` says, for policies of tables that are read by the thousand: a third of its cost,
    since PostgreSQL plans it with the query."""
    return (
        "EXISTS (SELECT FROM library.pages p JOIN library.episodes e ON e.id = p.episode_id"
        " JOIN library.reading_ledgers l ON l.series_id = e.series_id AND l.reader_id = library.present_reader()"
        f" WHERE p.id = {column} AND p.position <@ l.seen AND p.position <= library.present_position())"
    )


def needs_seen(table: str) -> str:
    """That a row's `needs`, positions of its series, were all seen by the reader, none after where they stand."""
    return (
        "EXISTS (SELECT FROM library.reading_ledgers l"
        f" WHERE l.series_id = {table}.series_id AND l.reader_id = (SELECT library.present_reader())"
        f" AND {table}.needs <@ l.seen AND upper({table}.needs) - 1 <= (SELECT library.present_position()))"
    )


def statements() -> list[str]:
    """What creates the functions and triggers, in an order that works."""
    text = Path(__file__).with_suffix(".sql").read_text("utf-8")
    functions = (part.rstrip(";") for part in re.findall(r"^CREATE .*?\$\$;", text, re.S | re.M))
    return [*BEGIN_WITH, *functions, *END_WITH]


@event.listens_for(Base.metadata, "after_create")
def create_functions(_: MetaData, connection: Connection, **__: object) -> None:
    for statement in (*statements(), *fitting_sql.statements()):
        connection.exec_driver_sql(statement)

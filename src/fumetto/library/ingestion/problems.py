"""What could not be read, newest first: roots that are away, books, pages, letterings, and what is on pages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.text.catalogues import say
from fumetto.library.ingestion.kinds import ProblemKind

PROBLEMS = b"""
WITH problems AS (
    SELECT 'root' AS kind, id, path, 'root_unavailable' AS code, jsonb_build_object('path', path) AS detail,
           coalesce(last_scanned_at, created_at) AS at, NULL::uuid AS episode_id
    FROM library.library_roots WHERE state = 'unmounted'
  UNION ALL
    SELECT 'root', id, path, notice_code, coalesce(notice_detail, '{}'), coalesce(last_scanned_at, created_at), NULL
    FROM library.library_roots WHERE notice_code IS NOT NULL AND state <> 'removed'
  UNION ALL
    SELECT 'book', s.id, r.path || CASE WHEN s.path = '.' THEN '' ELSE '/' || s.path END, s.error_code,
           coalesce(s.error_detail, '{}'), s.seen_at, s.episode_id
    FROM library.sources s JOIN library.library_roots r ON r.id = s.root_id WHERE s.state = 'failed'
  UNION ALL
    SELECT 'page', p.id, coalesce(src.path || '/', '') || p.member, p.error_code, coalesce(p.error_detail, '{}'),
           e.updated_at, e.id
    FROM library.pages p JOIN library.episodes e ON e.id = p.episode_id LEFT JOIN LATERAL (
        SELECT s.path FROM library.sources s WHERE s.episode_id = e.id ORDER BY s.id LIMIT 1) src ON true
    WHERE p.state = 'failed' AND p.error_code IS NOT NULL
  UNION ALL
    SELECT 'lettering', t.id, coalesce(src.path || '/', '') || t.locator, t.warning_code,
           coalesce(t.warning_detail, '{}'), e.updated_at, e.id
    FROM library.page_texts t JOIN library.pages p ON p.id = t.page_id JOIN library.episodes e ON e.id = p.episode_id
    LEFT JOIN LATERAL (
        SELECT s.path FROM library.sources s WHERE s.episode_id = e.id ORDER BY s.id LIMIT 1) src ON true
    WHERE t.state = 'failed' AND t.warning_code IS NOT NULL AND t.source = 'lettering'
  UNION ALL
    SELECT 'look', md5(p.id || l.reason_code)::uuid,
           coalesce(min(l.reason_detail ->> 'file') FILTER (WHERE l.look = 'sidecar'),
                    coalesce(min(src.path) || '/', '') || p.member),
           l.reason_code, coalesce((array_agg(l.reason_detail))[1], '{}'), max(l.looked_at), p.episode_id
    FROM library.page_looks l JOIN library.pages p ON p.id = l.page_id LEFT JOIN LATERAL (
        SELECT s.path FROM library.sources s WHERE s.episode_id = p.episode_id ORDER BY s.id LIMIT 1) src ON true
    WHERE l.state = 'failed' AND l.reason_code IS NOT NULL GROUP BY p.id, l.reason_code
)
"""


COUNT = b"SELECT count(*) FROM problems"
OLDER = b"""
SELECT id, kind, path, code, detail, at, episode_id FROM problems
WHERE %(at)s::timestamptz IS NULL OR (at, id) < (%(at)s::timestamptz, %(id)s::uuid)
ORDER BY at DESC, id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Problem:
    id: uuid.UUID
    kind: ProblemKind
    path: str
    code: str
    detail: Mapping[str, Any]
    at: datetime
    episode_id: uuid.UUID | None

    def message(self, language: str) -> str:
        """What it means and what to do, in a language."""
        values = {"file": self.path, "path": self.path} | dict(self.detail)
        try:
            return say(language, f"errors.{self.code}", **values)
        except (KeyError, ValueError):
            return say(language, "errors.book_unreadable", file=self.path)


async def list_problems(
    session: ReadSession, after: tuple[datetime, uuid.UUID] | None, limit: int
) -> tuple[list[Problem], int]:
    """Problems older than `after`, and how many there are in all."""
    raw = session.raw()
    total = await (await raw.execute(PROBLEMS + COUNT)).fetchone()
    at, last = after or (None, None)
    rows = await raw.execute(PROBLEMS + OLDER, {"at": at, "id": last, "limit": limit})
    problems = [
        Problem(row[0], ProblemKind(row[1]), row[2], row[3], row[4], row[5], row[6]) for row in await rows.fetchall()
    ]
    return problems, total[0] if total else 0

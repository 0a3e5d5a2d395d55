"""Smaller changes to tables that were there."""

from __future__ import annotations

from alembic import op

revision = "20261122_2360"
down_revision = "20261122_2350"

# Writing an index holds up what is written to the log, for as long as reading it once takes.
INDEXES = """
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_audit_logs_action ON app.audit_logs (action, created_at);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_audit_logs_created_at ON app.audit_logs (created_at, id);
"""

SPENDING = """
INSERT INTO app.spending_days (day, cost)
SELECT (created_at AT TIME ZONE 'UTC')::date, sum(cost) FROM app.usage_records GROUP BY 1;
"""


def upgrade() -> None:
    index_the_audit_log()
    count_spending_by_day()


def index_the_audit_log() -> None:
    """The owner reads it by time and by what was done."""
    op.execute(INDEXES)


def count_spending_by_day() -> None:
    """What was spent before is added up once, and never again."""
    op.execute(SPENDING)

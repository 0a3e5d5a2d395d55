"""How long things are kept: the published table, and what enforces it.

Statements take `old`, the moment before which things are too old. What another job looks after already is published
with that job's name and has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fumetto.people.privacy.kinds import Term


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of data: for how many days, and the statements that let it go after them. `fixed`: by whose job, when the
    operator cannot change it."""

    days: int
    statements: tuple[str, ...] = ()
    fixed: str = ""


TERMS: Final[Mapping[Term, Kept]] = {
    Term.AUDIT: Kept(730, ("DELETE FROM app.audit_logs WHERE created_at < %(old)s",)),
    Term.ADDRESSES: Kept(
        30,
        (
            """UPDATE app.audit_logs SET ip_address = NULL, user_agent = NULL
                WHERE created_at < %(old)s AND (ip_address IS NOT NULL OR user_agent IS NOT NULL)""",
        ),
    ),
    Term.CHAT: Kept(
        1095,
        (
            "DELETE FROM langgraph.checkpoint_writes WHERE thread_id IN (SELECT s.id::text FROM app.chat_sessions s"
            " JOIN app.conversations c ON c.id = s.conversation_id WHERE c.updated_at < %(old)s)",
            "DELETE FROM langgraph.checkpoint_blobs WHERE thread_id IN (SELECT s.id::text FROM app.chat_sessions s"
            " JOIN app.conversations c ON c.id = s.conversation_id WHERE c.updated_at < %(old)s)",
            "DELETE FROM langgraph.checkpoints WHERE thread_id IN (SELECT s.id::text FROM app.chat_sessions s"
            " JOIN app.conversations c ON c.id = s.conversation_id WHERE c.updated_at < %(old)s)",
            """DELETE FROM langgraph.store WHERE prefix LIKE 'memory.%%.summaries'
                AND key IN (SELECT id::text FROM app.conversations WHERE updated_at < %(old)s)""",
            "DELETE FROM app.conversations WHERE updated_at < %(old)s",
        ),
    ),
    Term.CHAT_EVENTS: Kept(1, fixed="companion.tidy_turns"),
    Term.CONSENTS: Kept(
        1825,
        (
            "DELETE FROM app.user_consents WHERE user_id IS NULL AND created_at < %(old)s",
            "DELETE FROM app.parental_consents WHERE child_id IS NULL AND created_at < %(old)s",
        ),
    ),
    Term.ENDED_SESSIONS: Kept(
        30,
        (
            "DELETE FROM app.app_sessions WHERE least(expires_at, idle_expires_at) < %(old)s",
            "DELETE FROM app.sign_in_links WHERE expires_at < %(old)s",
            "DELETE FROM app.api_keys WHERE revoked_at < %(old)s",
        ),
    ),
    Term.EXPORTS: Kept(7, ("DELETE FROM app.data_exports WHERE expires_at < now()",)),
    Term.INVITATIONS: Kept(90, ("DELETE FROM app.invitations WHERE expires_at < %(old)s",)),
    Term.JOBS: Kept(30, fixed="kernel.tidy_queue"),
    Term.READING_TIMES: Kept(30, ("DELETE FROM library.reading_times WHERE hour < %(old)s",)),
    Term.TRACES: Kept(90, ("DELETE FROM app.retrieval_traces WHERE created_at < %(old)s",)),
    Term.USAGE: Kept(730, ("DELETE FROM app.usage_records WHERE created_at < %(old)s",)),
}
"""Days are the program's own; the operator's stand over them."""

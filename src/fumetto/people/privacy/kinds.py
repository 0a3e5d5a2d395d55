"""The words of exports, erasure and retention."""

from __future__ import annotations

from enum import StrEnum


class ExportKind(StrEnum):
    """On whose behalf an export is made; what it holds follows from that."""

    OWN = "own"  # by the person: everything
    GUARDIAN = "guardian"  # by a guardian: account, consents, reading and signals, never the chat
    FORMAL = "formal"  # by the operator, on a formal request that the person is shown: everything


class ExportState(StrEnum):
    QUEUED = "queued"
    READY = "ready"
    FAILED = "failed"


class Term(StrEnum):
    """A kind of data that goes by itself after a number of days."""

    AUDIT = "audit"
    ADDRESSES = "addresses"
    CHAT = "chat"
    CHAT_EVENTS = "chat_events"
    CONSENTS = "consents"
    ENDED_SESSIONS = "ended_sessions"
    EXPORTS = "exports"
    INVITATIONS = "invitations"
    JOBS = "jobs"
    READING_TIMES = "reading_times"
    TRACES = "traces"
    USAGE = "usage"

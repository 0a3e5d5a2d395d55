"""Where what is known of a page came from, and how far it was looked at."""

from enum import StrEnum


class DescriptionSource(StrEnum):
    """Who described what a page shows, most trusted first."""

    PERSON = "person"
    SIDECAR = "sidecar"
    MODEL = "model"


class PanelSource(StrEnum):
    """Who found a page's panels, most trusted first."""

    PERSON = "person"
    SIDECAR = "sidecar"
    DETECTED = "detected"


class SummarySource(StrEnum):
    """Who wrote what happens in an episode."""

    PERSON = "person"
    FILE = "file"


class Look(StrEnum):
    """The ways a page is looked at, each a job of its own."""

    SIDECAR = "sidecar"
    OCR = "ocr"
    PANELS = "panels"
    DESCRIPTION = "description"


class LookState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    SKIPPED = "skipped"  # not wanted, or not possible, as `reason_code` says
    FAILED = "failed"

"""The kinds and states of what can be read; the tables check them, and pure rules may use them."""

from enum import StrEnum


class Direction(StrEnum):
    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"
    VERTICAL = "vertical"


class PageKind(StrEnum):
    COVER = "cover"
    TITLE = "title"
    STORY = "story"
    CREDITS = "credits"


class PageState(StrEnum):
    PENDING = "pending"  # its picture is not derived yet; the original can be read already
    READY = "ready"
    FAILED = "failed"


class EpisodeState(StrEnum):
    INDEXED = "indexed"  # can be opened; pictures are still being derived
    READY = "ready"
    PARTIAL = "partial"  # some pages cannot be read
    FAILED = "failed"


class TextSource(StrEnum):
    """Where a page's text came from, in order of trust."""

    LETTERING = "lettering"
    SIDECAR = "sidecar"
    EPUB = "epub"
    OCR = "ocr"
    PERSON = "person"


class BalloonKind(StrEnum):
    SPEECH = "speech"
    THOUGHT = "thought"
    CAPTION = "caption"
    SOUND = "sound"
    TITLE = "title"
    CREDIT = "credit"

"""What can go wrong when looking something up in the catalogue."""

from fumetto.kernel.errors import Invalid, NotFound


class SeriesNotFound(NotFound):
    code = "series_not_found"


class EpisodeNotFound(NotFound):
    code = "episode_not_found"


class PageNotFound(NotFound):
    code = "page_not_found"


class CursorInvalid(Invalid):
    """A `cursor` that no list of ours gave out."""

    code = "cursor_invalid"

"""What can go wrong when looking something up in the catalogue."""

from fumetto.kernel.errors import NotFound


class SeriesNotFound(NotFound):
    code = "series_not_found"


class EpisodeNotFound(NotFound):
    code = "episode_not_found"


class PageNotFound(NotFound):
    code = "page_not_found"

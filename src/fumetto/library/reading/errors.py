"""What can be wrong with what a client says about reading."""

from decimal import Decimal

from fumetto.kernel.errors import Invalid, NotFound
from fumetto.library.catalogue.errors import PageNotFound
from fumetto.library.catalogue.rules import spoken_number


class PageOutsideEpisode(Invalid):
    """An order index that the episode does not have; perhaps its file changed since the client opened it."""

    code = "page_outside_episode"


class PlaceNotFound(PageNotFound):
    """A place was named, as EP:PAGE, that a series does not have."""

    code = "place_not_found"

    def __init__(self, *, episode: Decimal, page: int) -> None:
        super().__init__(episode=spoken_number(episode), page=str(page))


class ReadingTimesNotFound(NotFound):
    """Nobody whose times of reading the reader may see."""

    code = "reading_times_not_found"


class ZoneUnknown(Invalid):
    """zone: no time zone is called so."""

    code = "zone_unknown"

"""What can be wrong with what a client says about reading."""

from decimal import Decimal

from fumetto.kernel.errors import Invalid
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

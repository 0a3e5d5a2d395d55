"""What can be wrong with what a client says about reading."""

from fumetto.kernel.errors import Invalid


class PageOutsideEpisode(Invalid):
    """An order index that the episode does not have; perhaps its file changed since the client opened it."""

    code = "page_outside_episode"

"""What can go wrong with shared shelves."""

from fumetto.kernel.errors import NotAllowed, NotFound


class ShelfNotFound(NotFound):
    code = "shelf_not_found"


class ShelfNotYours(NotAllowed):
    """Who made a shelf changes it; minors make none that are shared."""

    code = "shelf_not_yours"
